"""What entries name: citations, goals, and the lists by category and tag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from urllib.parse import unquote

from ..model.body import Link
from ..model.citation import SUFFIX
from ..model.entry import Entry
from ..model.newsroom import Newsroom
from ..model.problems import Problem, nearest, one_of
from .slugs import slug_of

Links = Iterable[tuple[str, Link]]
"""References of bodies, with the paths of their files."""


def check_named(newsroom: Newsroom) -> Iterator[Problem]:
    """A problem for each name in Answers or Goals that is none."""
    unreadable = newsroom.unreadable
    goals = [goal.slug for goal in newsroom.goals]
    goals += [path[len("goals/") : -len(".md")] for path in unreadable if path.startswith("goals/")]
    stems_of = _citation_stems(newsroom)
    for entry in newsroom.entries:
        for stem in entry.answers:
            stems = stems_of.get(entry.incident, []) if entry.in_incident else []
            if stem not in stems:
                yield _nothing(entry, entry.line("Answers"), "answers", stem, stems, ".cite.md")
        for slug in entry.goals:
            if slug not in goals:
                yield _nothing(entry, entry.line("Goals"), "goals", slug, goals, ".md in goals/")


def check_cites(newsroom: Newsroom, links: Links) -> Iterator[Problem]:
    """A problem for each {cite} that names no citation of its incident."""
    stems_of = _citation_stems(newsroom)
    for path, link in links:
        if link.what != "cite":
            continue
        here = newsroom.by_path.get(path)
        known = stems_of.get(here.incident, []) if here and here.in_incident else None
        if known is None:
            message = f"{{cite}}{link.target} works only in an incident's entry: link to its page"
            yield Problem(path, link.line, "cite", message)
        elif here and link.target not in known:
            yield _nothing(here, link.line, "cite", link.target, known, ".cite.md")


def _citation_stems(newsroom: Newsroom) -> dict[str, list[str]]:
    """The citations of each incident, those that could not be read included."""
    found: dict[str, list[str]] = {}
    for citation in newsroom.citations:
        found.setdefault(citation.incident, []).append(citation.stem)
    for path in newsroom.unreadable:
        if path.startswith("incidents/") and path.endswith(SUFFIX):
            _, incident, name = path.split("/")
            found.setdefault(incident, []).append(name.removesuffix(SUFFIX))
    return found


def _nothing(
    entry: Entry, line: int, rule: str, name: str, known: list[str], suffix: str
) -> Problem:
    there = f" (there are: {one_of(sorted(known))})" if known else ""
    message = f"{name!r} names nothing: write {name}{suffix}, or mend the name{there}"
    return Problem(entry.path, line, rule, message + nearest(name, known))


def check_lists(newsroom: Newsroom, public: Newsroom, links: Links) -> Iterator[Problem]:
    """A problem for each {category} or {tag} that no public entry has, and each {author}."""

    @cache
    def listed(what: str) -> dict[str, str]:
        entries = (entry for entry in public.entries if not entry.translates)
        shown = [entry for entry in entries if public.is_listed(entry)]
        labels = (entry.tags if what == "tag" else (entry.category,) for entry in shown)
        return {slug_of(label): label for each in labels for label in each if label}

    for path, link in links:
        name = unquote(link.target)
        if link.what in ("category", "tag") and slug_of(name) not in listed(link.what):
            message = (
                f"{{{link.what}}}{link.target} leads to nothing: no public entry has this"
                f" {link.what}{nearest(name, listed(link.what).values())}"
            )
            yield Problem(path, link.line, "link", message)
        elif link.what == "author":
            author = newsroom.by_name.get(name)
            profile = author.path if author else f"authors/{slug_of(name)}.md"
            message = f"{{author}}{link.target} leads to nothing: write {{filename}}/{profile}"
            yield Problem(path, link.line, "link", message)
