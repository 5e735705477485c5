"""The configurations of web servers and hosts, all made of the one policy."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.policy import Policy
from .hosting_caddy import caddy_file
from .hosting_cloudfront import cloudfront_files
from .hosting_nginx import nginx_files
from .hosting_rules import headers_file

README = "README.md"

_README = """\
# Hosting {host}{prefix}/

Made by the newsroom; make it anew rather than change it. You need one of these.

| file | what it is for | where it goes |
|---|---|---|
| `nginx.conf` | nginx: files, types, headers, the page for errors | included in `server {{ }}` |
| `nginx-http.conf` | nginx: what differs from file to file | included in `http {{ }}`, always |
| `nginx-brotli.conf` | nginx with its Brotli module | included in `server {{ }}` |
| `Caddyfile` | Caddy 2: all of it | imported at the top of your own |
| `_headers` | Netlify, Cloudflare Pages | the top of what you publish |
| `cloudfront-headers-policy.json` | CloudFront: headers | a response headers policy |
{search}| `cloudfront-errors.json` | CloudFront: the page for errors | `CustomErrorResponses` |
| `cloudfront-function.js` | CloudFront: `/x/` is `/x/index.html` | a function, at viewer request |

Each file says at its top how it is used. For CloudFront:

```sh
aws cloudfront create-response-headers-policy \\
  --response-headers-policy-config file://cloudfront-headers-policy.json
aws cloudfront create-function --name newsroom --function-code fileb://cloudfront-function.js \\
  --function-config Comment=newsroom,Runtime=cloudfront-js-2.0
```

Then publish the function, and name both in the behaviour of the distribution, with compression.
The errors go into the distribution's configuration.
{behaviour}"""

_SEARCH_ROW = """\
| `cloudfront-search-headers-policy.json` | CloudFront: headers of the search page | a second one |
"""

_SEARCH_BEHAVIOUR = """
A policy holds for a whole behaviour, and the search page has headers of its own. So make a
second policy, and a second behaviour for `{prefix}/search/*` with it and the same function.
"""


def hosting_files(
    policy: Policy, prefix: str, host: str, hashed: Iterable[str] = ()
) -> dict[str, str]:
    """The texts of all files, by name.

    ``prefix`` is the path of the site's address, empty or with a slash at its beginning and
    none at its end; ``host`` is its name. ``hashed`` are the output paths that have a hash
    in their name, or simply all: ``_headers`` can only name them one by one.
    """
    parts = {"host": host, "prefix": prefix, "search": "", "behaviour": ""}
    if policy.search:
        behaviour = _SEARCH_BEHAVIOUR.format(prefix=prefix)
        parts |= {"search": _SEARCH_ROW, "behaviour": behaviour}
    return {
        README: _README.format(**parts),
        **nginx_files(policy, prefix, host),
        "Caddyfile": caddy_file(policy, prefix, host),
        "_headers": headers_file(policy, prefix, host, hashed),
        **cloudfront_files(policy, prefix, host),
    }
