"""Fetch a file from a host that is not trusted: within limits of size, time and redirects."""

from __future__ import annotations

import time
from urllib.parse import urljoin, urlsplit

import urllib3

MOST_REDIRECTS = 5
PATIENCE = 10.0  # seconds, for each wait
LONGEST = 60.0  # seconds, for all of a file
_AT_ONCE = 65_536  # bytes


class FetchError(Exception):
    """A file could not be fetched; the message says which, and why."""


def fetch(url: str, most: int) -> bytes:
    """Return what is at an address, at most so many bytes. Raises FetchError.

    A redirect may lead from ``http`` to ``https``, and not back.
    """
    pool, ends = urllib3.PoolManager(timeout=PATIENCE, retries=False), time.monotonic() + LONGEST
    for _ in range(MOST_REDIRECTS + 1):
        if urlsplit(url).scheme not in ("https", "http"):
            raise FetchError(f"{url} is no address on the web")
        try:
            headers = {"User-Agent": "pelican-newsroom", "Accept-Encoding": "identity"}
            response = pool.request(
                "GET", url, headers=headers, redirect=False, preload_content=False
            )
            if not (there := response.get_redirect_location()):
                return _body(response, url, most, ends)
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise FetchError(f"{url} could not be fetched ({type(error).__name__})") from None
        further = urljoin(url, there)
        if url.startswith("https:") and not further.startswith("https:"):
            raise FetchError(f"{url} redirects to {further}, which is not https")
        url = further
    raise FetchError(f"{url} is redirected again and again")


def _body(response: urllib3.BaseHTTPResponse, url: str, most: int, ends: float) -> bytes:
    if response.status != 200:
        raise FetchError(f"{url} answered {response.status}")
    found = b""
    for part in response.stream(_AT_ONCE):
        found += part
        if len(found) > most:
            raise FetchError(f"{url} has more than {most:,} bytes")
        if time.monotonic() > ends:
            raise FetchError(f"{url} takes too long")
    return found
