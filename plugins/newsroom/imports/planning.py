"""Which file each imported post becomes, who signs it, and what its header says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from urllib.parse import quote

from ..model.addresses import alias_path
from ..model.author import Author
from ..model.letters import likeness, visible
from ..model.newsroom import Newsroom
from ..model.settings import LANGUAGE_TAG, Settings
from ..reading.headers import written
from ..reading.rules import People
from ..reading.slugs import MOST_LETTERS, label_slug, slug_of
from .ledger import Ledger
from .source import ImportedPost, Notes, same_host, split

_GROUP = re.compile(
    r"\b(?:team|group|office|staff|department|desk|committee|council|newsroom|editors?|"
    r"administrator|webmaster|inc|ltd|llc|gmbh|company|corporation|press release)\b\.?",
    re.I,
)
_ID = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_AGAIN = "run this again with"


@dataclass(frozen=True)
class Signer:
    """Who signs in the place of a name in the source; ``path`` is that of a profile to make."""

    name: str
    role: str = ""
    path: str = ""


def _role_of(author: Author | None) -> str:
    """Return a role that somebody has, if any is written."""
    titles = [role.title for role in author.roles] if author else []
    return next((title for title in titles if not title.startswith("[[")), "")


class Signers:
    """Who signs, of all the names in a source: as the person at the desk has answered.

    ``roles`` are those that the source names.
    """

    def __init__(
        self, newsroom: Newsroom, settings: Settings, roles: Mapping[str, str], ledger: Ledger
    ) -> None:
        self._people = People(newsroom, settings)
        self._roles, self._ledger = roles, ledger
        self._made: dict[str, Signer] = {}
        self._paths = {author.path for author in newsroom.authors} | newsroom.unreadable

    def called(self, name: str) -> str:
        """Return who signs in the place of a name, empty if that is nobody yet."""
        answer = self._ledger.answer
        ways = (answer(f"names {name}"), name, answer("author"))
        signs = (visible(way).replace(";", ",") for way in ways)
        return next((one for one in signs if not self._is_nobody(one)), "")

    def _is_nobody(self, name: str) -> bool:
        return not name or self._people.is_nobody(name) or bool(_GROUP.search(name))

    def of(self, name: str) -> Signer:
        """Return who signs by a name: with the profile that is there, or one to be made."""
        key = likeness(name)
        if key not in self._made:
            self._made[key] = self._signer(name, key)
        return self._made[key]

    def _signer(self, name: str, key: str) -> Signer:
        there, answer = self._people.first.get(key), self._ledger.answer
        ours = self._ledger.path_of(f"author:{key}")
        if there and (there.path != ours or not self._ledger.may_write(ours)):
            return Signer(there.name, _role_of(there))
        role = answer(f"role {name}") or self._roles.get(name) or answer("role") or _role_of(there)
        slug = slug_of(name) or "author"
        names = (f"{slug}-{number}" if number > 1 else slug for number in count(1))
        paths = (f"authors/{name}.md" for name in names)
        path = ours or next(path for path in paths if path not in self._paths)
        self._paths.add(path)
        return Signer(name, visible(role), path)

    def profiles(self) -> Iterator[tuple[str, str, str]]:
        """Yield the profiles to make: path, name of the source, and text."""
        for key, one in self._made.items():
            if one.path and self._ledger.may_write(one.path):
                role = one.role or "[[the role of this person]]"  # which is for drafts alone
                yield one.path, f"author:{key}", written({"Name": one.name, "Role": role})


class Plan:
    """Makes plans of posts; those that are there already keep their places.

    ``home`` is the address of the old site.
    """

    def __init__(
        self, newsroom: Newsroom, settings: Settings, ledger: Ledger, signers: Signers, home: str
    ) -> None:
        self._settings, self._signers, self._home = settings, signers, home
        posts = [entry for entry in newsroom.entries if not entry.in_incident]
        self._by_id = {entry.feed_id: entry.path for entry in posts if entry.feed_id}
        self._there = {entry.path for entry in posts}
        self._files = {ledger.source_of(path): path for path in ledger.files}
        self._slugs = {entry.slug.lower() for entry in posts if not entry.translates}
        self._aliases_taken: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._labels: dict[tuple[str, str], str] = {}
        for entry in newsroom.entries:
            self._aliases_taken |= {alias.lower(): entry.path for alias in entry.aliases}
            for kind, names in (("category", (entry.category,)), ("tag", entry.tags)):
                for name in filter(None, names):
                    self._labels.setdefault((kind, label_slug(name, settings)), name)

    def of(self, posts: Iterable[ImportedPost]) -> Iterator[ImportedPost]:
        """Yield where each post belongs, oldest first; translations after their originals."""
        paths: dict[str, str] = {}
        order = sorted(posts, key=lambda post: (bool(post.translates), str(post.date), post.key))
        for post in order:
            if post.key in paths or (post.translates and post.translates not in paths):
                continue
            paths[post.key] = path = self._path(post, paths.get(post.translates, ""))
            yield self._planned(post, path)

    def _path(self, post: ImportedPost, original: str) -> str:
        known, same = self._files.get(post.key, ""), self._by_id.get(post.feed_id, "")
        if known and (known in self._there or not same):
            return known
        if same and same not in self._files.values():
            return same  # it was moved
        if original:
            return f"{original.removesuffix('.md')}.{post.lang.lower()}.md"
        slug = slug_of(post.slug) or slug_of(post.title) or slug_of(post.key) or "post"
        year = post.date.astimezone(self._settings.zone).year if post.date else "undated"
        names = (f"{slug}-{number}" if number > 1 else slug for number in count(1))
        own = next(name for name in names if name not in self._slugs)
        self._slugs.add(own)
        return f"posts/{year}/{own}.md"

    def _planned(self, post: ImportedPost, path: str) -> ImportedPost:
        """Return a post as it can be here; ``held`` says why it is a draft, and what to do."""
        held = f"{post.held}: see to it, then invoke approve" if post.held else ""
        authors = list[str]()
        for name in post.authors or ("",):
            if signs := self._signers.called(name):
                signer = self._signers.of(signs)
                authors.append(signer.name)
                if not signer.role:
                    held = held or f"the role of {signer.name} is not known: {_AGAIN} --roles"
            else:
                said = f"{name!r} signed it, who is no person" if name else "nobody signed it"
                held = held or f"{said}: {_AGAIN} --names or --author"
        if post.date is None:
            held = held or "it has no date that can be read: write its Date, then invoke approve"
        tags = (self._label("tag", tag.replace(",", " "), post.notes) for tag in post.tags)
        is_own = not LANGUAGE_TAG.fullmatch(post.lang) or post.lang.lower() == self._settings.lang
        return replace(
            post,
            path=path,
            authors=tuple(dict.fromkeys(authors)),
            held=held,
            category=self._label("category", post.category, post.notes),
            tags=tuple(dict.fromkeys(filter(None, tags))),
            aliases=tuple(self._aliases(post, path)),
            feed_id=self._feed_id(post),
            lang=post.lang.lower() if post.translates or not is_own else "",
        )

    def _label(self, kind: str, name: str, notes: Notes) -> str:
        """Return a category or tag as it is written elsewhere, so that no two have one address."""
        name = visible(name)
        slug = label_slug(name, self._settings) if name else ""
        if name and not (slug and len(slug) <= MOST_LETTERS):
            notes("import-label", f"the {kind} {name[:60]!r} makes no address: left out")
            return ""
        return self._labels.setdefault((kind, slug), name) if name else ""

    def _aliases(self, post: ImportedPost, path: str) -> Iterator[str]:
        own = f"/posts/{path.rpartition('/')[2].removesuffix('.md')}/"
        for address in dict.fromkeys((post.address, *post.aliases)):
            parts = split(address.strip())
            is_elsewhere = parts.netloc and not same_host(address, self._home)
            if is_elsewhere or not parts.path.strip("/"):
                continue
            try:
                alias = alias_path(parts.path)
            except ValueError:
                message = f"the old address {address[:100]!r} cannot redirect here: left out"
                post.notes("import-alias", message)
                continue
            if self._aliases_taken.setdefault(alias.lower(), path) != path:
                post.notes("import-alias", f"the old address {alias} is another's: left out")
            elif alias != own:
                yield re.sub(r"[,\s%:?#<>\"\\]", lambda found: quote(found[0]), alias)

    def _feed_id(self, post: ImportedPost) -> str:
        is_first = self._ids.setdefault(post.feed_id, post.key) == post.key
        if not post.feed_id or (is_first and _ID.fullmatch(post.feed_id)):
            return post.feed_id
        why = "is no whole address or name" if is_first else "is another's"
        message = f"its feed id {post.feed_id[:80]!r} {why}, and left out"
        post.notes("import-id", f"{message}: readers of the feed may see it as new")
        return ""
