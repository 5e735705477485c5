"""Look at all that a newsroom stands on, and say what to do. Nothing is changed.

Each check is a function that yields how things stand, one line each.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from shlex import quote

from packaging.requirements import Requirement

from ..deploy.git import git
from ..deploy.targets import declared
from ..model.problems import CommandError, ContentError
from ..model.settings import Settings, SettingsError
from ..publish.programs import place_of, why
from .browser import browser_on_path
from .building import MADE
from .deploying import CONF
from .options import Given, Option, command
from .project import DISTRIBUTION, Project, Result, count

OK, NOTE, TO_DO = "ok", "note", "TO DO"
SOON = timedelta(days=60)
SAME_LINE_ENDS = (": eol: lf", ": text: unset")  # as git tells them
PATIENCE = 10.0  # seconds that a target has to answer
FAULTS = (CommandError, ContentError, SettingsError)
EXTRAS = {
    "": "every command",
    "publish": "publish, deploy, verify and announce, and share images",
    "sign": "verify-statement, and to check signatures",
    "search": "build --search",
    "capture": "capture",
    "import": "import",
}
# Programs that are not in a package of Python: what for, and that of Debian.
PROGRAMS = {
    "git": ("deploys and earlier versions", "git"),
    "ssh-keygen": ("sign", "openssh-client"),
    "ssh": ("targets on a server", "openssh-client"),
    "rsync": ("targets that are a server or a folder", "rsync"),
    "browser": ("capture", "chromium; CHROME_PATH names another"),
}


@dataclass(frozen=True)
class Stand:
    """How one thing stands: ``mark`` is OK, NOTE or TO_DO."""

    mark: str
    what: str
    how: str

    def __str__(self) -> str:
        return f"{self.mark:<6} {self.what}: {self.how}"


class Forgiving(Project):
    """A project whose wrong settings are left out, so that all else can be looked at, too."""

    @cached_property
    def _read(self) -> tuple[Settings, list[str]]:
        left, faults = dict(self.declared), dict[str, str]()
        while True:
            try:
                return Settings.read(left), list(faults.values())
            except SettingsError as error:
                name = re.split(r"\W", str(error))[0]
                faults.setdefault(name, str(error))
                left.pop(name if name in left else next(iter(left)))  # what another asks for

    @cached_property
    def settings(self) -> Settings:
        """Our settings, but for those that are wrong."""
        return self._read[0]

    @property
    def faults(self) -> list[str]:
        """What is wrong with the settings."""
        return self._read[1]


@dataclass(frozen=True)
class Site:
    """What is looked at: a project, as it is written and as it is published."""

    project: Forgiving
    is_offline: bool

    @cached_property
    def public(self) -> Forgiving:
        """The project with the settings that it is published with."""
        conf = self.project.root / CONF
        return Forgiving(conf, self.project.chosen) if conf.is_file() else self.project

    @cached_property
    def is_signed(self) -> bool:
        """Whether people sign here, as far as that can be told."""
        with suppress(*FAULTS):
            has_keys = any(author.keys for author in self.project.newsroom.authors)
            return has_keys or bool(self.public.settings.require_signatures)
        return False

    @cached_property
    def kinds(self) -> set[str]:
        """The kinds of targets, as far as that can be told."""
        with suppress(*FAULTS):
            targets = self.public.settings.targets.items()
            return {str(options.get("type", name)) for name, options in targets}
        return set()


def packages(site: Site) -> Iterator[Stand]:
    """Tell the versions of Python, Pelican and the newsroom, and whether its extras are whole."""
    yield Stand(OK, "Python", platform.python_version())
    for name in ("pelican", DISTRIBUTION):
        yield Stand(OK, name, version(name))
    needed = {"": True, "publish": bool(site.kinds), "sign": site.is_signed}
    for extra, use in EXTRAS.items():
        package = f"{DISTRIBUTION}[{extra}]" if extra else DISTRIBUTION
        if lacks := ", ".join(_lacking(extra)):
            mark = TO_DO if needed.get(extra) else NOTE
            yield Stand(mark, package, f"lacks {lacks}; for {use}: pip install '{package}'")
        else:
            yield Stand(OK, package, f"is whole, for {use}")
    pins = site.project.root / "requirements.txt"
    if pins.is_file() and (others := ", ".join(_unlike(pins.read_text("utf-8", "replace")))):
        yield Stand(NOTE, pins.name, f"{others}: pip install -r {pins.name}")


def settings(site: Site) -> Iterator[Stand]:
    """Tell which settings are gone, renamed, misspelt or wrong."""
    told: list[str] = []
    for project in dict.fromkeys((site.project, site.public)):
        if not project.faults:
            yield Stand(OK, project.conf.name, "every setting is known")
        new = [fault for fault in project.faults if fault not in told]
        yield from (Stand(TO_DO, project.conf.name, fault) for fault in new)
        told += new


def parts(site: Site) -> Iterator[Stand]:
    """Tell what is wrong with theme and plugins, and what lies where nothing reads it any more."""
    theme, plugins = site.project.theme, site.project.declared.get("PLUGINS")
    if not theme.is_dir():
        yield Stand(TO_DO, "THEME", f"there is no {theme.name!r}; ours is 'newsroom'")
    templates = (*site.project.declared.get("THEME_TEMPLATES_OVERRIDES", ()), theme / "templates")
    bases = (site.project.root / folder / "base.html" for folder in templates)
    base = next((file.read_text("utf-8", "replace") for file in bases if file.is_file()), "")
    if base and not re.search(r"\{%-?\s*(block\s+head|extends)\b", base):
        said = "our pages have no styles and no script: newsroom docs existing-sites"
        yield Stand(NOTE, "THEME", f"its base.html has no block head, so {said}")
    names = [str(getattr(plugin, "__name__", plugin)) for plugin in plugins or ()]
    if plugins is not None and not any(name.endswith("newsroom") for name in names):
        yield Stand(TO_DO, "PLUGINS", 'add "newsroom": without it, Pelican publishes all drafts')
    if "rapid" in names:
        yield Stand(TO_DO, "PLUGINS", 'take "rapid" out: it is gone since 1.0.0')
    if (site.project.root / "templates/statements").is_dir():
        how = "is not read since 1.0.0: move it to overrides/statements"
        yield Stand(TO_DO, "templates/statements", how)


def content(site: Site) -> Iterator[Stand]:
    """Tell whether the content has errors."""
    if site.project.faults:
        yield Stand(NOTE, "content", "is looked at once the settings are right")
        return
    problems = site.project.checkup.problems
    errors = sum(not problem.is_warning for problem in problems)
    if errors:
        yield Stand(TO_DO, "content", f"{count(errors, 'error')}: invoke check")
    else:
        yield Stand(OK, "content", f"no error, {count(len(problems), 'warning')}")


def ignored(site: Site) -> Iterator[Stand]:
    """Tell which folders git should ignore and does not."""
    root = site.project.root
    done = git(root, "rev-parse", "--git-dir")
    if "not a git repository" in done.stderr:
        yield Stand(NOTE, "git", "this is no repository of git: git init")
        return
    if done.returncode:  # the folder is somebody else's; that git is missing, `programs` tells
        yield from [Stand(TO_DO, "git", why(done))] if place_of("git") else []
        return
    output = Path(site.project.declared.get("OUTPUT_PATH", "output")).name  # where Pelican builds
    made = dict.fromkeys((*MADE.split(), output, f".{output}.build"))
    names = [f"{name.replace('*', 'x')}/" for name in made]
    names += ["output.manifest.json", "evidence/"]
    said = git(root, "check-ignore", "--no-index", "--stdin", given="\n".join(names))
    # A site of Pelican's may keep its output in git on purpose.
    mark = NOTE if site.project.settings.is_guest else TO_DO
    if open_ones := [name for name in names if name not in said.stdout.splitlines()]:
        lines = " ".join(f"/{name.replace('-x.', '-*.')}" for name in open_ones)
        is_urgent = "evidence/" in open_ones
        how = f"does not ignore all it should: add to .gitignore: {lines}"
        yield Stand(TO_DO if is_urgent else mark, "git", how)
    else:
        yield Stand(OK, "git", "ignores what builds make, and evidence/")
    held = {line.split("/")[0] for line in git(root, "ls-files", "--", *names).stdout.splitlines()}
    for name in sorted(held):
        how = f"{name} is in the repository: git rm -r --cached {name}"
        more = "; its history keeps it: invoke docs safety" if name == "evidence" else ""
        yield Stand(TO_DO if more else mark, "git", how + more)


def line_ends(site: Site) -> Iterator[Stand]:
    """Tell whether line ends are the same on every machine, as signatures need the bytes."""
    file = site.project.content / "incidents" / "any" / "statement.md"
    paths = (str(file), f"{file}.any.sig")
    said = git(site.project.content, "check-attr", "eol", "text", "--", *paths)
    lines = [line for line in said.stdout.splitlines() if line.endswith(SAME_LINE_ENDS)]
    if len(lines) == len(paths):
        yield Stand(OK, "line ends", "are the same on every machine")
    elif said.stdout:
        how = "may differ between machines, and signatures are of the bytes: add to .gitattributes"
        mark = TO_DO if site.is_signed else NOTE
        yield Stand(mark, "line ends", f"{how}: *.md text eol=lf, *.sig text eol=lf")


def history(site: Site) -> Iterator[Stand]:
    """Tell whether the history is whole, and the clock not behind it."""
    root = site.project.root
    if git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == "true":
        how = "cut short, so earlier versions are missing: git fetch --unshallow"
        yield Stand(TO_DO, "history", how)
    newest = git(root, "log", "-1", "--format=%ct").stdout.strip()
    now = site.project.now
    if newest and int(newest) > now.timestamp() + 60:
        yield Stand(TO_DO, "clock", f"{now:%Y-%m-%d %H:%M %Z} is before the last commit: set it")
    else:
        yield Stand(OK, "clock", f"{now:%Y-%m-%d %H:%M %Z}")


def programs(site: Site) -> Iterator[Stand]:
    """Tell which programs of others are missing, and what for."""
    needed = {
        "git": True,
        "ssh-keygen": site.is_signed,
        "ssh": "rsync" in site.kinds,
        "rsync": bool(site.kinds & {"rsync", "folder"}),
    }
    for name, (use, debian) in PROGRAMS.items():
        if browser_on_path() if name == "browser" else place_of(name):
            yield Stand(OK, name, f"is there, for {use}")
        else:
            how = f"is missing; for {use}: install it (Debian: {debian})"
            yield Stand(TO_DO if needed.get(name) else NOTE, name, how)


def keys(site: Site) -> Iterator[Stand]:
    """Tell whose keys have ended or end soon, of those who speak today."""
    today = site.project.now.date()
    for author in site.project.newsroom.authors:
        if not author.keys or not author.speaks_on(today):
            continue
        what = f"key of {author.name}"
        remedy = f"add the next: invoke author {quote(author.name)} --key FILE.pub"
        last = max(key.until or today.max for key in author.keys)
        if not any(key.holds_on(today) for key in author.keys):
            mark = TO_DO if site.public.settings.require_signatures else NOTE
            yield Stand(mark, what, f"none holds today: {remedy}")
        elif not any(key.holds_on(today + SOON) for key in author.keys):
            yield Stand(NOTE, what, f"ends on {last}: {remedy}")
        else:
            yield Stand(OK, what, "has no end" if last == today.max else f"holds until {last}")


def targets(site: Site) -> Iterator[Stand]:
    """Tell which deploy targets are declared wrongly, or do not answer."""
    for name in site.public.settings.targets:
        try:
            found = declared(name, site.public.settings, site.project.root, *site.project.own)
            if site.is_offline:
                yield Stand(OK, f"target {name}", "is declared well; it was not asked (--offline)")
                continue
            found.target.reach(PATIENCE)
        except (CommandError, SettingsError) as error:
            how = str(error).removeprefix(f"{name}: ")
            yield Stand(TO_DO, f"target {name}", how)
        else:
            yield Stand(OK, f"target {name}", "answers")


CHECKS: tuple[Callable[[Site], Iterator[Stand]], ...] = (
    *(packages, settings, parts, content, ignored, line_ends, history, programs, keys, targets),
)


@command(Option("offline", "Leave the network out: ask no target", action="store_true"))
def doctor(project: Project, given: Given) -> Result:
    """Look at versions, settings, git, programs, keys and targets, and say what to do.

    Nothing is changed. Exit code 1 if something must be done.
    """
    site = Site(Forgiving(project.named, project.chosen), bool(given["offline"]))
    found: list[Stand] = []
    for check in CHECKS:
        try:
            for stand in check(site):
                found.append(stand)
        except (*FAULTS, PackageNotFoundError) as error:
            met = Stand(TO_DO, "project", str(error))
            found += [] if met in found else [met]  # by several checks
    to_do = [stand for stand in found if stand.mark == TO_DO]
    end = f"{count(len(to_do), 'thing')} to do" if to_do else "nothing must be done"
    return Result(notes=(*map(str, found), end), code=1 if to_do else 0)


def _lacking(extra: str) -> Iterator[str]:
    """Yield what is missing, or of a wrong version, of the packages of an extra, or of none."""
    for need in _needs(extra):
        there = _version_of(need.name)
        if not there:
            yield need.name
        elif not need.specifier.contains(there, prereleases=True):
            yield f"{need.name}{need.specifier} (it is {there})"


def _needs(extra: str) -> Iterator[Requirement]:
    """Yield the packages that an extra brings, or those that are always needed."""
    for need in map(Requirement, requires(DISTRIBUTION) or ()):
        is_always = need.marker is None or need.marker.evaluate({"extra": ""})
        is_meant = need.marker is None or need.marker.evaluate({"extra": extra})
        if is_meant and is_always is not bool(extra):
            yield need


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _unlike(pins: str) -> Iterator[str]:
    """Yield which installed packages have another version than the one that is pinned."""
    known: dict[str, list[str]] = {}  # some have a version for each Python
    for name, pinned in re.findall(r"^([\w.-]+)(?:\[.*?])?==([^\s;\\]+)", pins, re.M):
        known.setdefault(name, []).append(pinned)
    for name, versions in known.items():
        if (there := _version_of(name)) and there not in versions:
            yield f"{name} is {there}, not {' or '.join(versions)}"
