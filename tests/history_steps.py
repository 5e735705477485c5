"""Steps of a sequence of edits that commit, go back, and write a history anew."""

from __future__ import annotations

from tests.incremental_steps import ENTRIES, append, pick
from tests.repository import Repository
from tests.twins import Twin


def commit(twin: Twin, which: int, what: int) -> str:
    """Commit all that is there; then one change more, another last commit, or an older one."""
    repository = Repository(twin.folder, twin.folder / "content")
    if not (twin.folder / ".git").is_dir():
        repository.git("init", "-q", "-b", "main")
    day = f"2026-03-{1 + what % 14:02}"
    kept = ("commit", "-q", "--allow-empty", "-a", "-m", "x")
    repository.git("add", "content")
    repository.git(*kept, at=f"{day} 08:00")
    if file := pick(twin, ENTRIES, which):
        append(file, what)
        repository.git(*kept, at=f"{day} 10:00")
    if which % 3 == 1:
        repository.git(*kept, "--amend", at=f"{day} 11:00")
    if which % 3 == 2:
        repository.git("reset", "-q", "--hard", "HEAD~1")
    return f"{file and file.name}, {('', 'amended', 'taken back')[which % 3]}, {day}"


HISTORY = {"commit": commit}
