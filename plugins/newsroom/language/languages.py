"""Which words a page speaks: gettext catalogues, read as translators write them, by language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import Translations

from ..model.settings import SettingsError
from .words import Words

DOMAIN = "newsroom"
SOURCE = "en"  # what the texts in the code are written in
OURS = Path(__file__).parent.parent / "locale"
_LINE = re.compile(r'(?:#.*|(?:msg(?:ctxt|id|id_plural|str|str\[\d\]) +)?"(?:[^"\\]|\\.)*")?')
_VALUE = re.compile(r"{\w+}|[{}]")  # or a brace that is without its other


@dataclass(frozen=True)
class Languages:
    """The languages that the newsroom has words in. ``site`` is the site's own.

    ``folders`` hold catalogues, the first of them before the next: a theme's,
    then the plugin's.
    """

    site: str = SOURCE
    folders: tuple[Path, ...] = (OURS,)
    _read: dict[str, Words] = field(default_factory=dict, repr=False, compare=False)

    def of(self, lang: str) -> Words:
        """Return the words of a language, or of the site's, or English ones.

        ``fr-ca`` speaks as ``fr`` where it has no words of its own.
        Raises SettingsError for a catalogue that cannot be read.
        """
        if lang not in self._read:
            self._read[lang] = self._speak(lang)
        return self._read[lang]

    @property
    def words(self) -> Words:
        """The words of the site's own language."""
        return self.of(self.site)

    def _speak(self, lang: str) -> Words:
        parts = lang.lower().split("-")
        tags = ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
        files = [found[tag] for tag in tags for found in self._catalogues if tag in found]
        if not files and tags[-1] != SOURCE:
            return Words(SOURCE) if lang == self.site else self.words
        said = NullTranslations()
        for file in reversed(files):  # what one leaves out, the next one says
            read = read_catalogue(file)
            read.add_fallback(said)
            said = read
        return Words(lang, said)

    @cached_property
    def _catalogues(self) -> list[dict[str, Path]]:
        """The catalogues of each folder by language: ``pt_BR``, as gettext has it, is ``pt-br``."""
        found = [folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po") for folder in self.folders]
        return [{file.parts[-3].replace("_", "-").lower(): file for file in each} for each in found]


def read_catalogue(file: Path) -> Translations:
    """Read what a file says; fuzzy messages do not count. Raises SettingsError."""
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
    """Raise ValueError for a translation that does not hold the values of its text.

    A form for one number may leave the number out.
    """
    source, said = (
        (text,) if isinstance(text, str) else tuple(text or ())
        for text in (message.id, message.string)
    )
    wanted = set(_VALUE.findall(" ".join(source)))
    for text in filter(None, said if message.id else ()):
        if set(_VALUE.findall(text)) not in (wanted, wanted - {"n"}):
            names = " and ".join(sorted(wanted)) or "no value"
            raise ValueError(f"line {message.lineno}: the translation {text!r} must hold {names}")
