"""The policy as Amazon CloudFront reads it: headers, errors, and a function for addresses.

How long a file is kept and its type are not here: they lie with each object in the storage.
(docs.aws.amazon.com/cloudfront/latest/APIReference, CreateResponseHeadersPolicy and
CustomErrorResponse; the developer guide, on CloudFront Functions)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from ..model.policy import Policy

Json = dict[str, object]

FORGET_ERRORS = 10  # seconds for which CloudFront keeps an error: a page may just be coming
MISSING = (403, 404)  # storage that may not be listed says 403 of what is not there
LONGEST_NAME = 128

_FUNCTION = """\
// What a viewer asks CloudFront for, as the name of a file of %(host)s%(prefix)s/.
// A function for the event viewer request; its runtime is cloudfront-js-2.0.

const PREFIX = %(literal)s;

function handler(event) {
    const request = event.request;
    const uri = request.uri;
    if (uri !== PREFIX && !uri.startsWith(PREFIX + '/')) {
        return request;
    }
    const name = uri.slice(uri.lastIndexOf('/') + 1);
    if (name === '') {
        request.uri = uri + 'index.html';
        return request;
    }
    if (name.includes('.') || uri.startsWith(PREFIX + '/.well-known/')) {
        return request;
    }
    // Two slashes at the start would be the address of another host.
    const target = '/' + uri.replace(/^[/\\\\]+/, '') + '/' + query(request.querystring);
    return {
        statusCode: 301,
        statusDescription: 'Moved Permanently',
        headers: { location: { value: target } },
    };
}

function query(parameters) {
    const parts = [];
    for (const name in parameters) {
        const one = parameters[name];
        for (const each of one.multiValue || [one]) {
            parts.push(each.value === '' ? name : name + '=' + each.value);
        }
    }
    return parts.length ? '?' + parts.join('&') : '';
}
"""


def cloudfront_files(policy: Policy, prefix: str, host: str) -> dict[str, str]:
    """The files for CloudFront, by name; one more where the search page has its own headers.

    ``prefix`` is empty or begins with a slash, without one at its end.
    """
    name = re.sub(r"[^A-Za-z0-9]+", "-", f"newsroom-{host}{prefix}")
    usual = _headers_policy(policy.everywhere, name, f"Headers of {host}{prefix}/")
    files = {"cloudfront-headers-policy.json": _text(usual)}
    if policy.search:
        headers = dict(policy.everywhere) | dict(policy.search)
        comment = f"Headers of the search page of {host}{prefix}/"
        search = _headers_policy(headers, f"{name}-search", comment)
        files["cloudfront-search-headers-policy.json"] = _text(search)
    files["cloudfront-errors.json"] = _text(_errors(prefix))
    names = {"host": host, "prefix": prefix, "literal": json.dumps(prefix)}
    files["cloudfront-function.js"] = _FUNCTION % names
    return files


def _headers_policy(headers: Mapping[str, str], name: str, comment: str) -> Json:
    """A ResponseHeadersPolicyConfig. CloudFront takes what it knows only in a form of its own."""
    known: Json = {}
    others: list[Json] = []
    for header, value in headers.items():
        if header.lower() not in _KNOWN:
            others.append({"Header": header, "Value": value, "Override": True})
            continue
        key, read = _KNOWN[header.lower()]
        if (form := read(value)) is not None:
            known[key] = form | {"Override": True}
    config: Json = {"Name": name[-LONGEST_NAME:], "Comment": comment[:LONGEST_NAME]}
    if known:
        config["SecurityHeadersConfig"] = known
    if others:
        config["CustomHeadersConfig"] = {"Quantity": len(others), "Items": others}
    return config


def _transport(value: str) -> Json | None:
    """Strict-Transport-Security; without a max-age browsers do not heed it (RFC 6797, 6.1.1)."""
    said = [part.strip().lower() for part in value.split(";")]
    age = next(filter(None, (re.fullmatch(r'max-age="?(\d+)"?', part) for part in said)), None)
    if age is None:
        return None
    return {
        "AccessControlMaxAgeSec": int(age[1]),
        "IncludeSubdomains": "includesubdomains" in said,
        "Preload": "preload" in said,
    }


def _legacy_filter(value: str) -> Json:
    said = [part.strip().lower() for part in value.split(";")]
    return {"Protection": said[0] == "1", "ModeBlock": "mode=block" in said}


_KNOWN: Mapping[str, tuple[str, Callable[[str], Json | None]]] = {
    "content-security-policy": (
        "ContentSecurityPolicy",
        lambda value: {"ContentSecurityPolicy": value},
    ),
    "strict-transport-security": ("StrictTransportSecurity", _transport),
    "x-content-type-options": ("ContentTypeOptions", lambda _value: {}),
    "x-frame-options": ("FrameOptions", lambda value: {"FrameOption": value.upper()}),
    "referrer-policy": ("ReferrerPolicy", lambda value: {"ReferrerPolicy": value}),
    "x-xss-protection": ("XSSProtection", _legacy_filter),
}


def _errors(prefix: str) -> Json:
    items = [
        {
            "ErrorCode": code,
            "ResponsePagePath": f"{prefix}/404.html",
            "ResponseCode": "404",
            "ErrorCachingMinTTL": FORGET_ERRORS,
        }
        for code in MISSING
    ]
    return {"Quantity": len(items), "Items": items}


def _text(value: Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
