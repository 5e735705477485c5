"""What a page may look at: its declared part of the newsroom, and nothing else.

A build that renders only what has changed must know what a page is made of, also
under a theme that somebody else has written. So a page is given what its inputs
cover. A template that reaches for more is stopped by ``UndeclaredError``; the page is
then rendered with all there is, and made anew in every build.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NoReturn

from ..model.addresses import AUTHORS, CORRECTIONS, GOALS, SEARCH
from ..view.entry_view import EntryView
from ..view.newsroom_view import AuthorView, GoalView, NewsroomView
from ..view.overview import IncidentList
from .inputs import Inputs, digest_of

# Of what is no setting, pages may look at this; the pages of Pelican are in every page's menu.
KNOWN = (
    "pages", "words", "localsiteurl", "newsroom_assets", "newsroom_policy", "period",
    "period_num",
)  # fmt: skip
PAGED = ("paginator", "page", "previous_page", "next_page")
COUNTED = ("num_pages", "per_page", "count", "page_range")
WIDE = (  # Pelican gives them to pages, too
    "articles", "dates", "all_articles",
    *(f"{name}_{part}" for name in ("articles", "dates") for part in PAGED),
)  # fmt: skip
EVERYWHERE = (
    "company", "site_url", "contact", "is_preview", "poll_seconds", "has_search",
    "languages",
)  # fmt: skip
IN_LISTS = (
    "model", "kind", "kind_label", "title", "url", "lang", "summary", "date", "bylines",
    "held_back", "incident", "withdrawn", "words", "id",
)  # fmt: skip


class UndeclaredError(RuntimeError):
    """A template looks at what its page has not declared."""

    undeclared = True  # for who renders; see docs/rapid.md


class Wired:
    """Stands for something that a page has not declared: whatever is done with it, fails."""

    def __init__(self, name: str) -> None:
        object.__setattr__(self, "_name", name)

    def _fail(self, *_: Any, **__: Any) -> NoReturn:
        raise UndeclaredError(f"its template looks at {object.__getattribute__(self, '_name')}")

    def __getattr__(self, name: str) -> NoReturn:
        """Raises UndeclaredError."""
        self._fail()

    __iter__ = __len__ = __getitem__ = __bool__ = __str__ = __contains__ = _fail
    __call__ = __add__ = __radd__ = __eq__ = __lt__ = __gt__ = __hash__ = _fail


class Part:
    """A thing of which a page has declared some attributes, ``shown``; others fail."""

    def __init__(self, whole: Any, shown: Iterable[str], **instead: Any) -> None:
        vars(self).update(_whole=whole, _shown=frozenset(shown), **instead)

    def __getattr__(self, name: str) -> Any:
        """Python asks only for what is not there yet. Raises UndeclaredError."""
        if name not in self._shown:
            kind = type(self._whole).__name__
            raise UndeclaredError(f"its template looks at {name} of a {kind}")
        return getattr(self._whole, name)


class OwnHead(Mapping[str, Any]):
    """The heads of all pages, of which a page has declared its own."""

    def __init__(self, heads: Mapping[str, Any], path: str) -> None:
        self._heads, self._path = heads, path

    def __getitem__(self, path: str) -> Any:
        """The head of a page. Raises KeyError, and UndeclaredError for another page."""
        if path != self._path:
            raise UndeclaredError(f"its template looks at the head of {path}")
        return self._heads[path]

    def __iter__(self) -> Iterator[str]:
        """Raises UndeclaredError."""
        raise UndeclaredError("its template looks at the heads of all pages")

    def __len__(self) -> int:
        """Raises UndeclaredError."""
        raise UndeclaredError("its template looks at the heads of all pages")


Seen = Callable[[], Mapping[str, Any]]
Said = tuple[tuple[str, ...], Seen]


def _nothing() -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Declared:
    """What each page declares: a digest of its inputs, and what it sees of all there is.

    ``settings`` are Pelican's, which belong to every page.
    """

    inputs: Inputs
    view: NewsroomView
    context: Mapping[str, Any]
    settings: Mapping[str, Any]

    def __call__(
        self, path: str, variables: Mapping[str, Any], context: Mapping[str, Any]
    ) -> tuple[str, Seen]:
        """The inputs of the page at ``path``, empty if they are not known; and what it sees."""
        said, seen = self._of(path, variables, context)
        if not said:
            return "", _nothing
        return self.inputs.page(*said), lambda: self._seen(path, variables, seen())

    def whole(self) -> str:
        """The digest of all that pages and documents are made of, together; see ``Inputs``."""
        view, inputs = self.view, self.inputs
        people = (f"{one.name} {one.role} {one.former_roles}" for one in view.authors)
        late = (f"{page.url} {page.is_late}" for page in view.incident_pages)
        return digest_of((*inputs.whole(), *people, *late))

    def _seen(
        self, path: str, variables: Mapping[str, Any], seen: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        wires: dict[str, Any] = {name: Wired(name) for name in self._unknown}
        usual: dict[str, Any] = {
            "newsroom": Part(self.view, EVERYWHERE),
            "newsroom_heads": OwnHead(self.context["newsroom_heads"], path),
        }
        kept = {name: value for name, value in variables.items() if name not in WIDE}
        return wires | usual | kept | dict(seen)

    @cached_property
    def _unknown(self) -> tuple[str, ...]:
        """What is in the context and covers more than a page, or comes from who knows where."""
        known = {*self.settings, *KNOWN} - {*WIDE}
        return tuple(name for name in (*self.context, *WIDE) if name not in known)

    def _of(self, path: str, variables: Mapping[str, Any], context: Mapping[str, Any]) -> Said:
        """What a page says besides what every page says, and what it sees for that."""
        if "article" in variables:
            return self._article(variables["article"]), _nothing
        for name, declare in self._kinds.items():
            if name in variables:
                return declare(variables[name], variables)
        if "articles" in variables and "period_num" in context:
            return self._listing((str(context["period"]),), variables)
        return self._by_path(path)

    @cached_property
    def _kinds(self) -> Mapping[str, Callable[[Any, Mapping[str, Any]], Said]]:
        """By a variable that only pages of one kind have."""
        return {
            "incident": lambda incident, _: ((self.inputs.about(incident),), _nothing),
            "person": self._person,
            "goal": self._goal,
            "shown": self._incidents,
            "target": lambda article, _: (self._article(article), _nothing),
            "page": self._page,
            "tag": lambda tag, variables: self._listing((tag.name, tag.slug), variables),
            "category": lambda filed, variables: self._listing((filed.name, filed.slug), variables),
        }

    def _article(self, article: Any) -> tuple[str, ...]:
        entry = self.inputs.newsroom.by_path.get(article.relative_source_path)
        return (self.inputs.entry(entry),) if entry else ()

    def _page(self, page: Any, _: Mapping[str, Any]) -> Said:
        path = page.relative_source_path
        source = self.inputs.source
        others = (f"{source(each.relative_source_path)} {each.url}" for each in page.translations)
        return (source(path), self.inputs.links(path), *others), _nothing

    def _person(self, person: AuthorView, _: Mapping[str, Any]) -> Said:
        said = (self.inputs.author(person.name), person.role, *person.former_roles)
        said += (self.inputs.links(person.model.path), *self._each(person.entries))
        return said, lambda: {"person": replace(person, entries=self._in_list(person.entries))}

    def _goal(self, goal: GoalView, _: Mapping[str, Any]) -> Said:
        found = goal.model
        said: tuple[str, ...] = (self.inputs.source(found.path), self.inputs.links(found.path))
        said += tuple(self._each(goal.entries))
        return said, lambda: {"goal": replace(goal, entries=self._in_list(goal.entries))}

    def _incidents(self, shown: IncidentList, variables: Mapping[str, Any]) -> Said:
        said = [self.inputs.about(incident) for incident in shown.incidents]
        said += [f"{other.url} {len(other.incidents)}" for other in variables["lists"]]
        return tuple(said), lambda: {"lists": tuple(map(_counted, variables["lists"]))}

    def _listing(self, said: tuple[str, ...], variables: Mapping[str, Any]) -> Said:
        """Pelican's lists of articles, of which ours show the entries."""
        by_path, listed = self.inputs.newsroom.by_path, self.inputs.listed
        articles = variables["articles"]
        each = [listed(by_path[article.relative_source_path]) for article in articles]
        return (*said, *each), lambda: self._in_pages(variables)

    def _in_pages(self, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """A list of articles, and the pages that Pelican divides it into."""
        part = {one: Part(one, (), entry=self._item(one.entry)) for one in variables["articles"]}
        seen: dict[str, Any] = {"articles": list(part.values())}
        for name in (f"articles_{kind}" for kind in PAGED):
            if (found := variables.get(name)) is not None:
                seen[name] = copy(found)
                seen[name].object_list = [part[one] for one in found.object_list]
                if hasattr(found, "paginator"):
                    seen[name].paginator = Part(found.paginator, COUNTED)
        return seen

    def _by_path(self, path: str) -> Said:
        """Pages of which there is one."""
        view, inputs = self.view, self.inputs
        found: dict[str, Callable[[], Said]] = {
            "index.html": self._home,
            "404.html": lambda: (("404",), _nothing),
            f"{SEARCH}index.html": lambda: (
                ("search", *(year.title for year in view.years)),
                self._with("years"),
            ),
            f"{AUTHORS}index.html": lambda: (
                tuple(f"{inputs.author(one.name)} {one.role}" for one in view.authors),
                lambda: {"newsroom": Part(view, EVERYWHERE, authors=self._people())},
            ),
            f"{GOALS}index.html": lambda: (
                tuple(f"{each.title} {each.url} {len(each.entries)}" for each in view.goals),
                lambda: {"newsroom": Part(view, EVERYWHERE, goals=self._all_goals())},
            ),
            f"{CORRECTIONS}index.html": lambda: (
                ("corrections", *map(repr, view.corrections)),
                self._with("corrections"),
            ),
            str(self.context.get("CATEGORIES_SAVE_AS")): lambda: self._filed("categories"),
            str(self.context.get("TAGS_SAVE_AS")): lambda: self._filed("tags"),
        }
        return found[path]() if path in found else ((), _nothing)

    def _with(self, name: str) -> Seen:
        return lambda: {"newsroom": Part(self.view, (*EVERYWHERE, name))}

    def _home(self) -> Said:
        view = self.view
        said = [self.inputs.about(incident) for incident in view.open_incidents]
        said += [*self._each(view.latest), *(year.title for year in view.years)]
        shown = (*EVERYWHERE, "years", "open_incidents")
        return ("home", *said), lambda: {
            "newsroom": Part(view, shown, latest=self._in_list(view.latest))
        }

    def _people(self) -> tuple[Part, ...]:
        shown = ("model", "name", "initials", "role", "url", "photo")
        return tuple(Part(person, shown) for person in self.view.authors)

    def _all_goals(self) -> tuple[Part, ...]:
        return tuple(
            Part(goal, ("title", "url"), entries=range(len(goal.entries)))
            for goal in self.view.goals
        )

    def _filed(self, name: str) -> Said:
        """The list of categories or tags: how many entries each has."""
        pairs = [(filed, range(len(articles))) for filed, articles in self.context[name]]
        said = tuple(f"{filed.name} {filed.slug} {len(count)}" for filed, count in pairs)
        return (name, *said), lambda: {name: pairs}

    def _each(self, entries: Iterable[EntryView]) -> Iterator[str]:
        return (self.inputs.listed(entry.model) for entry in entries)

    def _in_list(self, entries: Iterable[EntryView]) -> tuple[Any, ...]:
        return tuple(self._item(entry) for entry in entries)

    def _item(self, entry: EntryView) -> Part:
        named = entry.incident
        return Part(entry, IN_LISTS, incident=named and Part(named, ("id", "name", "url", "lang")))


def _counted(shown: IncidentList) -> Part:
    """A list of which another names only how many it has."""
    return Part(shown, ("url", "title", "label", "kind"), incidents=range(len(shown.incidents)))
