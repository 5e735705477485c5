"""Programs of others that come as Python packages: where they are."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from ..model.settings import SettingsError


def program(name: str) -> str:
    """The path of a program that the extra ``publish`` brings.

    That of this environment comes first: it need not be on ``PATH``. Raises
    SettingsError if there is none.
    """
    beside = Path(sys.executable).parent
    found = shutil.which(name, path=str(beside)) or shutil.which(name)
    if not found:
        raise SettingsError(f"{name} is not here: run pip install -e '.[publish]'")
    return found
