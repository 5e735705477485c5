"""The live site, held against what should be there: its files, their headers, and nothing else."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from email.message import Message
from hashlib import sha256
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import urllib3
from bs4 import BeautifulSoup

from ..model.addresses import ALL_FEED, ATOM, SITEMAP
from .channels import NO_PAGE
from .hosts import Answer, Asker, url_of

MISSING, STALE, FOREIGN = "missing", "stale", "foreign"
HEADER, UNREACHABLE = "header", "unreachable"

HOME = "index.html"
LOOKED_AT = (HOME, f"{ALL_FEED}{ATOM}", SITEMAP)  # where what is live is linked from
SITEMAPS = re.compile(r"[^/]*sitemap[^/]*\.xml")
ASK = {"Accept-Encoding": "identity", "Cache-Control": "no-cache"}
MOST_HOPS = 5
NAMED = 3  # of files of which the same is said
WRONG_SITE = 5, 0.9  # so many files, and such a part of all, are another site's
GIVE_UP = 3  # times those that are asked at once: so many in a row without an answer
LONGEST_VALUE = 120  # characters of a header in a message


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it should be, be it with many files.

    ``path`` is the first file's; empty if it is about the whole site. ``kind`` is one of
    those above; ``message`` is one line; ``files`` are how many it is about.
    """

    path: str
    kind: str
    message: str
    files: int = 1


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
class _Finding:
    """What is wrong with one file, and what to do about it; both the same for others like it."""

    path: str
    kind: str
    what: str
    remedy: str


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
    watch: Callable[[int, int], None] = lambda _done, _whole: None,
) -> list[Difference]:
    """Fetch all that should be live below ``base``, and list what is not as it should be.

    ``listed`` are the paths that the target says it holds; ``kept`` those that may be
    there besides. ``timeout``, ``tries`` and ``pause`` are those of ``Asker``. ``watch`` is
    told how many files are done, of how many. Raises nothing for what a host does.
    """
    live = _Live(base.rstrip("/"), at_once, Asker(timeout, tries, pause, at_once))
    bodies = {HOME: live.fetch(HOME)}
    if not bodies[HOME].status:
        silence = f"{live.host} {bodies[HOME].said}: nothing could be compared"
        return [Difference("", UNREACHABLE, silence)]
    asked, findings = 0, list[_Finding]()
    for asked, of_one in enumerate(_each(live, expected, bodies), 1):
        findings += of_one
        watch(asked, len(expected))
    found = list(_grouped(live, findings, len(expected) - asked))
    lost = sum(one.files for one in found if one.kind in (MISSING, STALE))
    if lost > WRONG_SITE[0] and lost > WRONG_SITE[1] * asked:
        what = f"{lost:,} of {asked:,} files are not what should be there"
        why = f"{what}: is {live.base} the right address, and was this deployed to it?"
        found.insert(0, Difference("", STALE, why, 0))
    known = {one.path for one in expected} | set(kept)
    foreign = dict.fromkeys(set(listed) - known, "lies at the target")
    if asked == len(expected):
        links = _linked(live, bodies) - set(foreign)
        foreign |= dict.fromkeys(_strays(live, sorted(links), known), "is live")
    strange = [
        _Finding(path, FOREIGN, f"{where}, but is in no release", "delete it")
        for path, where in sorted(foreign.items())
    ]
    return [*found, *_grouped(live, strange)]


@dataclass(frozen=True)
class _Live:
    """A live site, asked by several threads at once."""

    base: str
    at_once: int
    asker: Asker

    @property
    def host(self) -> str:
        return urlsplit(self.base).hostname or self.base

    def fetch(self, path: str) -> Answer:
        """Return what lives at an output path's address, or where redirects of this host lead.

        For ``404.html`` that is the address of a page which cannot exist.
        """
        asked = f"no-such-page-{secrets.token_hex(8)}" if path == NO_PAGE else path
        url = url_of(self.base, asked)
        for _ in range(MOST_HOPS + 1):
            answer = self.asker.ask("GET", url, ASK)
            if not answer.location:
                return replace(answer, location=url)
            url = _joined(url, answer.location)
            if not self._is_own(url):
                return answer
        return Answer(answer.status, "redirects in a circle")

    def path_of(self, url: str) -> str:
        """Return the output path that a URL of this site is served from; empty for any other's."""
        parts, own = urlsplit(url), urlsplit(self.base)
        if parts.netloc.lower() != own.netloc.lower() or parts.scheme[:4] != "http":
            return ""
        if parts.path.rstrip("/") == own.path:
            return HOME
        if not parts.path.startswith(f"{own.path}/"):
            return ""
        path = unquote(parts.path[len(own.path) + 1 :])
        return f"{path}{HOME}" if path.endswith("/") else path

    def _is_own(self, url: str) -> bool:
        """Whether a redirect stays on this host, be it that it leads from HTTP to HTTPS."""
        to, own = urlsplit(url), urlsplit(self.base)
        is_safer = (own.scheme, to.scheme) == ("http", "https") and to.hostname == own.hostname
        return is_safer or (to.scheme, to.netloc) == (own.scheme, own.netloc)


def _each(
    live: _Live, expected: Sequence[Expected], bodies: dict[str, Answer]
) -> Iterator[list[_Finding]]:
    """Check each file, keeping what is looked at; end early if the host has stopped answering."""

    def check(one: Expected) -> list[_Finding]:
        answer = bodies.get(one.path) or live.fetch(one.path)
        if one.path in LOOKED_AT:
            bodies[one.path] = answer
        return list(_check(live, one, answer))

    with ThreadPoolExecutor(live.at_once) as pool:
        in_vain = 0
        for found in pool.map(check, expected):
            yield found
            is_lost = any(one.kind == UNREACHABLE for one in found)
            in_vain = in_vain + 1 if is_lost else 0
            if in_vain >= GIVE_UP * live.at_once:
                pool.shutdown(cancel_futures=True)
                return


def _check(live: _Live, one: Expected, answer: Answer) -> Iterator[_Finding]:
    is_page_404 = one.path == NO_PAGE
    if not answer.status or answer.may_pass:
        yield _Finding(one.path, UNREACHABLE, f"{live.host} {answer.said}", "try again later")
        return
    if is_page_404 and answer.status == 200:
        what = "a page that does not exist answered 200"
        yield _Finding(one.path, MISSING, what, "set 404.html up as the host's error page")
        return
    if answer.status != (404 if is_page_404 else 200):
        what = f"{live.host} {answer.said}"
        yield _Finding(one.path, MISSING, what, "it has not arrived: deploy again")
        return
    packed = answer.headers.get("Content-Encoding", "identity")
    what, remedy = "not what this release holds", "deploy again, or empty the cache before it"
    if is_page_404:
        what = "a page that does not exist shows another page"
        remedy = "set 404.html up as the host's error page"
    elif packed.lower() not in (*urllib3.HTTPResponse.CONTENT_DECODERS, "identity"):
        what = f"came compressed ({_short(packed)}), unasked"
        remedy = "it cannot be compared: let the host send what is asked for"
    if sha256(answer.body).hexdigest() != one.sha256:
        yield _Finding(one.path, STALE, what, remedy)
    for name, wanted in one.headers.items():
        sent = answer.headers.get(name)
        if sent is None or not _are_alike(name, wanted, sent):
            is_so = "is not sent" if sent is None else f"is “{_short(sent)}”"
            what = f"{name} {is_so}, but should be “{_short(wanted)}”"
            yield _Finding(one.path, HEADER, what, "see the host's configuration")


def _are_alike(name: str, wanted: str, sent: str) -> bool:
    if name.lower() != "content-type":
        return wanted.split() == sent.split()
    # The default of the web, where no other is asked for, says nothing new.
    usual = {"charset": "utf-8"}
    return _media_type(sent) in (_media_type(wanted), usual | _media_type(wanted))


def _media_type(text: str) -> dict[str, str]:
    """Return a media type and its parameters, without regard to case (RFC 9110, 8.3.2)."""
    message = Message()
    message["Content-Type"] = " ".join(text.lower().split())
    return dict(message.get_params() or ())


def _grouped(live: _Live, findings: Iterable[_Finding], not_asked: int = 0) -> Iterator[Difference]:
    """Yield one difference for all files of which the same is said. A few are named."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for one in findings:
        groups.setdefault((one.kind, one.what, one.remedy), []).append(one.path)
    for (kind, what, remedy), paths in groups.items():
        named = ", ".join(url_of(live.base, path) for path in paths[:NAMED])
        more = f" and {len(paths) - NAMED:,} more" if len(paths) > NAMED else ""
        if kind == UNREACHABLE and not_asked:
            more += f"; {not_asked:,} files were not asked for"
        yield Difference(paths[0], kind, f"{what}: {named}{more}: {remedy}", len(paths))


def _linked(live: _Live, bodies: Mapping[str, Answer]) -> set[str]:
    """Return the paths that the home page, the feed and the sitemaps link to, as they are live."""
    paths: set[str] = set()
    for page in LOOKED_AT:
        body = (bodies.get(page) or live.fetch(page)).body
        links = _links_in_page(body) if page == HOME else _links_in_xml(body)
        paths |= {live.path_of(_joined(url_of(live.base, page), link)) for link in links}
    for part in [path for path in paths if SITEMAPS.fullmatch(path)]:
        paths |= {live.path_of(_joined("", link)) for link in _links_in_xml(live.fetch(part).body)}
    return paths - {"", NO_PAGE}


def _strays(live: _Live, paths: Sequence[str], known: Set[str]) -> Iterator[str]:
    """Yield those of some paths that are live and not known, be it without slash or ending."""
    paths = [path for path in paths if not known & {path, f"{path}/{HOME}", f"{path}.html"}]
    with ThreadPoolExecutor(live.at_once) as pool:
        for path, found in zip(paths, pool.map(live.fetch, paths), strict=True):
            if found.status == 200 and live.path_of(found.location) not in known:
                yield path


def _links_in_page(body: bytes) -> list[str]:
    page = BeautifulSoup(body.decode("utf-8", "replace"), "html.parser")
    return [str(link["href"]) for link in page.find_all("a", href=True)]


def _links_in_xml(body: bytes) -> list[str]:
    """Return the addresses in a sitemap, and the links of an Atom feed; none if it is no XML."""
    try:
        tree = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return []
    links = [link.get("href", "") for link in tree.iter("{http://www.w3.org/2005/Atom}link")]
    return links + [(place.text or "").strip() for place in tree.iterfind(".//{*}loc")]


def _joined(page: str, link: str) -> str:
    """Return the whole URL of a link; empty if it is none, as what others wrote may be."""
    try:
        return urlsplit(urljoin(page, link)).geturl()
    except ValueError:
        return ""


def _short(text: str) -> str:
    said = "".join(sign if sign.isprintable() else "�" for sign in text)
    return said if len(said) <= LONGEST_VALUE else f"{said[:LONGEST_VALUE]}…"
