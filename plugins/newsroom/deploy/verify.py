"""The live site, held against what should be there: its files, their headers, and nothing else."""

from __future__ import annotations

import hashlib
import math
import re
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import urllib3
from urllib3.exceptions import HTTPError

from ..model.addresses import ALL_FEED, ATOM, SITEMAP
from .announce import NO_PAGE, Answer, of_error, of_status, patiently, url_of
from .differences import (
    FOREIGN,
    HEADER,
    MISSING,
    MOST_ALIKE,
    STALE,
    UNREACHABLE,
    Difference,
    grouped,
)

HOME = "index.html"
LOOKED_AT = (HOME, f"{ALL_FEED}{ATOM}", SITEMAP)  # where what is live is linked from
SITEMAPS = re.compile(r"[^/]*sitemap[^/]*\.xml")
ASK = {
    "User-Agent": "pelican-newsroom",
    "Accept-Encoding": "identity",
    "Cache-Control": "no-cache",
}
CHUNK = 1 << 16  # bytes
MOST_KEPT = 64 << 20  # bytes of a page that is looked through; a sitemap may have 50 MiB
MOST_HOPS = 5
PATIENCE = 30  # times the time limit: so long may a whole file take
GIVE_UP = 3  # times those that are asked at once: so many in a row without an answer
LONGEST_VALUE = 120  # characters of a header in a message


@dataclass(frozen=True)
class Expected:
    """A file that should be live.

    ``path`` is its output path, ``sha256`` the hash of its bytes in hex, ``headers``
    what is to be sent with it: none where the host cannot.
    """

    path: str
    sha256: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Found(Answer):
    """What came of fetching: where redirects led, the hash, the headers, a body if asked for."""

    url: str = ""
    sha256: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class _Wrong:
    """A header that is not as it should be; ``got`` is None if it was not sent."""

    name: str
    wanted: str
    got: str | None


@dataclass(frozen=True)
class _Checked:
    """What was found of one file: what is wrong with it, and the page if it is looked at."""

    path: str
    kind: str = ""
    message: str = ""
    headers: tuple[_Wrong, ...] = ()
    body: bytes = b""


def verify(
    base: str,
    expected: Sequence[Expected],
    *,
    listed: Iterable[str] = (),
    kept: Collection[str] = (),
    timeout: float = 10.0,
    at_once: int = 8,
    tries: int = 3,
    pause: float = 0.5,
    watch: Callable[[int, int], None] | None = None,
) -> list[Difference]:
    """Fetch all that should be live below ``base``, and list what is not as it should be.

    ``listed`` are the paths that the target says it holds; ``kept`` those that may be
    there besides. ``timeout`` is in seconds, for each wait; ``tries`` and ``pause``, in
    seconds, are for what may pass. ``watch`` is told how many files are done, of how
    many. What many files share is one difference. Raises nothing for what a host does.
    """
    live = _Live(base.rstrip("/"), timeout, at_once, tries, pause)
    home = live.fetch(HOME)
    if not home.status:
        lost = f"{live.host} {home.said}: nothing could be compared"
        return [Difference("", UNREACHABLE, lost)]
    known = {one.path for one in expected} | set(kept)
    checked = list(_each(live, expected, home, watch or (lambda done, total: None)))
    differences = _sum_up(live, checked, len(expected))
    foreign = sorted(set(listed) - known)
    differences += [Difference(path, FOREIGN, _at_target(path)) for path in foreign]
    if len(checked) == len(expected):
        bodies = {one.path: one.body for one in checked if one.path in LOOKED_AT}
        bodies.setdefault(HOME, home.body)
        differences += _strays(live, sorted(_linked(live, bodies) - set(foreign)), known)
    return [*_wrong_site(live, checked), *grouped(differences, partial(url_of, live.base))]


def _wrong_site(live: _Live, checked: Sequence[_Checked]) -> Iterator[Difference]:
    """Where hardly anything is as it should be, most likely another site lives there."""
    lost = sum(one.kind in (MISSING, STALE) for one in checked)
    if lost > MOST_ALIKE and lost > 0.9 * len(checked):
        what = f"{lost:,} of {len(checked):,} files are not what should be there"
        why = f"{what}: is {live.base} the right address, and was this deployed to it?"
        yield Difference("", STALE, why, 0)


class _Live:
    """A live site, asked by several threads at once."""

    def __init__(self, base: str, timeout: float, at_once: int, tries: int, pause: float) -> None:
        self.base = base
        self.at_once = at_once
        self._timeout = timeout
        self._tries = tries
        self._pause = pause
        self._parts = urlsplit(base)
        self.host = self._parts.hostname or base
        self._pool = urllib3.PoolManager(maxsize=at_once, retries=False)

    def fetch(self, path: str) -> _Found:
        """What lives at an output path's address, after some patience.

        For ``404.html`` that is the address of a page which cannot exist.
        """
        asked = f"no-such-page-{secrets.token_hex(8)}" if path == NO_PAGE else path
        url = url_of(self.base, asked)
        keep = path in LOOKED_AT or SITEMAPS.fullmatch(path) is not None
        found = patiently(lambda: self._once(url, keep), self._tries, self._pause, math.inf)
        assert isinstance(found, _Found)
        return found

    def path_of(self, url: str) -> str:
        """The output path that a URL of this site is served from; empty for any other's."""
        parts, prefix = urlsplit(url), self._parts.path
        if parts.netloc.lower() != self._parts.netloc.lower() or parts.scheme[:4] != "http":
            return ""
        if parts.path.rstrip("/") == prefix:
            return HOME
        if not parts.path.startswith(f"{prefix}/"):
            return ""
        path = unquote(parts.path[len(prefix) + 1 :])
        return f"{path}{HOME}" if path.endswith("/") else path

    def _once(self, url: str, keep: bool) -> _Found:
        try:
            for _ in range(MOST_HOPS + 1):
                response = self._pool.request(
                    "GET",
                    url,
                    headers=ASK,
                    timeout=urllib3.Timeout(connect=self._timeout, read=self._timeout),
                    redirect=False,
                    preload_content=False,
                )
                location = response.get_redirect_location()
                if not location:
                    return self._read(response, url, keep)
                answer = of_status(response)
                response.close()
                url = _joined(url, location)
                if not self._is_own(url):
                    return _Found(answer.status, answer.said)
            return _Found(answer.status, "redirects in a circle")
        except HTTPError as error:
            lost = of_error(error, self._timeout)
            return _Found(lost.status, lost.said, lost.may_pass)

    def _read(self, response: urllib3.BaseHTTPResponse, url: str, keep: bool) -> _Found:
        hashed, body = hashlib.sha256(), bytearray()
        until = time.monotonic() + PATIENCE * self._timeout
        while chunk := response.read1(CHUNK, decode_content=True):
            hashed.update(chunk)
            if keep and len(body) < MOST_KEPT:
                body += chunk
            if time.monotonic() > until:
                response.close()
                return _Found(0, "did not come to an end with its answer", True)
        response.release_conn()
        answer = of_status(response)
        return _Found(
            status=answer.status,
            said=answer.said,
            may_pass=answer.may_pass,
            wait=answer.wait,
            url=url,
            sha256=hashed.hexdigest(),
            headers=response.headers,
            body=bytes(body),
        )

    def _is_own(self, url: str) -> bool:
        """Whether a redirect stays on this host, be it that it leads from HTTP to HTTPS."""
        to = urlsplit(url)
        safer = (self._parts.scheme, to.scheme) == ("http", "https")
        same = to.scheme == self._parts.scheme and to.netloc == self._parts.netloc
        return same or (safer and to.hostname == self._parts.hostname)


def _each(
    live: _Live, expected: Sequence[Expected], home: _Found, watch: Callable[[int, int], None]
) -> Iterator[_Checked]:
    """Check each file; end early if the host has stopped answering."""

    def check(one: Expected) -> _Checked:
        return _check(live, one, home if one.path == HOME else live.fetch(one.path))

    pool = ThreadPoolExecutor(live.at_once)
    try:
        in_vain = 0
        for done, checked in enumerate(pool.map(check, expected), 1):
            yield checked
            watch(done, len(expected))
            in_vain = in_vain + 1 if checked.kind == UNREACHABLE else 0
            if in_vain >= GIVE_UP * live.at_once:
                return
    finally:
        pool.shutdown(cancel_futures=True)


def _check(live: _Live, one: Expected, found: _Found) -> _Checked:
    url, is_page_404 = url_of(live.base, one.path), one.path == NO_PAGE
    if not found.status or found.may_pass:
        return _Checked(one.path, UNREACHABLE, f"{live.host} {found.said}")
    if is_page_404 and found.status == 200:
        why = "a page that does not exist answered 200: set 404.html up as the host's error page"
        return _Checked(one.path, MISSING, why)
    if found.status != (404 if is_page_404 else 200):
        return _Checked(one.path, MISSING, f"{url} {found.said}: it has not arrived; deploy again")
    wrong = tuple(_wrong(one.headers, found.headers))
    if found.sha256 == one.sha256:
        return _Checked(one.path, headers=wrong, body=found.body)
    packed = found.headers.get("Content-Encoding", "identity")
    why = f"{url} is not what this release holds: deploy again, or empty the cache before it"
    if is_page_404:
        why = "a page that does not exist shows another page than 404.html: tell the host of it"
    elif packed.lower() not in (*urllib3.HTTPResponse.CONTENT_DECODERS, "identity"):
        why = f"{url} came compressed ({_short(packed)}), unasked, and cannot be compared"
    return _Checked(one.path, STALE, why, wrong, found.body)


def _wrong(wanted: Mapping[str, str], sent: Mapping[str, str]) -> Iterator[_Wrong]:
    for name, value in wanted.items():
        got = sent.get(name)
        if got is None or not _alike(name, value, got):
            yield _Wrong(name, value, None if got is None else " ".join(got.split()))


def _alike(name: str, wanted: str, got: str) -> bool:
    if name.lower() != "content-type":
        return wanted.split() == got.split()
    # The default of the web, where no other is asked for, says nothing new.
    usual = ("charset", "utf-8")
    (kind, rules), (sent, more) = _media_type(wanted), _media_type(got)
    return kind == sent and (rules == more or rules == more - {usual})


def _media_type(text: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """A media type and its parameters; the case of a charset does not matter (RFC 9110, 8.3.2)."""
    kind, *rules = (part.strip() for part in text.split(";"))
    pairs = (rule.partition("=") for rule in rules if rule)
    named = ((name.strip().lower(), value.strip().strip('"')) for name, _, value in pairs)
    return kind.lower(), frozenset(
        (name, value.lower() if name == "charset" else value) for name, value in named
    )


def _sum_up(live: _Live, checked: Sequence[_Checked], total: int) -> list[Difference]:
    """What is wrong, with one difference for all files that share a header or a silence."""
    single = [
        Difference(one.path, one.kind, one.message)
        for one in checked
        if one.kind in (MISSING, STALE)
    ]
    silent: dict[str, list[str]] = {}
    headers: dict[tuple[str, str | None], list[tuple[str, _Wrong]]] = {}
    for one in checked:
        if one.kind == UNREACHABLE:
            silent.setdefault(one.message, []).append(one.path)
        for wrong in one.headers:
            headers.setdefault((wrong.name.lower(), wrong.got), []).append((one.path, wrong))
    rest = f"; {total - len(checked):,} files were not asked for" if len(checked) < total else ""
    for message, paths in silent.items():
        url = url_of(live.base, paths[0])
        lost = f"{message}, asked for {url}{_more(len(paths))}{rest}: try again later"
        single.append(Difference(paths[0], UNREACHABLE, lost))
    for examples in headers.values():
        path, wrong = examples[0]
        is_so = "is not sent" if wrong.got is None else f"is “{_short(wrong.got)}”"
        at = f"{url_of(live.base, path)}{_more(len(examples))}"
        message = f"{wrong.name} {is_so}, but should be “{_short(wrong.wanted)}”, at {at}"
        single.append(Difference(path, HEADER, f"{message}: see the host's configuration"))
    return single


def _linked(live: _Live, bodies: dict[str, bytes]) -> set[str]:
    """The paths that the home page, the feed and the sitemaps link to, as they are live."""
    paths: set[str] = set()
    for page in LOOKED_AT:
        body = bodies.get(page) or live.fetch(page).body
        links = _links_in_page(body) if page == HOME else _links_in_xml(body)
        paths |= {live.path_of(_joined(url_of(live.base, page), link)) for link in links}
    for part in [path for path in paths if SITEMAPS.fullmatch(path)]:
        paths |= {live.path_of(_joined("", link)) for link in _links_in_xml(live.fetch(part).body)}
    return paths - {"", NO_PAGE}


def _strays(live: _Live, paths: Sequence[str], known: Set[str]) -> Iterator[Difference]:
    """Those of some paths that are live and not known, be it without slash or ending."""
    paths = [path for path in paths if not known & {path, f"{path}/{HOME}", f"{path}.html"}]
    with ThreadPoolExecutor(live.at_once) as pool:
        for path, found in zip(paths, pool.map(live.fetch, paths), strict=True):
            if found.status == 200 and live.path_of(found.url) not in known:
                url = url_of(live.base, path)
                yield Difference(path, FOREIGN, f"{url} is live, but in no release: delete it")


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [link for name, link in attrs if name == "href" and link and tag == "a"]


def _links_in_page(body: bytes) -> list[str]:
    parser = _Anchors()
    parser.feed(body.decode("utf-8", "replace"))
    return parser.links


def _links_in_xml(body: bytes) -> list[str]:
    """The addresses in a sitemap, and the links of an Atom feed; none if it is no XML."""
    try:
        tree = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return []
    links = [link.get("href", "") for link in tree.iter("{http://www.w3.org/2005/Atom}link")]
    return links + [(place.text or "").strip() for place in tree.iterfind(".//{*}loc")]


def _joined(page: str, link: str) -> str:
    """The whole URL of a link; empty if it is none, as what others wrote may be."""
    try:
        return urlsplit(urljoin(page, link)).geturl()
    except ValueError:
        return ""


def _at_target(path: str) -> str:
    return f"{_short(path)} lies at the target, but is in no release: delete it"


def _more(files: int) -> str:
    return f" and {files - 1:,} more" if files > 1 else ""


def _short(text: str) -> str:
    said = "".join(sign if sign.isprintable() else "�" for sign in text)
    return said if len(said) <= LONGEST_VALUE else f"{said[:LONGEST_VALUE]}…"
