"""Ask hosts over HTTP, patiently, and say what came of it; never with an address, or a secret."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import urllib3

TRIES = 3
LONGEST_PAUSE = 30  # seconds; a host that asks for more is asked again after these
MAY_PASS = frozenset((429, *range(500, 600)))
IN_PATHS = "/~!$&'()*+,;=:@"  # what stands for itself in a URL's path (RFC 3986, section 3.3)

# Its warnings hold whole addresses, which may be secret.
logging.getLogger("urllib3").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Answer:
    """What a host did when it was asked.

    ``status`` is 0 if no answer came; ``said`` goes on after the host's name: “answered 503”.
    """

    status: int
    said: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def may_pass(self) -> bool:
        """Whether it may be otherwise in a while."""
        return not self.status or self.status in MAY_PASS


class Asker:
    """Asks hosts, again where it may help; follows no redirect.

    ``timeout`` and ``pause`` are in seconds, for each wait; the pause grows from try to try.
    """

    def __init__(self, timeout: float, pause: float, at_once: int = 1) -> None:
        retries = urllib3.Retry(
            TRIES - 1,
            other=0,
            allowed_methods=None,
            status_forcelist=MAY_PASS,
            raise_on_status=False,
            backoff_factor=pause,
            backoff_max=LONGEST_PAUSE,
            retry_after_max=LONGEST_PAUSE,
        )
        self._pool = urllib3.PoolManager(maxsize=at_once, retries=retries, timeout=timeout)

    def ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Ask, and again while it may pass. Raises nothing for what a host does."""
        named = {"User-Agent": "pelican-newsroom", **headers}
        try:
            response = self._pool.request(method, url, body=body, headers=named, redirect=False)
        except urllib3.exceptions.MaxRetryError as error:
            why = str(error.reason).rpartition(": ")[2]  # before it stands which host was asked
            return Answer(0, f"could not be asked ({why})")
        except (urllib3.exceptions.HTTPError, ValueError) as error:  # they may hold the address
            return Answer(0, f"could not be asked ({type(error).__name__})")
        return Answer(
            response.status, f"answered {response.status}", response.headers, response.data
        )


def url_of(site: str, path: str) -> str:
    """Return the whole URL of an output file; that of a page leaves out ``index.html``."""
    place = path.removesuffix("index.html") if f"/{path}".endswith("/index.html") else path
    return f"{site}/{quote(place, safe=IN_PATHS, errors='surrogateescape')}"
