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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Thread
from urllib.parse import unquote, urlencode, urlsplit

import urllib3

from ..model.addresses import ALL_FEED, ATOM
from ..model.policy import FEED_IN_JSON
from .hosts import Answer, Asker, url_of

MOST_URLS = 10_000  # IndexNow: in one request
SIGNATURE = "X-Hub-Signature-256"
NO_PAGE = "404.html"

AGAIN = "run invoke announce TARGET to try again"
_THEN = "then run invoke announce TARGET"
_STANDS = "the deploy stands"
# What to do about a status, as indexnow.org/documentation explains them.
_INDEXNOW = {
    403: f"see that {{location}} is live and holds the key, and nothing else, {_THEN}",
    422: f"see that SITEURL is the site's address, with the host {{host}}, {_THEN}",
    429: f"it was told too often: wait an hour, {_THEN}",
}
_REFUSES_ONE = (400, 422)  # by which a hub may refuse one feed, and take the next


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
class Channels:
    """Who is told. Each is off while its first field is empty.

    ``websub_hub``, ``indexnow_endpoint`` and ``webhook`` are whole URLs; the last may
    itself be a secret. ``webhook_secret`` signs what is sent there.
    """

    websub_hub: str = ""
    indexnow_key: str = ""
    indexnow_endpoint: str = "https://api.indexnow.org/indexnow"
    webhook: str = ""
    webhook_secret: str = ""


@dataclass(frozen=True)
class Told:
    """What came of one channel, in one line that holds no secret."""

    channel: str
    ok: bool
    message: str


def announce(
    news: News,
    channels: Channels,
    *,
    timeout: float = 10.0,
    tries: int = 3,
    pause: float = 1.0,
    patience: float = 120.0,
) -> tuple[Told, ...]:
    """Tell each configured channel what is new, all at the same time. Raises nothing.

    ``timeout``, ``tries`` and ``pause`` are those of ``Asker``; after ``patience``, in
    seconds, nobody waits any more: a host may send its answer for ever.
    """
    asker, until = Asker(timeout, tries, pause), time.monotonic() + patience
    wanted = [
        (channels.websub_hub, "WebSub", _tell_hub),
        (channels.indexnow_key, "IndexNow", _tell_search_engines),
        (channels.webhook, "Webhook", _tell_webhook),
    ]
    late = f"there was no answer in time; {_STANDS}; {AGAIN}"
    told = {name: _told(name, False, late) for is_on, name, _ in wanted if is_on}

    def run(name: str, tell: Callable[[News, Channels, Asker], Told]) -> None:
        try:
            told[name] = tell(news, channels, asker)
        except Exception as error:  # what nobody foresaw must not undo a deploy
            why = f"there was a fault in this program ({type(error).__name__})"
            told[name] = _told(name, False, f"{why}; {_STANDS}; {AGAIN}")

    threads = [Thread(target=run, args=(*how,), daemon=True) for is_on, *how in wanted if is_on]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return tuple(told.values())


@dataclass(frozen=True)
class _Line:
    """A line to one address, which is only ever posted to."""

    channel: str
    setting: str
    url: str
    asker: Asker

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or self.setting

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post until it is taken, or refused for good."""
        login = urlsplit(self.url).netloc.rpartition("@")[0]
        own = urllib3.make_headers(basic_auth=unquote(login)) if login else {}
        return self.asker.ask("POST", self.url, {**headers, **own}, body)

    def told(self, what: str) -> Told:
        """It went well."""
        return _told(self.channel, True, f"{self.host} {what}")

    def failed(self, answer: Answer, known: str = "", remedy: str = "") -> Told:
        """It did not; ``remedy`` is what to do, where the answer does not say it."""
        usual = AGAIN if answer.may_pass else f"check {self.setting}, {_THEN}"
        message = f"{self.host} {known}{answer.said}; {_STANDS}; {remedy or usual}"
        return _told(self.channel, False, message)


def _tell_hub(news: News, channels: Channels, asker: Asker) -> Told:
    feeds = [path for path in news.changed if path.endswith(ATOM) or FEED_IN_JSON.search(path)]
    if not feeds:
        return _told("WebSub", True, "no feed has changed, so there is nothing to tell")
    line = _Line("WebSub", "NEWSROOM_WEBSUB_HUB", channels.websub_hub, asker)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    told, failure = 0, None
    for path in sorted(feeds, key=lambda path: not path.startswith(ALL_FEED)):
        url = url_of(news.site, path)
        form = urlencode({"hub.mode": "publish", "hub.url": url, "hub.topic": url})
        answer = line.post(form.encode(), headers)
        told += answer.ok
        failure = failure if answer.ok else answer
        if not answer.ok and answer.status not in _REFUSES_ONE:
            break
    if failure is None:
        return line.told(f"knows of {_count(told, 'feed')}")
    return line.failed(failure, f"knows of {told:,} of {len(feeds):,} feeds; it " if told else "")


def _tell_search_engines(news: News, channels: Channels, asker: Asker) -> Told:
    untold = {NO_PAGE, *news.unlisted}
    pages = [path for path in (*news.changed, *news.deleted) if path.endswith(".html")]
    urls = [url_of(news.site, path) for path in pages if path not in untold]
    if not urls:
        return _told("IndexNow", True, "no page has changed, so there is nothing to tell")
    line = _Line("IndexNow", "NEWSROOM_INDEXNOW_ENDPOINT", channels.indexnow_endpoint, asker)
    host = urlsplit(news.site).netloc.rpartition("@")[2]
    location = f"{news.site}/{channels.indexnow_key}.txt"
    whole = {"host": host, "key": channels.indexnow_key, "keyLocation": location}
    for start in range(0, len(urls), MOST_URLS):
        answer = line.post(*_in_json(whole | {"urlList": urls[start : start + MOST_URLS]}))
        if not answer.ok:
            known = f"knows of {start:,} of {len(urls):,} pages; it " if start else ""
            remedy = _INDEXNOW.get(answer.status, "").format(host=host, location=location)
            return line.failed(answer, known, remedy)
    later = ", and looks at the key file later" if answer.status == 202 else ""
    return line.told(f"knows of {_count(len(urls), 'page')}{later}")


def _tell_webhook(news: News, channels: Channels, asker: Asker) -> Told:
    if not news.changed and not news.deleted:
        return _told("Webhook", True, "no file has changed, so there is nothing to tell")
    line = _Line("Webhook", "NEWSROOM_WEBHOOK", channels.webhook, asker)
    body, headers = _in_json(
        {
            "event": "deploy",
            "site": news.site,
            "release": news.release,
            "changed": [url_of(news.site, path) for path in news.changed],
            "deleted": [url_of(news.site, path) for path in news.deleted],
        }
    )
    if channels.webhook_secret:
        signed = hmac.new(channels.webhook_secret.encode(), body, hashlib.sha256).hexdigest()
        headers[SIGNATURE] = f"sha256={signed}"
    answer = line.post(body, headers)
    if answer.ok:
        return line.told(f"knows of {_count(len(news.changed) + len(news.deleted), 'file')}")
    return line.failed(answer)


def _in_json(told: Mapping[str, object]) -> tuple[bytes, dict[str, str]]:
    return json.dumps(told).encode(), {"Content-Type": "application/json; charset=utf-8"}


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _told(channel: str, ok: bool, what: str) -> Told:
    return Told(channel, ok, f"{channel}: {what}")
