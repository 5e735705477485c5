"""The metadata in each page's ``head``: URL, share image, alternates, structured data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from ..model import addresses as to
from ..view.entry_view import EntryView
from ..view.history_view import HistoryView
from ..view.incident_view import IncidentView
from ..view.newsroom_view import AuthorView, GoalView
from ..view.parts import Link
from . import structured
from .cards import Card
from .site import Said, Site


@dataclass(frozen=True)
class Alternate:
    """A ``link rel="alternate"``; ``url`` is absolute, any other field may be empty."""

    url: str
    type: str = ""
    title: str = ""
    hreflang: str = ""


@dataclass(frozen=True)
class Head:
    """The metadata in a page's ``head``; all URLs are absolute.

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
    name = site.settings.name
    feeds = tuple(_feed(site, site.feed, site.feed_title))
    return Head(site.at(""), name, name, feeds, said, site.settings.subtitle)


def listing(site: Site, page: Link, description: str = "") -> Head:
    """Make the head of a list or another single page."""
    title = site.words.beside(page.title, site.settings.company, between=" – ")
    feed = to.feed_of(page.url) if page.url == to.CORRECTIONS else ""
    head = _head(site, title, [page], feed)
    return replace(head, description=description) if description else head


def goal(site: Site, view: GoalView) -> Head:
    """Make the head of a goal's page."""
    title = site.words.beside(view.title, site.settings.company, between=" – ")
    return _head(site, title, [Link(site.words.say("Goals"), to.GOALS), Link(view.title, view.url)])


def author(site: Site, view: AuthorView) -> Head:
    """Make the head of an author's profile."""
    name = site.words.beside(view.name, view.role)
    title = site.words.beside(name, site.settings.company, between=" – ")
    steps = [Link(view.name, view.url)]
    if not site.settings.is_guest:
        steps = [Link(site.words.say("Authors"), to.AUTHORS), *steps]
    feed = to.author_feed(view.model.slug) if view.entries else ""
    nodes = structured.profile(site, view), structured.organization(site)
    return replace(_head(site, title, steps, feed, nodes), type="profile")


def history(site: Site, view: HistoryView) -> Head:
    """Make the head of the page of an entry's earlier versions, which is in no sitemap."""
    entry, said = view.entry, view.words.say("Earlier versions")
    steps = [Link(entry.title, entry.url), Link(said, view.url)]
    if above := entry.incident:
        incidents = Link(view.words.say("Incidents"), to.INCIDENTS)
        steps = [incidents, Link(above.name, above.url), *steps]
    return _head(site, view.words.beside(entry.title, said, between=" – "), steps)


def page(site: Site, view: EntryView | IncidentView, card: Card | None) -> Head:
    """Make the head of an incident's or an entry's page, which is there as plain text too."""
    incidents = Link(view.words.say("Incidents"), to.INCIDENTS)
    if isinstance(view, IncidentView):
        title, entry, first, feed = view.name, view.latest, view.thread[0], view.feed
        steps = [incidents, Link(title, view.url)]
        said = [structured.incident(site, view, card), *structured.findings(site, view)]
    else:
        title, entry, first, feed = view.title, view, view, ""
        steps = [Link(title, view.url)]
        if above := view.incident:
            steps = [incidents, Link(above.name, above.url), *steps]
            feed = to.feed_of(to.incident_url(above.id))
        said = [structured.entry(site, view, card)]
    named = steps[1].title if feed else title
    head = _head(site, title, steps, feed, (*said, structured.organization(site)), named)
    languages = tuple(Alternate(site.at(each.url), hreflang=each.lang) for each in versions(view))
    text = Alternate(site.at(to.text_of(view.url)), "text/plain", title)
    is_entry = entry is view
    return replace(
        head,
        alternates=(*languages, *head.alternates, text),
        description=entry.withdrawn.text if entry.withdrawn else entry.summary,
        type="article",
        authors=tuple(site.at(byline.url) for byline in entry.bylines if byline.url),
        published=first.date.iso,
        modified=view.last_changed.iso,
        section=entry.category.title if is_entry and entry.category else "",
        tags=tuple(tag.title for tag in entry.tags) if is_entry else (),
        card=card,
    )


def versions(page: EntryView | IncidentView) -> list[Link]:
    """Return links to a page in all its languages, including its own; none if it has one only."""
    return [Link("", page.url, page.lang), *page.translations] if page.translations else []


def _head(
    site: Site,
    title: str,
    steps: list[Link],
    feed: str = "",
    nodes: Iterable[Said] = (),
    feed_title: str = "",
) -> Head:
    """Make a head with what all pages have; ``steps`` are the breadcrumbs below the home page.

    Every page has a description, as search engines show one.
    """
    here, name = steps[-1], site.settings.name
    crumbs = structured.breadcrumbs(site, [Link(site.settings.company, ""), *steps])
    own = _feed(site, feed, feed_title or here.title) if feed else ()
    alternates = (*own, *_feed(site, site.feed, site.feed_title))
    script = structured.script(*nodes, crumbs)
    described = site.words.say(
        "{title}: what {company} says itself, signed by those who stand for it.",
        title=here.title,
        company=site.settings.company,
    )
    return Head(site.at(here.url), title, name, alternates, script, described)


def _feed(site: Site, url: str, title: str) -> Iterator[Alternate]:
    yield Alternate(site.at(url + to.ATOM), "application/atom+xml", title)
    yield Alternate(site.at(url + to.JSON), "application/feed+json", title)
