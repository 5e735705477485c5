"""Gettext catalogues, read as translators write them: no step compiles them first."""

from __future__ import annotations

import re
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import Translations

from ..model.settings import SettingsError

DOMAIN = "newsroom"
_LINE = re.compile(r'(?:#.*|(?:msg(?:ctxt|id|id_plural|str|str\[\d\]) +)?"(?:[^"\\]|\\.)*")?')
OURS = Path(__file__).parent.parent / "locale"


def catalogue_file(folder: Path, lang: str) -> Path:
    """Where the catalogue of a language lies in a folder of them, as gettext has it."""
    return folder / lang / "LC_MESSAGES" / f"{DOMAIN}.po"


def languages_in(folder: Path) -> frozenset[str]:
    """The languages that a folder has a catalogue of."""
    return frozenset(path.parts[-3] for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def read_catalogue(folders: tuple[Path, ...], lang: str) -> NullTranslations:
    """What the first folder says, what it leaves out as the next one says it.

    Fuzzy messages do not count. Raises SettingsError for a file that is no catalogue.
    """
    found = NullTranslations()
    for folder in reversed(folders):
        file = catalogue_file(folder, lang)
        if file.is_file():
            read = _read(file)
            read.add_fallback(found)
            found = read
    return found


def _read(file: Path) -> Translations:
    compiled = BytesIO()
    try:
        written = file.read_text("utf-8").splitlines()
        for number, line in enumerate(written, 1):
            if not _LINE.fullmatch(line.strip()):  # Babel would read on, and lose letters
                raise ValueError(f"line {number} has no text between two quotation marks")
        write_mo(compiled, read_po(written, abort_invalid=True))
    except (PoFileError, ValueError, OSError) as error:
        raise SettingsError(f"{file}: this is no gettext catalogue: {error}") from None
    compiled.seek(0)
    return Translations(compiled, DOMAIN)
