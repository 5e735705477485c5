"""Whether what is deployed is in git, and where all others can see it.

Files are compared by their bytes, by an index made anew from the commit: what the index
of the project believes, and what it is told to overlook, is no proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ..model.problems import CommandError
from .git import git

GO_ON = "or deploy with --allow-dirty"
_SUBMODULE = "160000"


@dataclass(frozen=True)
class Standing:
    """The commit that a project stands at, in hex, and the files that differ from it.

    ``said`` is what git says where there is none.
    """

    commit: str
    differing: tuple[str, ...] = ()
    said: str = ""

    @property
    def name(self) -> str:
        """The commit; it ends in ``-dirty`` where files differ from it."""
        return f"{self.commit}-dirty" if self.commit and self.differing else self.commit


def standing(project: Path, used: Iterable[Path] = ()) -> Standing:
    """Return where a project stands. ``used`` are files that count even if git ignores them."""
    head = git(project, "rev-parse", "--verify", "HEAD^{commit}")
    if head.code:
        return Standing("", said=head.errors.strip())
    root, commit = project.resolve(), head.printed.strip()
    inside = {
        path.resolve().parent.joinpath(path.name).relative_to(root).as_posix()
        for path in used
        if path.resolve().parent.is_relative_to(root)
    }
    return Standing(commit, tuple(sorted(set(_differing(root, commit, inside)))))


def refuse_dirty(project: Path, used: Iterable[Path] = ()) -> None:
    """Raise CommandError unless all that is deployed is committed and pushed."""
    found = standing(project, used)
    if not found.commit:
        said = f" ({found.said})" if "dubious ownership" in found.said else ""
        raise CommandError(f"there is no commit to deploy{said}: put the project into git, {GO_ON}")
    if names := found.differing:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        raise CommandError(
            f"not committed: {', '.join(names[:3])}{more}: commit what is to be public, {GO_ON}"
        )
    if not _is_pushed(project):
        raise CommandError(f"this commit is on no remote branch: push it, {GO_ON}")


def _is_pushed(folder: Path) -> bool:
    done = git(folder, "for-each-ref", "--contains", "HEAD", "refs/remotes")
    return not done.code and bool(done.printed)


def _differing(folder: Path, commit: str, used: set[str]) -> Iterator[str]:
    """Yield the files below a folder that a commit holds otherwise or not at all."""
    with TemporaryDirectory() as work:
        index = {"GIT_INDEX_FILE": str(Path(work, "index"))}

        def listed(*arguments: str) -> list[str]:
            done = git(folder, *arguments, own=index)
            if done.code:
                said = done.errors.strip()
                raise CommandError(f"git cannot read the files ({said}): mend that, {GO_ON}")
            return [text for text in done.printed.split("\0") if text]

        listed("read-tree", commit)
        yield from listed("ls-files", "-z", "--modified", "--others", "--exclude-standard")
        staged = (entry.partition("\t") for entry in listed("ls-files", "-z", "--stage"))
        held = {path: about for about, _, path in staged}
    yield from _in_submodules(folder, held, used)
    inside = tuple(f"{path}/" for path, about in held.items() if about.startswith(_SUBMODULE))
    yield from (path for path in used - held.keys() if not path.startswith(inside))


def _in_submodules(folder: Path, held: dict[str, str], used: set[str]) -> Iterator[str]:
    """Yield what differs in submodules. ``held`` says mode, commit and stage of each path."""
    for path, about in held.items():
        mode, commit, _ = about.split()
        if mode != _SUBMODULE:
            continue
        there = folder / path
        head = git(there, "rev-parse", "--verify", "HEAD^{commit}") if there.is_dir() else None
        if head is None or head.code or head.printed.strip() != commit:
            yield path
            continue
        inside = {name.removeprefix(f"{path}/") for name in used if name.startswith(f"{path}/")}
        yield from (f"{path}/{name}" for name in _differing(there, commit, inside))
        if not _is_pushed(there):
            yield f"{path} (its commit is on no remote branch)"
