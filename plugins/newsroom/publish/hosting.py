"""The configurations of web servers and hosts: templates in ``hosts/``, filled from one policy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..model.addresses import FEEDS, PAGEFIND, SEARCH, file_of
from ..model.policy import (
    FEED_IN_JSON,
    FEED_TYPE,
    FOR_EVER,
    HASHED,
    OTHER_TYPE,
    SHORTLY,
    TEXTS,
    TWINS,
    TYPES,
    Policy,
    is_hashed,
    media_type,
)

TEMPLATES = Path(__file__).parent / "hosts"
CACHE, TYPE = "Cache-Control", "Content-Type"
# What every page asks for.
_PARTS_OF_PAGES = (".css", ".js", ".woff2", ".svg", ".ico")

Rule = tuple[str, Mapping[str, str]]


def hosting_files(
    policy: Policy, prefix: str, host: str, hashed: Iterable[str] = ()
) -> dict[str, str]:
    """Write the texts of all files, by name.

    ``prefix`` is the path of the site's address, empty or with a slash at its beginning and
    none at its end; ``host`` is its name. ``hashed`` are the output paths that have a hash
    in their name, or simply all.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"nginx": _for_nginx, "caddy": _for_caddy, "slug": _slug}
    # Two newsrooms on one nginx need two names, and long ones do not fit its table of variables.
    name = f"newsroom_{sha256(f'{host}{prefix}'.encode()).hexdigest()[:6]}"
    search_paths = [f"{prefix}/{path}" for path in (SEARCH, file_of(SEARCH))]
    values = {
        "policy": policy,
        "prefix": prefix,
        "host": host,
        "name": name,
        "root": "/srv/www" if prefix else "/srv/newsroom",
        # A header that differs from file to file is a variable, of the name that `slug` gives it.
        "sent": {CACHE: None, TYPE: None, **policy.everywhere, **dict.fromkeys(policy.search)},
        "rules": _rules(policy, prefix, search_paths, hashed),
        "search_paths": search_paths,
        "search_page": re.escape(search_paths[-1]),
        "has_dollar": "$" in "".join([*policy.everywhere.values(), *policy.search.values()]),
        "hashed": _below(HASHED, prefix),
        "feeds": _below(FEED_IN_JSON, prefix),
        "feed_type": FEED_TYPE,
        "for_ever": FOR_EVER,
        "shortly": SHORTLY,
        "types": [(ending[1:], kind) for ending, kind in TYPES.items()],
        "page_type": media_type(file_of("")),
        "other_type": OTHER_TYPE,
        "texts": sorted(ending[1:] for ending in TEXTS),
        "twins": [ending[1:] for ending in TWINS],
        "literal": json.dumps(prefix),
    }
    return {
        path.name: environment.get_template(path.name).render(values)
        for path in sorted(TEMPLATES.iterdir())
    }


def _below(pattern: re.Pattern[str], prefix: str) -> str:
    """Make a pattern of output paths one of URL paths: ``^`` is where the site begins."""
    return re.sub(r"(?<!\[)\^", f"^{re.escape(prefix)}/", pattern.pattern)


def _slug(header: str) -> str:
    """Name the variable for a header that differs from file to file."""
    return {CACHE: "cache", TYPE: "type"}.get(header) or header.lower().replace("-", "_")


def _for_nginx(value: str, name: str) -> str:
    """Write a value as one word of nginx's language, in which a dollar begins a variable."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"{}"'.format(escaped.replace("$", f"${{{name}_dollar}}"))


def _for_caddy(value: str) -> str:
    """Write a value as one word of a Caddyfile.

    Between backticks all stands as it is; a value that has one itself is escaped instead.
    Braces stay as they are: Caddy leaves a placeholder that it does not know, such as JSON,
    and there is no way to escape one that outlives an import.
    """
    if "`" in value or not {'"', "\\"} & set(value):
        return '"{}"'.format(value.replace('"', '\\"'))
    return f"`{value}`"


def _rules(
    policy: Policy, prefix: str, search_paths: list[str], hashed: Iterable[str]
) -> list[Rule]:
    """List the rules of ``_headers``, each with the headers that it sets.

    All rules that match count, in their order. Where two set the same header, Cloudflare joins
    the values with a comma, unless the later takes the earlier away first (``! Name``). Netlify
    lets the later win, and reads over that line. Cloudflare reads 100 rules, and none can
    describe a hash: so pictures are not kept for ever.
    (developers.cloudflare.com/pages/configuration/headers, docs.netlify.com/manage/routing/headers)
    """
    # Every host knows the type of a page, and a rule could not say it of ``/posts/``.
    kinds = {f"/*{ending}": kind for ending, kind in TYPES.items() if ending != ".html"}
    kinds |= {f"/{FEEDS}*.json": FEED_TYPE, "/*/feed.json": FEED_TYPE}
    rules: list[Rule] = [(f"{prefix}/*", {CACHE: SHORTLY, **policy.everywhere})]
    rules += [(f"{prefix}{path}", {TYPE: kind}) for path, kind in kinds.items()]
    rules += [(path, policy.search) for path in search_paths if policy.search]
    if CACHE not in policy.everywhere:
        parts = [path for path in hashed if is_hashed(path)]
        for_ever = {quote(path) for path in parts if path.endswith(_PARTS_OF_PAGES)}
        inside = (PurePosixPath(path).parent for path in parts if path.startswith(PAGEFIND))
        for_ever |= {f"{folder}/*" for folder in inside}
        rules += [(f"{prefix}/{path}", {CACHE: FOR_EVER}) for path in sorted(for_ever)]
    return rules
