"""Which words a page speaks: those of its language where there are some, else the site's."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from .catalogues import OURS, languages_in, read_catalogue
from .words import Words

SOURCE = "en"  # what the texts in the code are written in


@dataclass(frozen=True)
class Languages:
    """The languages that the newsroom has words in. ``site`` is the site's own.

    ``folders`` hold catalogues, the first of them before the next: a theme's,
    then the plugin's.
    """

    site: str = SOURCE
    folders: tuple[Path, ...] = (OURS,)
    _read: dict[str, Words] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def spoken(self) -> frozenset[str]:
        """The languages with words of their own."""
        return frozenset({SOURCE}.union(*map(languages_in, self.folders)))

    def of(self, lang: str) -> Words:
        """The words of a language, or of the site's, or English ones.

        ``fr-ca`` speaks with the catalogue of ``fr`` if it has none of its own.
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
        for spoken in (lang, lang.partition("-")[0]):
            if spoken in self.spoken:
                return Words(lang, read_catalogue(self.folders, spoken))
        return Words(SOURCE) if lang == self.site else self.words
