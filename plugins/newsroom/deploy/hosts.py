"""Ask hosts over HTTP, patiently, and say in words what came of it; never with an address."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import urllib3
from urllib3 import exceptions as failures

LONGEST_PAUSE = 30  # seconds; a host that asks for more is asked again after these
MAY_PASS = frozenset((429, *range(500, 600)))
IN_PATHS = "/~!$&'()*+,;=:@"  # what stands for itself in a URL's path (RFC 3986, section 3.3)
_HOST = re.compile(r"(https?://)(?:[^/@]*@)?([\w.-]+)(?:[:/?#]|$)")
_TRIES = {2: " after two tries", 3: " after three tries"}

# Its warnings hold whole addresses, which may be secret.
logging.getLogger("urllib3").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Answer:
    """What a host did when it was asked.

    ``status`` is 0 if no answer came; ``said`` goes on after the host's name: “answered 503”;
    ``may_pass`` is whether it may be otherwise in a while, ``location`` where redirects lead.
    """

    status: int
    said: str
    may_pass: bool = False
    location: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether the host took what it was sent."""
        return 200 <= self.status < 300


class Asker:
    """Asks hosts, again where it may help; follows no redirect.

    ``timeout`` is in seconds, for each wait. ``pause``, in seconds, grows from try to try;
    where a host says when to come back, that counts.
    """

    def __init__(self, timeout: float, tries: int, pause: float, at_once: int = 1) -> None:
        self._timeout = timeout
        self._after = _TRIES.get(tries, f" after {tries} tries") if tries > 1 else ""
        retries = urllib3.Retry(
            tries - 1,
            other=0,
            allowed_methods=None,
            status_forcelist=MAY_PASS,
            raise_on_status=False,
            backoff_factor=pause,
            backoff_max=LONGEST_PAUSE,
            retry_after_max=LONGEST_PAUSE,
        )
        wait = urllib3.Timeout(connect=timeout, read=timeout)
        self._pool = urllib3.PoolManager(maxsize=at_once, retries=retries, timeout=wait)

    def ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Ask once, and again while it may pass. Raises nothing for what a host does."""
        named = {"User-Agent": "pelican-newsroom", **headers}
        try:
            response = self._pool.request(method, url, body=body, headers=named, redirect=False)
        except failures.MaxRetryError as error:
            return self._in_vain(error.reason)
        except (failures.HTTPError, ValueError) as error:  # a Retry-After may be no date
            return self._in_vain(error)
        status, location = response.status, response.get_redirect_location() or ""
        said, may_pass = f"answered {status}", status in MAY_PASS
        if 300 <= status < 400 and status != 304:
            said = f"redirects to {_place(location)}, which is not followed"
        said += self._after if may_pass else ""
        return Answer(status, said, may_pass, location, response.headers, response.data)

    def _in_vain(self, error: Exception | None) -> Answer:
        """Return what a failed request means, in words for people."""
        cause = error.__cause__ if error else None
        if isinstance(error, failures.SSLError):
            why = getattr(error.args[0], "verify_message", "") if error.args else ""
            said = f"has no valid certificate ({why})" if why else "does not agree on TLS"
            return Answer(0, said)
        if isinstance(error, failures.LocationValueError):
            return Answer(0, "is no address that can be asked")
        if isinstance(error, failures.NameResolutionError):
            said = "could not be found in DNS"
        elif isinstance(error, failures.NewConnectionError):
            why = getattr(cause, "strerror", "") or "no connection"
            is_refused = isinstance(cause, ConnectionRefusedError)
            said = "refused the connection" if is_refused else f"could not be reached ({why})"
        elif isinstance(error, failures.TimeoutError):
            said = f"did not answer within {self._timeout:g} seconds"
        else:
            said = "broke off the connection"
        return Answer(0, said + self._after, may_pass=True)


def url_of(site: str, path: str) -> str:
    """Return the whole URL of an output file; that of a page leaves out ``index.html``."""
    place = path.removesuffix("index.html") if f"/{path}".endswith("/index.html") else path
    return f"{site}/{quote(place, safe=IN_PATHS, errors='surrogateescape')}"


def _place(location: str) -> str:
    """Return where a redirect leads, without what may be secret."""
    found = _HOST.match(location)
    return f"{found[1]}{found[2]}" if found else "another address"
