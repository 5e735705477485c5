"""What comes next: the commands that a person at the desk types after this one."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .desk import Desk
from .result import Result


def next_steps(desk: Desk, result: Result, content: str = "") -> list[str]:
    """The lines that end a command: how what it made comes to its readers.

    ``content`` is the folder as it was given on the command line. A result of
    nothing but what was there already has no lines.
    """
    ours = [file for file in result.files if file.path.is_relative_to(desk.content)]
    if all(file.did == "kept" for file in ours):
        return []
    steps: list[tuple[str, str]] = []
    if result.draft:
        shown = desk.shown_file(result.draft)
        by = " --by NAME" if desk.settings.require_approval else ""
        option = f" --content={shlex.quote(content)}" if content else ""
        steps += [
            ("Write", f"{shown}: fill in what stands in [[double brackets]]."),
            ("See", f"invoke serve{option}"),
            ("Approve", f"invoke approve {as_argument(result.draft)}{by}{option}"),
        ]
    elif result.then:
        steps.append(("Go on", result.then))
    files = not_in_git(desk.content, [*(file.path for file in ours), *result.goes_along])
    steps.append(("Commit", _commit(files, ours[-1].path)))
    if not result.then:
        steps.append(("Publish", "invoke deploy"))
    return ["", *(f"{what:<9}{how}" for what, how in steps)]


def not_in_git(folder: Path, files: Sequence[Path]) -> list[Path]:
    """Those files of a folder that git does not have as they are; all where there is no git."""
    names = [os.path.relpath(file, folder) for file in dict.fromkeys(files)]
    listing = ["ls-files", "--modified", "--others", "--exclude-standard", "-z", "--", *names]
    try:
        done = subprocess.run(
            ["git", "--literal-pathspecs", "-C", str(folder), *listing],
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return list(dict.fromkeys(files))
    if done.returncode:
        return list(dict.fromkeys(files))
    changed = set(os.fsdecode(done.stdout).split("\0"))
    return [folder / name for name in names if name in changed]


def as_argument(file: Path) -> str:
    """A file as seen from here, quoted for a shell."""
    return shlex.quote(os.path.relpath(file))


def _commit(files: Sequence[Path], last: Path) -> str:
    what = f"{last.parent.name}/{last.name.partition('.')[0]}"
    added = f"git add {' '.join(map(as_argument, files))} && " if files else ""
    return f"{added}git commit -m {shlex.quote(f'Newsroom: {what}')} && git push"
