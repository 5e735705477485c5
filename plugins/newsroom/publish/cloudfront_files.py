"""The policy as Amazon CloudFront reads it: headers and errors, in JSON.

How long a file is kept and its type are not here: they lie with each object in the storage.
(docs.aws.amazon.com/cloudfront/latest/APIReference, CreateResponseHeadersPolicy and
CustomErrorResponse)
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from ..model.policy import Policy

Json = dict[str, object]

FORGET_ERRORS = 10  # seconds for which CloudFront keeps an error: a page may just be coming
MISSING = (403, 404)  # storage that may not be listed says 403 of what is not there
LONGEST_NAME = 128
# Headers that CloudFront takes only by a name and in a form of its own.
_KNOWN = {
    "content-security-policy": "ContentSecurityPolicy",
    "strict-transport-security": "StrictTransportSecurity",
    "x-content-type-options": "ContentTypeOptions",
    "x-frame-options": "FrameOptions",
    "referrer-policy": "ReferrerPolicy",
    "x-xss-protection": "XSSProtection",
}


def cloudfront_files(policy: Policy, prefix: str, host: str) -> dict[str, str]:
    """Write the files by name; one more where the search page has its own headers.

    ``prefix`` is empty or begins with a slash, without one at its end.
    """
    name = re.sub(r"[^A-Za-z0-9]+", "-", f"newsroom-{host}{prefix}")
    site = f"{host}{prefix}/"
    errors = [
        {
            "ErrorCode": code,
            "ResponsePagePath": f"{prefix}/404.html",
            "ResponseCode": "404",
            "ErrorCachingMinTTL": FORGET_ERRORS,
        }
        for code in MISSING
    ]
    files = {
        "cloudfront-headers-policy.json": _headers(policy.everywhere, name, f"Headers of {site}"),
        "cloudfront-errors.json": {"Quantity": len(errors), "Items": errors},
    }
    if policy.search:
        headers = {**policy.everywhere, **policy.search}
        comment = f"Headers of the search page of {site}"
        files["cloudfront-search-headers-policy.json"] = _headers(
            headers, f"{name}-search", comment
        )
    return {
        path: json.dumps(value, indent=2, ensure_ascii=False) + "\n"
        for path, value in files.items()
    }


def _headers(headers: Mapping[str, str], name: str, comment: str) -> Json:
    """Return a ResponseHeadersPolicyConfig."""
    known: Json = {}
    others: list[Json] = []
    for header, value in headers.items():
        key = _KNOWN.get(header.lower())
        if key is None:
            others.append({"Header": header, "Value": value, "Override": True})
        elif (form := _form(key, value)) is not None:
            known[key] = form | {"Override": True}
    config: Json = {"Name": name[-LONGEST_NAME:], "Comment": comment[:LONGEST_NAME]}
    if known:
        config["SecurityHeadersConfig"] = known
    if others:
        config["CustomHeadersConfig"] = {"Quantity": len(others), "Items": others}
    return config


def _form(key: str, value: str) -> Json | None:
    """Return a header's value in the form that CloudFront has for it; None if it has no effect."""
    said = [part.strip().lower() for part in value.split(";")]
    match key:
        case "StrictTransportSecurity":
            ages = (re.fullmatch(r'max-age="?(\d+)"?', part) for part in said)
            age = next(filter(None, ages), None)
            # Without a max-age browsers do not heed it (RFC 6797, 6.1.1).
            return age and {
                "AccessControlMaxAgeSec": int(age[1]),
                "IncludeSubdomains": "includesubdomains" in said,
                "Preload": "preload" in said,
            }
        case "XSSProtection":
            return {"Protection": said[0] == "1", "ModeBlock": "mode=block" in said}
        case "ContentTypeOptions":
            return {}
        case "FrameOptions":
            return {"FrameOption": value.upper()}
    return {key: value}
