"""The policy as nginx reads it: two includes, and a third for those who have the brotli module."""

from __future__ import annotations

import re
from hashlib import sha256
from textwrap import indent

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
)

CACHE = "Cache-Control"

# A location with an add_header of its own would lose all of the server's: so all stand on one
# level, and what differs from file to file is a variable. Maps can only stand in http { }.
_HTTP = """\
# The headers of the newsroom that differ from file to file.
# Goes into http { }: as a file in /etc/nginx/conf.d/, or by an include there.

map $uri $%(name)s_cache {
    default %(shortly)s;
    "~%(hashed)s" %(for_ever)s;
}
%(maps)s"""

_MAP = """
map $uri $%(variable)s {
    default %(usual)s;
    "~^%(search)s$" %(value)s;
}
"""

_DOLLAR = """
# nginx has no other way to write this character.
geo $%(name)s_dollar {
    default "$";
}
"""

_SERVER = """\
# How nginx serves the newsroom of %(host)s%(prefix)s/.
# Goes into its server { }; nginx-http.conf goes into http { }. For example:
#
#     server {
#         listen 443 ssl;
#         server_name %(host)s;
#         ssl_certificate …; ssl_certificate_key …;
#         root %(root)s;
#         include /etc/nginx/newsroom/nginx.conf;
#         include /etc/nginx/newsroom/nginx-brotli.conf;  # with the module for it
#     }
#
%(note)s
%(site)s"""

_NOTE = """\
# A location that you add keeps these headers as long as it has no add_header of its own.
"""
_NOTE_BELOW = """\
# The site is the folder %(prefix)s of the root; it may be a link. Nothing else is touched.
"""

_BELOW = """\
location = %(prefix)s {
    absolute_redirect off;
    return 301 %(prefix)s/$is_args$args;
}

location ^~ %(prefix)s/ {
%(site)s}
"""

_SITE = """\
index index.html;
server_tokens off;
absolute_redirect off;
charset off;
gzip_static on;
gzip_vary on;

error_page 404 %(prefix)s/404.html;
error_page 403 =404 %(prefix)s/404.html;

%(headers)s
default_type %(other)s;
types {
%(types)s}

# Hidden files are nobody's business; those of /.well-known/ are meant for others (RFC 8615).
location ~ /\\.(?!well-known/) {
    return 404;
}

# A compressed twin is its file in another form, and has no address of its own.
location ~ "\\.(?:%(texts)s)\\.(?:%(twins)s)$" {
    return 404;
}

location ~ "%(feeds)s" {
    types { }
    default_type %(feed)s;
}
"""

_BROTLI = """\
# Sends the .br twin of a file to those who take it. Goes into server { }, beside nginx.conf.
# Needs the module ngx_http_brotli_static (on Debian: libnginx-mod-http-brotli-static).

brotli_static on;
"""


def nginx_files(policy: Policy, prefix: str, host: str) -> dict[str, str]:
    """The includes for ``http { }`` and ``server { }``, by file name.

    ``prefix`` is empty or begins with a slash, without one at its end.
    """
    # Two newsrooms on one nginx need two names, and long ones do not fit its table of variables.
    name = f"newsroom_{sha256(f'{host}{prefix}'.encode()).hexdigest()[:6]}"
    http = _http(policy, prefix, name)
    server = _server(policy, prefix, host, name)
    if f"${{{name}_dollar}}" in http + server:
        http += _DOLLAR % {"name": name}
    return {"nginx-http.conf": http, "nginx.conf": server, "nginx-brotli.conf": _BROTLI}


def below(pattern: re.Pattern[str], prefix: str) -> str:
    """A pattern of output paths as one of URL paths: ``^`` is where the site begins."""
    return re.sub(r"(?<!\[)\^", f"^{re.escape(prefix)}/", pattern.pattern)


def _http(policy: Policy, prefix: str, name: str) -> str:
    search = f"{re.escape(prefix)}/{re.escape(file_of(SEARCH))}"
    maps = (
        _MAP
        % {
            "variable": _variable(name, header),
            "usual": _quoted(policy.everywhere.get(header, ""), name),
            "search": search,
            "value": _quoted(value, name),
        }
        for header, value in policy.search.items()
    )
    return _HTTP % {
        "name": name,
        "shortly": _quoted(SHORTLY, name),
        "for_ever": _quoted(FOR_EVER, name),
        "hashed": below(HASHED, prefix),
        "maps": "".join(maps),
    }


def _server(policy: Policy, prefix: str, host: str, name: str) -> str:
    values = {CACHE: f"${name}_cache"}
    values |= {header: _quoted(value, name) for header, value in policy.everywhere.items()}
    values |= {header: f"${_variable(name, header)}" for header in policy.search}
    site = _SITE % {
        "prefix": prefix,
        "headers": "".join(f"add_header {one} {said} always;\n" for one, said in values.items()),
        "other": OTHER_TYPE,
        "types": "".join(f'    "{kind}" {ending[1:]};\n' for ending, kind in TYPES.items()),
        "texts": _endings(TEXTS),
        "twins": _endings(TWINS),
        "feeds": below(FEED_IN_JSON, prefix),
        "feed": FEED_TYPE,
    }
    return _SERVER % {
        "host": host,
        "prefix": prefix,
        "root": "/srv/www" if prefix else "/srv/newsroom",
        "note": _NOTE_BELOW % {"prefix": prefix} if prefix else _NOTE,
        "site": _BELOW % {"prefix": prefix, "site": indent(site, "    ")} if prefix else site,
    }


def _variable(name: str, header: str) -> str:
    return f"{name}_{header.lower().replace('-', '_')}"


def _endings(endings: frozenset[str] | tuple[str, ...]) -> str:
    return "|".join(ending[1:] for ending in sorted(endings))


def _quoted(value: str, name: str) -> str:
    """A value as one word of nginx's language, in which a dollar begins a variable."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"{}"'.format(escaped.replace("$", f"${{{name}_dollar}}"))
