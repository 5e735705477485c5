"""What ``invoke publish``, ``deploy``, ``releases``, ``rollback``, ``verify`` and ``due`` do."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from .. import command
from ..commands.due import Change, next_change, since
from ..commands.terminal import show_problems
from ..files import files_in
from ..model.policy import Policy
from ..model.problems import CommandError, Problem, nearest
from ..model.settings import Settings
from ..publish.finish import Publishing, last_manifest, manifest_file
from ..publish.manifest import Manifest, hash_of
from ..reading.checks import Checkup, check
from ..reading.urls import unlisted_files
from .channels import Channels, News, Told, announce
from .live_site import Difference, Expected, verify
from .plan import Source, is_up_to_date, plan
from .release import Delivery, Release, Watch, twins_in
from .shown import shown, taken_back
from .targets import Declared, declared
from .worktree import refuse_dirty, standing

SECRET_OF_WEBHOOK = "NEWSROOM_WEBHOOK_SECRET"


@dataclass(frozen=True)
class Project:
    """The site that is published. ``conf`` is the file of its production settings."""

    conf: Path
    content: Path
    settings: Settings
    now: datetime

    @classmethod
    def at(cls, conf: Path) -> Project:
        """Raises CommandError for settings that are wrong."""
        content, settings, now = command.read(conf)
        return cls(conf, content, replace(settings, search=True), now)

    @property
    def root(self) -> Path:
        """The folder of the project."""
        return self.conf.parent

    @property
    def output(self) -> Path:
        """What is made public."""
        return self.root / "output"

    @property
    def policy(self) -> Policy:
        """What hosts are to say with each file."""
        return Policy.of(self.settings.headers, self.settings.search)

    def target(self, name: str) -> Declared:
        """Raises SettingsError if no such target is declared as it should be."""
        return declared(name, self.settings, self.root, self.content)

    def checkup(self, now: datetime) -> Checkup:
        """Today's content. Raises CommandError, having shown them, if there are errors."""
        found = check(self.content, self.settings, now)
        if found.has_errors:
            show_problems(problem for problem in found.problems if not problem.is_warning)
            raise CommandError("the content has errors: mend them, and run it again")
        return found


def publish(project: Project, meta_policy: bool = False) -> Manifest:
    """Build for the public, guard, check, compress and list. Raises CommandError."""
    code = command.build(
        project.conf, None, str(project.output), publish=True, meta_policy=meta_policy
    )
    manifest = last_manifest(project.output)
    if code or manifest is None:
        raise CommandError("nothing was published: output/ is as it was")
    return manifest


@dataclass(frozen=True)
class Deployed:
    """What a deploy did, or would do. ``told`` is who was told of it, ``size`` in bytes."""

    delivery: Delivery
    is_news: bool
    size: int = 0
    told: tuple[Told, ...] = ()


def deploy(
    project: Project,
    name: str,
    watch: Watch,
    planned: Callable[[Delivery], None],
    allow_dirty: bool = False,
    dry_run: bool = False,
) -> Deployed:
    """Publish, and bring what changed to a target. ``planned`` is shown the plan first.

    Raises CommandError, before anything is sent, for what is not committed and pushed.
    """
    there = project.target(name)
    if not allow_dirty:
        refuse_dirty(project.root, used(project))
    manifest = publish(project, there.meta_policy)
    stands = standing(project.root, used(project))
    if stands.differing and not allow_dirty:
        raise CommandError(f"{stands.differing[0]} has changed meanwhile: commit it, run it again")
    source = Source(
        folder=project.output,
        built=manifest.built,
        files=manifest.files,
        policy=project.policy,
        shown=shown(project.checkup(manifest.built).newsroom, manifest.built),
        commit=stands.name,
    )
    return bring(project, there, source, watch, planned, dry_run)


def held_back(project: Project) -> list[tuple[datetime, str]]:
    """Entries and pages that wait for their time, and until when; the first first."""
    newsroom, now = check(project.content, project.settings, project.now).newsroom, project.now
    dated = [(entry.date, entry.path) for entry in newsroom.entries if entry.due(entry.date)]
    dated += [
        (page.date.at, page.path) for page in newsroom.pages if page.date and page.due(page.date.at)
    ]
    return sorted((at, path) for at, path in dated if at > now)


def used(project: Project) -> list[Path]:
    """The files that the public site is made of, also those that git has been told to ignore."""
    public = check(project.content, project.settings, project.now).newsroom.public(project.now)
    bodies = [(entry.path, entry.body) for entry in public.entries]
    bodies += [(page.path, page.body) for page in public.pages]
    bodies += [(goal.path, goal.body) for goal in public.goals]
    bodies += [(author.path, author.biography) for author in public.authors]
    paths = {path for path, _ in bodies} | {item.path for item in public.citations}
    paths |= {item.screenshot.path for item in public.citations if item.screenshot}
    paths |= {author.photo.path for author in public.authors if author.photo}
    linked = {link.target_from(path) for path, body in bodies for link in body.links}
    paths |= linked & public.statics
    theme = [
        project.root / "theme" / path
        for path in files_in(project.root / "theme")
        if not {part[0] for part in path.split("/")} & {".", "_"} or path.endswith(".html")
    ]
    confs = [file for file in (project.conf, project.root / "pelicanconf.py") if file.exists()]
    return [*(project.content / path for path in sorted(paths)), *theme, *confs]


def bring(
    project: Project,
    there: Declared,
    source: Source,
    watch: Watch,
    planned: Callable[[Delivery], None],
    dry_run: bool = False,
) -> Deployed:
    """Make a source what readers see, and tell those who want to know."""
    target = there.target
    if dry_run:
        delivery = plan(target, source, datetime.now(UTC), there.releases)
        planned(delivery)
        return Deployed(delivery, not is_up_to_date(delivery))
    with target.held():
        delivery = plan(target, source, datetime.now(UTC), there.releases)
        planned(delivery)
        if is_up_to_date(delivery):
            return Deployed(delivery, False)
        target.send(delivery, watch)
    size = sum((delivery.folder / path).stat().st_size for path in delivery.changed)
    return Deployed(delivery, True, size, tell(project, there, delivery))


def tell(project: Project, there: Declared, delivery: Delivery) -> tuple[Told, ...]:
    """Tell hub, search engines and webhook, as far as they are configured."""
    changed = tuple(delivery.changed)
    return _announce(project, News(there.url, delivery.release.id, changed, delivery.deleted))


def tell_again(project: Project, name: str) -> tuple[Told, ...]:
    """Tell once more how the live release differs from the one before it."""
    there = project.target(name)
    kept = there.target.releases()
    if not kept:
        raise CommandError(f"nothing has been deployed to {name} yet")
    live, before = kept[-1], kept[-2].files if len(kept) > 1 else {}
    changed = tuple(path for path, digest in live.files.items() if before.get(path) != digest)
    deleted = tuple(path for path in before if path not in live.files)
    return _announce(project, News(there.url, live.id, changed, deleted))


def _announce(project: Project, news: News) -> tuple[Told, ...]:
    settings = project.settings
    content = check(project.content, settings, project.now).newsroom
    news = replace(news, unlisted=unlisted_files(content))
    usual = Channels()
    channels = Channels(
        websub_hub=settings.websub_hub,
        indexnow_key=settings.indexnow_key,
        indexnow_endpoint=settings.indexnow_endpoint or usual.indexnow_endpoint,
        webhook=settings.webhook,
        webhook_secret=os.environ.get(SECRET_OF_WEBHOOK, ""),
    )
    return announce(news, channels)


def releases(project: Project, name: str) -> tuple[Release, ...]:
    """Those that a target remembers, oldest first; the last is live."""
    return project.target(name).target.releases()


def rollback(
    project: Project,
    name: str,
    wanted: str,
    watch: Watch,
    planned: Callable[[Delivery], None],
) -> Deployed:
    """Restore an earlier release, to the byte: the one before the live one if none is named.

    Raises CommandError if it shows what has been taken back since, or what today's
    guards find.
    """
    there = project.target(name)
    kept = there.target.releases()
    release = _chosen(kept, wanted)
    today = shown(project.checkup(project.now).newsroom, project.now)
    if back := list(taken_back(release.shown, today)):
        name = project.content.name
        show_problems(Problem(f"{name}/{path}", 1, "taken-back", why) for path, why in back)
        raise CommandError(
            f"release {release.id} shows what has been taken back since: choose a later one,"
            " or put right in the content what is wrong, and deploy it"
        )
    with TemporaryDirectory(dir=_work(project)) as work:
        folder = Path(work, "site")
        folder.mkdir()
        there.target.fetch(release, release.files, folder)
        _check_bytes(release, folder)
        # Bytes are judged by the rules of today, by the name that the output has.
        guard = Publishing(project.output, project.settings, project.now)
        if problems := guard.problems(folder):
            show_problems(problems)
            raise CommandError(f"release {release.id} may not be published as it is")
        source = Source(
            folder=folder,
            built=datetime.fromisoformat(release.built),
            files=release.files,
            policy=project.policy,
            shown=release.shown,
            commit=release.commit,
            note=f"rollback to {release.id}",
        )
        return bring(project, there, source, watch, planned)


def verify_live(
    project: Project, name: str, url: str, watch: Callable[[int, int], None]
) -> tuple[str, list[Difference]]:
    """Compare a live site with what was deployed to ``name``, or else with the last publish.

    Returns the address that was looked at as well.
    """
    there = project.target(name) if name else None
    if there:
        kept = there.target.releases()
        if not kept:
            raise CommandError(f"nothing has been deployed to {name} yet")
        live = kept[-1]
        files, extra = live.files, live.kept
        listed = there.target.listed()
    else:
        manifest = last_manifest(project.output)
        if manifest is None:
            missing = f"{manifest_file(project.output).name} is missing or damaged"
            raise CommandError(f"{missing}: run invoke publish, or name a --target")
        files, extra, listed = manifest.files, {}, set()
    base = url or (there.url if there else project.settings.site_url)
    if not base:
        raise CommandError("which site? name its address, or set SITEURL")
    twins = twins_in({**extra, **files})  # they have no address of their own
    expected = [
        Expected(path, digest, _headers(project, there, path))
        for path, digest in files.items()
        if path not in twins
    ]
    found = verify(base, expected, listed=listed - twins, kept=set(extra), watch=watch)
    return base, found


def due(project: Project, name: str, given: str) -> tuple[Change, ...]:
    """The next moment at which a build comes out otherwise, by time alone."""
    after = project.now
    if given:
        after = since(given, project.settings.zone)
    elif name:
        kept = project.target(name).target.releases()
        if not kept:
            raise CommandError(f"nothing has been deployed to {name} yet")
        if kept[-1].note:  # somebody has brought it back: no clock undoes that
            return ()
        after = datetime.fromisoformat(kept[-1].built)
    newsroom = check(project.content, project.settings, project.now).newsroom
    return next_change(newsroom, project.settings, after, project.content.name)


def _headers(project: Project, there: Declared | None, path: str) -> dict[str, str]:
    """What the host of a target is to send with a file."""
    if there and there.meta_policy:
        return {}
    headers = project.policy.headers(path)
    only = there.target.sent_headers if there else ()
    return {name: text for name, text in headers.items() if not only or name in only}


def _chosen(kept: tuple[Release, ...], wanted: str) -> Release:
    """The release that is meant: by its id or its beginning, else the one before the live one."""
    if len(kept) < 2:
        raise CommandError("there is no earlier release to go back to")
    earlier = kept[:-1]
    if not wanted:
        return earlier[-1]
    found = [release for release in earlier if release.id.startswith(wanted)]
    if len(found) != 1:
        ids = [release.id for release in earlier]
        hint = nearest(wanted, ids) or f": there are {', '.join(ids)}"
        what = "several releases begin with" if found else "no earlier release is called"
        raise CommandError(f"{what} {wanted!r}{hint}")
    return found[0]


def _check_bytes(release: Release, folder: Path) -> None:
    for path, digest in release.files.items():
        if hash_of(folder / path) != digest:
            raise CommandError(f"release {release.id}: the bytes of {path} have been changed")


def _work(project: Project) -> Path:
    folder = project.root / ".output.build"
    folder.mkdir(exist_ok=True)
    return folder
