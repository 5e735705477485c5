"""What each page's ``head`` says to machines: address, card, alternates, structured data."""

from __future__ import annotations

from collections.abc import Iterator

from ..language.words import Words
from ..model.addresses import (
    ALL_FEED,
    ATOM,
    AUTHORS,
    CORRECTIONS,
    GOALS,
    INCIDENTS,
    JSON,
    author_feed,
    feed_of,
    incident_url,
    oembed_of,
    text_of,
)
from ..view import parts
from ..view.entry_view import EntryView
from ..view.heads import Alternate, Card, Head
from ..view.incident_view import IncidentView
from ..view.newsroom_view import AuthorView, GoalView
from . import structured
from .feeds import ATOM_TYPE, JSON_FEED_TYPE
from .site import Site

OEMBED_TYPE = "application/json+oembed"
MOST_DESCRIPTION = 300


def home(site: Site) -> Head:
    """The first page: the newsroom and who publishes it."""
    return Head(
        url=site.at(""),
        title=site.name,
        description=site.subtitle,
        site_name=site.name,
        alternates=tuple(_site_feeds(site)),
        structured=structured.script([structured.website(site), structured.organization(site)]),
    )


def listing(site: Site, title: str, url: str, feed: str = "") -> Head:
    """A page that lists; ``feed`` is the url of its own feed, without ending."""
    crumbs = structured.breadcrumbs(site, _home(site), parts.Link(title, url))
    return Head(
        url=site.at(url),
        title=site.words.beside(title, site.company, between=" – "),
        description="",
        site_name=site.name,
        alternates=(*_feeds(site, feed, title), *_site_feeds(site)),
        structured=structured.script([crumbs]),
    )


def incident(site: Site, view: IncidentView, card: Card | None) -> Head:
    """An incident's page."""
    nodes = [
        structured.incident(site, view, card),
        structured.organization(site),
        structured.breadcrumbs(
            site, _home(site), _incidents(view.words), parts.Link(view.name, view.url)
        ),
    ]
    return Head(
        url=site.at(view.url),
        title=view.name,
        description=_short(view.latest.summary),
        site_name=site.name,
        type="article",
        authors=_profiles(site, view.latest.bylines),
        published=view.thread[0].date.iso,
        modified=view.updated.iso,
        card=card,
        alternates=(
            *_versions(site, view.lang, view.url, view.translations),
            *_feeds(site, view.feed, view.name),
            *_site_feeds(site),
            *_elsewhere(site, view.url, view.name),
        ),
        structured=structured.script(nodes),
    )


def entry(site: Site, view: EntryView, card: Card | None) -> Head:
    """A statement's, follow-up's or post's page."""
    here = parts.Link(view.title, view.url)
    steps = [_home(site), here]
    if view.incident:
        above = parts.Link(view.incident.name, view.incident.url)
        steps = [_home(site), _incidents(view.words), above, here]
    nodes = [
        structured.entry(site, view, card),
        structured.organization(site),
        structured.breadcrumbs(site, *steps),
    ]
    feed = feed_of(incident_url(view.incident.id)) if view.incident else ""
    return Head(
        url=site.at(view.url),
        title=view.title,
        description=_short(view.withdrawn.text if view.withdrawn else view.summary),
        site_name=site.name,
        type="article",
        authors=_profiles(site, view.bylines),
        published=view.date.iso,
        modified=view.updated.iso,
        section=view.category.name if view.category else "",
        tags=tuple(tag.title for tag in view.tags),
        card=card,
        alternates=(
            *_versions(site, view.lang, view.url, view.translations),
            *_feeds(site, feed, view.incident.name if view.incident else ""),
            *_site_feeds(site),
            *_elsewhere(site, view.url, view.title),
        ),
        structured=structured.script(nodes),
    )


def author(site: Site, view: AuthorView) -> Head:
    """An author's profile."""
    nodes = [
        structured.profile(site, view),
        structured.organization(site),
        structured.breadcrumbs(
            site,
            _home(site),
            parts.Link(site.words.say("Authors"), AUTHORS),
            parts.Link(view.name, view.url),
        ),
    ]
    feed = author_feed(view.model.slug) if view.entries else ""
    return Head(
        url=site.at(view.url),
        title=site.words.beside(f"{view.name}, {view.role}", site.company, between=" – "),
        description="",
        site_name=site.name,
        type="profile",
        alternates=(*_feeds(site, feed, view.name), *_site_feeds(site)),
        structured=structured.script(nodes),
    )


def goal(site: Site, view: GoalView) -> Head:
    """A goal's page."""
    crumbs = structured.breadcrumbs(
        site,
        _home(site),
        parts.Link(site.words.say("Goals"), GOALS),
        parts.Link(view.title, view.url),
    )
    return Head(
        url=site.at(view.url),
        title=site.words.beside(view.title, site.company, between=" – "),
        description="",
        site_name=site.name,
        alternates=tuple(_site_feeds(site)),
        structured=structured.script([crumbs]),
    )


def corrections(site: Site) -> Head:
    """The page of all corrections, which has a feed of its own."""
    return listing(site, site.words.say("Corrections"), CORRECTIONS, feed_of(CORRECTIONS))


def _home(site: Site) -> parts.Link:
    return parts.Link(site.company, "")


def _incidents(words: Words) -> parts.Link:
    return parts.Link(words.say("Incidents"), INCIDENTS)


def _profiles(site: Site, bylines: tuple[parts.Byline, ...]) -> tuple[str, ...]:
    return tuple(site.at(byline.url) for byline in bylines if byline.url)


def _feeds(site: Site, url: str, title: str) -> Iterator[Alternate]:
    if url:
        yield Alternate(site.at(url + ATOM), ATOM_TYPE, title)
        yield Alternate(site.at(url + JSON), JSON_FEED_TYPE, title)


def _site_feeds(site: Site) -> Iterator[Alternate]:
    yield from _feeds(site, ALL_FEED, site.name)


def _elsewhere(site: Site, url: str, title: str) -> Iterator[Alternate]:
    """The same page as plain text, and how to embed it."""
    yield Alternate(site.at(text_of(url)), "text/plain", title)
    yield Alternate(site.at(oembed_of(url)), OEMBED_TYPE, title)


def _versions(
    site: Site, lang: str, url: str, others: tuple[parts.Translation, ...]
) -> Iterator[Alternate]:
    """Every language of a page, its own too: search engines want the whole set."""
    if others:
        yield Alternate(site.at(url), hreflang=lang)
        for other in others:
            yield Alternate(site.at(other.url), hreflang=other.lang)


def _short(text: str) -> str:
    """A description that fits where cards and results show it, cut at a word."""
    if len(text) <= MOST_DESCRIPTION:
        return text
    cut = text[: MOST_DESCRIPTION - 1]
    word = cut.rfind(" ")  # Japanese and its like have none to cut at
    return cut[: word if word > MOST_DESCRIPTION // 2 else None].rstrip(" ,;:–") + "…"
