"""Who signs and who approves: named persons, each with a profile, and no two alike.

A reader must be able to tell names apart. So two that differ only in what nobody
sees, or in letters of another script, are two people nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.author import Author
from ..model.entry import Entry
from ..model.letters import called, difference, foreign, likeness, visible
from ..model.newsroom import Newsroom
from ..model.problems import nearest
from ..model.settings import Settings
from .rulebook import Checked, Finding, rule
from .slugs import slug_of


class People:
    """The names of a newsroom, as they are written and as they look."""

    def __init__(self, newsroom: Newsroom, settings: Settings) -> None:
        self._nobody = {likeness(name) for name in settings.no_person_names} - {""}
        self.names = set(newsroom.by_name)
        named = [author for author in newsroom.authors if author.name]
        self.first: dict[str, Author] = {likeness(a.name): a for a in reversed(named)}
        self._broken = {author.path for author in newsroom.authors if not author.name}
        self._broken |= newsroom.unreadable

    def is_nobody(self, name: str) -> bool:
        """Whether a name, however it is written, is no person's."""
        return likeness(name) in self._nobody

    def alike(self, name: str) -> str:
        """Return what tells a name from that of a profile that looks the same, and what to do."""
        same = self.first.get(likeness(name))
        if same is None or name == same.name:
            return ""
        if name.casefold() == same.name.casefold():
            return f"did you mean {same.name}? Write it so, letter by letter"
        how = difference(name, same.name)
        return f"did you mean {same.name}? It looks the same, but {how}: write {same.name}"

    def unknown(self, name: str) -> str:
        """Say why nobody is known by a name, and what to do; empty if somebody is."""
        profile = f"authors/{slug_of(name)}.md"
        if visible(name) in self.names or profile in self._broken:  # which is an error by itself
            return ""
        if alike := self.alike(name):
            return f'no profile for "{name}"; {alike}'
        likely = nearest(name, self.names)
        remedy = f'create {{content}}/{profile}, or run: invoke author "{name}"'
        return f'no profile for "{name}"{f"{likely} Else" if likely else ":"} {remedy}'


@rule("author-person", "the name is no person's")
def no_persons(checked: Checked) -> Iterator[Finding]:
    """Refuse names that are no person's, on entries and in profiles."""
    people = People(checked.newsroom, checked.settings)
    for entry in checked.newsroom.entries:
        for name in filter(people.is_nobody, entry.authors):
            message = f"{name!r} is no person: sign with the name of one, who has a profile"
            yield entry, _signs(entry), message
    for author in checked.newsroom.authors:
        if people.is_nobody(author.name):
            yield author, "Name", f"{author.name!r} is no person: a profile is a person's"


@rule("author-profile", "no profile has the name that signs")
def profiles(checked: Checked) -> Iterator[Finding]:
    """Hold the names that sign against the profiles."""
    people = People(checked.newsroom, checked.settings)
    for entry in checked.newsroom.entries:
        for name in entry.authors:
            if not people.is_nobody(name) and (message := people.unknown(name)):
                yield entry, _signs(entry), message


@rule("approved-by", "no profile has the approver's name")
def approvers(checked: Checked) -> Iterator[Finding]:
    """Hold the names of those who approve against the profiles."""
    people = People(checked.newsroom, checked.settings)
    for entry in checked.newsroom.entries:
        if entry.approved_by and (message := people.unknown(entry.approved_by)):
            yield entry, "Approved_by", f"Approved_by: {message}"


@rule("approval", "approval is required and is missing, or is by one who signs")
def approvals(checked: Checked) -> Iterator[Finding]:
    """Hold incidents' entries to an approval by a second person, where the settings ask for it."""
    for entry in checked.newsroom.entries if checked.settings.require_approval else ():
        if not entry.in_incident or entry.translates:
            continue
        approver = entry.approved_by
        if not approver:
            yield entry, 1, "an incident's entry needs an approval: add a line Approved_by: …"
        elif likeness(approver) in map(likeness, entry.authors):
            message = f"{approver!r} signs this entry: have a second person approve it"
            yield entry, "Approved_by", message


@rule("author-name", "two profiles claim one name, or names that look the same")
def same_names(checked: Checked) -> Iterator[Finding]:
    """Let no two profiles claim one name, and no name mix scripts in a word."""
    people = People(checked.newsroom, checked.settings)
    for author in checked.newsroom.authors:
        first = people.first.get(likeness(author.name), author)
        if first is not author:
            how = ""
            if author.name.casefold() != first.name.casefold():
                how = f", which looks the same, but {difference(author.name, first.name)}"
            message = f"{{content}}/{first.path} already claims the name {first.name!r}{how}"
            yield author, "Name", f"{message}: change one of them"
        elif letter := foreign(author.name):
            message = f"the {letter!r} in {author.name!r} is {called(letter)}"
            yield author, "Name", f"{message}, in a word of other letters: type the name anew"


def _signs(entry: Entry) -> str:
    return "Authors" if "authors" in entry.lines else "Author"
