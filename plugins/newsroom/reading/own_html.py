"""What is wrong with HTML of a writer's own: what is not closed, and what browsers will block.

Markdown leaves it as it is, and browsers mend it in their own way (HTML, section 13.2.6): what
is never closed goes on over the rest of the page, and what closes more than it opened ends a
part of the page. What they load or run is decided by the site's Content-Security-Policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..model.body import Fault
from ..model.policy import Policy
from .elements import INLINE, RAW, VOID, Broken, End, Start, Tag, Token

# Browsers open these again wherever they were left open, also on the rest of the page.
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
# These end with what they stand in.
_OPTIONAL = frozenset(
    """
    p li dt dd rt rp option optgroup thead tbody tfoot tr td th colgroup caption
    """.split()
)
_OF_THE_PAGE = frozenset(("html", "head", "body", "frameset", "frame", "title", "plaintext"))
_ADDRESS = re.compile(r"(?:https?|ftp|mailto):|[^@]+@")
_FOREIGN = ("svg", "math")


def check_nesting(tokens: Iterable[Token]) -> Iterator[Fault]:
    """Yield a fault for each tag that does not end where it should.

    Formatting is held apart from what else is open, as browsers do.
    """
    opened: list[Tag] = []
    formatting: list[Tag] = []
    for token in tokens:
        if not isinstance(token, Tag):
            continue
        held = formatting if token.name in _FORMATTING else opened
        if isinstance(token, Broken):
            yield _fault(
                token,
                f"{token.written} begins like a tag or a comment and is none: mend it,"
                " or, as text, put it between backticks",
            )
        elif isinstance(token, End):
            yield from _end(token, held)
        elif token.name not in VOID:
            is_foreign = any(other.name in _FOREIGN for other in opened)
            wrong = _wrong(token, is_foreign)
            if wrong:
                yield _fault(token, wrong)
            elif not token.closes_itself:
                is_text = token.name in RAW and not is_foreign
                if is_text and token.content is None:
                    yield _unclosed(token)
                else:
                    held.append(token)
    for left in (*opened, *formatting):
        if left.name not in _OPTIONAL:
            yield _unclosed(left)


def _wrong(token: Tag, is_foreign: bool) -> str:
    """Say what is wrong with a tag that opens, by itself; empty if nothing is."""
    if _ADDRESS.match(token.name):
        return (
            f"{token.written} is an address in angle brackets, which is no link within"
            ' HTML: write <a href="…">…</a>, or put it into a paragraph of Markdown'
        )
    if is_foreign:
        return ""
    if token.name in _OF_THE_PAGE:
        return f"<{token.name}> belongs to a page, not to a text in it: take it out"
    if token.closes_itself and token.name not in _FOREIGN:
        return (
            f"<{token.name}/> does not close itself: write <{token.name}></{token.name}>,"
            " or take it out"
        )
    return ""


def _end(token: Tag, held: list[Tag]) -> Iterator[Fault]:
    """Close what a tag closes; yield what it closes too much, and what is left open in it."""
    name = token.name
    place = next((n for n in reversed(range(len(held))) if held[n].name == name), None)
    if place is None:
        if name in _OF_THE_PAGE:
            yield _fault(token, f"<{name}> belongs to a page, not to a text in it: take it out")
        elif name not in VOID and name != "p":
            yield _fault(
                token,
                f"</{name}> closes nothing that was opened here, and could end a part"
                " of the page: take it out",
            )
        return
    above = held[place + 1 :]
    if name in _FORMATTING or (name == "p" and any(o.name not in INLINE for o in above)):
        del held[place]  # a paragraph ends by itself where a block begins in it
        return
    del held[place:]
    for left in above:
        if left.name not in _OPTIONAL:
            yield _unclosed(left)


def _unclosed(token: Tag) -> Fault:
    return _fault(
        token,
        f"<{token.name}> is not closed where it should be, and would take in what follows:"
        f" write </{token.name}>, or, as text, put it between backticks",
    )


def _fault(token: Tag, message: str) -> Fault:
    return Fault(token.line, "html", message)


_IMAGE = "img-src"
_MEDIA = "media-src"
_KINDS = {
    **dict.fromkeys(("iframe src", "frame src"), "frame-src"),
    **dict.fromkeys(("embed src", "object data"), "object-src"),
    **dict.fromkeys(("img src", "img srcset", "source srcset", "input src", "use href"), _IMAGE),
    **dict.fromkeys(("video poster", "image href", "feimage href", "use xlink:href"), _IMAGE),
    **dict.fromkeys(("image xlink:href", "table background", "td background"), _IMAGE),
    **dict.fromkeys(("video src", "audio src", "source src", "track src"), _MEDIA),
    "script src": "script-src",
    **dict.fromkeys(("form action", "button formaction", "input formaction"), "form-action"),
    **dict.fromkeys(("a ping", "area ping"), "connect-src"),
}
"""Which directive decides about an element's attribute."""

_REMEDIES = {
    "frame-src": "link to it instead, [text](https://…)",
    "object-src": "link to it instead, [text](https://…)",
    _IMAGE: "save the picture in the content folder, ![What it shows]({static}/images/…)",
    _MEDIA: 'save the file in the content folder, <video src="{static}/…" controls></video>',
    "script-src": "take it out",
    "style-src": "take it out, and use a class that the theme's stylesheet knows",
    "form-action": "link to the form instead, [text](https://…)",
    "connect-src": "take it out",
}
_OF_THE_HEAD = ("base", "meta", "link")
_DATA_BLOCK = re.compile(r"application/(?:\w+\+)?json|text/plain", re.I)
_CANDIDATES = re.compile(r"(?<=[wx]),\s*|,\s+")
_SCRIPT = re.compile(r"(?:javascript|vbscript):", re.I)
_PELICANS = re.compile(r"[{|]\w*[}|]")
_UNSEEN = re.compile(r"[\x00-\x20]+")


@dataclass(frozen=True)
class ThirdParty:
    """The judge of what a body loads: ``home`` is the site's address, empty if not known."""

    policy: Policy
    home: str

    def faults(self, token: Start) -> Iterator[Fault]:
        """Yield a fault for each thing in a tag that a browser will block."""
        for kind, shown, address in _wanted(token):
            if not self.policy.allows(kind, address, self.home):
                message = (
                    f"browsers will block {shown} ({kind} of the Content-Security-Policy):"
                    f" {_REMEDIES[kind]}"
                )
                yield Fault(token.line, "third-party", message)
        if token.name in _OF_THE_HEAD and "itemprop" not in token.attributes:
            message = f"<{token.name}> belongs to the head of a page, not to a text: take it out"
            yield Fault(token.line, "third-party", message)
        if "srcdoc" in token.attributes:
            message = "srcdoc puts a page into the page, which nothing checks: take it out"
            yield Fault(token.line, "third-party", message)


def candidates(srcset: str) -> list[str]:
    """Return the addresses that ``srcset`` gives to choose from."""
    return [part.split()[0] for part in _CANDIDATES.split(srcset) if part.strip()]


def is_of_site(address: str, home: str) -> bool:
    """Whether a plain address leads to another place of the site at ``home``."""
    if address.startswith(("#", "?")) or _PELICANS.match(address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:  # a writer's own HTML may say anything
        return False
    if parts.scheme or parts.netloc:
        rest = address.removeprefix(home) if home else address
        return rest != address and rest[:1] in ("", "/", "?", "#")
    return bool(parts.path)


def _wanted(token: Start) -> Iterator[tuple[str, str, str]]:
    """Yield what a tag asks for: the directive, what to call it, and its address, if any."""
    for name, value in token.attributes.items():
        if name == "style":
            yield "style-src", f"style={value[:40]!r}", ""
        elif name.startswith("on") and name[2:].isalpha():
            yield "script-src", f"{name}={value[:40]!r}", ""
        elif _SCRIPT.match(_UNSEEN.sub("", value)):
            yield "script-src", value[:60], ""
        elif kind := _KINDS.get(f"{token.name} {name}"):
            for address in candidates(value) if name == "srcset" else value.split()[:1]:
                if address[0] not in "{|":  # inside the site, and looked at elsewhere
                    yield kind, address, address
    if token.name == "style":
        yield "style-src", "<style>", ""
    is_data = _DATA_BLOCK.fullmatch(token.attributes.get("type", ""))
    if token.name == "script" and "src" not in token.attributes and not is_data:
        yield "script-src", "<script>", ""
