"""Write what was imported: what passes the check is public, the rest a draft, with its problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..files import write_whole
from ..model.letters import visible
from ..model.newsroom import Newsroom
from ..model.problems import Problem
from ..model.settings import Settings
from ..progress import progress
from ..reading.checks import Checkup, check
from ..reading.headers import minute, written
from ..reading.memory import Memory
from .at_hand import Files
from .leading import Addresses
from .ledger import Ledger
from .planning import Plan, Planned, Signers
from .source import Notes, Source
from .tidy_html import PICTURE, convert, text_of

_ROUNDS = 12
_UNSIGNED = "[[who signs this]]"


def _first_words(html: str) -> str:
    return " ".join(text_of(html).split()[:8])


@dataclass(frozen=True)
class Written:
    """What an import did: files by what became of them, and what could not be carried over."""

    counts: Counter[str]
    notes: tuple[Problem, ...]


@dataclass
class Import:
    """One import into a content folder; ``now`` is the clock of the command."""

    content: Path
    settings: Settings
    now: datetime
    newsroom: Newsroom
    source: Source
    signers: Signers
    ledger: Ledger
    folders: tuple[Path, ...]
    counts: Counter[str] = field(default_factory=Counter)
    memory: Memory = field(default_factory=Memory)
    notes: list[Problem] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)
    found: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    asked: dict[str, set[str]] = field(default_factory=dict)

    def run(self) -> Written:
        """Plan, convert, check and write. Nothing that a writer has changed is overwritten."""
        plan = Plan(self.newsroom, self.settings, self.ledger, self.signers, self.source.home)
        posts = list(plan.of(self.source.posts))
        files = Files(self.content, self.folders, self.ledger)
        # Profiles that name no role are drafts' alone.
        profiles = {one.path: (key, written(one.profile)) for key, one in self.signers.made}
        mine = [planned for planned in posts if self._is_mine(planned)]
        self.held = {planned.path: planned.held for planned in mine if planned.held}
        public = {entry.path for entry in self.newsroom.public(self.now).entries}
        addresses = Addresses(self.source.home, self.settings.site_url, files, public)
        for planned in posts:
            addresses.add(planned)
        self._settle(mine, profiles, addresses, public)
        for path, (key, text) in profiles.items():
            if self._may_write(path):
                self._write(path, key, text)
        for planned in mine:
            self._write(planned.path, planned.post.key, self.texts[planned.path])
            self._report(planned)
        self._adopt([planned for planned in posts if planned not in mine], addresses)
        self.ledger.write()
        return Written(self.counts, (*self.source.notes, *self.notes))

    def _may_write(self, path: str) -> bool:
        """Whether a file is new, or still as an import left it."""
        if (self.content / path).exists():
            return self.ledger.is_ours(path)
        return path not in self.ledger.made

    def _is_mine(self, planned: Planned) -> bool:
        if self._may_write(planned.path):
            return True
        gone = not (self.content / planned.path).exists()
        self.counts["deleted" if gone else "changed"] += 1
        return False

    def _settle(
        self,
        mine: Sequence[Planned],
        profiles: dict[str, tuple[str, str]],
        addresses: Addresses,
        public: set[str],
    ) -> None:
        """Convert and check until what is public has no errors: what has any is a draft."""
        waiting = {planned.path for planned in mine}
        own = {planned.path: planned for planned in mine}
        new = {path: text for path, (_, text) in profiles.items() if self._may_write(path)}
        for _ in range(_ROUNDS):
            addresses.shown = (public - set(own)) | {
                path
                for path, planned in own.items()
                if path not in self.held and planned.post.date and planned.post.date <= self.now
            }
            for number, path in enumerate(sorted(waiting), 1):
                self._convert(own[path], addresses)
                progress("Convert", number, len(waiting))
            proposed = {path: text.encode() for path, text in {**new, **self.texts}.items()}
            checkup = check(self.content, self.settings, self.now, self.memory, proposed)
            wrong = dict(self._errors(checkup, own))
            if not wrong:
                return
            waiting = set(wrong)
            for path, problem in wrong.items():
                if problem.rule == "url" and own[path].aliases and path not in self.dropped:
                    self.dropped.add(path)  # an old address may be taken by something else
                    continue
                self.held[path] = f"line {problem.line}: {problem.message}"
                waiting |= {other for other, asked in self.asked.items() if path in asked}

    def _errors(self, checkup: Checkup, own: dict[str, Planned]) -> Iterator[tuple[str, Problem]]:
        """Yield the first error of each file of ours."""
        seen: set[str] = set()
        for problem in checkup.problems:
            path = problem.path.removeprefix(f"{self.content.name}/")
            if path in own and path not in seen and not problem.is_warning:
                seen.add(path)
                yield path, problem

    def _convert(self, planned: Planned, addresses: Addresses) -> None:
        """Write the text of a post's file, and note what could not be carried over."""
        post, notes = planned.post, Notes(planned.post.place)
        addresses.asked = set()
        leads = addresses.of(post)
        body = convert(post.html, notes, leads)
        image = self._image(planned, addresses, notes)
        self.found[planned.path] = tuple(notes)
        self.asked[planned.path] = addresses.asked
        self.texts[planned.path] = written(self._header(planned, image), body)

    def _image(self, planned: Planned, addresses: Addresses, notes: Notes) -> str:
        post = planned.post
        if not post.image:
            return ""
        base = post.address
        there = addresses.picture(post.image, base, post, notes)
        if there and not post.image_alt:
            line = f"Image: {there} | what it shows"
            notes(PICTURE, f"nothing says what the leading picture shows: write {line}")
            return ""
        return f"{there} | {post.image_alt.replace('|', '/')}" if there else ""

    def _header(self, planned: Planned, image: str) -> dict[str, str]:
        post, zone = planned.post, self.settings.zone
        date = minute(post.date.astimezone(zone)) if post.date else ""
        modified = ""
        if post.date and post.modified and post.date < post.modified <= self.now:
            modified = minute(post.modified.astimezone(zone))
        title = visible(post.title) or _first_words(post.html) or post.slug or post.key
        aliases = () if planned.path in self.dropped else planned.aliases
        return {
            "Title": title,
            "Date": date,
            "Author": "; ".join(planned.authors) or _UNSIGNED,
            "Summary": post.summary,
            "Image": image,
            "Status": "draft" if planned.path in self.held else "",
            "Modified": modified if modified != date else "",
            "Lang": planned.lang,
            "Category": planned.category,
            "Tags": ", ".join(planned.tags),
            "Aliases": ", ".join(aliases),
            "Id": planned.feed_id,
        }

    def _report(self, planned: Planned) -> None:
        """Note what became of a post, and what of it could not be carried over."""
        path, place = planned.path, planned.post.place
        self.notes += [*planned.post.notes, *self.found[path]]
        shown = f"{self.content.name}/{path}"
        if path in self.dropped and planned.aliases:
            gone = ", ".join(planned.aliases)
            self.notes.append(place.note("import-alias", f"{gone} is taken here: left out"))
        if why := self.held.get(path):
            self.counts["drafts"] += 1
            message = f"{shown} is a draft, because {why}"
            remedy = "see to it, then invoke approve"
            self.notes.append(place.note("import-draft", f"{message}: {remedy}"))

    def _write(self, path: str, source: str, text: str) -> None:
        file, data = self.content / path, text.encode()
        kind = "profiles" if path.startswith("authors/") else "posts"
        if file.exists() and file.read_bytes() == data:
            self.counts[f"{kind} kept"] += 1
        else:
            write_whole(file, data)
            self.counts[f"{kind} written"] += 1
        self.ledger.note(path, source, data)

    def _adopt(self, others: Sequence[Planned], addresses: Addresses) -> None:
        """Take in the ledger what a run that was broken off had written already."""
        for planned in others:
            file = self.content / planned.path
            if planned.path in self.ledger.made or not file.exists():
                continue
            for held in ("", "draft"):
                self.held = {planned.path: held} if held else {}
                self._convert(planned, addresses)
                if file.read_bytes() == self.texts[planned.path].encode():
                    self.ledger.forget(planned.post.key)  # it was moved
                    self.ledger.note(planned.path, planned.post.key, file.read_bytes())
                    self.counts["changed"] -= 1
                    self.counts["posts kept"] += 1
                    break
