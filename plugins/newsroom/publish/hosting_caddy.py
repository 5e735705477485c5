"""The policy as Caddy 2 reads it: one file with a snippet to import."""

from __future__ import annotations

import re

from ..model.addresses import SEARCH, file_of
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
    media_type,
)
from .hosting_nginx import CACHE, below

# What differs from file to file is a map of the path, so that one list of headers serves
# pages and errors alike: there the path is that of 404.html.
_FILE = """\
# How Caddy 2 serves the newsroom of %(host)s%(prefix)s/. For example, in /etc/caddy/Caddyfile:
#
#     import newsroom/Caddyfile
#     %(host)s {
#         root * %(root)s
#         import newsroom
#     }
%(where)s
(newsroom_headers) {
	header {
%(headers)s	}
	# Also where a file is sent as it is: a cache in between must know that there are others.
	@compressed path */ %(texts)s
	header @compressed {
		Vary Accept-Encoding
		defer
	}
}

(newsroom) {
	map {path} {newsroom_cache} {
		"~%(hashed)s" %(for_ever)s
		default %(shortly)s
	}
	map {path} {newsroom_type} {
		"~%(feeds)s" %(feed)s
%(types)s		"~/$" %(page)s
		default %(other)s
	}
%(maps)s%(redirect)s
	route %(within)s* {
		import newsroom_headers
		@hidden {
			path_regexp /\\.
			not path */.well-known/*
		}
		error @hidden 404
		@twin path_regexp "\\.(?:%(endings)s)\\.(?:%(twins)s)$"
		error @twin 404
		file_server {
			precompressed br gzip
		}
	}

	handle_errors {
		@missing {
			expression `{err.status_code} == 404`
			path %(within)s*
		}
		route @missing {
			rewrite * %(within)s404.html
			import newsroom_headers
			file_server {
				precompressed br gzip
			}
		}
	}
}
"""

_WHERE = """\
#
# The site is the folder %(prefix)s of the root; it may be a link. Nothing else is touched.
"""


def caddy_file(policy: Policy, prefix: str, host: str) -> str:
    """The text of the ``Caddyfile``.

    ``prefix`` is empty or begins with a slash, without one at its end.
    """
    values = {CACHE: "{newsroom_cache}", "Content-Type": "{newsroom_type}"}
    values |= {header: _quoted(value) for header, value in policy.everywhere.items()}
    values |= {header: f"{{{_variable(header)}}}" for header in policy.search}
    return _FILE % {
        "host": host,
        "prefix": prefix,
        "root": "/srv/www" if prefix else "/srv/newsroom",
        "where": _WHERE % {"prefix": prefix} if prefix else "",
        "headers": "".join(f"\t\t{header} {value}\n" for header, value in values.items()),
        "texts": " ".join(f"*{ending}" for ending in sorted(TEXTS)),
        "hashed": below(HASHED, prefix),
        "for_ever": _quoted(FOR_EVER),
        "shortly": _quoted(SHORTLY),
        "feeds": below(FEED_IN_JSON, prefix),
        "feed": FEED_TYPE,
        "types": "".join(
            f'\t\t"~(?i){re.escape(ending)}$" {_quoted(kind)}\n' for ending, kind in TYPES.items()
        ),
        "page": _quoted(media_type(file_of(""))),
        "other": OTHER_TYPE,
        "maps": "".join(_map(policy, prefix, header) for header in policy.search),
        "redirect": f"\tredir {prefix} {prefix}/ permanent\n" if prefix else "",
        "within": f"{prefix}/",
        "endings": "|".join(ending[1:] for ending in sorted(TEXTS)),
        "twins": "|".join(ending[1:] for ending in TWINS),
    }


def _map(policy: Policy, prefix: str, header: str) -> str:
    """What the search page has instead of the usual value of a header."""
    pages = "".join(
        f"\t\t{prefix}/{path} {_quoted(policy.search[header])}\n"
        for path in (SEARCH, file_of(SEARCH))
    )
    usual = f"\t\tdefault {_quoted(policy.everywhere.get(header, ''))}\n"
    return f"\tmap {{path}} {{{_variable(header)}}} {{\n{pages}{usual}\t}}\n"


def _variable(header: str) -> str:
    return f"newsroom_{header.lower().replace('-', '_')}"


def _quoted(value: str) -> str:
    """A value as one word of a Caddyfile.

    Between backticks all stands as it is; a value that has one itself is escaped instead.
    Braces stay as they are: Caddy leaves a placeholder that it does not know, such as JSON,
    and there is no way to escape one that outlives an import.
    """
    if "`" in value or not {'"', "\\"} & set(value):
        return '"{}"'.format(value.replace('"', '\\"'))
    return f"`{value}`"
