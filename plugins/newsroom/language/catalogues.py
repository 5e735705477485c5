"""Gettext catalogues, read as translators write them: no step compiles them first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import Translations

from ..model.settings import SettingsError

DOMAIN = "newsroom"
OURS = Path(__file__).parent.parent / "locale"
_LINE = re.compile(r'(?:#.*|(?:msg(?:ctxt|id|id_plural|str|str\[\d\]) +)?"(?:[^"\\]|\\.)*")?')


def catalogues_in(folder: Path) -> dict[str, Path]:
    """The catalogues of a folder, by language: ``pt_BR``, as gettext has it, is ``pt-br``."""
    files = sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return {file.parts[-3].replace("_", "-").lower(): file for file in files}


def read_catalogue(files: list[Path]) -> NullTranslations:
    """What the first file says, what it leaves out as the next one says it.

    Fuzzy messages do not count. Raises SettingsError for a file that is no catalogue.
    """
    found = NullTranslations()
    for file in reversed(files):
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
        catalogue = read_po(written, abort_invalid=True)
        for message in catalogue:
            _check_values(message)
        write_mo(compiled, catalogue)
    except (PoFileError, ValueError, OSError) as error:
        raise SettingsError(f"{file}: this is no gettext catalogue: {error}") from None
    compiled.seek(0)
    return Translations(compiled, DOMAIN)


def _check_values(message: Message) -> None:
    """A translation holds the values of its text: a build must not stumble over a letter.

    Raises ValueError. A form for one number may leave the number out.
    """
    if not message.id or not any(_texts(message.string)):
        return
    wanted = {name for text in _texts(message.id) for name in _values(text)}
    for text in filter(None, _texts(message.string)):
        if set(_values(text)) not in (wanted, wanted - {"n"}):
            names = " and ".join(f"{{{name}}}" for name in sorted(wanted)) or "no value"
            raise ValueError(f"line {message.lineno}: the translation {text!r} must hold {names}")


def _texts(said: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said or ())


def _values(text: str) -> Iterator[str]:
    try:
        yield from (name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError:
        yield "a brace without its other"
