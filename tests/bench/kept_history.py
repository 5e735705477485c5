"""A corpus with a past: a git repository with changes of posts, and signed updates."""

from __future__ import annotations

import subprocess
from pathlib import Path
from random import Random

from newsroom.model.signed import namespace, signed_text

from tests.bench.corpus import PEOPLE, Corpus, slug_of
from tests.signing import public_key, sign

COMMITS = 2_000
SIGNED = 100
DOMAIN = "newsroom.alderandquince.example"
_BEGUN = 1_600_000_000  # seconds since 1970
_WHO = "A Writer <writer@alderandquince.example>"


def give_past(corpus: Corpus, commits: int = COMMITS) -> None:
    """Sign a hundred updates, commit all, and change a post with each further commit."""
    _sign_updates(corpus)
    _git(corpus.folder, "init", "-q", "-b", "main")
    _git(corpus.folder, "fast-import", "--quiet", "--force", given=_stream(corpus, commits))
    _git(corpus.folder, "reset", "-q", "--hard", "main")


def _sign_updates(corpus: Corpus) -> None:
    for name in PEOPLE:
        file = corpus.content / "authors" / f"{slug_of(name)}.md"
        header, _, body = file.read_text("utf-8").partition("\n\n")
        file.write_text(f"{header}\nKey: {public_key(name).line}\n\n{body}", "utf-8")
    files = sorted((corpus.content / "incidents").glob("*/*.md"))
    updates = [file for file in files if file.name.count(".") == 1][:SIGNED]
    for file in updates:
        source = file.read_bytes()
        line = next(line for line in source.decode().splitlines() if line.startswith("Author"))
        name = line.partition(": ")[2].partition(";")[0]
        made = sign(signed_text(source), name, namespace(DOMAIN))
        file.with_name(f"{file.name}.{slug_of(name)}.sig").write_bytes(made)


def _stream(corpus: Corpus, commits: int) -> bytes:
    """Return what ``git fast-import`` makes of all that is there, and of the changes."""
    random = Random("history")
    texts = {
        file.relative_to(corpus.folder).as_posix(): file.read_bytes()
        for file in sorted(corpus.content.rglob("*"))
        if file.is_file()
    }
    posts = [f"content/{post.file}" for post in corpus.posts]
    found = [_commit(0, texts)]
    for number in range(1, commits + 1):
        path = random.choice(posts)
        texts[path] = texts[path].rstrip() + f"\n\nMore of it, {number}.\n".encode()
        found.append(_commit(number, {path: texts[path]}))
    return b"".join(found)


def _commit(number: int, files: dict[str, bytes]) -> bytes:
    at = _BEGUN + number * 3600
    lines = [f"commit refs/heads/main\ncommitter {_WHO} {at} +0000\ndata 0\n".encode()]
    for path, data in files.items():
        lines.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
    return b"".join(lines)


def _git(folder: Path, *arguments: str, given: bytes = b"") -> None:
    subprocess.run(["git", *arguments], cwd=folder, input=given, check=True, capture_output=True)
