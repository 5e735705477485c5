"""Write what was imported: what passes the check is public, the rest a draft, with its problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
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
from .leading import Addresses, Leads
from .ledger import Ledger
from .planning import Plan, Planned, Signers
from .source import PICTURE, Notes, Source
from .tidy_html import convert, text_of

_ROUNDS = 12
_FEW = 3  # as many lines may say the same
_UNSIGNED_ARCHIVE = (
    "NEWSROOM_REQUIRE_SIGNATURES wants it signed: let that be the day from which you sign,"
    " and run this again"
)
_UNSIGNED = "[[who signs this]]"


def _first_words(html: str) -> str:
    return " ".join(text_of(html).split()[:8])


@dataclass
class Import:
    """One import into a content folder; ``now`` is the clock of the command.

    ``counts`` are posts and profiles by what became of them, ``notes`` what could not be carried
    over, each with its file. By path, ``held`` says why a post is a draft, and ``leads``
    where it leads; ``dropped`` are those whose old addresses are taken.
    """

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
    notes: list[tuple[str, Problem]] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)
    leads: dict[str, Leads] = field(default_factory=dict)

    def run(self) -> None:
        """Plan, convert, check and write. Nothing that a writer has changed is overwritten."""
        plan = Plan(self.newsroom, self.settings, self.ledger, self.signers, self.source.home)
        posts = list(plan.of(self.source.posts))
        files = Files(self.content, self.folders, self.ledger)
        public = {entry.path for entry in self.newsroom.public(self.now).entries}
        addresses = Addresses(self.source.home, self.settings.site_url, files)
        for planned in posts:
            addresses.add(planned)
        own = {planned.path: planned for planned in posts if self._is_mine(planned)}
        self.held = {path: planned.held for path, planned in own.items() if planned.held}
        # Profiles that name no role are drafts' alone.
        profiles = {
            one.path: (key, written(one.profile))
            for key, one in self.signers.made
            if self.ledger.may_write(one.path)
        }
        self._settle(own, {path: text for path, (_, text) in profiles.items()}, addresses, public)
        try:
            for path, (key, text) in profiles.items():
                self._write(path, key, text)
            for planned in own.values():
                self._write(planned.path, planned.post.key, self.texts[planned.path])
                self._report(planned)
        finally:  # what is written is known, even if it is broken off
            self.ledger.write()

    def _is_mine(self, planned: Planned) -> bool:
        if self.ledger.may_write(planned.path):
            return True
        gone = not (self.content / planned.path).exists()
        self.counts["deleted" if gone else "changed"] += 1
        return False

    def _settle(
        self,
        own: dict[str, Planned],
        profiles: dict[str, str],
        addresses: Addresses,
        public: set[str],
    ) -> None:
        """Convert and check until what is public has no errors: what has any is a draft."""
        waiting = set(own)
        for _ in range(_ROUNDS):
            addresses.shown = (public - set(own)) | {
                path
                for path, planned in own.items()
                if path not in self.held and planned.post.date and planned.post.date <= self.now
            }
            for number, path in enumerate(sorted(waiting), 1):
                self._convert(own[path], addresses)
                progress("Convert", number, len(waiting))
            proposed = {path: text.encode() for path, text in {**profiles, **self.texts}.items()}
            checkup = check(self.content, self.settings, self.now, self.memory, proposed)
            wrong = dict(self._errors(checkup, own))
            if not wrong:
                return
            waiting = set(wrong)
            for path, problem in wrong.items():
                if problem.rule == "url" and own[path].aliases and path not in self.dropped:
                    self.dropped.add(path)  # an old address may be taken by something else
                    continue
                said = f"line {problem.line}: {problem.message}: see to it, then remove its Status"
                self.held[path] = _UNSIGNED_ARCHIVE if problem.rule == "signature-missing" else said
                waiting |= {other for other, leads in self.leads.items() if path in leads.asked}

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
        post, path = planned.post, planned.path
        notes = Notes(post.notes.path, post.notes.line, post.notes.raw)
        leads = self.leads[path] = Leads(addresses, post, notes)
        body = convert(post.html, leads)
        image = leads.picture(post.image) if post.image else ""
        if image and not post.image_alt:
            line = f"Image: {image} | what it shows"
            notes(PICTURE, f"nothing says what the leading picture shows: write {line}")
        shown = f"{image} | {post.image_alt.replace('|', '/')}"
        self.texts[path] = written(
            self._header(planned, shown if image and post.image_alt else ""), body
        )

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
        path, notes = planned.path, self.leads[planned.path].notes
        if path in self.dropped and planned.aliases:
            gone = ", ".join(planned.aliases)
            notes("import-alias", f"{gone} is taken here: left out")
        if why := self.held.get(path):
            self.counts["drafts"] += 1
            notes("import-draft", f"it is a draft, because {why}")
        shown = f"{self.content.name}/{path}"
        self.notes += [(shown, note) for note in (*planned.post.notes.found, *notes.found)]

    def report(self, whole: bool) -> Iterator[Problem]:
        """Yield what could not be carried over; unless ``whole``, once what is so in many posts."""
        yield from self.source.notes
        alike: dict[tuple[str, str], list[tuple[str, Problem]]] = {}
        for shown, note in self.notes:
            alike.setdefault((note.rule, note.message), []).append((shown, note))
        for places in alike.values():
            few = whole or len(places) <= _FEW
            more = "" if few else f" and {len(places) - 1} more: --format json names all"
            for shown, note in places if few else places[:1]:
                yield replace(note, message=f"{note.message} (now in {shown}{more})")

    def _write(self, path: str, source: str, text: str) -> None:
        file, data = self.content / path, text.encode()
        kind = "profiles" if path.startswith("authors/") else "posts"
        if file.exists() and file.read_bytes() == data:
            self.counts[f"{kind} kept"] += 1
        else:
            write_whole(file, data)
            self.counts[f"{kind} written"] += 1
        self.ledger.note(path, source, data)
