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
    """Files by their paths in the content folder: what each was made of, and its hash.

    ``answers`` are what the person said: who signs for whom, and of each source where it was.
    ``addresses`` are the old ones of files that were taken in, with their paths.
    """

    content: Path
    made: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, content: Path) -> Ledger:
        """Read what is kept. Raises CommandError if it is damaged."""
        file = content / NAME
        if not file.exists():
            return cls(content)
        try:
            said = json.loads(file.read_text("utf-8"))
            files = said["files"].items()
            made = {str(path): str(one["from"]) for path, one in files}
            hashes = {str(path): str(one["sha256"]) for path, one in files}
            return cls(content, made, hashes, dict(said["answers"]), dict(said["addresses"]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            message = "is damaged: bring it back from git, or delete it"
            raise CommandError(f"{file} {message}") from None

    def write(self) -> None:
        """Write it, if anything has changed."""
        files = {
            path: {"from": self.made[path], "sha256": self.hashes[path]}
            for path in sorted(self.made)
        }
        whole = {"files": files, "answers": self.answers, "addresses": self.addresses}
        text = json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        file = self.content / NAME
        if files and not (file.exists() and file.read_text("utf-8") == text):
            write_whole(file, text)

    def answer(self, question: str, given: str = "") -> str:
        """Return what was answered, now or in an earlier run, and remember it."""
        if given:
            self.answers[question] = given
        return self.answers.get(question, "")

    def path_of(self, source: str) -> str:
        """Return the path of what was made of a source; empty if nothing was."""
        return next((path for path, made in self.made.items() if made == source), "")

    def forget(self, source: str) -> None:
        """Forget what was made of a source."""
        for path in [path for path, made in self.made.items() if made == source]:
            del self.made[path], self.hashes[path]

    def note(self, path: str, source: str, data: bytes) -> None:
        """Remember a file that was written."""
        self.made[path], self.hashes[path] = source, sha256_of(data)

    def is_ours(self, path: str) -> bool:
        """Whether a file still is as an import left it, and nobody has signed it."""
        file = self.content / path
        if path not in self.hashes or not file.is_file() or any(file.parent.glob(_signed(file))):
            return False
        return sha256_of(file.read_bytes()) == self.hashes[path]


def _signed(file: Path) -> str:
    """Return the pattern of the names of signatures beside a file."""
    return f"{escape(file.name)}.*.sig"
