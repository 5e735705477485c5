"""Check a statement of any site of this kind: at its address, or a file with its signatures."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ..model.addresses import ALLOWED_SIGNERS, STATEMENTS
from ..model.header import parse
from ..model.letters import visible
from ..model.problems import CommandError
from ..model.signed import signed_text
from ..signatures.allowed_signers import signer_of
from ..signatures.sshsig import SignatureError, read_signature
from .options import Given, Option, command
from .project import Project, Result

GOOD, WRONG, UNTOLD = 0, 1, 2
"""Exit codes: each signature is good; something is wrong; it cannot be told."""

MOST_TEXT, MOST_SIGNATURE, MOST_LIST = 2_000_000, 64_000, 30_000_000  # bytes
MOST_SIGNATURES, MOST_FOLDERS = 20, 8
_DATED = ("date", "modified", "correction")
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d))?", re.A)
_KEYS_OF_SITE = (
    "The keys are those of the same site: whoever has taken that over can put any there. Compare"
    " them, keep them in a file, and give that with --signers."
)
_ITS_DATE = (
    "The date is what the signer wrote. Whether it is true what they say, no signature shows."
)


class UntoldError(Exception):
    """Nothing can be told of a statement; the message says why."""


@dataclass(frozen=True)
class Signed:
    """A signature file, and of whom it is to be: the principal, a name and a role, if known."""

    name: str
    armoured: bytes
    principal: str = ""
    person: str = ""


@dataclass(frozen=True)
class Statement:
    """A text with its signatures, and the list of who may sign: with keys that held at ``times``.

    A list that ``has_own_keys`` is the reader's, and may have other names. ``listed`` is the hash
    that the site's list has; ``namespace`` what the site says that signatures are for.
    """

    text: bytes
    signatures: tuple[Signed, ...]
    signers: str
    times: tuple[datetime, datetime]
    has_own_keys: bool = False
    dated: str = ""
    namespace: str = ""
    listed: str = ""


@command(
    Option(
        "statement",
        "The address of a statement or of its text, or a file with its .sig beside it",
        "Which statement? (an address or a file)",
        positional=True,
    ),
    Option("signers", "The public keys, as a file (default: allowed_signers of the same place)"),
    conf="publishconf.py",
)
def verify_statement(_project: Project, given: Given) -> Result:
    """Check who signed a statement, on any site of this kind.

    The exit code is 0 if each signature is good, 1 if something is wrong, and 2 if it cannot be
    told.
    """
    asked, keys = given.ask("statement"), given["signers"]
    if keys and not Path(keys).is_file():
        raise CommandError(f"--signers: there is no file {keys}")
    signers = Path(keys).read_text("utf-8", "replace") if keys else ""
    is_address = asked.startswith(("https://", "http://"))
    try:
        found = at_address(asked, signers) if is_address else in_file(Path(asked), signers)
    except UntoldError as untold:
        return Result(notes=(f"cannot tell: {visible(str(untold))}",), code=UNTOLD)
    verdicts = [verdict(found, signed) for signed in found.signatures]
    code = max((code for code, _ in verdicts), key=(GOOD, UNTOLD, WRONG).index)
    notes = [visible(said) for _, said in verdicts]
    if code == GOOD:
        notes += [visible(f"dated {found.dated}")] if found.dated else []
        notes += [_KEYS_OF_SITE] if is_address and not signers else []
        notes.append(_ITS_DATE)
    return Result(notes=tuple(notes), code=code)


def verdict(found: Statement, signed: Signed) -> tuple[int, str]:
    """Hold one signature against its text, and return the exit code for it and what to say."""
    try:
        signature = read_signature(signed.armoured)
        text, remark = _signed_part(found, signed)
        signature.check(text, found.namespace or signature.namespace)
    except SignatureError as error:
        return WRONG, f"wrong: {signed.name} {error}"
    except ImportError:
        raise CommandError(
            "signatures cannot be checked here: pip install 'pelican-newsroom[sign]'"
        ) from None
    if not signature.namespace.startswith("newsroom@"):
        return WRONG, f"wrong: {signed.name} is for {signature.namespace!r}, and not a newsroom's"
    if found.listed and sha256(found.text).hexdigest() != found.listed:
        return WRONG, f"wrong: the text of {signed.name} is not the one that the site lists"
    by = f"the key {signature.key.fingerprint}"
    wanted = "" if found.has_own_keys else signed.principal
    signer = signer_of(found.signers, signature, found.times, wanted)
    if signer.reason == "time":
        return WRONG, f"wrong: {signed.name} is by {by} of {signer.who}, which did not hold then"
    if signer.reason:
        return UNTOLD, f"cannot tell: {signed.name} is of this text, but by {by}, which is unknown"
    is_named = signed.principal == signer.who and signed.person
    person = f"{signed.person}, {signer.who}," if is_named else signer.who
    return GOOD, f"good: {person} signed this text{remark} with {by}"


def _signed_part(found: Statement, signed: Signed) -> tuple[bytes, str]:
    """Return what of a file is signed: all of it, or that without lines that no signature is of."""
    part = signed_text(found.text)
    if part == found.text or found.listed:
        return found.text, ""
    signature = read_signature(signed.armoured)
    try:
        signature.check(found.text, signature.namespace)
    except SignatureError:
        return part, ", without its lines Status and Approved_by,"
    return found.text, ""


def in_file(file: Path, signers: str) -> Statement:
    """Read a text and the signatures beside it. Raises UntoldError."""
    if file.suffix == ".sig":
        sources = [each for each in file.parent.iterdir() if file.name.startswith(f"{each.name}.")]
        texts = [each for each in sources if each.suffix != ".sig"]
        if not texts:
            raise UntoldError(f"{file} lies beside no text that it could be of")
        file, beside = max(texts, key=lambda each: len(each.name)), [file]
    elif not file.is_file():
        raise UntoldError(f"there is no file {file}")
    else:
        named = (each for each in file.parent.iterdir() if each.name.startswith(f"{file.name}."))
        beside = sorted(each for each in named if each.suffix == ".sig")
    if not beside:
        raise UntoldError(f"nothing signs {file}: put its .sig beside it")
    keys = file.parent / "allowed_signers"
    if not signers and not keys.is_file():
        raise UntoldError(
            "without the public keys: put allowed_signers beside it, or give --signers"
        )
    text = file.read_bytes()
    dated, times = _times_in(text)
    return Statement(
        text,
        tuple(Signed(each.name, each.read_bytes()) for each in beside[:MOST_SIGNATURES]),
        signers or keys.read_text("utf-8", "replace"),
        times,
        dated=dated,
    )


def _times_in(text: bytes) -> tuple[str, tuple[datetime, datetime]]:
    """Return the newest date in a header, and what it may mean in any time zone."""
    fields = parse(text.decode("utf-8", "replace")).fields
    found = (_DATE.match(field.value) for field in fields if field.key in _DATED)
    dates = []
    for date in filter(None, found):
        try:
            dates.append(datetime.fromisoformat(f"{date[1]}T{date[2] or '00:00'}+00:00"))
        except ValueError:  # no such day
            continue
    day, newest = timedelta(days=1), max(dates, default=datetime.now(UTC))
    return f"{newest:%Y-%m-%d}" if dates else "", (newest - day, newest + day)


@dataclass(frozen=True)
class Lists:
    """The lists of a site: ``root`` is where it is asked, ``home`` what it calls itself."""

    root: str
    index: Mapping[str, Any] = field(repr=False)

    @property
    def home(self) -> str:
        """The address that all others in the lists begin with."""
        return str(self.index["home"])

    def here(self, url: str) -> str:
        """Return where an address of the lists is asked. Raises UntoldError for one elsewhere."""
        if not url.startswith(self.home):
            raise UntoldError(f"the list names {url}, which is no address of {self.home}")
        return self.root + url.removeprefix(self.home)

    def statement(self, address: str) -> Mapping[str, Any] | None:
        """Find the statement at an address: that of its page, its text or a signature."""
        asked = re.sub(r"/index\.(?:html|txt)$", "/", _plain(address))
        for year in self.index["years"]:
            listed = json.loads(_fetch(self.here(year["url"]), MOST_LIST))
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
        armoured = _fetch(url, MOST_SIGNATURE)
        signatures.append(Signed(url.rpartition("/")[2], armoured, signer["principal"], person))
    return Statement(
        _fetch(lists.here(statement["source"]["url"]), MOST_TEXT),
        tuple(signatures),
        signers or _fetch(f"{lists.root}{ALLOWED_SIGNERS}", MOST_LIST).decode("utf-8", "replace"),
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
            index = json.loads(_fetch(f"{root}{STATEMENTS}", MOST_LIST))
        except ValueError:
            continue
        except UntoldError as untold:
            reason = reason or str(untold)
            continue
        there = True
        yield Lists(root, index)
    if not there:
        raise UntoldError(f"there is no list of statements above {address} ({reason})")


def _plain(url: str) -> str:
    """Return an address as it is compared with another."""
    return unquote(url.partition("#")[0].partition("?")[0])


def _fetch(url: str, most: int) -> bytes:
    try:
        from ..deploy.fetching import FetchError, fetch
    except ImportError:
        raise CommandError("this needs urllib3: pip install 'pelican-newsroom[sign]'") from None
    try:
        return fetch(url, most)
    except FetchError as error:
        raise UntoldError(str(error)) from None
