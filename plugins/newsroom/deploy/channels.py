"""After a deploy: telling the hub of the feeds, search engines, and a program of one's own.

WebSub (w3.org/TR/websub; how to publish is PubSubHubbub 0.3, section 7.1), IndexNow
(indexnow.org/documentation), and a webhook signed as GitHub signs its own. The deploy
stands, whatever comes of it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Thread
from urllib.parse import unquote, urlencode, urlsplit

import urllib3

from ..model.addresses import ALL_FEED, ATOM
from ..model.policy import FEED_IN_JSON
from ..model.settings import Settings
from .hosts import Asker, url_of

INDEXNOW = "https://api.indexnow.org/indexnow"
MOST_URLS = 10_000  # IndexNow: in one request
NO_PAGE = "404.html"

_AGAIN = "the deploy stands; run invoke announce TARGET to try again"
_THEN = "then run invoke announce TARGET"
_JSON = {"Content-Type": "application/json; charset=utf-8"}


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

    channel: str
    ok: bool
    what: str

    @property
    def message(self) -> str:
        """The line: which channel, and what came of it."""
        return f"{self.channel}: {self.what}"


def announce(
    news: News,
    settings: Settings,
    secret: str = "",
    *,
    timeout: float = 10.0,
    tries: int = 3,
    pause: float = 1.0,
    patience: float = 120.0,
) -> tuple[Told, ...]:
    """Tell each channel that the settings name what is new, all at the same time. Raises nothing.

    ``secret`` signs what is sent to the webhook, whose address may itself be one.
    ``timeout``, ``tries`` and ``pause`` are those of ``Asker``; after ``patience``, in
    seconds, nobody waits any more: a host may send its answer for ever.
    """
    asker, until = Asker(timeout, tries, pause), time.monotonic() + patience
    wanted = [
        ("WebSub", settings.websub_hub, _websub),
        ("IndexNow", settings.indexnow_key, _indexnow),
        ("Webhook", settings.webhook, partial(_webhook, secret=secret)),
    ]
    late = f"there was no answer in time; {_AGAIN}"
    told = {name: Told(name, False, late) for name, is_on, _ in wanted if is_on}

    def run(name: str, mailbox: Callable[[News, Settings], _Mailbox]) -> None:
        try:
            told[name] = Told(name, *_post(mailbox(news, settings), asker))
        except Exception as error:  # what nobody foresaw must not undo a deploy
            why = f"there was a fault in this program ({type(error).__name__})"
            told[name] = Told(name, False, f"{why}; {_AGAIN}")

    threads = [Thread(target=run, args=(name, at), daemon=True) for name, on, at in wanted if on]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return tuple(told.values())


@dataclass(frozen=True)
class _Mailbox:
    """What is posted to one address: each letter says of how many things it tells.

    ``remedies`` are what to do about a status, ``accepted`` what one says besides; after
    one that ``refuses_one`` letter, the next may be taken.
    """

    setting: str
    url: str
    thing: str
    letters: Sequence[tuple[int, bytes]]
    headers: Mapping[str, str]
    remedies: Mapping[int, str] = field(default_factory=dict)
    accepted: Mapping[int, str] = field(default_factory=dict)
    refuses_one: tuple[int, ...] = ()


def _post(box: _Mailbox, asker: Asker) -> tuple[bool, str]:
    """Post all letters, until one is refused; return whether all were taken, and what to say."""
    whole, told, failure = sum(count for count, _ in box.letters), 0, None
    if not whole:
        return True, f"no {box.thing} has changed, so there is nothing to tell"
    parts = urlsplit(box.url)
    host, login = parts.hostname or box.setting, parts.netloc.rpartition("@")[0]
    own = urllib3.make_headers(basic_auth=unquote(login)) if login else {}
    for count, body in box.letters:
        answer = asker.ask("POST", box.url, {**box.headers, **own}, body)
        if answer.ok:
            told += count
            continue
        failure = answer
        if answer.status not in box.refuses_one:
            break
    if failure is None:
        things = f"{told:,} {box.thing}{'' if told == 1 else 's'}"
        return True, f"{host} knows of {things}{box.accepted.get(answer.status, '')}"
    known = f"knows of {told:,} of {whole:,} {box.thing}s; it " if told else ""
    usual = _AGAIN if failure.may_pass else f"the deploy stands; check {box.setting}, {_THEN}"
    remedy = box.remedies.get(failure.status)
    what_then = f"the deploy stands; {remedy}, {_THEN}" if remedy else usual
    return False, f"{host} {known}{failure.said}; {what_then}"


def _websub(news: News, settings: Settings) -> _Mailbox:
    feeds = [path for path in news.changed if path.endswith(ATOM) or FEED_IN_JSON.search(path)]
    feeds.sort(key=lambda path: not path.startswith(ALL_FEED))
    urls = [url_of(news.site, path) for path in feeds]
    forms = [{"hub.mode": "publish", "hub.url": url, "hub.topic": url} for url in urls]
    return _Mailbox(
        setting="NEWSROOM_WEBSUB_HUB",
        url=settings.websub_hub,
        thing="feed",
        letters=[(1, urlencode(form).encode()) for form in forms],
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        refuses_one=(400, 422),
    )


def _indexnow(news: News, settings: Settings) -> _Mailbox:
    untold = {NO_PAGE, *news.unlisted}
    pages = [path for path in (*news.changed, *news.deleted) if path.endswith(".html")]
    urls = [url_of(news.site, path) for path in pages if path not in untold]
    host = urlsplit(news.site).netloc.rpartition("@")[2]
    location = f"{news.site}/{settings.indexnow_key}.txt"
    whole = {"host": host, "key": settings.indexnow_key, "keyLocation": location}
    parts = [urls[start : start + MOST_URLS] for start in range(0, len(urls), MOST_URLS)]
    return _Mailbox(
        setting="NEWSROOM_INDEXNOW_ENDPOINT",
        url=settings.indexnow_endpoint or INDEXNOW,
        thing="page",
        letters=[(len(part), json.dumps(whole | {"urlList": part}).encode()) for part in parts],
        headers=_JSON,
        # As indexnow.org/documentation explains them.
        remedies={
            403: f"see that {location} is live and holds the key, and nothing else",
            422: f"see that SITEURL is the site's address, with the host {host}",
            429: "it was told too often: wait an hour",
        },
        accepted={202: ", and looks at the key file later"},
    )


def _webhook(news: News, settings: Settings, secret: str) -> _Mailbox:
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
    files = len(news.changed) + len(news.deleted)
    return _Mailbox("NEWSROOM_WEBHOOK", settings.webhook, "file", [(files, body)], headers)
