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
from ..model.version import Histories, Said, Version
from ..reading.checks import HistoryReader
from ..reading.memory import digest_of
from ..reading.scan import is_entry
from .branch import OneReading, Store, commits_of
from .earlier import Blob, Earlier, Files, digests_of
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

    def changed_at(self, entry: Entry) -> datetime:
        """Return when an entry changed last, by what its header says."""
        modified = [entry.modified.at] if entry.modified else []
        return max([self.public.updated(entry), *modified])

    @property
    def held_back(self) -> set[str]:
        """The texts that are not public, and the folders of incidents without a public one."""
        public = self.public
        shown = {file.path for file in (*public.entries, *public.citations, *public.pages)}
        found = {path for path in self.digests if path.endswith(".md")} - shown
        found -= {file.path for file in (*public.authors, *public.goals)}
        folders = (path.removesuffix("/statement.md") for path in found)
        return found.union(folder for folder in folders if folder.startswith("incidents/"))

    def blob(self, path: str, length: int) -> str:
        """Return the hash that git knows a file by, in so many digits."""
        algorithm = _NAMES[length]
        return self.digests[path] if length == 40 else digest_of(self.read(path), algorithm)


def reader(
    content: Path, settings: Settings, now: datetime, store: Store | None = None
) -> HistoryReader:
    """Return what reads the histories of a content folder's entries, for ``check``.

    They come from git, and from what is kept. Nothing that is wrong with a repository raises.
    """

    def read(public: Newsroom, digests: Mapping[str, str]) -> Histories:
        if not settings.history:
            return Histories()
        sources, repository = Sources(content, public, digests, settings, now), Repository(content)
        try:
            head = repository.head()
            kept = store or OneReading()
            commits = commits_of(repository, head, kept, partial(is_entry, settings=settings))
            return Histories(dict(_all(sources, Branch(commits), repository, kept)))
        except HistoryError as error:
            return Histories(why=str(error))

    return read


def _all(
    sources: Sources, branch: Branch, repository: Repository, store: Store
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
    files = Files.of(repository, sources.content, sources.settings, sources.now, store)
    facts = files.facts(wanted)
    held_back = sources.held_back
    for path, states in changed.items():
        entry, (_, then, blob) = shown[path], states[0]
        is_committed = blob == sources.blob(path, length)
        standing = facts.get((then, blob)) if is_committed else None
        public_then = public_versions(branch, states, facts, sources.now)
        versions = (each for each in public_then if not each[2].links & held_back)
        found = _merged(sources, entry, standing, versions, files)
        limits = public.history_limits(entry)
        kept = [each for each in found[1:] if all(limit.shows(each.since) for limit in limits)]
        if kept or limits:
            yield path, (found[0], *kept)


def _has_history(public: Newsroom, entry: Entry) -> bool:
    return public.is_listed(entry) and not public.withdrawal(entry)


def _merged(
    sources: Sources,
    entry: Entry,
    standing: Earlier | None,
    versions: Iterable[tuple[datetime, Blob, Earlier]],
    files: Files,
) -> list[Version]:
    """Return the versions with what stands now first; of those with one text one is left.

    Of what is not committed, the header alone says since when it stands.
    """

    def read() -> Said:
        return signed_text(sources.read(entry.path)), entry

    known = (standing.digest, standing.alike) if standing and standing.digest else None
    digest, last = known or digests_of(read()[0])
    found = [Version(sources.changed_at(entry), digest, read)]
    for since, blob, earlier in versions:
        if earlier.alike == last:
            found[-1] = replace(found[-1], since=since)
        else:
            found.append(Version(since, earlier.digest, partial(files.said, *blob)))
        last = earlier.alike
    if len(found) > 1:
        found[0] = replace(found[0], since=max(found[0].since, found[1].since))
    return found
