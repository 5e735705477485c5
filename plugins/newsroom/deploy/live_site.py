"""The live site, held against what should be there: its files, their headers, and nothing else."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlsplit

from ..model.settings import Settings
from ..publish.checksums import SIGNATURE, SUMS, release_fault
from .channels import NO_PAGE
from .hosts import Answer, Asker, url_of

MISSING, STALE, FOREIGN = "missing", "stale", "foreign"
HEADER, UNREACHABLE, SIGNED = "header", "unreachable", "signature"
ASK = {"Accept-Encoding": "identity", "Cache-Control": "no-cache"}
AT_ONCE = 8
NAMED = 3  # of files of which the same is said
GIVE_UP = 24  # so many files without an answer: the host has had enough


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it should be, be it with many ``files``.

    ``kind`` is one of those above; ``message`` is one line.
    """

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


def release_differences(base: str, settings: Settings) -> list[Difference]:
    """Say what is wrong with the signed list of files that is live below ``base``."""
    base, asker = base.rstrip("/"), Asker(10.0, 0.5)
    sums, armoured = (asker.ask("GET", url_of(base, path), ASK) for path in (SUMS, SIGNATURE))
    for path, answer in ((SUMS, sums), (SIGNATURE, armoured)):
        if answer.status != 200:
            remedy = "publish it again, with NEWSROOM_RELEASE_KEY"
            return [Difference(SIGNED, f"{path} {answer.said}: {remedy}")]
    fault = release_fault(sums.body, armoured.body, settings)
    return [Difference(SIGNED, f"{SIGNATURE} {fault}: deploy again")] if fault else []


# What is wrong with a file, the same for all that are like it: kind, what, and what to do.
_Fault = tuple[str, str, str]


def verify(
    base: str,
    expected: Sequence[Expected],
    *,
    listed: Iterable[str] = (),
    kept: Collection[str] = (),
    timeout: float = 10.0,
    pause: float = 0.5,
    watch: Callable[[int, int], None] = lambda _done, _whole: None,
) -> list[Difference]:
    """Fetch all that should be live below ``base``, and list what is not as it should be.

    ``listed`` are the paths that the target says it holds; ``kept`` those that may be
    there besides. ``timeout`` and ``pause`` are those of ``Asker``. ``watch`` is told how
    many files are done, of how many. Raises nothing for what a host does.
    """
    base, asker = base.rstrip("/"), Asker(timeout, pause, AT_ONCE)
    host = urlsplit(base).hostname or base
    home = asker.ask("GET", f"{base}/", ASK)
    if not home.status:
        return [Difference(UNREACHABLE, f"{host} {home.said}: nothing could be compared")]

    def faults_of(one: Expected) -> list[_Fault]:
        # 404.html is what a page shows that cannot exist.
        asked = f"no-such-page-{secrets.token_hex(8)}" if one.path == NO_PAGE else one.path
        if len(without_answer) >= GIVE_UP:  # those who ask are ahead of what is looked at here
            return []
        found = list(_faults(one, asker.ask("GET", url_of(base, asked), ASK), host))
        without_answer.extend(one.path for kind, _, _ in found if kind == UNREACHABLE)
        return found

    faults: defaultdict[_Fault, list[str]] = defaultdict(list)
    without_answer: list[str] = []
    lost = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(faults_of, expected)
        for number, (one, of_one) in enumerate(zip(expected, found, strict=True), 1):
            for fault in of_one:
                faults[fault].append(one.path)
            watch(number, len(expected))
            lost += any(kind == UNREACHABLE for kind, _, _ in of_one)
            if lost == GIVE_UP:
                pool.shutdown(cancel_futures=True)
                break
    if foreign := set(listed) - {one.path for one in expected} - set(kept):
        faults[FOREIGN, "lies at the target, but is in no release", "delete it"] = sorted(foreign)
    return [_difference(base, *group) for group in faults.items()]


def _faults(one: Expected, answer: Answer, host: str) -> Iterator[_Fault]:
    is_page_404 = one.path == NO_PAGE
    set_up = "set 404.html up as the host's error page"
    if answer.may_pass:
        yield UNREACHABLE, f"{host} {answer.said}", "try again later"
    elif is_page_404 and answer.status != 404:
        yield MISSING, f"a page that does not exist {answer.said}", set_up
    elif not is_page_404 and answer.status != 200:
        yield MISSING, f"{host} {answer.said}", "see that it is the right address, deploy again"
    else:
        if sha256(answer.body).hexdigest() != one.sha256:
            remedy = set_up if is_page_404 else "deploy again, or empty the cache before it"
            yield STALE, "not what this release holds", remedy
        for name, wanted in one.headers.items():
            sent = answer.headers.get(name)
            if sent is None or not _are_alike(name, wanted, sent):
                is_so = "is not sent" if sent is None else f"is “{sent}”"
                what = f"{name} {is_so}, but should be “{wanted}”"
                yield HEADER, what, "see the host's configuration"


def _are_alike(name: str, wanted: str, sent: str) -> bool:
    if name.lower() != "content-type":
        return wanted.split() == sent.split()
    is_so, should_be = ("".join(text.lower().split()).replace('"', "") for text in (sent, wanted))
    # The default of the web, where no other is asked for, says nothing new.
    return is_so in (should_be, f"{should_be};charset=utf-8")


def _difference(base: str, fault: _Fault, paths: Sequence[str]) -> Difference:
    """Return one difference for all files of which the same is said. A few are named."""
    kind, what, remedy = fault
    named = ", ".join(url_of(base, path) for path in paths[:NAMED])
    named += f" and {len(paths) - NAMED:,} more" if len(paths) > NAMED else ""
    return Difference(kind, f"{what}: {named}: {remedy}", len(paths))
