"""Whether what is deployed is in git, and where all others can see it.

Git is asked for what a commit holds, and the files themselves for what they are: what its
index believes, and what it is told to overlook, is no proof.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..model.problems import CommandError
from ..publish.programs import run

GO_ON = "or deploy with --allow-dirty"
_SUBMODULE = "160000"
_MAY_STAY = ("GIT_SSH", "GIT_TRACE", "GIT_CONFIG", "GIT_ASKPASS", "GIT_TERMINAL")


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
    """Where a project stands. ``used`` are files that count even where git ignores them."""
    code, commit = _git(project, "rev-parse", "--verify", "HEAD^{commit}")
    if code:
        return Standing("", said=commit)
    root = project.resolve()
    inside = {
        path.resolve().parent.joinpath(path.name).relative_to(root).as_posix()
        for path in used
        if path.resolve().parent.is_relative_to(root)
    }
    return Standing(commit, tuple(sorted(_differing(root, commit, inside))))


def refuse_dirty(project: Path, used: Iterable[Path] = ()) -> None:
    """Raises CommandError unless all that is deployed is committed and pushed."""
    found = standing(project, used)
    if not found.commit:
        said = f" ({found.said})" if "dubious ownership" in found.said else ""
        raise CommandError(f"there is no commit to deploy{said}: put the project into git, {GO_ON}")
    if names := found.differing:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        raise CommandError(
            f"not committed: {', '.join(names[:3])}{more}: commit what is to be public, {GO_ON}"
        )
    code, holding = _git(project, "for-each-ref", "--contains", "HEAD", "refs/remotes")
    if code or not holding:
        raise CommandError(f"this commit is on no remote branch: push it, {GO_ON}")


def _differing(folder: Path, commit: str, used: set[str]) -> Iterable[str]:
    """Files below a folder that a commit holds otherwise or not at all."""
    held: dict[str, tuple[str, str]] = {}
    for entry in _git(folder, "ls-tree", "-r", "-z", commit)[1].split("\0"):
        about, _, path = entry.partition("\t")
        if path:
            mode, _, digest = about.split(" ")
            held[path] = mode, digest
    files = {path: digest for path, (mode, digest) in held.items() if mode != _SUBMODULE}
    yield from _changed(folder, files)
    for path in held.keys() - files.keys():
        yield from _in_submodule(folder, path, held[path][1], used)
    beside = ("ls-files", "--others", "--exclude-standard", "-z")
    others = {path for path in _git(folder, *beside)[1].split("\0") if path}
    own = tuple(f"{path}/" for path in held.keys() - files.keys())
    yield from others | {path for path in used - files.keys() if not path.startswith(own)}


def _in_submodule(folder: Path, path: str, commit: str, used: set[str]) -> Iterable[str]:
    """What differs in a submodule from the commit that is recorded of it."""
    inside = {name.removeprefix(f"{path}/") for name in used if name.startswith(f"{path}/")}
    code, head = _git(folder / path, "rev-parse", "--verify", "HEAD^{commit}")
    if code or head != commit:
        yield path
        return
    for name in _differing(folder / path, commit, inside):
        yield f"{path}/{name}"
    code, holding = _git(folder / path, "for-each-ref", "--contains", "HEAD", "refs/remotes")
    if code or not holding:
        yield f"{path} (its commit is on no remote branch)"


def _changed(folder: Path, files: dict[str, str]) -> Iterable[str]:
    """Those whose bytes, as git would store them, are not those of the commit."""
    plain: list[str] = []
    for path, digest in files.items():
        try:
            mode = (folder / path).lstat().st_mode
        except OSError:  # it is gone, or left out of a sparse checkout
            yield path
            continue
        if stat.S_ISLNK(mode):
            told = (folder / path).readlink().as_posix()
            if _git(folder, "hash-object", "--stdin", given=told)[1] != digest:
                yield path
        elif stat.S_ISREG(mode) and "\n" not in path:
            plain.append(path)
        else:
            yield path
    # From the top: git takes these names from there, wherever it is called.
    top, prefix = (
        _git(folder, "rev-parse", f"--show-{what}")[1] for what in ("toplevel", "prefix")
    )
    asked = "".join(f"{prefix}{path}\n" for path in plain)
    code, said = _git(Path(top), "hash-object", "--stdin-paths", given=asked)
    found = said.split()
    if code or len(found) != len(plain):
        raise CommandError(f"git cannot read the files ({said.strip()}): mend that, {GO_ON}")
    yield from (path for path, digest in zip(plain, found, strict=True) if files[path] != digest)


def _git(folder: Path, *arguments: str, given: str = "") -> tuple[int, str]:
    """Exit code, and what it printed, or says is wrong; of this folder's repository, no other."""
    ours = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(_MAY_STAY)
    }
    command = ["git", "-c", "core.quotePath=false", *arguments]
    try:
        done = run(command, given, cwd=folder, env=ours | {"LC_ALL": "C"})
    except FileNotFoundError:
        return 1, ""
    return done.code, (done.errors if done.code else done.printed).rstrip("\n")
