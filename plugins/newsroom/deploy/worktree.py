"""Whether what is deployed is in git, and where all others can see it.

Files are compared by their bytes, by an index made anew from the commit: what the index
of the project believes, and what it is told to overlook, is no proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from ..model.problems import CommandError
from ..publish.programs import why
from .git import git

GO_ON = "or deploy with --allow-dirty"
_SUBMODULE = "160000"


def commit_of(project: Path, allow_dirty: bool, used: Iterable[Path] = ()) -> str:
    """Return the commit that a project stands at, in hex, with ``-dirty`` where files differ.

    ``used`` are files that count even if git ignores them. Raises CommandError for what is
    not committed or not pushed, unless ``allow_dirty``.
    """
    head = git(project, "rev-parse", "--verify", "HEAD^{commit}")
    if head.returncode:
        if allow_dirty:
            return ""
        raise CommandError(
            f"there is no commit to deploy ({why(head)}): put the project into git, {GO_ON}"
        )
    root, commit = project.resolve(), head.stdout.strip()
    places = {path.parent.resolve() / path.name for path in used if path.is_file()}
    inside = {path.relative_to(root).as_posix() for path in places if path.is_relative_to(root)}
    names = sorted(set(_differing(root, commit, inside)))
    if allow_dirty:
        return f"{commit}-dirty" if names else commit
    if names:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        raise CommandError(
            f"not committed: {', '.join(names[:3])}{more}: commit what is to be public, {GO_ON}"
        )
    if not _is_pushed(root):
        raise CommandError(f"this commit is on no remote branch: push it, {GO_ON}")
    return commit


def _is_pushed(folder: Path) -> bool:
    return bool(git(folder, "for-each-ref", "--contains", "HEAD", "refs/remotes").stdout)


def _differing(folder: Path, commit: str, used: set[str]) -> Iterator[str]:
    """Yield the files below a folder that a commit, or that of a submodule, holds otherwise."""
    with TemporaryDirectory() as work:
        index = {"GIT_INDEX_FILE": str(Path(work, "index"))}

        def listed(*arguments: str) -> list[str]:
            done = git(folder, *arguments, own=index)
            if done.returncode:
                raise CommandError(f"git cannot read {folder} ({why(done)}): mend that")
            return [text for text in done.stdout.split("\0") if text]

        listed("read-tree", commit)
        yield from listed("ls-files", "-z", "--modified", "--others", "--exclude-standard")
        entries = [entry.partition("\t") for entry in listed("ls-files", "-z", "--stage")]
    parts = {path: about.split()[1] for about, _, path in entries if about.startswith(_SUBMODULE)}
    for part, its_commit in parts.items():
        there = folder / part
        if not there.is_dir() or git(there, "rev-parse", "HEAD").stdout.strip() != its_commit:
            yield part
            continue
        inside = {path.removeprefix(f"{part}/") for path in used if path.startswith(f"{part}/")}
        yield from (f"{part}/{path}" for path in _differing(there, its_commit, inside))
        if not _is_pushed(there):
            yield f"{part} (its commit is on no remote branch)"
    elsewhere = tuple(f"{part}/" for part in parts)
    held = {path for _, _, path in entries}
    yield from (path for path in used - held if not path.startswith(elsewhere))
