"""From what a target has to what it should have: what goes, in which order, and what stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from ..model import addresses as to
from ..model.policy import Policy
from .release import Delivery, Release, Step, Target, is_twin, twins_in

ASSETS, NEW_PAGES, PAGES, LISTS = "assets", "new pages", "pages", "lists and feeds"
# A page in a cache, or in a tab, still asks for the assets of its own release.
KEPT_RELEASES = 5

_LISTS = re.compile(
    rf"(?:[a-z-]+/)?(?:{'|'.join((*to.SINGLE, to.INCIDENTS, 'categories/', 'tags/'))})?index\.html"
    rf"|\d{{4}}/.*|{to.STATES_FOLDER}.*|(?:categories|tags)/.*|{to.FEEDS}.*"
    rf"|(?:.*/)?feed\.(?:atom|json)|sitemap[^/]*\.xml|{to.NEWS_SITEMAP}|{to.SITEMAP}|{to.ROBOTS}"
    rf"|{to.PAGEFIND}pagefind-entry\.json|{re.escape(to.WELL_KNOWN)}/(?:statements|sha256sums).*"
)
# Styles and scripts, of the theme or at the top. Of content nothing stays.
_OF_THE_HOUSE = re.compile(r"(?:theme/.*|[^/]*)-h[0-9a-f]{12}\.\w+(?:\.br|\.gz)?")


@dataclass(frozen=True)
class Source:
    """A site that is to become a release; the fields are those of ``Release``."""

    folder: Path
    built: datetime
    files: Mapping[str, str]
    policy: Policy
    shown: Mapping[str, str]
    commit: str = ""
    note: str = ""


def plan(target: Target, source: Source, now: datetime, most_releases: int) -> Delivery:
    """Plan how ``target`` gets to ``source``; at most ``most_releases`` are remembered there."""
    releases, pending = target.releases(), target.pending()
    live = releases[-1] if releases else None
    left = set() if target.sends_twins else twins_in(source.files)
    files = {path: digest for path, digest in source.files.items() if path not in left}
    # What readers may see now: of a deploy that was interrupted, a file has gone or not.
    before = (*releases[-1:], *pending)
    public = [item.everything for item in before]
    there: set[str] = set().union(*public)
    kept = {
        path: digest
        for item in releases[-KEPT_RELEASES:]
        for path, digest in item.files.items()
        if _OF_THE_HOUSE.fullmatch(path) and path not in files
        if all(path in one for one in public)
    }
    digest = sha256(repr(sorted(files.items())).encode()).hexdigest()
    release = Release(
        id=f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest[:8]}",
        built=source.built.isoformat(),
        deployed=now.isoformat(),
        commit=source.commit,
        files=files,
        kept=kept,
        shown=dict(source.shown),
        policy=source.policy.digest,
        note=source.note,
    )
    is_new = not live or (
        target.sent_headers and any(item.policy != release.policy for item in before)
    )
    changed = [
        path
        for path, digest in sorted(files.items())
        if is_new or any(one.get(path) != digest for one in public)
    ]
    forgotten = [item.id for item in releases][: max(0, len(releases) + 1 - most_releases)]
    return Delivery(
        release=release,
        folder=source.folder,
        steps=_steps(changed, there),
        deleted=tuple(sorted(there - set(release.everything))),
        live=live,
        forgotten=tuple(forgotten),
        resumes=bool(pending),
    )


def is_up_to_date(delivery: Delivery) -> bool:
    """Whether readers see just this already, and hosts are told the same."""
    live = delivery.live
    return (
        live is not None
        and live.policy == delivery.release.policy
        and not (delivery.resumes or delivery.steps or delivery.deleted)
    )


def _steps(paths: Iterable[str], there: set[str]) -> tuple[Step, ...]:
    """Put paths in order: assets, pages that nobody links to yet, pages, and what lists them."""
    groups: dict[str, list[str]] = {name: [] for name in (ASSETS, NEW_PAGES, PAGES, LISTS)}
    for path in paths:
        plain = path.rpartition(".")[0] if is_twin(path) else path
        if _LISTS.fullmatch(plain):
            groups[LISTS].append(path)
        elif not plain.endswith(".html"):
            groups[ASSETS].append(path)
        else:
            groups[PAGES if plain in there else NEW_PAGES].append(path)
    return tuple(Step(name, tuple(found)) for name, found in groups.items() if found)
