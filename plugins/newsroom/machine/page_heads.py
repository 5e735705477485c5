"""What each page's ``head`` says to machines: address, card, alternates, structured data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from ..model.addresses import (
    ALL_FEED,
    ATOM,
    AUTHORS,
    GOALS,
    INCIDENTS,
    JSON,
    author_feed,
    feed_of,
    incident_url,
    oembed_of,
    text_of,
)
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.newsroom_view import AuthorView, GoalView
from ..view.parts import Link
from . import structured
from .feeds import ATOM_TYPE, JSON_FEED_TYPE
from .site import Card, Said, Site

OEMBED_TYPE = "application/json+oembed"
MOST_DESCRIPTION = 300


@dataclass(frozen=True)
class Alternate:
    """The same thing elsewhere: a ``link rel="alternate"`` with a whole URL.

    ``type`` is a media type, ``hreflang`` a language (BCP 47); either may be empty.
    """

    url: str
    type: str = ""
    title: str = ""
    hreflang: str = ""


@dataclass(frozen=True)
class Head:
    """What a page's ``head`` says to machines; all URLs are whole.

    ``type`` is Open Graph's, ``published`` and ``modified`` are RFC 3339 times or
    empty, ``authors`` are the URLs of profiles, ``structured`` is JSON-LD that
    is safe inside a ``script`` element.
    """

    url: str
    title: str
    site_name: str
    alternates: tuple[Alternate, ...]
    structured: Markup
    description: str = ""
    type: str = "website"
    authors: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    card: Card | None = None


def home(site: Site) -> Head:
    """Make the head of the first page: the newsroom and who publishes it."""
    said = structured.script(structured.website(site), structured.organization(site))
    feeds = tuple(_feed(site, ALL_FEED, site.name))
    return Head(site.at(""), site.name, site.name, feeds, said, site.subtitle)


def listing(site: Site, title: str, url: str, feed: str = "", above: Link | None = None) -> Head:
    """Make the head of a page that lists; ``feed`` is the url of its own, without ending."""
    steps = [above, Link(title, url)] if above else [Link(title, url)]
    return _head(site, site.words.beside(title, site.company, between=" – "), steps, feed)


def goal(site: Site, view: GoalView) -> Head:
    """Make the head of a goal's page."""
    return listing(site, view.title, view.url, above=Link(site.words.say("Goals"), GOALS))


def author(site: Site, view: AuthorView) -> Head:
    """Make the head of an author's profile."""
    title = site.words.beside(f"{view.name}, {view.role}", site.company, between=" – ")
    steps = [Link(site.words.say("Authors"), AUTHORS), Link(view.name, view.url)]
    feed = author_feed(view.model.slug) if view.entries else ""
    nodes = structured.profile(site, view), structured.organization(site)
    return replace(_head(site, title, steps, feed, nodes), type="profile")


def page(site: Site, view: EntryView | IncidentView, card: Card | None) -> Head:
    """Make the head of an incident's or an entry's page."""
    if isinstance(view, IncidentView):
        return _incident(site, view, card)
    return _entry(site, view, card)


def _incident(site: Site, view: IncidentView, card: Card | None) -> Head:
    steps = [Link(view.words.say("Incidents"), INCIDENTS), Link(view.name, view.url)]
    nodes = structured.incident(site, view, card), structured.organization(site)
    return replace(
        _head(site, view.name, steps, view.feed, nodes, view),
        description=_short(view.latest.summary),
        authors=_profiles(site, view.latest),
        published=view.thread[0].date.iso,
        card=card,
    )


def _entry(site: Site, view: EntryView, card: Card | None) -> Head:
    steps, feed = [Link(view.title, view.url)], ""
    if above := view.incident:
        incidents = Link(view.words.say("Incidents"), INCIDENTS)
        steps = [incidents, Link(above.name, above.url), *steps]
        feed = feed_of(incident_url(above.id))
    nodes = structured.entry(site, view, card), structured.organization(site)
    return replace(
        _head(site, view.title, steps, feed, nodes, view),
        description=_short(view.withdrawn.text if view.withdrawn else view.summary),
        authors=_profiles(site, view),
        published=view.date.iso,
        section=view.category.name if view.category else "",
        tags=tuple(tag.title for tag in view.tags),
        card=card,
    )


def _head(
    site: Site,
    title: str,
    steps: list[Link],
    feed: str = "",
    nodes: Iterable[Said] = (),
    page: EntryView | IncidentView | None = None,
) -> Head:
    """Make a head with what all have: ``steps`` lead to the page from the first one.

    ``page`` is there as plain text too, and to embed.
    """
    here, crumbs = steps[-1], structured.breadcrumbs(site, [Link(site.company, ""), *steps])
    found: list[Alternate] = []
    if page and page.translations:  # search engines want the whole set, its own language too
        versions = ((page.lang, page.url), *((each.lang, each.url) for each in page.translations))
        found += [Alternate(site.at(url), hreflang=lang) for lang, url in versions]
    if feed:
        of = page.incident if isinstance(page, EntryView) else None
        found += _feed(site, feed, of.name if of else here.title)
    found += _feed(site, ALL_FEED, site.name)
    if page:
        found.append(Alternate(site.at(text_of(page.url)), "text/plain", here.title))
        found.append(Alternate(site.at(oembed_of(page.url)), OEMBED_TYPE, here.title))
    return Head(
        url=site.at(here.url),
        title=title,
        site_name=site.name,
        alternates=tuple(found),
        structured=structured.script(*nodes, crumbs),
        type="article" if page else "website",
        modified=page.updated.iso if page else "",
    )


def _profiles(site: Site, view: EntryView) -> tuple[str, ...]:
    return tuple(site.at(byline.url) for byline in view.bylines if byline.url)


def _feed(site: Site, url: str, title: str) -> Iterator[Alternate]:
    yield Alternate(site.at(url + ATOM), ATOM_TYPE, title)
    yield Alternate(site.at(url + JSON), JSON_FEED_TYPE, title)


def _short(text: str) -> str:
    """Cut a description at a word, so that it fits where cards and results show it."""
    if len(text) <= MOST_DESCRIPTION:
        return text
    cut = text[: MOST_DESCRIPTION - 1]
    word = cut.rfind(" ")  # Japanese and its like have none to cut at
    return cut[: word if word > MOST_DESCRIPTION // 2 else None].rstrip(" ,;:–") + "…"
