"""A year of a newsroom in sixty commits, and which of its texts readers could have seen.

Each step is a line: when, what, which file, what its header says besides the usual, and a word in
its text. What is called ``seen-…`` was public, and its entry stands and shows it; ``never-…`` was
not, or may be shown no more.
"""

from __future__ import annotations

import subprocess
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.repository import AUTHOR, MAIL, MESSAGE, Repository, entry, moment, statement

STEPS = """
01-02 09:00 | write  | posts/mill.md | | seen-mill-1
01-02 10:00 | write  | posts/mill.md | Approved_by: Ada Quill | seen-mill-1
01-03 09:00 | write  | posts/bread.md | Status: draft | never-bread-1
01-04 09:00 | write  | posts/bread.md | Status: draft | never-bread-2
01-05 09:00 | write  | posts/mill.md | | seen-mill-2
01-05 10:00 | write  | posts/bread.md | | seen-bread-1
01-06 09:00 | write  | posts/planned.md | Date: 2026-03-01 09:00 | never-planned-1
01-07 09:00 | write  | posts/planned.md | Date: 2026-03-01 09:00 | seen-planned-1
01-08 09:00 | write  | posts/gone.md | | never-gone-1
01-09 09:00 | write  | posts/gone.md | | never-gone-2
01-10 09:00 | write  | notes/thought.md | | never-thought-1
01-11 09:00 | write  | notes/thought.md | | seen-thought-1
01-12 09:00 | rename | notes/thought.md > posts/thought.md
01-13 09:00 | write  | posts/thought.md | | seen-thought-2
01-14 09:00 | write  | posts/old-name.md | | seen-moved-1
01-15 09:00 | rename | posts/old-name.md > posts/2026/newer.md
01-16 09:00 | write  | posts/2026/newer.md | Status: draft | never-moved-1
01-17 09:00 | write  | posts/2026/newer.md | | seen-moved-2
01-18 09:00 | rename | posts/2026/newer.md > posts/2026/newest.md
01-18 10:00 | write  | posts/old-name.md | | seen-other-1
01-19 09:00 | write  | posts/old-name.md | | seen-other-2
02-01 09:00 | write  | incidents/fire/statement.md | Status: draft | never-fire-1
02-01 09:10 | write  | incidents/fire/found.md | | never-found-1
02-01 09:20 | write  | incidents/fire/found.md | | seen-found-1
02-01 09:30 | write  | incidents/fire/statement.md | | seen-fire-1
02-01 09:40 | write  | incidents/fire/statement.md | Tags: fire | seen-fire-2
02-02 09:00 | branch | work
02-02 09:10 | write  | incidents/fire/found.md | | never-found-2
02-02 09:20 | write  | incidents/fire/found.md | | seen-found-2
02-02 09:30 | write  | posts/only-there.md | | never-there-1
02-02 09:35 | remove | posts/only-there.md
02-02 09:40 | branch | main
02-03 09:00 | write  | posts/mill.md | | seen-mill-3
02-03 10:00 | merge  | work
02-04 09:00 | write  | posts/mill.md | | seen-mill-2
02-05 09:00 | write  | posts/removed.md | | never-removed-1
02-06 09:00 | remove | posts/removed.md
03-02 09:00 | write  | posts/planned.md | Date: 2026-03-01 09:00 | seen-planned-2
03-03 09:00 | write  | posts/gone.md | Withdrawn: 2026-03-03 | Wrong. | never-gone-3
03-04 09:00 | write  | posts/back.md | | seen-back-1
03-05 09:00 | write  | posts/back.md | Withdrawn: 2026-03-05 | Wrong. | never-back-1
03-06 09:00 | write  | posts/back.md | | seen-back-2
03-07 09:00 | write  | posts/cut.md | | never-cut-1
03-08 09:00 | write  | posts/cut.md | | seen-cut-1
03-09 09:00 | write  | posts/cut.md | History: since 2026-03-08 09:00 | A name. | seen-cut-2
03-10 09:00 | write  | posts/all-cut.md | | never-all-1
03-11 09:00 | write  | posts/all-cut.md | History: none | A name. | seen-all-1
03-12 09:00 | write  | posts/broken.md | | seen-broken-1
03-13 09:00 | write  | posts/broken.md | Date: soon | never-broken-1
03-14 09:00 | write  | posts/broken.md | Summary: [[why]] | never-broken-2
03-15 09:00 | write  | posts/broken.md | | seen-broken-2
03-16 09:00 | write  | posts/mill.fr.md | Lang: fr; Status: draft | never-moulin-1
03-17 09:00 | write  | posts/mill.fr.md | Lang: fr | seen-moulin-1
03-18 09:00 | write  | posts/mill.fr.md | Lang: fr | seen-moulin-2
03-19 09:00 | write  | posts/hidden.md | Status: hidden | never-hidden-1
03-20 09:00 | write  | posts/hidden.md | | seen-hidden-1
03-21 09:00 | write  | posts/hidden.md | | seen-hidden-2
03-22 09:00 | write  | posts/.mill.md | | never-dot-1
03-23 09:00 | write  | posts/later.md | Date: 2027-01-01 09:00 | never-later-1
03-24 09:00 | write  | posts/later.md | Date: 2027-01-01 09:00 | never-later-2
03-20 09:00 | write  | posts/clock.md | | seen-clock-1
03-19 09:00 | write  | posts/clock.md | | seen-clock-2
"""
SHOWN = {
    "mill": "posts/mill/",
    "bread": "",  # one version alone was public
    "planned": "posts/planned/",
    "thought": "posts/thought/",
    "moved": "posts/newest/",
    "other": "posts/old-name/",
    "fire": "incidents/fire/statement/",
    "found": "incidents/fire/found/",
    "back": "posts/back/",
    "cut": "posts/cut/",
    "all": "posts/all-cut/",  # it says why there is no more
    "broken": "posts/broken/",
    "moulin": "fr/posts/mill/",
    "hidden": "posts/hidden/",
    "clock": "posts/clock/",
}
MERGED = "incidents/fire/found.md"
PADDING = "\n\n".join(f"This is paragraph {number} of a long text." for number in range(8))
COMMENTED = ("seen-mill-1", "seen-fire-1", "seen-moved-1")  # what stands now has no comment
COMMENT = "<!-- never-in-a-comment -->\n\n[//]: # (never-in-a-reference)\n"
CITATION = """\
Kind: social-post
Author: @mill
Publication: Chirrup
Url: https://chirrup.example/1
Published: 2025-12-31 09:00
Accessed: 2025-12-31 10:00
Screenshot: original.png
Sha256: {digest}
Alt: A post.

{text}
"""


def expected(name: str) -> list[str]:
    """The words that the versions of an entry have in their texts, newest first."""
    said = [line.rpartition("| ")[2] for line in STEPS.splitlines() if f"| seen-{name}-" in line]
    return [word for number, word in enumerate(said) if said[number - 1 : number] != [word]][::-1]


def replay(folder: Path) -> Repository:
    """Make a repository whose history is the story, and check its main branch out."""
    repository = Repository.begin(folder)
    story = _Story()
    picture = {name: png(name) for name in ("never-uncovered", "covered")}
    story.commit("01-01 09:00", {
        "authors/ada-quill.md": AUTHOR.encode(),
        "incidents/fire/original.png": picture["never-uncovered"],
        "incidents/fire/original.cite.md": cited(picture["never-uncovered"], "never-cited"),
    })  # fmt: skip
    for line in STEPS.strip().splitlines():
        when, verb, path, *rest = (part.strip() for part in line.split(" | ", 3))
        story.step(when, verb.strip(), path, *rest)
    story.commit("03-25 09:00", {
        "incidents/fire/original.png": picture["covered"],
        "incidents/fire/original.cite.md": cited(picture["covered"], "Fire!"),
    })  # fmt: skip
    subprocess.run(
        ["git", "fast-import", "--quiet"], cwd=folder, input=b"".join(story.said), check=True
    )
    repository.git("reset", "-q", "--hard", "main")
    return repository


def png(text: str) -> bytes:
    """A picture that is another one for each text."""
    shade = len(text)
    made = BytesIO()
    Image.new("RGB", (60, 40), (shade, shade * 2, shade * 3)).save(made, "PNG")
    return made.getvalue()


def cited(picture: bytes, text: str) -> bytes:
    """A citation with its screenshot."""
    return CITATION.format(digest=sha256(picture).hexdigest(), text=text).encode()


class _Story:
    """What ``git fast-import`` is told."""

    def __init__(self) -> None:
        self.said: list[bytes] = []
        self.branch = "main"

    def step(self, when: str, verb: str, path: str, rest: str = "|") -> None:
        """Tell one of the steps."""
        if verb == "branch":
            self.branch = path
            if path != "main":
                self.say(f"reset refs/heads/{path}\nfrom refs/heads/main\n")
        elif verb == "write":
            header, word = rest.rsplit("|", 1)
            lines = (line.split(": ", 1) for line in header.strip().split("; ") if line)
            source = self.source(path, word.strip(), dict(lines))
            self.commit(when, {path: source.encode()})
        elif verb == "rename":
            old, new = path.split(" > ")
            self.commit(when, f'R "content/{old}" "content/{new}"\n')
        elif verb == "remove":
            self.commit(when, f'D "content/{path}"\n')
        else:
            text = self.source(MERGED, "seen-found-2", {})  # what the branch has changed
            self.commit(when, {MERGED: text.encode()}, f"merge refs/heads/{path}\n")

    @staticmethod
    def source(path: str, word: str, header: dict[str, str]) -> str:
        """A file of an entry with a word in its text."""
        make = statement if path.endswith("statement.md") else entry
        text = f"{word}\n\n{PADDING}"
        return make("A title", f"{text}\n\n{COMMENT}" if word in COMMENTED else text, **header)

    def commit(self, when: str, changes: dict[str, bytes] | str, merged: str = "") -> None:
        """Tell a commit on the branch."""
        who = f"Never Seen <{MAIL}> {moment(f'2026-{when}'):%s} +0000"
        self.say(f"commit refs/heads/{self.branch}\nauthor {who}\ncommitter {who}\n")
        self.say(f"data {len(MESSAGE)}\n{MESSAGE}\n{merged}")
        if isinstance(changes, str):
            self.say(changes)
            return
        for path, data in changes.items():
            self.say(f'M 100644 inline "content/{path}"\ndata {len(data)}\n')
            self.said += [data, b"\n"]

    def say(self, text: str) -> None:
        """Tell a part of it."""
        self.said.append(text.encode())
