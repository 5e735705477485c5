"""Structured data: views as JSON-LD in schema.org's words (release 30).

Every node is a dict in the form that ``json`` takes; keys whose value is empty
are left out. An author has no ``@id``: the role that a person held on the day of
one entry must not be merged with that of another day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from textwrap import shorten

from markupsafe import Markup

from ..model.addresses import CORRECTIONS
from ..model.entry import Hotline
from ..view import parts
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.newsroom_view import AuthorView
from .cards import Card
from .site import Said, Site, filled

CITATION_TYPES = {
    "social-post": "SocialMediaPosting",
    "rumour": "Claim",
    "article": "NewsArticle",
    "comment": "Comment",
}
RATINGS = {"false": 1, "misleading": 2, "true": 5}  # of 5; what is unproven has no place there
SCREEN_CAPTURE = "https://schema.org/ScreenCaptureDigitalSource"
LONGEST_CLAIM = 300  # in characters
PIXEL = "E37"  # UN/CEFACT Recommendation 20


def script(*nodes: Said) -> Markup:
    """Write a ``script type="application/ld+json"``: nothing in it ends the element."""
    text = json.dumps(
        {"@context": "https://schema.org", "@graph": nodes},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def _node(type: str, id: str = "", **said: object) -> Said:
    return {"@type": type} | filled(**{"@id": id}, **said)


def organization(site: Site) -> Said:
    """Return the node of the publisher."""
    contact, logo = site.settings.contact, site.logo
    return _node(
        "Organization",
        _publisher(site)["@id"],
        name=site.settings.company,
        url=site.at(""),
        logo=logo and _image(site.at(logo.url), logo),
        publishingPrinciples=site.principles,
        correctionsPolicy=site.at(CORRECTIONS),
        contactPoint=contact
        and _node(
            "ContactPoint",
            contactType="press",
            name=contact.name,
            email=contact.mail,
            telephone=contact.telephone,
        ),
    )


def website(site: Site) -> Said:
    """Return the node of the newsroom, for the home page."""
    return _node(
        "WebSite",
        f"{site.at('')}#website",
        url=site.at(""),
        name=site.settings.name,
        inLanguage=site.settings.lang,
        publisher=_publisher(site),
    )


def incident(site: Site, view: IncidentView, card: Card | None) -> Said:
    """Return an incident's page as a ``LiveBlogPosting``: its thread, the statement first."""
    statement = view.thread[0]
    newest_roles = {byline.name: byline for entry in view.thread for byline in entry.bylines}
    url = site.at(view.url)
    originals = [citation(site, original) for original in view.originals]
    return _node(
        "LiveBlogPosting",
        url,
        url=url,
        mainEntityOfPage=url,
        headline=view.name,
        description=view.latest.summary,
        inLanguage=view.lang,
        image=card and _image(card.url, card),
        datePublished=statement.date.iso,
        dateModified=view.last_changed.iso,
        coverageStartTime=statement.date.iso,
        coverageEndTime=view.resolved and view.resolved.iso,
        creativeWorkStatus=view.state.label,
        author=[_author(site, byline) for byline in newest_roles.values()],
        publisher=_publisher(site),
        publishingPrinciples=site.principles,
        about=_event(view),
        hasPart=_advice(site, view),
        citation=originals if len(originals) > 1 else next(iter(originals), None),
        mentions=[
            *(_other(site, item.incident) for item in view.related),
            *map(_hotline, view.hotlines),
        ],
        # The main page is the first of the others.
        translationOfWork=None if view.is_main else {"@id": site.at(view.translations[0].url)},
        liveBlogUpdate=[entry(site, update, inside=False) for update in reversed(view.thread)],
    )


def _other(site: Site, link: parts.IncidentLink) -> Said:
    """Return the node by which another incident's page is named."""
    return _node("WebPage", url=site.at(link.url), name=link.name, inLanguage=link.lang)


def _event(view: IncidentView) -> Said | None:
    """Return what an incident is about as an ``Event``, if it is known when it began."""
    if not view.began:
        return None
    ended = view.ended and view.ended.iso
    return _node("Event", name=view.name, startDate=view.began.iso, endDate=ended)


def _advice(site: Site, view: IncidentView) -> Said | None:
    """Return what those concerned should do now, as the part of the page that says so."""
    if (advice := view.advice) is None:
        return None
    return _node(
        "WebPageElement",
        f"{site.at(view.url)}#advice",
        name=advice.title,
        text=" ".join(advice.html.striptags().split()),
        inLanguage=advice.lang,
        datePublished=advice.given.iso,
    )


def _hotline(line: Hotline) -> Said:
    scheme, _, rest = line.url.partition(":")
    return _node(
        "ContactPoint",
        contactType="customer service",
        telephone=line.reach if scheme == "tel" else None,
        email=rest if scheme == "mailto" else None,
        url=line.url if scheme.startswith("http") else None,
        description=line.hours,
        availableLanguage=[each.strip() for each in line.languages.split(",") if each.strip()],
    )


def entry(site: Site, view: EntryView, card: Card | None = None, inside: bool = True) -> Said:
    """Return the node of an entry; ``inside`` names the incident that it is part of."""
    url = site.at(view.url)
    return _node(
        "BlogPosting",
        url,
        url=url,
        mainEntityOfPage=url,
        headline=view.title,
        description=view.summary,
        inLanguage=view.lang,
        image=card and _image(card.url, card),
        datePublished=view.date.iso,
        dateModified=view.last_changed.iso,
        author=[_author(site, byline) for byline in view.bylines],
        publisher=_publisher(site),
        isPartOf={"@id": site.at(view.incident.url)} if view.incident and inside else None,
        articleSection=view.category and view.category.title,
        keywords=[tag.title for tag in view.tags],
        about=[_node("Thing", name=goal.title, url=site.at(goal.url)) for goal in view.goals],
        citation=[citation(site, item) for item in view.answers],
        hasPart=[_document(site, item) for item in view.documents],
        video=[
            _recording(site, view, each, inside) for each in view.recordings if each.model.is_video
        ],
        audio=[
            _recording(site, view, each, inside)
            for each in view.recordings
            if not each.model.is_video
        ],
        correction=[
            _node("CorrectionComment", text=item.text, datePublished=item.when.iso)
            for item in view.corrections
        ],
        creativeWorkStatus="Withdrawn" if view.withdrawn else None,
        translationOfWork={"@id": site.at(view.original.url)} if view.original else None,
    )


def citation(site: Site, view: parts.CitationView) -> Said:
    """Return the node of a citation, with its screenshot as evidence.

    The screenshot is the citation's media and never an ``image``: aggregators
    would show it as ours. That it is behind a warning is said as a condition.
    """
    quoted, shot = view.model, view.screenshot
    author = _node("Person", name=quoted.author, url=quoted.author_url)
    media = shot and _image(site.at(shot.url), shot) | filled(
        caption=shot.alt,
        embeddedTextCaption=quoted.text,
        creditText=quoted.credit,
        sha256=quoted.screenshot and quoted.screenshot.sha256,
        dateCreated=view.accessed and view.accessed.iso,
        digitalSourceType=SCREEN_CAPTURE,
    )
    return _node(
        CITATION_TYPES.get(quoted.kind, "CreativeWork"),
        site.at(view.url),
        url=quoted.url,
        archivedAt=quoted.archive_url,
        author=author if quoted.author else None,
        publisher=_node("Organization", name=quoted.publication) if quoted.publication else None,
        datePublished=view.published and view.published.iso,
        inLanguage=quoted.lang,
        text=quoted.text,
        creativeWorkStatus="Deleted" if quoted.availability == "deleted" else None,
        conditionsOfAccess=f"Warning: {quoted.warning}" if quoted.warning else None,
        associatedMedia=media,
    )


def findings(site: Site, view: IncidentView) -> Iterator[Said]:
    """Yield a ``ClaimReview`` for each citation that an incident's page says a finding of."""
    for cited in (*view.originals, *(item.citation for item in view.heard)):
        if cited.finding:
            yield _finding(site, cited, view.lang)


def _finding(site: Site, view: parts.CitationView, lang: str) -> Said:
    quoted, rating = view.model, RATINGS.get(view.model.finding)
    kind, name = ("Person", quoted.author) if quoted.author else ("Organization", view.source)
    appearance = _node("CreativeWork", url=quoted.url) if quoted.url else None
    return _node(
        "ClaimReview",
        url=site.at(view.url),
        claimReviewed=shorten(quoted.text, LONGEST_CLAIM, placeholder=" …") or view.source,
        inLanguage=lang,
        author=_publisher(site),
        reviewBody=quoted.finding_reason,
        itemReviewed=_node(
            "Claim",
            author=_node(kind, name=name, url=quoted.author_url),
            datePublished=view.published and view.published.iso,
            appearance=appearance,
        ),
        reviewRating=_node(
            "Rating",
            ratingValue=rating,
            bestRating=rating and RATINGS["true"],
            worstRating=rating and RATINGS["false"],
            alternateName=view.finding,
        ),
    )


def _document(site: Site, view: parts.DocumentView) -> Said:
    """Return the node of a document; its file is its encoding."""
    url = site.at(view.url)
    file = _node(
        "MediaObject",
        contentUrl=url,
        encodingFormat=view.type,
        contentSize=f"{view.model.size} B",
        sha256=view.model.sha256,
    )
    return _node(
        "DigitalDocument",
        url,
        url=url,
        name=view.title,
        inLanguage=view.lang,
        encodingFormat=view.type,
        encoding=file,
    )


def _recording(site: Site, view: EntryView, shown: parts.RecordingView, whole: bool) -> Said:
    """Return the node of a recording with its captions, and its transcript if it is ``whole``."""
    seconds, url = shown.model.seconds, site.at(shown.url)
    return _node(
        "VideoObject" if shown.model.is_video else "AudioObject",
        url,
        name=shown.title,
        contentUrl=url,
        encodingFormat=shown.type,
        contentSize=f"{shown.model.size} B",
        thumbnailUrl=site.at(shown.poster) if shown.poster else None,
        uploadDate=view.date.iso,
        duration=f"PT{seconds}S" if seconds else None,
        inLanguage=shown.lang,
        transcript=shown.transcript.striptags() if whole else None,
        caption=[
            _node(
                "MediaObject",
                contentUrl=site.at(each.url),
                encodingFormat="text/vtt",
                inLanguage=each.lang,
            )
            for each in shown.captions
        ],
    )


def profile(site: Site, view: AuthorView) -> Said:
    """Return the node of a profile, with the role held on the day of the build."""
    person = _node(
        "Person",
        name=view.name,
        jobTitle=view.role,
        url=site.at(view.url),
        image=view.photo and _image(site.at(view.photo.url), view.photo),
        email=view.model.email,
        telephone=view.model.phone,
        sameAs=[link.url for link in view.profiles],
        worksFor=None if view.left else _publisher(site),
    )
    url = site.at(view.url)
    return _node("ProfilePage", url, url=url, mainEntity=person)


def breadcrumbs(site: Site, steps: Iterable[parts.Link]) -> Said:
    """Return the breadcrumbs to a page, itself last."""
    items = [
        _node("ListItem", position=place, name=step.title, item={"@id": site.at(step.url)})
        for place, step in enumerate(steps, 1)
    ]
    return _node("BreadcrumbList", itemListElement=items)


def _publisher(site: Site) -> dict[str, str]:
    return {"@id": f"{site.at('')}#organization"}


def _author(site: Site, byline: parts.Byline) -> Said:
    url = site.at(byline.url) if byline.url else None
    return _node("Person", name=byline.name, jobTitle=byline.role, url=url)


def _image(url: str, image: Card | parts.Picture) -> Said:
    """Return the node of an image file, with its size."""
    width, height = (
        _node("QuantitativeValue", value=pixels, unitCode=PIXEL)
        for pixels in (image.width, image.height)
    )
    return _node("ImageObject", contentUrl=url, url=url, width=width, height=height)
