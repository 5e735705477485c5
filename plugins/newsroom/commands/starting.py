"""Begin a newsroom: a repository of its own, with settings, commands and its first pages."""

from __future__ import annotations

import json
import os
import re
import tarfile
from collections.abc import Iterable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..clock import build_time
from ..deploy.git import git
from ..files import files_in, write_whole
from ..language.words import Languages
from ..model.addresses import telephone_url
from ..model.problems import CommandError
from ..model.settings import Settings, SettingsError
from ..reading.headers import as_text
from ..reading.slugs import slug_of
from .answers import web_address
from .display import as_argument
from .options import Check, Given, Option, command, one_line
from .project import DISTRIBUTION, Project, Result, count

STARTER = Path(__file__).parents[1] / "starter"
RENDERED = ".jinja"
# Those of a host, by the file that tells it what to do.
HOSTS = {"github": ".github/workflows/newsroom.yml", "gitlab": ".gitlab-ci.yml"}
LANGUAGES = {"en": "English", "fr": "French", "de": "German", "es": "Spanish"}
SOURCE = Path(__file__).parents[3]  # of a working tree; where it is installed, nothing of ours


def _setting(name: str) -> Check:
    """Return a check by how a setting is read."""

    def checked(text: str) -> str:
        try:  # an address needs a tag
            Settings.read({name: text, "NEWSROOM_FEED_TAG": "example.com,2026"})
        except SettingsError as error:
            raise ValueError(str(error).partition(": ")[2]) from None
        return text

    return checked


def _address(text: str) -> str:
    """Return where the site will be, without a slash at its end. Raises ValueError."""
    return _setting("SITEURL")(web_address(text).rstrip("/"))


def _mail(text: str) -> str:
    if not re.fullmatch(r"[^\s@<>()\[\]]+@[^\s@<>()\[\]]+\.[^\s@<>()\[\]]+", text):
        raise ValueError(f"{text!r} is no mail address, such as press@example.com")
    return text


def _telephone(text: str) -> str:
    if not re.fullmatch(r"tel:\+?\d{3,}", telephone_url(text)):
        raise ValueError(f"{text!r} is no telephone number, such as +44 1632 960144")
    return text


def _person(company: str) -> Check:
    """Return a check of the name of a person, who signs."""

    def checked(text: str) -> str:
        name = one_line(text)
        if name.casefold() in Settings(company=company).no_person_names or not slug_of(name):
            raise ValueError(f"{name!r} is no person's name: a person signs")
        return name

    return checked


def _local_zone() -> str:
    """Return the time zone of this machine, else UTC."""
    told = os.environ.get("TZ", "")
    linked = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    return next((name for name in (told, linked) if name in available_timezones()), "UTC")


@command(
    Option("dir", "The folder to make", "Which folder shall it be?", positional=True),
    Option("company", "The company's name", "Who speaks? (the company's name)", check=one_line),
    Option(
        "url", "Where readers will find it",
        "Where will readers find it? (https://newsroom.example.com)", check=_address,
    ),
    Option(
        "language", "Its language (default: en)", "Its language (these have words and first pages)",
        default="en", choices=LANGUAGES, check=_setting("DEFAULT_LANG"),
    ),
    Option(
        "timezone", "Its time zone (default: that of this machine)",
        "Its time zone (such as Europe/London)", check=_setting("TIMEZONE"),
    ),
    Option("author", "Who signs first", "Who signs first? (a person's name)"),
    Option("role", "Their role", check=one_line),
    Option(
        "contact", "Whom the press asks (default: who signs first)",
        "Whom does the press ask? (a person's name)", check=one_line,
    ),
    Option("mail", "The mail address for the press", check=_mail),
    Option("telephone", "The number for the press", required=False, check=_telephone),
    Option(
        "host", "A workflow for github or gitlab (default: none)",
        "Which host shall check, preview and publish it?", default="none",
        choices={"none": "no workflow", "github": "GitHub Actions", "gitlab": "GitLab CI"},
        closed=True,
    ),
    Option(
        "sample", "Put in the sample newsroom. Where the package is installed, name its source:"
        " a folder or an archive", alone=str(SOURCE),
    ),
    conf="",
)  # fmt: skip
def init(_project: Project, given: Given) -> Result:
    """Make a newsroom of your own: a git repository with settings, commands and first pages.

    Nothing that is there is overwritten.
    """
    folder = Path(given.ask("dir")).expanduser().absolute()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise CommandError(f"{there} is no folder that you can write to: name another one")
    known = (name for name in files_in(STARTER) if name not in HOSTS.values())
    _refuse(folder, (name.removesuffix(RENDERED) for name in known))  # before anything is asked
    sample = _sample(Path(given["sample"]).expanduser()) if given["sample"] else {}
    files = _files(_answers(given, bool(sample))) | sample
    _refuse(folder, files)
    with TemporaryDirectory() as scratch:
        _write(Path(scratch), files)
        problems = Project(Path(scratch, "pelicanconf.py")).checkup.problems
    if any(not problem.is_warning for problem in problems):
        return Result(problems=problems, notes=("nothing was written",), code=1)
    _write(folder, files)
    notes = [f"created  {name}" for name in files if name not in sample]
    notes += [f"created  {count(len(sample), 'file')} of the sample newsroom"] if sample else []
    if any(problem.rule == "catalogue" for problem in problems):
        notes.append("warning: content/pages/ is in English, too: translate it")
    if not (folder / ".git").exists():
        if around := git(folder, "rev-parse", "--show-toplevel").stdout.strip():
            notes.append(
                f"warning: {around} is a repository, too: add this folder to its .gitignore"
            )
        done = git(folder, "-c", "init.defaultBranch=main", "init", "--quiet")
        notes += [f"warning: {done.stderr.strip()}"] if done.returncode else []
    return Result(problems=problems, notes=(*notes, *_next_steps(folder)))


def _refuse(folder: Path, names: Iterable[str]) -> None:
    """Raise CommandError if any of these files is there."""
    if there := [name for name in names if os.path.lexists(folder / name)]:
        known = ". To add incidents to a Pelican site: newsroom docs existing-sites"
        raise CommandError(
            f"{folder} has {', '.join(there)} already: nothing was written. Name another folder,"
            f" or move what is there away{known if 'pelicanconf.py' in there else ''}"
        )


def _answers(given: Given, is_sample: bool) -> dict[str, str]:
    """Ask what the files are to say. Raises CommandError for what does not go together."""
    for name in filter(given.__getitem__, given.options):
        given.ask(name)  # what was typed is looked at before anything is asked
    company = given.ask("company")
    said = {
        "company": company,
        "url": given.ask("url"),
        "language": given.ask("language").lower(),
        "timezone": given.ask("timezone", default=_local_zone()),
        "author": given.ask("author", check=_person(company)),
        "role": given.ask("role"),
    }
    if is_sample and said["language"] != "en":
        raise CommandError("--sample: the sample newsroom is English: take --language en with it")
    said["contact"] = given.ask("contact", default=said["author"])
    for name in ("mail", "telephone", "host"):
        said[name] = given.ask(name)
    parts = urlsplit(said["url"])
    host = parts.hostname or ""
    # Below a path, GitHub Pages serves it at the domain of another repository.
    said["domain"] = "" if host.endswith(".github.io") or parts.path else host
    return said | {"feed_tag": f"{host},{build_time():%Y}"}


def _files(said: dict[str, str]) -> dict[str, bytes]:
    """Return what each file of the new newsroom holds, by its path."""
    environment = Environment(
        loader=FileSystemLoader(STARTER), keep_trailing_newline=True, lstrip_blocks=True,
        trim_blocks=True, undefined=StrictUndefined,
    )  # fmt: skip
    environment.filters["python"] = partial(json.dumps, ensure_ascii=False)
    environment.filters |= {"quoted": as_text, "telephone_url": telephone_url}
    words = Languages(said["language"]).words
    known: dict[str, Any] = {**said, "_": words.say, "version": version(DISTRIBUTION)}
    found = {}
    for name in files_in(STARTER):
        if name in HOSTS.values() and name != HOSTS.get(said["host"]):
            continue
        data = (STARTER / name).read_bytes()
        if name.endswith(RENDERED):
            template = environment.get_template(name)
            data = template.render(known, pins="\n".join(_pins())).encode("utf-8")
        path = name.removesuffix(RENDERED)
        found[path.replace("authors/author.md", f"authors/{slug_of(said['author'])}.md")] = data
    return found


def _pins() -> Iterator[str]:
    """Yield the versions that were tested, of all that publishing needs."""
    beside = Path(__file__).parents[2] / "newsroom_requirements.txt"  # where it is installed
    text = (beside if beside.is_file() else SOURCE / "requirements.txt").read_text("utf-8")
    yield from re.findall(r"^[\w-]+==[^\\\n]*[^\\\s]", text, re.M)


def _sample(source: Path) -> dict[str, bytes]:
    """Read the sample newsroom from the source of the plugin: a folder, or its archive."""
    found: dict[str, bytes] = {}
    if (source / "content").is_dir():
        names = files_in(source / "content")
        found = {f"content/{name}": (source / "content" / name).read_bytes() for name in names}
    elif source.is_file() and tarfile.is_tarfile(source):
        with tarfile.open(source) as archive:
            for member in archive:
                _, _, path = member.name.partition("/")
                data = archive.extractfile(member) if path.startswith("content/") else None
                found |= {path: data.read()} if data and ".." not in path.split("/") else {}
    if not any(name.startswith("content/incidents/") for name in found):
        name = f"{DISTRIBUTION}=={version(DISTRIBUTION)}"
        raise CommandError(
            f"--sample: there is no sample newsroom in {source}: the installed package is without"
            " it. Name the source's folder or archive:"
            f" pip download --no-deps --no-binary :all: {name}"
        )
    # Its people have signed for their own site.
    return {name: data for name, data in found.items() if not name.endswith(".sig")}


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        write_whole(folder / name, data)


def _next_steps(folder: Path) -> tuple[str, ...]:
    return (
        "",
        f"Go on    cd {as_argument(folder)}",
        "See      newsroom serve",
        "Begin    newsroom incident",
        'Commit   git add . && git commit -m "Begin the newsroom"',
        "Publish  newsroom publish",
    )
