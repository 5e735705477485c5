"""Which words a page speaks: those of its language where there are some, else the site's."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from .catalogues import OURS, catalogues_in, read_catalogue
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
    def _catalogues(self) -> tuple[dict[str, Path], ...]:
        return tuple(catalogues_in(folder) for folder in self.folders)

    def of(self, lang: str) -> Words:
        """The words of a language, or of the site's, or English ones.

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
        if files or tags[-1] == SOURCE:
            return Words(lang, read_catalogue(files))
        return Words(SOURCE) if lang == self.site else self.words
