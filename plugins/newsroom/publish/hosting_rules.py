"""The policy as a ``_headers`` file: the rules of Netlify, Cloudflare Pages and those like them.

All rules that match count, in the order of the file. Where two set the same header,
Cloudflare joins the values with a comma, unless the later rule takes the earlier value
away first, with a line ``! Name``. Netlify lets the later value win, and reads over that
line. So each rule that sets a header anew says both.
(developers.cloudflare.com/pages/configuration/headers, docs.netlify.com/manage/routing/headers)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import quote

from ..model.addresses import FEEDS, PAGEFIND, SEARCH, file_of
from ..model.policy import FEED_TYPE, FOR_EVER, SHORTLY, TYPES, Policy, is_hashed

MOST_RULES = 100  # Cloudflare Pages reads so many, and drops the rest
CACHE = "Cache-Control"
TYPE = "Content-Type"
PAGE = ".html"  # every host knows it, and a rule could not say it of ``/posts/``
# One hash stands for one picture in all its sizes and formats.
_WITH_HASH = re.compile(r".*-h[0-9a-f]{12}")
# What every page asks for, before what one page shows.
_PARTS_OF_PAGES = (".css", ".js", ".woff2", ".svg", ".ico")

_HEAD = """\
# What Netlify, Cloudflare Pages and hosts like them send with the files of {host}{prefix}/.
# This file lies at the top of what is published{below}, and is not published itself.
"""


def headers_file(policy: Policy, prefix: str, host: str, hashed: Iterable[str] = ()) -> str:
    """The text of ``_headers``.

    ``prefix`` is empty or begins with a slash, without one at its end. ``hashed`` are
    output paths with a hash in their name: only of these the file can say that they are
    kept for ever, and only of as many as there is room for. Others in it are left out.
    """
    rules = [_rule(f"{prefix}/*", {CACHE: SHORTLY} | dict(policy.everywhere))]
    rules += [_again(f"{prefix}{path}", TYPE, kind) for path, kind in _kinds()]
    for path in (SEARCH, file_of(SEARCH)) if policy.search else ():
        rules.append("".join(_search(f"{prefix}/{path}", policy)))
    if CACHE not in policy.everywhere:
        kept = [_again(f"{prefix}/{path}", CACHE, FOR_EVER) for path in _for_ever(hashed)]
        rules += kept[: MOST_RULES - 1 - len(rules)]
    below = f", above the folder {prefix}" if prefix else ""
    return "\n".join([_HEAD.format(host=host, prefix=prefix, below=below), *rules])


def _kinds() -> Iterator[tuple[str, str]]:
    """Patterns of paths with their types; what is said last of a path holds."""
    yield from ((f"/*{ending}", kind) for ending, kind in TYPES.items() if ending != PAGE)
    yield f"/{FEEDS}*.json", FEED_TYPE
    yield "/*/feed.json", FEED_TYPE


def _search(path: str, policy: Policy) -> Iterator[str]:
    yield f"{path}\n"
    for name, value in policy.search.items():
        yield f"  ! {name}\n  {name}: {value}\n"


def _for_ever(paths: Iterable[str]) -> list[str]:
    """Patterns for files with a hash in their name, those that matter most first."""
    found: dict[str, bool] = {}
    for path in filter(is_hashed, paths):
        inside = path.startswith(PAGEFIND)
        hashed = None if inside else _WITH_HASH.match(path)
        start = hashed[0] if hashed else f"{PurePosixPath(path).parent}/"
        on_every_page = inside or PurePosixPath(path).suffix in _PARTS_OF_PAGES
        found[f"{quote(start)}*"] = on_every_page
    return sorted(found, key=lambda pattern: (not found[pattern], pattern))


def _rule(path: str, headers: Mapping[str, str]) -> str:
    return f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in headers.items())


def _again(path: str, name: str, value: str) -> str:
    """A rule for a header that another rule may have set."""
    return f"{path}\n  ! {name}\n  {name}: {value}\n"
