"""After a deploy: telling the hub of the feeds, search engines, and a program of one's own.

WebSub (w3.org/TR/websub; how to publish is PubSubHubbub 0.3, section 7.1), IndexNow
(indexnow.org/documentation), and a webhook signed as GitHub signs its own. The deploy
stands, whatever comes of it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as OutOfTime
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from threading import Thread
from urllib.parse import quote, unquote, urlencode, urlsplit

import urllib3
from urllib3 import exceptions as failures

from ..model.addresses import ALL_FEED, ATOM
from ..model.policy import FEED_IN_JSON

LONGEST_PAUSE = 30.0  # seconds; a host that asks for more is not asked again
MOST_URLS = 10_000  # IndexNow: in one request
SMALL = 4096  # bytes of an answer that are read for the sake of the connection
INDEXNOW_KEY = re.compile(r"[a-zA-Z0-9-]{8,128}")
SIGNATURE = "X-Hub-Signature-256"
NO_PAGE = "404.html"
IN_PATHS = "/~!$&'()*+,;=:@"  # what stands for itself in a URL's path (RFC 3986, section 3.3)

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
_TIMES = {1: "", 2: " twice", 3: " three times"}
_HOST = re.compile(r"[\w.:-]{1,253}")


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


@dataclass(frozen=True)
class Answer:
    """What a host did when it was asked.

    ``status`` is 0 if no answer came; ``said`` goes on after the host's name: “answered 503”;
    ``may_pass`` is whether it may be otherwise in a while, ``wait`` after how many seconds.
    """

    status: int
    said: str
    may_pass: bool = False
    wait: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the host took what it was sent."""
        return 200 <= self.status < 300


@dataclass(frozen=True)
class _Pace:
    """Seconds for one request, how often it is tried, the first pause between, and the end."""

    timeout: float
    tries: int
    pause: float
    until: float  # of time.monotonic()


def announce(
    news: News, channels: Channels, *, timeout: float = 10.0, tries: int = 3, pause: float = 1.0
) -> tuple[Told, ...]:
    """Tell each configured channel what is new, all at the same time.

    ``timeout`` is in seconds, for a connection with its answer; a channel has twice
    what the tries of one request may need, in all. ``pause``, in seconds, comes before
    the second try, and doubles before each that follows; where a host says when to
    come back, that counts, up to ``LONGEST_PAUSE``. Raises nothing.
    """
    whole = 2 * timeout * tries + sum(pause * 2**number for number in range(tries))
    pace = _Pace(timeout, tries, pause, time.monotonic() + whole)
    wanted = [
        (channels.websub_hub, "WebSub", _tell_hub),
        (channels.indexnow_key, "IndexNow", _tell_search_engines),
        (channels.webhook, "Webhook", _tell_webhook),
    ]
    under_way = [
        (name, _started(partial(tell, news, channels, pace))) for on, name, tell in wanted if on
    ]
    return tuple(_in_time(name, told, pace) for name, told in under_way)


def is_indexnow_key(text: str) -> bool:
    """Whether a text can be a key of IndexNow: 8 to 128 letters of ASCII, digits and hyphens."""
    return INDEXNOW_KEY.fullmatch(text) is not None


def key_file(key: str) -> tuple[str, str]:
    """The file at the site's root that proves an IndexNow key: its name, and its text."""
    return f"{key}.txt", key


def signature(body: bytes, secret: str) -> str:
    """What stands in ``X-Hub-Signature-256``: the body's HMAC-SHA256 with the secret."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def url_of(site: str, path: str) -> str:
    """The whole URL of an output file; that of a page leaves out ``index.html``."""
    place = path.removesuffix("index.html") if f"/{path}".endswith("/index.html") else path
    return f"{site}/{quote(place, safe=IN_PATHS, errors='surrogateescape')}"


def is_feed(path: str) -> bool:
    """Whether an output file is a feed, in Atom or in JSON."""
    return path.endswith(ATOM) or FEED_IN_JSON.search(path) is not None


def of_error(error: failures.HTTPError, timeout: float) -> Answer:
    """What a failed request means, in words for people; never with the address in them."""
    if isinstance(error, failures.NameResolutionError):
        return Answer(0, "could not be found in DNS", True)
    if isinstance(error, failures.NewConnectionError):
        if isinstance(error.__cause__, ConnectionRefusedError):
            return Answer(0, "refused the connection", True)
        why = getattr(error.__cause__, "strerror", "") or "no connection"
        return Answer(0, f"could not be reached ({why})", True)
    if isinstance(error, failures.TimeoutError):
        return Answer(0, f"did not answer within {timeout:g} seconds", True)
    if isinstance(error, failures.SSLError):
        why = getattr(error.args[0], "verify_message", "") if error.args else ""
        return Answer(0, f"has no valid certificate ({why})" if why else "does not agree on TLS")
    if isinstance(error, failures.LocationValueError):
        return Answer(0, "is no address that can be asked")
    return Answer(0, "broke off the connection", True)


def of_status(response: urllib3.BaseHTTPResponse) -> Answer:
    """What a status means, and when to come back (RFC 9110, section 10.2.3)."""
    status = response.status
    said = f"answered {status}"
    if 300 <= status < 400 and status != 304:
        place = _place(response.headers.get("Location", ""))
        return Answer(status, f"redirects to {place}, which is not followed")
    if status != 429 and status < 500:
        return Answer(status, said)
    wait = None
    with suppress(failures.InvalidHeader, OverflowError, ValueError):
        wait = urllib3.Retry().get_retry_after(response)
    if wait is not None and wait > LONGEST_PAUSE:
        said += f" and asks to wait {wait:,.0f} seconds"
    return Answer(status, said, True, wait)


def patiently(ask: Callable[[], Answer], tries: int, pause: float, until: float) -> Answer:
    """Ask again while it may help, with pauses that grow, and say how often it was in vain.

    ``pause`` is in seconds; no pause ends after ``until``, of ``time.monotonic()``.
    """
    said: list[str] = []
    for number in range(max(tries, 1)):
        answer = ask()
        said.append(answer.said)
        wait = pause * 2**number if answer.wait is None else answer.wait
        over = wait > LONGEST_PAUSE or time.monotonic() + wait >= until
        if not answer.may_pass or number + 1 >= tries or over:
            break
        time.sleep(wait)
    if len(set(said)) == 1:
        return replace(answer, said=said[0] + _TIMES.get(len(said), f" {len(said)} times"))
    return replace(answer, said=f"{said[-1]}, the last of {len(said)} tries")


class _Line:
    """A line to one address, which is only ever posted to."""

    def __init__(self, url: str, setting: str, channel: str, pace: _Pace) -> None:
        self._url = url
        self._setting = setting
        self._channel = channel
        self._pace = pace
        # Nothing is retried by itself: urllib3 would log the whole address.
        self._pool = urllib3.PoolManager(retries=False)
        self.host = urlsplit(url).hostname or setting
        login = urlsplit(url).netloc.rpartition("@")[0]
        self._login = urllib3.make_headers(basic_auth=unquote(login)) if login else {}

    def post(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post until it is taken, or refused for good, or there is no time left."""
        whole = {"User-Agent": "pelican-newsroom", **headers, **self._login}
        pace = self._pace
        return patiently(lambda: self._once(body, whole), pace.tries, pace.pause, pace.until)

    def told(self, what: str) -> Told:
        """It went well."""
        return _told(self._channel, True, f"{self.host} {what}")

    def failed(self, answer: Answer, remedy: str = "") -> Told:
        """It did not; ``remedy`` is what to do, where the answer does not say it."""
        usual = AGAIN if answer.may_pass else f"check {self._setting}, {_THEN}"
        message = f"{self.host} {answer.said}; {_STANDS}; {remedy or usual}"
        return _told(self._channel, False, message)

    def _once(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        left = min(self._pace.timeout, self._pace.until - time.monotonic())
        if left <= 0:
            return Answer(0, "was not asked any more, for want of time", True)
        try:
            with _unlogged():
                response = self._pool.request(
                    "POST",
                    self._url,
                    body=body,
                    headers=headers,
                    timeout=urllib3.Timeout(total=left),
                    redirect=False,
                    preload_content=False,
                )
            answer = of_status(response)
            if response.length_remaining is not None and response.length_remaining <= SMALL:
                response.drain_conn()
            response.close()
        except failures.HTTPError as error:
            return of_error(error, left)
        return answer


def _tell_hub(news: News, channels: Channels, pace: _Pace) -> Told:
    feeds = sorted(filter(is_feed, news.changed), key=lambda path: not path.startswith(ALL_FEED))
    if not feeds:
        return _told("WebSub", True, "no feed has changed, so there is nothing to tell")
    line = _Line(channels.websub_hub, "NEWSROOM_WEBSUB_HUB", "WebSub", pace)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    told, failure = 0, None
    for path in feeds:
        url = url_of(news.site, path)
        form = urlencode({"hub.mode": "publish", "hub.url": url, "hub.topic": url})
        answer = line.post(form.encode(), headers)
        told += answer.ok
        failure = failure if answer.ok else answer
        if not answer.ok and answer.status not in _REFUSES_ONE:
            break
    if failure is None:
        return line.told(f"knows of {_count(told, 'feed')}")
    known = f"knows of {told:,} of {len(feeds):,} feeds; it " if told else ""
    return line.failed(replace(failure, said=known + failure.said))


def _tell_search_engines(news: News, channels: Channels, pace: _Pace) -> Told:
    if not is_indexnow_key(channels.indexnow_key):
        rule = "NEWSROOM_INDEXNOW_KEY has to be 8 to 128 letters a to z, digits and hyphens"
        return _told("IndexNow", False, f"nothing was sent; {_STANDS}; {rule}")
    told = {path: path.endswith(".html") for path in (*news.changed, *news.deleted)}
    told |= dict.fromkeys((NO_PAGE, *news.unlisted), False)
    urls = [url_of(news.site, path) for path, is_page in told.items() if is_page]
    if not urls:
        return _told("IndexNow", True, "no page has changed, so there is nothing to tell")
    line = _Line(channels.indexnow_endpoint, "NEWSROOM_INDEXNOW_ENDPOINT", "IndexNow", pace)
    host = urlsplit(news.site).netloc.rpartition("@")[2]
    location = f"{news.site}/{key_file(channels.indexnow_key)[0]}"
    whole = {"host": host, "key": channels.indexnow_key, "keyLocation": location}
    for start in range(0, len(urls), MOST_URLS):
        answer = line.post(*_in_json(whole | {"urlList": urls[start : start + MOST_URLS]}))
        if not answer.ok:
            known = f"knows of {start:,} of {len(urls):,} pages; it " if start else ""
            remedy = _INDEXNOW.get(answer.status, "").format(host=host, location=location)
            return line.failed(replace(answer, said=known + answer.said), remedy)
    later = ", and looks at the key file later" if answer.status == 202 else ""
    return line.told(f"knows of {_count(len(urls), 'page')}{later}")


def _tell_webhook(news: News, channels: Channels, pace: _Pace) -> Told:
    if not news.changed and not news.deleted:
        return _told("Webhook", True, "no file has changed, so there is nothing to tell")
    line = _Line(channels.webhook, "NEWSROOM_WEBHOOK", "Webhook", pace)
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
        headers[SIGNATURE] = signature(body, channels.webhook_secret)
    answer = line.post(body, headers)
    if answer.ok:
        return line.told(f"knows of {_count(len(news.changed) + len(news.deleted), 'file')}")
    return line.failed(answer)


def _in_json(told: Mapping[str, object]) -> tuple[bytes, dict[str, str]]:
    return json.dumps(told).encode(), {"Content-Type": "application/json; charset=utf-8"}


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _place(location: str) -> str:
    """Where a redirect leads, without what may be secret."""
    with suppress(ValueError):
        parts = urlsplit(location)
        if parts.hostname and _HOST.fullmatch(parts.hostname):
            return f"{parts.scheme}://{parts.hostname}"
    return "another address"


def _started(tell: Callable[[], Told]) -> Future[Told]:
    """Begin in a thread that nobody has to wait for: a host may send its answer for ever."""
    told: Future[Told] = Future()

    def run() -> None:
        try:
            told.set_result(tell())
        except Exception as error:
            told.set_exception(error)

    Thread(target=run, daemon=True).start()
    return told


def _in_time(channel: str, told: Future[Told], pace: _Pace) -> Told:
    try:
        return told.result(max(0.0, pace.until + pace.timeout - time.monotonic()))
    except OutOfTime:
        why = "there was no answer in time"
    except Exception as error:  # what nobody foresaw must not undo a deploy
        why = f"there was a fault in this program ({type(error).__name__})"
    return _told(channel, False, f"{why}; {_STANDS}; {AGAIN}")


def _told(channel: str, ok: bool, what: str) -> Told:
    return Told(channel, ok, f"{channel}: {what}")


@contextmanager
def _unlogged() -> Iterator[None]:
    """Without urllib3's warnings of malformed headers: they hold the whole address."""
    log = logging.getLogger("urllib3.connection")
    silent = logging.Filter("no logger has this name")
    log.addFilter(silent)
    try:
        yield
    finally:
        log.removeFilter(silent)
