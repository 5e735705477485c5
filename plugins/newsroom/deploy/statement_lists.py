"""Find a statement of any site of this kind, by the lists of statements that the site keeps."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from ..model.addresses import ALLOWED_SIGNERS, STATEMENTS
from ..signatures.verdicts import MOST_SIGNATURES, Signed, Statement, UntoldError
from .fetching import FetchError, fetch

MOST_TEXT, MOST_SIGNATURE, MOST_LIST = 2_000_000, 64_000, 30_000_000  # bytes
MOST_FOLDERS = 8


@dataclass(frozen=True)
class Lists:
    """The lists of a site: ``root`` is where it is asked, ``index`` the list of lists."""

    root: str
    index: Mapping[str, Any] = field(repr=False)

    def here(self, url: str) -> str:
        """Return where an address of the lists is asked. Raises UntoldError for one elsewhere."""
        home = str(self.index["home"])
        if not url.startswith(home):
            raise UntoldError(f"the list names {url}, which is no address of {home}")
        return self.root + url.removeprefix(home)

    def statement(self, address: str) -> Mapping[str, Any] | None:
        """Find the statement at an address: that of its page, its text or a signature."""
        asked = re.sub(r"/index\.(?:html|txt)$", "/", _plain(address))
        for year in self.index["years"]:
            listed = json.loads(fetch(self.here(year["url"]), MOST_LIST))
            for each in listed["statements"]:
                files = (each, each["source"] or {}, *each["signatures"])
                if asked in (_plain(self.here(file["url"])) for file in files if "url" in file):
                    return dict(each)
        return None


def at_address(address: str, signers: str) -> Statement:
    """Fetch what a site says of a statement. Raises UntoldError."""
    try:
        for lists in _lists_above(address):
            if statement := lists.statement(address):
                return _fetched(lists, statement, signers)
    except FetchError as error:
        raise UntoldError(str(error)) from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UntoldError(f"the lists of the site are damaged ({type(error).__name__})") from None
    raise UntoldError(f"no list of statements names {address}")


def _fetched(lists: Lists, statement: Mapping[str, Any], signers: str) -> Statement:
    signed = statement["signatures"][:MOST_SIGNATURES]
    if not signed:
        raise UntoldError("nobody has signed it")
    at = datetime.fromisoformat(statement["as_of"])
    signatures = []
    for each in signed:
        url, signer = lists.here(each["url"]), each["signer"]
        person = f"{signer['name']} ({signer['role']})" if "role" in signer else signer["name"]
        armoured = fetch(url, MOST_SIGNATURE)
        signatures.append(Signed(url.rpartition("/")[2], armoured, signer["principal"], person))
    return Statement(
        fetch(lists.here(statement["source"]["url"]), MOST_TEXT),
        tuple(signatures),
        signers or fetch(f"{lists.root}{ALLOWED_SIGNERS}", MOST_LIST).decode("utf-8", "replace"),
        (at, at),
        bool(signers),
        statement["as_of"],
        lists.index["namespace"],
        statement["source"]["sha256"],
    )


def _lists_above(address: str) -> Iterator[Lists]:
    """Yield the lists of the sites that an address may be of: of its host, or a folder of that."""
    parts = urlsplit(address)
    root, folders, reason = f"{parts.scheme}://{parts.netloc}/", parts.path.split("/")[1:-1], ""
    there = False
    for folder in ("", *folders[:MOST_FOLDERS]):
        root += f"{folder}/" if folder else ""
        try:
            index = json.loads(fetch(f"{root}{STATEMENTS}", MOST_LIST))
        except ValueError:
            continue
        except FetchError as error:
            reason = reason or str(error)
            continue
        there = True
        yield Lists(root, index)
    if not there:
        raise UntoldError(f"there is no list of statements above {address} ({reason})")


def _plain(url: str) -> str:
    """Return an address as it is compared with another."""
    return unquote(url.partition("#")[0].partition("?")[0])
