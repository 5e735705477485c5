"""The live site, held against what should be there: its files, their headers, and nothing else."""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from email.message import Message
from hashlib import sha256
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

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


# What is wrong with a file, the same for all that are like it: kind, what, and what to do.
_Fault = tuple[str, str, str]


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
    faults: defaultdict[_Fault, list[str]] = defaultdict(list)
    asked, lost = 0, 0
    for asked, (path, of_one) in enumerate(_each(live, expected, bodies), 1):
        for fault in of_one:
            faults[fault].append(path)
        lost += any(kind in (MISSING, STALE) for kind, _, _ in of_one)
        watch(asked, len(expected))
    known = {one.path for one in expected} | set(kept)
    foreign = dict.fromkeys(set(listed) - known, "lies at the target")
    if asked == len(expected):
        links = _linked(live, bodies) - set(foreign)
        foreign |= dict.fromkeys(_strays(live, sorted(links), known), "is live")
    for path, where in sorted(foreign.items()):
        faults[FOREIGN, f"{where}, but is in no release", "delete it"].append(path)
    found = [_difference(live, *group, len(expected) - asked) for group in faults.items()]
    if lost > WRONG_SITE[0] and lost > WRONG_SITE[1] * asked:
        what = f"{lost:,} of {asked:,} files are not what should be there"
        why = f"{what}: is {live.base} the right address, and was this deployed to it?"
        found.insert(0, Difference("", STALE, why, 0))
    return found


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
) -> Iterator[tuple[str, list[_Fault]]]:
    """Check each file, keeping what is looked at; end early if the host has stopped answering."""

    def check(one: Expected) -> list[_Fault]:
        answer = bodies.get(one.path) or live.fetch(one.path)
        if one.path in LOOKED_AT:
            bodies[one.path] = answer
        return list(_faults(live, one, answer))

    with ThreadPoolExecutor(live.at_once) as pool:
        in_vain = 0
        for one, found in zip(expected, pool.map(check, expected), strict=True):
            yield one.path, found
            in_vain = in_vain + 1 if any(kind == UNREACHABLE for kind, _, _ in found) else 0
            if in_vain >= GIVE_UP * live.at_once:
                pool.shutdown(cancel_futures=True)
                return


def _faults(live: _Live, one: Expected, answer: Answer) -> Iterator[_Fault]:
    is_page_404 = one.path == NO_PAGE
    set_up = "set 404.html up as the host's error page"
    said = f"{live.host} {answer.said}"
    if not answer.status or answer.may_pass:
        yield UNREACHABLE, said, "try again later"
        return
    if is_page_404 and answer.status == 200:
        yield MISSING, "a page that does not exist answered 200", set_up
        return
    if answer.status != (404 if is_page_404 else 200):
        yield MISSING, said, "it has not arrived: deploy again"
        return
    if sha256(answer.body).hexdigest() != one.sha256:
        if is_page_404:
            yield STALE, "a page that does not exist shows another page", set_up
        else:
            remedy = "deploy again, or empty the cache before it"
            yield STALE, "not what this release holds", remedy
    for name, wanted in one.headers.items():
        sent = answer.headers.get(name)
        if sent is None or not _are_alike(name, wanted, sent):
            is_so = "is not sent" if sent is None else f"is “{_short(sent)}”"
            what = f"{name} {is_so}, but should be “{_short(wanted)}”"
            yield HEADER, what, "see the host's configuration"


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


def _difference(live: _Live, fault: _Fault, paths: Sequence[str], not_asked: int) -> Difference:
    """Return one difference for all files of which the same is said. A few are named."""
    kind, what, remedy = fault
    named = ", ".join(url_of(live.base, path) for path in paths[:NAMED])
    named += f" and {len(paths) - NAMED:,} more" if len(paths) > NAMED else ""
    if kind == UNREACHABLE and not_asked:
        named += f"; {not_asked:,} files were not asked for"
    return Difference(paths[0], kind, f"{what}: {named}: {remedy}", len(paths))


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
