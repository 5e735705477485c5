"""Structured data: views as JSON-LD in schema.org's words (release 30).

Every node is a dict in the form that ``json`` takes; keys whose value is empty
are left out. An author has no ``@id``: the role that a person held on the day of
one entry must not be merged with that of another day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from ..model.addresses import CORRECTIONS
from ..view import parts
from ..view.entry_view import EntryView
from ..view.heads import Card
from ..view.incident_view import IncidentView
from ..view.newsroom_view import AuthorView
from .site import Site

Node = dict[str, Any]

CITATION_TYPES = {
    "social-post": "SocialMediaPosting",
    "rumour": "Claim",
    "article": "NewsArticle",
    "comment": "Comment",
}
SCREEN_CAPTURE = "https://schema.org/ScreenCaptureDigitalSource"
PIXEL = "E37"  # UN/CEFACT Recommendation 20


def script(nodes: Iterable[Node]) -> Markup:
    """The text of a ``script type="application/ld+json"``: nothing in it ends the element."""
    text = json.dumps(
        {"@context": "https://schema.org", "@graph": list(nodes)},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def organization(site: Site) -> Node:
    """Who publishes."""
    contact = site.contact
    return _filled(
        {
            "@type": "Organization",
            "@id": _organization_id(site),
            "name": site.company,
            "url": site.at(""),
            "logo": picture(site, site.logo) if site.logo else None,
            "publishingPrinciples": site.principles,
            "correctionsPolicy": site.at(CORRECTIONS),
            "contactPoint": contact
            and _filled(
                {
                    "@type": "ContactPoint",
                    "contactType": "press",
                    "name": contact.name,
                    "email": contact.mail,
                    "telephone": contact.telephone,
                }
            ),
        }
    )


def website(site: Site) -> Node:
    """The newsroom itself, for the home page."""
    return {
        "@type": "WebSite",
        "@id": f"{site.at('')}#website",
        "url": site.at(""),
        "name": site.name,
        "inLanguage": site.lang,
        "publisher": {"@id": _organization_id(site)},
    }


def incident(site: Site, view: IncidentView, card: Card | None) -> Node:
    """An incident's page: the thread as a live blog.

    Coverage begins with the statement and ends once the incident is resolved.
    """
    statement = view.thread[0]
    return _filled(
        {
            "@type": "LiveBlogPosting",
            "@id": site.at(view.url),
            "url": site.at(view.url),
            "mainEntityOfPage": site.at(view.url),
            "headline": view.name,
            "description": view.latest.summary,
            "inLanguage": view.lang,
            "image": _card(card),
            "datePublished": statement.date.iso,
            "dateModified": view.updated.iso,
            "coverageStartTime": statement.date.iso,
            "coverageEndTime": view.resolved and view.resolved.iso,
            "creativeWorkStatus": view.state.label,
            "author": _everyone(site, view.thread),
            "publisher": {"@id": _organization_id(site)},
            "publishingPrinciples": site.principles,
            "citation": citation(site, view.original) if view.original else None,
            # The main page is the first of the others.
            "translationOfWork": None
            if view.is_main
            else {"@id": site.at(view.translations[0].url)},
            "liveBlogUpdate": [
                entry(site, update, None, inside=False) for update in reversed(view.thread)
            ],
        }
    )


def entry(site: Site, view: EntryView, card: Card | None, inside: bool = True) -> Node:
    """A statement, follow-up or post; ``inside`` names the incident that it is part of."""
    return _filled(
        {
            "@type": "BlogPosting",
            "@id": site.at(view.url),
            "url": site.at(view.url),
            "mainEntityOfPage": site.at(view.url),
            "headline": view.title,
            "description": view.summary,
            "inLanguage": view.lang,
            "image": _card(card),
            "datePublished": view.date.iso,
            "dateModified": view.updated.iso,
            "author": [_author(site, byline) for byline in view.bylines],
            "publisher": {"@id": _organization_id(site)},
            "isPartOf": {"@id": site.at(view.incident.url)} if view.incident and inside else None,
            "articleSection": view.category.name if view.category else None,
            "keywords": [tag.title for tag in view.tags],
            "about": [
                {"@type": "Thing", "name": goal.title, "url": site.at(goal.url)}
                for goal in view.goals
            ],
            "citation": [citation(site, item) for item in view.answers],
            "correction": [_correction(item) for item in view.corrections],
            "creativeWorkStatus": "Withdrawn" if view.withdrawn else None,
            "translationOfWork": {"@id": site.at(view.original.url)} if view.original else None,
        }
    )


def citation(site: Site, view: parts.CitationView) -> Node:
    """What someone published elsewhere, with its screenshot as evidence.

    The screenshot is the citation's media and never an ``image``: aggregators
    would show it as ours. That it is behind a warning is said as a condition.
    """
    return _filled(
        {
            "@type": CITATION_TYPES.get(view.model.kind, "CreativeWork"),
            "@id": site.at(view.url),
            "url": view.model.url,
            "archivedAt": view.model.archive_url,
            "author": _filled(
                {"@type": "Person", "name": view.model.author, "url": view.model.author_url}
            )
            if view.model.author
            else None,
            "publisher": {"@type": "Organization", "name": view.model.publication}
            if view.model.publication
            else None,
            "datePublished": view.published and view.published.iso,
            "inLanguage": view.model.lang,
            "text": view.model.text,
            "creativeWorkStatus": "Deleted" if view.model.availability == "deleted" else None,
            "conditionsOfAccess": f"Warning: {view.model.warning}" if view.model.warning else None,
            "associatedMedia": view.screenshot and _screenshot(site, view, view.screenshot),
        }
    )


def _screenshot(site: Site, view: parts.CitationView, shot: parts.Picture) -> Node:
    """A citation's screenshot with its provenance."""
    return _filled(
        {
            **picture(site, shot),
            "caption": shot.alt,
            "embeddedTextCaption": view.model.text,
            "creditText": view.model.credit,
            "sha256": view.model.screenshot.sha256 if view.model.screenshot else "",
            "dateCreated": view.accessed and view.accessed.iso,
            "digitalSourceType": SCREEN_CAPTURE,
        }
    )


def picture(site: Site, view: parts.Picture) -> Node:
    """An image file of ours with its size."""
    return {
        "@type": "ImageObject",
        "contentUrl": site.at(view.url),
        "url": site.at(view.url),
        "width": _pixels(view.width),
        "height": _pixels(view.height),
    }


def profile(site: Site, view: AuthorView) -> Node:
    """An author's page, with the role held on the day of the build."""
    return {
        "@type": "ProfilePage",
        "@id": site.at(view.url),
        "url": site.at(view.url),
        "mainEntity": _filled(
            {
                "@type": "Person",
                "name": view.name,
                "jobTitle": view.role,
                "url": site.at(view.url),
                "image": picture(site, view.photo) if view.photo else None,
                "email": view.model.email,
                "telephone": view.model.phone,
                "sameAs": [link.url for link in view.profiles],
                "worksFor": {"@id": _organization_id(site)},
            }
        ),
    }


def breadcrumbs(site: Site, *steps: parts.Link) -> Node:
    """The way to a page; its own name is the last step."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [_step(site, place, step) for place, step in enumerate(steps, 1)],
    }


def _step(site: Site, place: int, step: parts.Link) -> Node:
    item = {"@id": site.at(step.url)}
    return {"@type": "ListItem", "position": place, "name": step.title, "item": item}


def _organization_id(site: Site) -> str:
    return f"{site.at('')}#organization"


def _author(site: Site, byline: parts.Byline) -> Node:
    return _filled(
        {
            "@type": "Person",
            "name": byline.name,
            "jobTitle": byline.role,
            "url": site.at(byline.url) if byline.url else None,
        }
    )


def _everyone(site: Site, thread: Iterable[EntryView]) -> list[Node]:
    """Each who signs in a thread, with the newest role."""
    newest = {byline.name: byline for entry in thread for byline in entry.bylines}
    return [_author(site, byline) for byline in newest.values()]


def _correction(view: parts.Change) -> Node:
    return {"@type": "CorrectionComment", "text": view.text, "datePublished": view.when.iso}


def _card(card: Card | None) -> Node | None:
    if card is None:
        return None
    return {
        "@type": "ImageObject",
        "contentUrl": card.url,
        "url": card.url,
        "width": _pixels(card.width),
        "height": _pixels(card.height),
    }


def _pixels(value: int) -> Node:
    return {"@type": "QuantitativeValue", "value": value, "unitCode": PIXEL}


def _filled(node: Node) -> Node:
    return {key: value for key, value in node.items() if value not in (None, "", [], {})}
