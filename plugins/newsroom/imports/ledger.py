"""What earlier imports wrote, so that the next one doubles nothing and overwrites no writer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path

from ..files import sha256_of, write_whole
from ..model.problems import CommandError

NAME = ".imported.json"
"""Its name, in the content folder, where hidden files are not read; it belongs into git."""


@dataclass
class Ledger:
    """Files by their paths in the content folder: what each was made ``from``, and its hash.

    ``answers`` are what the person said: who signs for whom, and of each source where it was.
    ``addresses`` are the old ones of files that were taken in, with their paths.
    """

    content: Path
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, content: Path) -> Ledger:
        """Read what is kept. Raises CommandError if it is damaged."""
        file = content / NAME
        try:
            return (
                cls(content, **json.loads(file.read_text("utf-8")))
                if file.exists()
                else cls(content)
            )
        except (ValueError, TypeError):
            raise CommandError(f"{file} is damaged: bring it back from git") from None

    def write(self) -> None:
        """Write it, if anything has changed."""
        whole = {"files": self.files, "answers": self.answers, "addresses": self.addresses}
        text = json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        file = self.content / NAME
        if self.files and not (file.exists() and file.read_text("utf-8") == text):
            write_whole(file, text)

    def answer(self, question: str, given: str = "") -> str:
        """Return what was answered, now or in an earlier run, and remember it."""
        if given:
            self.answers[question] = given
        return self.answers.get(question, "")

    def source_of(self, path: str) -> str:
        """Return what a file was made of; empty if it was not imported."""
        return self.files.get(path, {}).get("from", "")

    def path_of(self, source: str) -> str:
        """Return the path of what was made of a source; empty if nothing was."""
        return next((path for path in self.files if self.source_of(path) == source), "")

    def note(self, path: str, source: str, data: bytes) -> None:
        """Remember a file that was written."""
        self.files[path] = {"from": source, "sha256": sha256_of(data)}

    def may_write(self, path: str) -> bool:
        """Whether a file is new, or still is as an import left it, and nobody has signed it."""
        file = self.content / path
        if not file.is_file():
            return path not in self.files  # else somebody has deleted it
        is_signed = any(file.parent.glob(f"{escape(file.name)}.*.sig"))
        known = self.files.get(path, {}).get("sha256")
        return not is_signed and sha256_of(file.read_bytes()) == known
