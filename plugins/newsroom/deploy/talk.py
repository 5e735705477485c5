"""What a deploy says on the terminal: the plan, how it goes on, what went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from .channels import Told
from .operations import Deployed, Project
from .release import Delivery, Release, is_twin
from .targets import Declared

SHOWN = 10


def plan_lines(delivery: Delivery, whole: bool) -> Iterator[str]:
    """What would go and what would be removed; all paths, if asked for the ``whole``."""
    groups = [(step.name, step.paths) for step in delivery.steps]
    if delivery.deleted:
        groups.append(("deletions", delivery.deleted))
    for name, paths in groups:
        yield f"{name}: {count(len(paths), 'file')}"
        shown = [path for path in paths if not is_twin(path)]
        yield from (f"  {path}" for path in (shown if whole else shown[:SHOWN]))
        if not whole and len(shown) > SHOWN:
            yield f"  … and {len(shown) - SHOWN} more"
    if delivery.release.kept:
        yield f"kept from earlier releases: {count(len(delivery.release.kept), 'asset')}"


def summary(done: Deployed, there: Declared, dry_run: bool = False) -> Iterator[str]:
    """What a deploy did, or that it only looked."""
    delivery = done.delivery
    release, live = delivery.release, delivery.live
    if not done.is_news:
        yield f"{there.target.name} is up to date: release {live.id if live else ''}"
        return
    if dry_run:
        yield "this was a dry run: nothing has gone"
        return
    sent = sum(len(step.paths) for step in delivery.steps)
    whole = len(release.everything)
    removed = f", {len(delivery.deleted)} removed" if delivery.deleted else ""
    yield f"release {release.id} is live at {there.url or there.target.name}"
    yield f"sent {sent} of {count(whole, 'file')} ({_bytes(done.size)}){removed}"
    if live and live.policy != release.policy and there.kind in ("folder", "rsync", "s3"):
        yield "warning: the headers have changed: take output.hosting/ to the server"
    yield from told_lines(done.told)


def held_back_lines(
    waiting: Sequence[tuple[datetime, str]], project: Project, target: str
) -> Iterator[str]:
    """What waits for its time, and that somebody has to deploy then."""
    for at, path in waiting:
        when = f"{at.astimezone(project.settings.zone):%Y-%m-%d %H:%M %Z}"
        yield f"held back until {when}: {project.content.name}/{path}"
    if waiting:
        yield f"time alone publishes nothing: run invoke deploy {target} again then, or have it"
        yield "  done: see docs/schedule.md; invoke due names the next moment"


def told_lines(told: Iterable[Told]) -> list[str]:
    """Who was told, or why not."""
    return [item.message if item.ok else f"warning: {item.message}" for item in told]


def release_lines(releases: Sequence[Release]) -> Iterator[str]:
    """Releases, newest first."""
    if not releases:
        yield "nothing has been deployed there yet"
    for number, release in enumerate(reversed(releases)):
        about = [f"{release.deployed[:16].replace('T', ' ')} UTC", f"{len(release.files)} files"]
        about += [f"commit {release.commit[:10]}"] if release.commit else []
        about += [release.note] if release.note else []
        yield f"{release.id}  {'live   ' if number == 0 else '       '}{', '.join(about)}"


def count(number: int, noun: str) -> str:
    """``1 file``, ``3 files``"""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _bytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, size // 1000)} KB"
