"""Write what was imported: what passes the check is public, the rest a draft, with its problem."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
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
from .planning import Plan, Signers
from .source import PICTURE, ImportedPost, Notes, Source
from .tidy_html import convert, text_of

_ROUNDS = 12
_FEW = 3  # so many files are named in one line
_UNSIGNED_ARCHIVE = (
    "NEWSROOM_REQUIRE_SIGNATURES wants it signed: let that be the day from which you sign,"
    " and run this again"
)
_UNSIGNED = "[[who signs this]]"


@dataclass
class Import:
    """One import into a content folder; ``now`` is the clock of the command.

    ``counts`` are posts and profiles by what became of them, ``notes`` what could not be carried
    over, each with its file. By path, ``held`` says why a post is a draft, and ``leads``
    where it leads.
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
    texts: dict[str, str] = field(default_factory=dict)
    leads: dict[str, Leads] = field(default_factory=dict)

    def run(self) -> None:
        """Plan, convert, check and write. Nothing that a writer has changed is overwritten."""
        plan = Plan(self.newsroom, self.settings, self.ledger, self.signers, self.source.home)
        files = Files(self.content, self.folders, self.ledger)
        addresses = Addresses(self.source.home, self.settings.site_url, files)
        own: dict[str, ImportedPost] = {}
        for post in plan.of(self.source.posts):
            addresses.add(post)
            if self.ledger.may_write(post.path):
                own[post.path] = post
            else:
                is_there = (self.content / post.path).exists()
                self.counts["changed" if is_there else "deleted"] += 1
        self.held = {path: post.held for path, post in own.items() if post.held}
        profiles = list(self.signers.profiles())
        self._settle(own, {path: text for path, _, text in profiles}, addresses)
        try:
            for profile in profiles:
                self._write("profiles", *profile)
            for path, post in own.items():
                self._write("posts", path, post.key, self.texts[path])
                self._report(post)
        finally:  # what is written is known, even if it is broken off
            self.ledger.write()

    def _settle(
        self, own: Mapping[str, ImportedPost], profiles: dict[str, str], addresses: Addresses
    ) -> None:
        """Convert and check until what is public has no errors: what has any is a draft."""
        public = {entry.path for entry in self.newsroom.public(self.now).entries} - own.keys()
        dated = {path for path, post in own.items() if post.date and post.date <= self.now}
        waiting = set(own)
        for _ in range(_ROUNDS):
            addresses.shown = public | dated - self.held.keys()
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
                said = f"line {problem.line}: {problem.message}: see to it, then remove its Status"
                self.held[path] = _UNSIGNED_ARCHIVE if problem.rule == "signature-missing" else said
                waiting |= {other for other, leads in self.leads.items() if path in leads.asked}

    def _errors(self, checkup: Checkup, own: Collection[str]) -> Iterator[tuple[str, Problem]]:
        """Yield the first error of each file of ours."""
        seen: set[str] = set()
        for problem in checkup.problems:
            path = problem.path.removeprefix(f"{self.content.name}/")
            if path in own and path not in seen and not problem.is_warning:
                seen.add(path)
                yield path, problem

    def _convert(self, post: ImportedPost, addresses: Addresses) -> None:
        """Write the text of a post's file, and note what could not be carried over."""
        notes = Notes(post.notes.path, post.notes.line, post.notes.raw)
        leads = self.leads[post.path] = Leads(addresses, post, notes)
        body = convert(post.html, leads)
        image = leads.picture(post.image) if post.image else ""
        if image and not post.image_alt:
            line = f"Image: {image} | what it shows"
            notes(PICTURE, f"nothing says what the leading picture shows: write {line}")
            image = ""
        shown = f"{image} | {post.image_alt.replace('|', '/')}" if image else ""
        self.texts[post.path] = written(self._header(post, shown), body)

    def _header(self, post: ImportedPost, image: str) -> dict[str, str]:
        zone = self.settings.zone
        date = minute(post.date.astimezone(zone)) if post.date else ""
        modified = ""
        if post.date and post.modified and post.date < post.modified <= self.now:
            modified = minute(post.modified.astimezone(zone))
        first_words = " ".join(text_of(post.html).split()[:8])
        return {
            "Title": visible(post.title) or first_words or post.slug or post.key,
            "Date": date,
            "Author": "; ".join(post.authors) or _UNSIGNED,
            "Summary": post.summary,
            "Image": image,
            "Status": "draft" if post.path in self.held else "",
            "Modified": modified if modified != date else "",
            "Lang": post.lang,
            "Category": post.category,
            "Tags": ", ".join(post.tags),
            "Aliases": ", ".join(post.aliases),
            "Id": post.feed_id,
        }

    def _report(self, post: ImportedPost) -> None:
        """Note what became of a post, and what of it could not be carried over."""
        notes = self.leads[post.path].notes
        if why := self.held.get(post.path):
            self.counts["drafts"] += 1
            notes("import-draft", f"it is a draft, because {why}")
        shown = f"{self.content.name}/{post.path}"
        self.notes += [(shown, note) for note in (*post.notes.found, *notes.found)]

    def report(self, whole: bool) -> Iterator[Problem]:
        """Yield what could not be carried over; unless ``whole``, once what is so in many posts."""
        yield from self.source.notes
        alike: dict[tuple[str, str], list[tuple[str, Problem]]] = {}
        for shown, note in self.notes:
            alike.setdefault((note.rule, note.message), []).append((shown, note))
        for places in alike.values():
            for shown, note in places if whole else places[:1]:
                files = [shown] if whole else list(dict.fromkeys(shown for shown, _ in places))
                more = f" and {len(files) - _FEW} more: --format json names all"
                named = ", ".join(files[:_FEW]) + (more if len(files) > _FEW else "")
                yield replace(note, message=f"{note.message} (now in {named})")

    def _write(self, kind: str, path: str, source: str, text: str) -> None:
        file, data = self.content / path, text.encode()
        if file.exists() and file.read_bytes() == data:
            self.counts[f"{kind} kept"] += 1
        else:
            write_whole(file, data)
            self.counts[f"{kind} written"] += 1
        self.ledger.note(path, source, data)
