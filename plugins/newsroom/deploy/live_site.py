"""The live site, held against what should be there: its files, their headers, and nothing else."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from hashlib import sha256
from urllib.parse import urljoin, urlsplit

from .channels import NO_PAGE
from .hosts import Answer, Asker, url_of

MISSING, STALE, FOREIGN = "missing", "stale", "foreign"
HEADER, UNREACHABLE = "header", "unreachable"

HOME = "index.html"
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
    live = _Live(base.rstrip("/"), Asker(timeout, tries, pause, at_once))
    home = live.fetch(HOME)
    if not home.status:
        silence = f"{live.host} {home.said}: nothing could be compared"
        return [Difference("", UNREACHABLE, silence)]
    faults: defaultdict[_Fault, list[str]] = defaultdict(list)
    asked, lost, in_vain = 0, 0, 0
    with ThreadPoolExecutor(at_once) as pool:
        for asked, of_one in enumerate(pool.map(live.faults, expected), 1):
            for fault in of_one:
                faults[fault].append(expected[asked - 1].path)
            kinds = {kind for kind, _, _ in of_one}
            lost += bool(kinds & {MISSING, STALE})
            in_vain = in_vain + 1 if UNREACHABLE in kinds else 0
            watch(asked, len(expected))
            if in_vain >= GIVE_UP * at_once:  # the host has stopped answering
                pool.shutdown(cancel_futures=True)
                break
    foreign = set(listed) - {one.path for one in expected} - set(kept)
    if foreign:
        what = "lies at the target, but is in no release"
        faults[FOREIGN, what, "delete it"] = sorted(foreign)
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
                return answer
            with suppress(ValueError):  # what others wrote may be no address
                url = urljoin(url, answer.location)
                if self._is_own(url):
                    continue
            return answer
        return Answer(answer.status, "redirects in a circle")

    def _is_own(self, url: str) -> bool:
        """Whether a redirect stays on this host, be it that it leads from HTTP to HTTPS."""
        to, own = urlsplit(url), urlsplit(self.base)
        is_safer = (own.scheme, to.scheme) == ("http", "https") and to.hostname == own.hostname
        return is_safer or (to.scheme, to.netloc) == (own.scheme, own.netloc)

    def faults(self, one: Expected) -> list[_Fault]:
        """Fetch a file and return what is wrong with it."""
        return list(self._faults(one, self.fetch(one.path)))

    def _faults(self, one: Expected, answer: Answer) -> Iterator[_Fault]:
        is_page_404 = one.path == NO_PAGE
        set_up = "set 404.html up as the host's error page"
        said = f"{self.host} {answer.said}"
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


def _short(text: str) -> str:
    said = "".join(sign if sign.isprintable() else "�" for sign in text)
    return said if len(said) <= LONGEST_VALUE else f"{said[:LONGEST_VALUE]}…"
