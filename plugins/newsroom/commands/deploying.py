"""Take the newsroom to its readers: publish, deploy, list releases, go back, tell others."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from ..deploy.plan import Source, is_up_to_date, plan
from ..deploy.release import Delivery, Release, is_twin, twins_in
from ..deploy.shown import shown, taken_back
from ..deploy.targets import Declared, declared
from ..deploy.worktree import commit_of
from ..files import files_in
from ..model.policy import Policy
from ..model.problems import CommandError, Problem, one_of
from ..progress import progress
from ..publish.finish import last_manifest, manifest_file, problems_in
from ..publish.manifest import Manifest
from ..reading.urls import unlisted_files, used_files
from .answers import existing_file
from .building import run_pelican
from .display import say, show_problems
from .options import Given, Option, command
from .project import Project, Result, count

CONF = "publishconf.py"
FEW = 10
SECRET_OF_WEBHOOK = "NEWSROOM_WEBHOOK_SECRET"
TARGET = Option(
    "target", "One of NEWSROOM_TARGETS: see invoke docs deploying", "Which target?", positional=True
)

SIGN_KEY = Option(
    "sign-key", "The file of NEWSROOM_RELEASE_KEY, if no agent has it", check=existing_file
)


@command(SIGN_KEY, conf=CONF)
def publish(project: Project, given: Given) -> Result:
    """Build for the public into output/: checked, guarded, compressed and listed."""
    files = count(len(_publish(project, given).files), "file")
    return Result(notes=(f"output/ is ready: {files}, in output.manifest.json",))


def _publish(project: Project, given: Given, meta_policy: bool = False) -> Manifest:
    """Build for the public; with ``meta_policy`` for a host that sends no headers of ours."""
    settings: dict[str, bool | str] = {"NEWSROOM_SEARCH": True, "NEWSROOM_PUBLISH": True}
    settings["NEWSROOM_META_POLICY"] = meta_policy
    if given["sign-key"]:
        if not project.settings.release_key:
            message = "set NEWSROOM_RELEASE_KEY to its public key, by which others can check it"
            raise CommandError(f"--sign-key: {message}")
        settings["NEWSROOM_SIGN_KEY"] = str(Path(given.ask("sign-key")).absolute())
    code = run_pelican(project, project.output, False, **settings)
    manifest = last_manifest(project.output)
    if code or manifest is None:
        raise CommandError("nothing was published: output/ is as it was")
    return manifest


def _target(project: Project, given: Given) -> tuple[Declared, tuple[Release, ...]]:
    """Return the target that is meant, and the releases it has, oldest first, the last live."""
    names = dict.fromkeys(project.settings.targets, "")
    if not names:
        example = '{"here": {"type": "folder", "path": "/srv/newsroom"}}'
        raise CommandError(
            f"no target is declared: set NEWSROOM_TARGETS in {CONF}, as in {example}"
        )
    there = f" (there are: {one_of(names)})" if names else ""
    name = given.ask("target", question=f"Which target?{there}", choices=names)
    found = declared(name, project.settings, project.root, *project.own)
    return found, found.target.releases()


def policy_of(project: Project) -> Policy:
    """Return what hosts are to say with each file; a published site has a search."""
    return Policy.of(project.settings.headers, has_search=True)


@command(
    TARGET,
    Option("allow-dirty", "Deploy what is not committed or not pushed", action="store_true"),
    Option("dry-run", "Publish, and show what would be sent", action="store_true"),
    SIGN_KEY,
    conf=CONF,
)
def deploy(project: Project, given: Given) -> Result:
    """Publish, and bring what changed to where readers are."""
    there, _ = _target(project, given)
    say(f"note: {limit}" for limit in there.target.limits)
    is_dirty = bool(given["allow-dirty"])
    commit = commit_of(project.root, is_dirty, _used(project))
    manifest = _publish(project, given, there.meta_policy)
    project = replace(project)  # what was read before the build may have changed
    if commit_of(project.root, is_dirty, _used(project)) != commit:
        raise CommandError("another commit has been checked out meanwhile: run it again")
    source = Source(
        folder=project.output,
        built=manifest.built,
        files=manifest.files,
        policy=policy_of(project),
        shown=_shown(project, manifest.built),
        commit=commit,
    )
    notes = _bring(project, there, source, bool(given["dry-run"]))
    return Result(notes=(*notes, *held_back(project, there.target.name)))


def _shown(project: Project, now: datetime) -> dict[str, str]:
    """Return what the public sees. Raises CommandError, having shown them, if there are errors."""
    checkup = project.checkup
    if checkup.has_errors:
        show_problems(problem for problem in checkup.problems if not problem.is_warning)
        raise CommandError("the content has errors: mend them, and run it again")
    return shown(checkup.newsroom, now)


def _used(project: Project) -> list[Path]:
    """Return the files of which the public site is made, also those that git ignores."""
    public = project.newsroom.public(project.now)
    files = (*public.entries, *public.citations, *(file for file, _ in public.bodies))
    paths = {file.path for file in files} | used_files(public)
    paths |= {each.path for entry in public.entries for each in entry.signatures}
    for place in project.settings.static_paths:
        paths |= {place, *(f"{place}/{name}" for name in files_in(project.content / place))}
    inside = [project.content / path for path in sorted(paths)]
    return [*inside, project.conf, project.root / "pelicanconf.py"]


def _bring(
    project: Project, there: Declared, source: Source, dry_run: bool = False
) -> Iterator[str]:
    """Make a source what readers see, and tell those who want to know; say what was done."""
    target = there.target
    with nullcontext() if dry_run else target.held():
        delivery = plan(target, source, datetime.now(UTC), there.releases)
        say(_plan_lines(delivery, dry_run))
        if is_up_to_date(delivery):
            same = f": release {delivery.live.id}" if delivery.live else ""
            yield f"{target.name} is up to date{same}"
            return
        if dry_run:
            yield "this was a dry run: nothing has gone"
            return
        target.send(delivery, progress)
    release, live = delivery.release, delivery.live
    changed = tuple(delivery.changed)
    removed = f", {len(delivery.deleted)} removed" if delivery.deleted else ""
    yield f"release {release.id} is live at {there.url or target.name}"
    yield f"sent {len(changed)} of {count(len(release.everything), 'file')}{removed}"
    if live and live.policy != release.policy and there.kind in ("folder", "rsync", "s3"):
        yield "warning: the headers have changed: take output.hosting/ to the server"
    yield from _tell(project, there, release, changed, delivery.deleted)


def _plan_lines(delivery: Delivery, are_all_named: bool) -> Iterator[str]:
    """Say how many files go and are removed, and which, if they are few or it is asked for."""
    groups = [(step.name, step.paths) for step in delivery.steps]
    for name, paths in (*groups, ("deletions", delivery.deleted)):
        plain = [path for path in paths if not is_twin(path)]
        if paths:
            yield f"{name}: {count(len(paths), 'file')}"
        yield from (f"  {path}" for path in plain if are_all_named or len(plain) <= FEW)


def held_back(project: Project, target: str) -> Iterator[str]:
    """Say what waits for its time, the first first, and that somebody has to deploy then."""
    newsroom, now = project.newsroom, project.now
    dated = [(entry.date, entry.path) for entry in newsroom.entries if not entry.is_draft]
    dated += [(p.date.at, p.path) for p in newsroom.pages if p.date and p.due(p.date.at)]
    waiting = sorted((at, path) for at, path in dated if at > now)
    for at, path in waiting:
        when = f"{at.astimezone(project.settings.zone):%Y-%m-%d %H:%M %Z}"
        yield f"held back until {when}: {project.shown(path)}"
    if waiting:
        yield f"time alone publishes nothing: deploy {target} again then (invoke docs schedule)"


@command(TARGET, conf=CONF)
def releases(project: Project, given: Given) -> Result:
    """List what has been deployed to a target, the live release first."""
    lines: list[str] = []
    for release in reversed(_target(project, given)[1]):
        about = [f"{release.deployed[:16].replace('T', ' ')} UTC", f"{len(release.files)} files"]
        about += [f"commit {release.commit[:10]}"] if release.commit else []
        about += [release.note] if release.note else []
        lines.append(f"{release.id}  {'' if lines else 'live':<7}{', '.join(about)}")
    return Result(notes=tuple(lines) or ("nothing has been deployed there yet",))


@command(
    TARGET,
    Option("release", "The beginning of its name (default: the one before the live one)"),
    conf=CONF,
)
def rollback(project: Project, given: Given) -> Result:
    """Bring an earlier release back, to the byte; never what was withdrawn or covered since."""
    there, kept = _target(project, given)
    release = _chosen(kept, given["release"])
    today = _shown(project, project.now)
    if back := list(taken_back(release.shown, today)):
        show_problems(Problem(project.shown(path), 1, "taken-back", why) for path, why in back)
        raise CommandError(
            f"release {release.id} shows what has been taken back since: choose a later one,"
            " or put right in the content what is wrong, and deploy it"
        )
    work = project.root / ".output.build"
    work.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=work) as place:
        folder = Path(place, "site")
        folder.mkdir()
        there.target.fetch(release, folder)
        # Bytes are judged by the rules of today.
        problems = problems_in(folder, project.output.name, project.settings)
        show_problems(problems)
        if any(not problem.is_warning for problem in problems):
            raise CommandError(f"release {release.id} may not be published as it is")
        source = Source(
            folder=folder,
            built=datetime.fromisoformat(release.built),
            files=release.files,
            policy=policy_of(project),
            shown=release.shown,
            commit=release.commit,
            note=f"rollback to {release.id}",
        )
        return Result(notes=tuple(_bring(project, there, source)))


def _chosen(kept: Sequence[Release], wanted: str) -> Release:
    """Return the release that begins with a name, else the one before the live one."""
    if len(kept) < 2:
        raise CommandError("there is no earlier release to go back to")
    earlier = kept[:-1]
    if not wanted:
        return earlier[-1]
    found = [release for release in earlier if release.id.startswith(wanted)]
    if len(found) != 1:
        there = one_of(release.id for release in earlier)
        raise CommandError(
            f"{len(found) or 'no'} earlier releases are {wanted!r}: there are {there}"
        )
    return found[0]


@command(TARGET, conf=CONF)
def announce(project: Project, given: Given) -> Result:
    """Tell once more what the live release has changed: after a deploy that could not."""
    there, kept = _target(project, given)
    if not kept:
        raise CommandError(f"nothing has been deployed to {there.target.name} yet")
    live, before = kept[-1], kept[-2].files if len(kept) > 1 else {}
    changed = tuple(path for path, digest in live.files.items() if before.get(path) != digest)
    deleted = tuple(path for path in before if path not in live.files)
    told = tuple(_tell(project, there, live, changed, deleted))
    return Result(notes=told, code=1 if any(one.startswith("warning: ") for one in told) else 0)


def _tell(
    project: Project,
    there: Declared,
    release: Release,
    changed: tuple[str, ...],
    deleted: tuple[str, ...],
) -> Iterator[str]:
    """Tell hub, search engines and webhook, as far as configured; say who was told, or why not."""
    from ..deploy.channels import News
    from ..deploy.channels import announce as tell

    news = News(there.url, release.id, changed, deleted, unlisted_files(project.newsroom))
    for one in tell(news, project.settings, os.environ.get(SECRET_OF_WEBHOOK, "")):
        yield one.message if one.ok else f"warning: {one.message}"


@command(
    Option(
        "where",
        "The address of the live site, or the name of a target",
        "Which site? Its address, or a target",
        positional=True,
    ),
    Option("target", "Compare an address with what was deployed there, not the last publish"),
    conf=CONF,
)
def verify(project: Project, given: Given) -> Result:
    """Fetch the live site and say what is missing, stale or foreign."""
    from ..deploy.live_site import Expected, release_differences
    from ..deploy.live_site import verify as compare

    settings = project.settings
    known = filter(None, (*settings.targets, settings.site_url))
    where = given.ask("where", choices=dict.fromkeys(known, ""))
    url = where if ":" in where else ""
    name = given["target"] or ("" if url else where)
    if name:
        there = declared(name, settings, project.root, *project.own)
        kept = there.target.releases()
        if not kept:
            raise CommandError(f"nothing has been deployed to {name} yet")
        files, extra, listed = kept[-1].files, kept[-1].kept, there.target.listed()
        url = url or there.url or settings.site_url
        sends, only = not there.meta_policy, there.target.sent_headers
    else:
        manifest = last_manifest(project.output)
        if manifest is None:
            missing = f"{manifest_file(project.output).name} is missing or damaged"
            raise CommandError(f"{missing}: run invoke publish, or name a --target")
        files, extra, listed, sends, only = manifest.files, {}, set(), True, ()
    if not url:
        raise CommandError("which site? name its address, or set SITEURL")
    policy = policy_of(project)

    def headers(path: str) -> dict[str, str]:
        found = policy.headers(path) if sends else {}
        return {name: text for name, text in found.items() if not only or name in only}

    twins = twins_in({**extra, **files})  # they have no address of their own
    expected = [
        Expected(path, digest, headers(path)) for path, digest in files.items() if path not in twins
    ]
    found = compare(
        url,
        expected,
        listed=listed - twins,
        kept=set(extra),
        watch=lambda done, whole: progress("fetched", done, whole),
    )
    if settings.release_key:
        found += release_differences(url, settings)
    differences = count(sum(one.files for one in found), "difference")
    lines = (*(f"{one.kind}: {one.message}" for one in found), f"{url}: {differences}")
    return Result(notes=lines, code=1 if found else 0)
