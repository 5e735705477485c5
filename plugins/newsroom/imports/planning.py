"""Which file each imported post becomes, who signs it, and what its header says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlsplit

from ..model.addresses import alias_path
from ..model.author import Author
from ..model.letters import likeness, visible
from ..model.newsroom import Newsroom
from ..model.settings import LANGUAGE_TAG, Settings
from ..reading.rules import People
from ..reading.slugs import MOST_LETTERS, label_slug, slug_of
from .ledger import Ledger
from .source import ImportedPost, Notes, Source

_GROUP = re.compile(
    r"\b(?:team|group|office|staff|department|desk|committee|council|newsroom|editors?|"
    r"administrator|webmaster|inc|ltd|llc|gmbh|company|corporation|press release)\b\.?",
    re.I,
)
_ID = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_ROLE_MISSING = "[[the role of this person]]"


@dataclass(frozen=True)
class Wishes:
    """What the person at the desk has decided.

    ``names`` are those that sign in the place of others; ``author`` signs what no person signed.
    ``roles`` are by name; ``role`` is that of all others.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    author: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    role: str = ""


@dataclass(frozen=True)
class Signer:
    """Who signs in the place of a name in the source; ``path`` is that of a profile to make."""

    name: str
    role: str = ""
    path: str = ""

    @property
    def profile(self) -> dict[str, str]:
        """The header of the profile."""
        return {"Name": self.name, "Role": self.role or _ROLE_MISSING}


@dataclass(frozen=True)
class Planned:
    """A post and the file that it becomes. ``held`` says why it is a draft."""

    post: ImportedPost
    path: str
    authors: tuple[str, ...]
    held: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    feed_id: str = ""
    lang: str = ""


def _role_of(author: Author | None) -> str:
    """Return a role that somebody has, if any is written."""
    titles = [role.title for role in author.roles] if author else []
    return next((title for title in titles if not title.startswith("[[")), "")


class Signers:
    """Who signs, of all the names in a source."""

    def __init__(
        self, newsroom: Newsroom, settings: Settings, source: Source, wishes: Wishes, ledger: Ledger
    ) -> None:
        self._people = People(newsroom, settings)
        self._source, self._wishes, self._ledger = source, wishes, ledger
        self._made: dict[str, Signer] = {}
        self._paths = {author.path for author in newsroom.authors} | newsroom.unreadable

    def called(self, name: str) -> str:
        """Return who signs in the place of a name, empty if that is nobody yet."""
        instead = self._ledger.answer(f"names {name}", self._wishes.names.get(name, ""))
        signs = visible(instead or name).replace(";", ",")
        if self.is_nobody(signs):
            signs = visible(self._ledger.answer(f"names {name}", self._wishes.author))
        return "" if self.is_nobody(signs) else signs

    def is_nobody(self, name: str) -> bool:
        """Whether a name is no person's."""
        return not name or self._people.is_nobody(name) or bool(_GROUP.search(name))

    def of(self, name: str) -> Signer:
        """Return who signs by a name: with the profile that is there, or one to be made."""
        key = likeness(name)
        if key not in self._made:
            self._made[key] = self._signer(name, key)
        return self._made[key]

    def _signer(self, name: str, key: str) -> Signer:
        there = self._people.first.get(key)
        ours = self._ledger.path_of(f"author:{key}")
        if there and (there.path != ours or not self._ledger.is_ours(ours)):
            return Signer(there.name, _role_of(there))
        roles, known = self._wishes.roles, self._source.roles
        role = roles.get(name) or known.get(name) or self._wishes.role or _role_of(there)
        slug = slug_of(name) or "author"
        paths = (
            f"authors/{slug}{f'-{number}' if number > 1 else ''}.md" for number in range(1, 999)
        )
        path = ours or next(path for path in paths if path not in self._paths)
        self._paths.add(path)
        return Signer(name, visible(role), path)

    @property
    def made(self) -> Iterator[tuple[str, Signer]]:
        """The profiles to make, each with the name of its source."""
        yield from ((f"author:{key}", one) for key, one in self._made.items() if one.path)


@dataclass
class Plan:
    """Makes plans of posts; those that are there already keep their places."""

    newsroom: Newsroom
    settings: Settings
    ledger: Ledger
    signers: Signers
    home: str
    slugs: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    labels: dict[tuple[str, str], str] = field(default_factory=dict)
    notes: Notes = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        posts = [entry for entry in self.newsroom.entries if not entry.in_incident]
        self._by_id = {entry.feed_id: entry for entry in posts if entry.feed_id}
        self._by_path = {entry.path: entry for entry in posts}
        self._ledger_paths = {made: path for path, made in self.ledger.made.items()}
        self.slugs |= {entry.slug.lower() for entry in posts if not entry.translates}
        for entry in self.newsroom.entries:
            self.aliases |= {alias.lower(): entry.path for alias in entry.aliases}
            for kind, names in (("category", (entry.category,)), ("tag", entry.tags)):
                for name in filter(None, names):
                    self.labels.setdefault((kind, label_slug(name, self.settings)), name)

    def of(self, posts: Iterable[ImportedPost]) -> Iterator[Planned]:
        """Yield where each post belongs, oldest first; translations after their originals."""
        paths: dict[str, str] = {}
        order = sorted(posts, key=lambda post: (bool(post.translates), str(post.date), post.key))
        for post in order:
            if post.key in paths or (post.translates and post.translates not in paths):
                continue
            self.notes = Notes(post.place)
            paths[post.key] = path = self._path(post, paths.get(post.translates, ""))
            planned = self._planned(post, path)
            yield replace(planned, post=replace(post, notes=(*post.notes, *self.notes)))

    def _path(self, post: ImportedPost, original: str) -> str:
        known = self._ledger_paths.get(post.key, "")
        if known and (known in self._by_path or post.feed_id not in self._by_id):
            return known
        found = self._by_id.get(post.feed_id)
        if found and found.path not in self.ledger.made:
            return found.path
        if original:
            return f"{original.removesuffix('.md')}.{post.lang.lower()}.md"
        slug = slug_of(post.slug) or slug_of(post.title) or slug_of(post.key) or "post"
        year = post.date.astimezone(self.settings.zone).year if post.date else "undated"
        number, own = 1, slug
        while own in self.slugs and not self._is_same(post, f"posts/{year}/{own}.md"):
            number += 1
            own = f"{slug}-{number}"
        self.slugs.add(own)
        return f"posts/{year}/{own}.md"

    def _is_same(self, post: ImportedPost, path: str) -> bool:
        """Whether a file that no ledger knows is this post: its run was broken off."""
        there = self._by_path.get(path)
        if there is None or path in self.ledger.made or there.title != visible(post.title):
            return False
        return post.date is None or there.date == post.date.replace(second=0)

    def _planned(self, post: ImportedPost, path: str) -> Planned:
        held, authors = post.held, list[str]()
        for name in post.authors or ("",):
            if signs := self.signers.called(name):
                signer = self.signers.of(signs)
                authors.append(signer.name)
                if not signer.role:
                    held = held or f"the role of {signer.name} is not known: name it with --roles"
            else:
                said = f"{name!r} signed it, who is no person" if name else "nobody signed it"
                self.notes("import-author", f"{said}: name who signs, with --names or --author")
                held = held or said
        if post.date is None:
            held = held or "it has no date that can be read"
        category = self._label("category", post.category)
        tags = (self._label("tag", tag.replace(",", " ")) for tag in post.tags)
        has_lang = LANGUAGE_TAG.fullmatch(post.lang)
        lang = post.lang.lower() if has_lang and post.lang.lower() != self.settings.lang else ""
        return Planned(
            post,
            path,
            tuple(dict.fromkeys(authors)),
            held,
            category,
            tuple(dict.fromkeys(filter(None, tags))),
            tuple(self._aliases(post, path)),
            self._feed_id(post),
            post.lang if post.translates else lang,
        )

    def _label(self, kind: str, name: str) -> str:
        """Return a category or tag as it is written elsewhere, so that no two have one address."""
        name = visible(name)
        slug = label_slug(name, self.settings) if name else ""
        if name and not (slug and len(slug) <= MOST_LETTERS):
            self.notes("import-label", f"the {kind} {name[:60]!r} makes no address: left out")
        return self.labels.setdefault((kind, slug), name) if slug else ""

    def _aliases(self, post: ImportedPost, path: str) -> Iterator[str]:
        own = f"/posts/{path.rpartition('/')[2].removesuffix('.md')}/"
        for written in dict.fromkeys((post.address, *post.aliases)):
            try:
                parts = urlsplit(written.strip())
                if not parts.path.strip("/") or (
                    parts.netloc and not same_host(written, self.home)
                ):
                    continue
                alias = alias_path(parts.path)
            except ValueError:
                message = f"the old address {written[:100]!r} cannot redirect here: left out"
                self.notes("import-alias", message)
                continue
            if self.aliases.setdefault(alias.lower(), path) != path:
                self.notes("import-alias", f"the old address {alias} is another's: left out")
            elif alias != own:
                yield re.sub(r"[,\s%:?#<>\"\\]", lambda found: quote(found[0]), alias)

    def _feed_id(self, post: ImportedPost) -> str:
        is_first = self.ids.setdefault(post.feed_id, post.key) == post.key
        if not post.feed_id or (is_first and _ID.fullmatch(post.feed_id)):
            return post.feed_id
        why = "is no whole address or name" if is_first else "is another's"
        message = f"its feed id {post.feed_id[:80]!r} {why}, and left out"
        self.notes("import-id", f"{message}: readers of the feed may see it as new")
        return ""


def same_host(address: str, home: str) -> bool:
    """Whether an address is of a site, with or without ``www.``, over http or https."""
    try:
        hosts = [(urlsplit(each).hostname or "").removeprefix("www.") for each in (address, home)]
    except ValueError:
        return False
    return bool(hosts[0]) and hosts[0] == hosts[1]
