"""After a deploy: telling the hub of the feeds, search engines, and a program of one's own.

WebSub (w3.org/TR/websub; how to publish is PubSubHubbub 0.3, section 7.1), IndexNow
(indexnow.org/documentation), and a webhook signed as GitHub signs its own. The deploy
stands, whatever comes of it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from ..model.addresses import ALL_FEED, ATOM
from ..model.policy import FEED_IN_JSON
from ..model.settings import Settings
from .hosts import Asker, url_of

INDEXNOW = "https://api.indexnow.org/indexnow"
MOST_URLS = 10_000  # IndexNow: in one request
NO_PAGE = "404.html"
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class News:
    """What a deploy has changed.

    ``site`` is its whole URL without a slash at its end, ``release`` what is live now. ``changed``
    are output paths that are new or other than before, ``deleted`` those that are gone; search
    engines are not told of ``unlisted`` ones.
    """

    site: str
    release: str
    changed: tuple[str, ...]
    deleted: tuple[str, ...]
    unlisted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Told:
    """What came of one channel, in one line that holds no secret."""

    ok: bool
    message: str


@dataclass(frozen=True)
class _Letter:
    """What is posted, and of how many things it tells."""

    count: int
    headers: dict[str, str]
    body: bytes


def announce(
    news: News, settings: Settings, secret: str = "", timeout: float = 10.0, pause: float = 1.0
) -> Iterator[Told]:
    """Tell each channel that the settings name what is new.

    ``secret`` signs what is sent to the webhook, whose address may itself be one. ``timeout``
    and ``pause`` are those of ``Asker``.
    """
    asker, hub, hook = Asker(timeout, pause), settings.websub_hub, settings.webhook
    if hub:
        yield _post("WebSub", "NEWSROOM_WEBSUB_HUB", hub, "feed", _forms(news), asker)
    if settings.indexnow_key:
        engine, letters = settings.indexnow_endpoint or INDEXNOW, _lists(news, settings)
        yield _post("IndexNow", "NEWSROOM_INDEXNOW_KEY", engine, "page", letters, asker)
    if hook:
        yield _post("Webhook", "NEWSROOM_WEBHOOK", hook, "file", [_whole(news, secret)], asker)


def _post(
    channel: str, setting: str, url: str, thing: str, letters: Sequence[_Letter], asker: Asker
) -> Told:
    """Post all letters, until one is refused."""
    host, told = urlsplit(url).hostname, 0
    for letter in letters:
        if not letter.count:
            continue
        answer = asker.ask("POST", url, letter.headers, letter.body)
        if not 200 <= answer.status < 300:
            known = f" after {told:,} {thing}s" if told else ""
            check = "" if answer.may_pass else f"check {setting}, then "
            remedy = f"the deploy stands; {check}run invoke announce TARGET to try again"
            return Told(False, f"{channel}: {host} {answer.said}{known}; {remedy}")
        told += letter.count
    if not told:
        return Told(True, f"{channel}: no {thing} has changed, so there is nothing to tell")
    return Told(True, f"{channel}: {host} knows of {told:,} {thing}{'' if told == 1 else 's'}")


def _forms(news: News) -> list[_Letter]:
    """Return a form for each feed, that of the site first."""
    feeds = [path for path in news.changed if path.endswith(ATOM) or FEED_IN_JSON.search(path)]
    feeds.sort(key=lambda path: not path.startswith(ALL_FEED))
    urls = [url_of(news.site, path) for path in feeds]
    forms = [{"hub.mode": "publish", "hub.url": url, "hub.topic": url} for url in urls]
    return [_Letter(1, _FORM, urlencode(form).encode()) for form in forms]


def _lists(news: News, settings: Settings) -> list[_Letter]:
    """Return lists of pages for search engines."""
    untold = {NO_PAGE, *news.unlisted}
    pages = [path for path in (*news.changed, *news.deleted) if path.endswith(".html")]
    urls = [url_of(news.site, path) for path in pages if path not in untold]
    whole = {
        "host": urlsplit(news.site).netloc,
        "key": settings.indexnow_key,
        "keyLocation": f"{news.site}/{settings.indexnow_key}.txt",
    }
    parts = [urls[start : start + MOST_URLS] for start in range(0, len(urls), MOST_URLS)]
    return [
        _Letter(len(part), _JSON, json.dumps(whole | {"urlList": part}).encode()) for part in parts
    ]


def _whole(news: News, secret: str) -> _Letter:
    """Return all that changed, for the webhook, signed if there is a secret."""
    told = {
        "event": "deploy",
        "site": news.site,
        "release": news.release,
        "changed": [url_of(news.site, path) for path in news.changed],
        "deleted": [url_of(news.site, path) for path in news.deleted],
    }
    body, headers = json.dumps(told).encode(), dict(_JSON)
    if secret:
        signed = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers["X-Hub-Signature-256"] = f"sha256={signed}"
    return _Letter(len(news.changed) + len(news.deleted), headers, body)
