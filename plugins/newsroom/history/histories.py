"""The versions of each public entry, from the git history of its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from ..model.entry import Entry
from ..model.newsroom import Newsroom
from ..model.settings import Settings
from ..model.signed import signed_text
from ..model.version import Histories, Version
from ..reading.checks import HistoryReader
from ..reading.memory import digest_of
from ..reading.scan import is_entry
from .branch import Store, commits_of
from .earlier import Blob, Earlier, context_like, read_earlier
from .published import Branch, State, needed, public_versions
from .repository import HistoryError, Repository

_NAMES = {40: "sha1", 64: "sha256"}  # how git makes hashes, by their length


@dataclass(frozen=True)
class Sources:
    """The sources of what is ``public`` now; ``digests`` by paths, as ``digest_of`` makes them."""

    content: Path
    public: Newsroom
    digests: Mapping[str, str]
    settings: Settings
    now: datetime

    def read(self, path: str) -> bytes:
        """Return the bytes of a file."""
        return (self.content / path).read_bytes()

    def blob(self, path: str, length: int) -> str:
        """Return the hash that git knows a file by, in so many digits."""
        algorithm = _NAMES[length]
        return self.digests[path] if length == 40 else digest_of(self.read(path), algorithm)


def reader(
    content: Path, settings: Settings, now: datetime, store: Store | None = None
) -> HistoryReader:
    """Return what reads the histories of a content folder's entries, for ``check``."""

    def read(public: Newsroom, digests: Mapping[str, str]) -> Histories:
        return read_histories(Sources(content, public, digests, settings, now), store)

    return read


def read_histories(sources: Sources, store: Store | None = None) -> Histories:
    """Read which versions of the public entries were public, from git, and from what is kept."""
    repository = Repository(sources.content)
    try:
        head = repository.head()
        named = partial(is_entry, settings=sources.settings)
        branch = Branch(commits_of(repository, head, store, named))
        return Histories(dict(_all(sources, branch, repository, store)))
    except HistoryError as error:
        return Histories(why=str(error))


def _all(
    sources: Sources, branch: Branch, repository: Repository, store: Store | None
) -> Iterator[tuple[str, tuple[Version, ...]]]:
    public, length = sources.public, len(branch.commits[0].id)
    shown = {each.path: each for each in public.entries if _has_history(public, each)}
    changed: dict[str, list[State]] = {}
    for path, states in branch.followed(shown).items():
        blobs = {blob for _, _, blob in states if blob}
        if len(blobs | {sources.blob(path, length)}) > 1 or public.history_limits(shown[path]):
            changed[path] = states
    wanted: set[Blob] = set()
    for states in changed.values():
        wanted.update(needed(branch, states))
    context = context_like(sources.settings, sources.now, sources.content)
    read = read_earlier(wanted, repository, context, store)
    for path, states in changed.items():
        entry = shown[path]
        _, then, blob = states[0]
        same = read.get((then, blob)) if blob == sources.blob(path, length) else None
        text = same.text if same else signed_text(sources.read(path))
        committed = public_versions(branch, states, read, sources.now)
        changed_at = [public.updated(entry), *([entry.modified.at] if entry.modified else [])]
        found = _merged(entry, text, max(changed_at), committed)
        limits = public.history_limits(entry)
        kept = [each for each in found[1:] if all(limit.shows(each.since) for limit in limits)]
        if kept or limits:
            yield path, (found[0], *kept)


def _has_history(public: Newsroom, entry: Entry) -> bool:
    return public.is_listed(entry) and not public.withdrawal(entry)


def _merged(
    entry: Entry, text: bytes, changed_at: datetime, earlier: Iterable[tuple[datetime, Earlier]]
) -> list[Version]:
    """Return the versions with what stands now first; of those with one text one is left.

    Of what is not committed, the header alone says since when it stands.
    """
    committed = [Version(since, each.text, each.entry) for since, each in earlier]
    since = max([changed_at, *(each.since for each in committed[:1])])
    found = [Version(since, text, lambda: entry)]
    for version in committed:
        if _folded(version.text) == _folded(found[-1].text):
            found[-1] = replace(found[-1], since=version.since)
        else:
            found.append(version)
    return found


def _folded(text: bytes) -> bytes:
    """Return a text with the ends of lines that git keeps."""
    return text.replace(b"\r\n", b"\n")
