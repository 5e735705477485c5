"""Who signs and who approves: named persons, each with a profile, and no two alike.

A reader must be able to tell names apart. So two that differ only in what nobody
sees, or in letters of another script, are two people nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.author import Author
from ..model.entry import Entry
from ..model.header import Header
from ..model.letters import called, difference, foreign, likeness, turning, unseen, visible
from ..model.newsroom import Newsroom
from ..model.problems import WARNING, Problem, nearest
from ..model.settings import Settings
from .slugs import slug_of

_NAMES = ("name", "author", "authors", "approved_by", "publication", "category", "tags")


def check_people(newsroom: Newsroom, settings: Settings) -> Iterator[Problem]:
    """The rules of names, over all profiles and entries."""
    people = People(newsroom, settings)
    for entry in newsroom.entries:
        yield from _signed(entry, people)
        yield from _approved(entry, people)
    for author in newsroom.authors:
        if author.name:
            yield from _profile(author, people)


class People:
    """The names of a newsroom, as they are written and as they look."""

    def __init__(self, newsroom: Newsroom, settings: Settings) -> None:
        self.required = settings.require_approval
        self.nobody = {likeness(name) for name in settings.no_person_names}
        self.names = set(newsroom.by_name)
        self.persons = {name for name in self.names if not self.is_nobody(name)}
        self.first: dict[str, Author] = {}
        for author in newsroom.authors:
            if author.name:
                self.first.setdefault(likeness(author.name), author)
        self._nameless = {author.slug for author in newsroom.authors if not author.name}
        self._unreadable = newsroom.unreadable

    def is_nobody(self, name: str) -> bool:
        """Whether a name, however it is written, is no person's."""
        return likeness(name) in self.nobody

    def alike(self, name: str) -> str:
        """What tells a name from that of a profile that looks the same, and what to do."""
        same = self.first.get(likeness(name))
        if same is None or name == same.name:
            return ""
        if name.casefold() == same.name.casefold():
            return f"did you mean {same.name}? Write it so, letter by letter"
        return (
            f"did you mean {same.name}? It looks the same, but"
            f" {difference(name, same.name)}: write {same.name}"
        )

    def unknown(self, name: str) -> str:
        """Why nobody is known by a name, and what to do; empty if somebody is."""
        slug = slug_of(name)
        is_broken = slug in self._nameless or f"authors/{slug}.md" in self._unreadable
        if visible(name) in self.names or is_broken:  # said where the name, or the profile, stands
            return ""
        if alike := self.alike(name):
            return f'no profile for "{name}"; {alike}'
        likely = nearest(name, self.names)
        return (
            f'no profile for "{name}"{f"{likely} Else" if likely else ":"}'
            f' create {{content}}/authors/{slug}.md, or run: invoke author "{name}"'
        )


def check_header(path: str, header: Header) -> Iterator[Problem]:
    """What nobody sees must not turn what a line says, nor make two of one name.

    Elsewhere it came with pasted text, and does no harm but in a search.
    """
    for field in header.fields:
        for sign in dict.fromkeys(unseen(field.value)):
            before = visible(field.value[: field.value.index(sign)])[-20:]
            place = f"after {before!r}" if before else "at the beginning"
            harmless = field.key not in _NAMES and not turning(sign)
            message = (
                f"{WARNING if harmless else ''}"
                f"{field.written} has a character that nobody sees {place}:"
                f" {called(sign)}: delete it, or write the line anew"
            )
            yield Problem(path, field.line, "invisible", message)


def _signed(entry: Entry, people: People) -> Iterator[Problem]:
    line = entry.line("Authors" if "authors" in entry.lines else "Author")
    for name in entry.authors:
        if name in people.persons:
            continue
        if people.is_nobody(name):
            message = f"{name!r} is no person: sign with the name of one, who has a profile"
            yield Problem(entry.path, line, "author-person", message)
        elif message := people.unknown(name):
            yield Problem(entry.path, line, "author-profile", message)


def _approved(entry: Entry, people: People) -> Iterator[Problem]:
    """An approver has a profile; where approval is required, it is a second person's."""
    approver = entry.approved_by
    line = entry.line("Approved_by")
    if approver and (message := people.unknown(approver)):
        yield Problem(entry.path, line, "approved-by", f"Approved_by: {message}")
    elif people.required and entry.in_incident and not entry.translates:
        if not approver:
            message = "an incident's entry needs an approval: add a line Approved_by: …"
            yield Problem(entry.path, 1, "approval", message)
        elif likeness(approver) in map(likeness, entry.authors):
            message = f"{approver!r} signs this entry: have a second person approve it"
            yield Problem(entry.path, line, "approval", message)


def _profile(author: Author, people: People) -> Iterator[Problem]:
    """A profile is a person's, and no two claim one name."""
    line = author.lines["name"]
    if people.is_nobody(author.name):
        message = f"{author.name!r} is no person: a profile is a person's"
        yield Problem(author.path, line, "author-person", message)
    first = people.first[likeness(author.name)]
    if first is not author:
        how = ""
        if author.name.casefold() != first.name.casefold():
            how = f", which looks the same, but {difference(author.name, first.name)}"
        message = (
            f"{{content}}/{first.path} already claims the name {first.name!r}{how}:"
            " change one of them"
        )
        yield Problem(author.path, line, "author-name", message)
    elif letter := foreign(author.name):
        message = (
            f"the {letter!r} in {author.name!r} is {called(letter)}, in a word of other letters:"
            " type the name anew"
        )
        yield Problem(author.path, line, "author-name", message)
