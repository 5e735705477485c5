"""Check a statement of any site of this kind: at its address, or a file with its signatures."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..model.header import parse
from ..model.letters import visible
from ..model.problems import CommandError
from ..signatures.verdicts import (
    GOOD,
    MOST_SIGNATURES,
    UNTOLD,
    WRONG,
    Signed,
    Statement,
    UntoldError,
    verdict,
)
from .options import Given, Option, command
from .project import Project, Result

_DATED = ("date", "modified", "correction")
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d))?", re.A)
_KEYS_OF_SITE = (
    "The keys are those of the same site: whoever has taken that over can put any there. Compare"
    " them, keep them in a file, and give that with --signers."
)
_ITS_DATE = (
    "The date is what the signer wrote. Whether it is true what they say, no signature shows."
)


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
        found = (_at_address if is_address else _in_file)(asked, signers)
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


def _at_address(address: str, signers: str) -> Statement:
    try:
        from ..deploy.statement_lists import at_address
    except ImportError:
        raise CommandError("this needs urllib3: pip install 'pelican-newsroom[sign]'") from None
    return at_address(address, signers)


def _in_file(path: str, signers: str) -> Statement:
    """Read a text and the signatures beside it. Raises UntoldError."""
    file = Path(path)
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
