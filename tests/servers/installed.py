"""Programs from Debian that tests run: found, else installed now, else a skip by name."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

SYSTEM = "/usr/sbin:/usr/local/sbin"  # servers lie there; people who are not root do not look there
# By Debian's policy, section 9.3.3: what this forbids, an installation does not start.
NO_STARTS = Path("/usr/sbin/policy-rc.d")
FORBID = "#!/bin/sh\nexit 101\n"
# The one that the validators hold too: two installations at once spoil each other.
LOCK = Path(__file__).parent.parent / "validators" / "package.json"


@cache
def program(name: str, *packages: str) -> str:
    """The path of a program; the named packages of Debian bring it.

    Skips the test where it is missing and cannot be installed.
    """
    found = _find(name)
    if found is None:
        install(*packages)
        found = _find(name)
    if found is None:
        pytest.skip(f"no {name}: install it (on Debian: apt-get install {' '.join(packages)})")
    return found


def install(*packages: str) -> None:
    """Try to install, and start nothing; whether it worked shows in what is there then."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return
    options = ("-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300")
    with _alone(), _nothing_starts():
        for arguments in (("update", "-q"), ("install", *options, *packages)):
            subprocess.run(
                ("apt-get", *arguments),
                env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
                capture_output=True,
                timeout=600,
                check=False,
            )


def _find(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=SYSTEM)


@contextmanager
def _alone() -> Iterator[None]:
    with LOCK.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


@contextmanager
def _nothing_starts() -> Iterator[None]:
    """Keep Debian from starting a server that it installs; a rule of the machine's own stays."""
    if NO_STARTS.exists():
        yield
        return
    NO_STARTS.write_text(FORBID, "utf-8")
    NO_STARTS.chmod(0o755)
    try:
        yield
    finally:
        NO_STARTS.unlink()
