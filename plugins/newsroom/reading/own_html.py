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
from .elements import VOID, Token

# These end with what they stand in.
_OPTIONAL = frozenset(
    """
    p li dt dd rt rp option optgroup thead tbody tfoot tr td th colgroup caption
    """.split()
)
_OF_THE_PAGE = frozenset("html head body frameset frame title plaintext base meta link".split())
_FOREIGN = ("svg", "math")


def check_nesting(tokens: Iterable[Token]) -> Iterator[Fault]:
    """Yield a fault for each tag that does not end where it should."""
    opened: list[Token] = []
    for token in tokens:
        name, is_foreign = token.name, any(other.name in _FOREIGN for other in opened)
        if token.kind == "end" and name not in VOID:
            names = [other.name for other in opened]
            if name in names:
                place = len(names) - 1 - names[::-1].index(name)
                yield from _unclosed(opened[place + 1 :])
                del opened[place:]
            elif name != "p":
                message = f"</{name}> closes nothing that was opened here, and could end a part"
                yield Fault(token.line, "html", f"{message} of the page: take it out")
        elif wrong := "" if is_foreign else _wrong(token):
            yield Fault(token.line, "html", wrong)
        elif token.kind == "start" and name not in VOID and not token.closes_itself:
            opened.append(token)
    yield from _unclosed(opened)


def _wrong(token: Token) -> str:
    """Say what is wrong with a tag that opens, by itself; empty if nothing is."""
    if token.kind == "broken":
        return (
            f"{token.written} begins like a tag or a comment and is none: mend it,"
            " or, as text, put it between backticks"
        )
    if "@" in token.name or token.name.startswith(("http:", "https:", "mailto:")):
        return (
            f"{token.written} is an address in angle brackets, which is no link within"
            ' HTML: write <a href="…">…</a>, or put it into a paragraph of Markdown'
        )
    if token.name in _OF_THE_PAGE and "itemprop" not in token.attributes:
        return f"<{token.name}> belongs to the head of a page, or around it: take it out"
    if token.closes_itself and token.name not in (*VOID, *_FOREIGN):
        remedy = f"write <{token.name}></{token.name}>, or take it out"
        return f"<{token.name}/> does not close itself: {remedy}"
    return ""


def _unclosed(tags: Iterable[Token]) -> Iterator[Fault]:
    for tag in tags:
        if tag.name not in _OPTIONAL:
            message = f"<{tag.name}> is not closed where it should be, and would take in what"
            remedy = f"write </{tag.name}>, or, as text, put it between backticks"
            yield Fault(tag.line, "html", f"{message} follows: {remedy}")


# Which directive decides about an element's attribute.
_KINDS = {
    **dict.fromkeys(("img src", "img srcset", "source srcset", "video poster"), "img-src"),
    **dict.fromkeys(("video src", "audio src", "source src", "track src"), "media-src"),
    **dict.fromkeys(("embed src", "object data"), "object-src"),
    **dict.fromkeys(("form action", "button formaction", "input formaction"), "form-action"),
    "iframe src": "frame-src",
    "script src": "script-src",
}
_REMEDIES = {
    "frame-src": "link to it instead, [text](https://…)",
    "object-src": "link to it instead, [text](https://…)",
    "img-src": "save the picture in the content folder, ![What it shows]({static}/images/…)",
    "media-src": "save the file in the content folder, {static}/…",
    "script-src": "take it out",
    "style-src": "take it out, and use a class that the theme's stylesheet knows",
    "form-action": "link to the form instead, [text](https://…)",
}
_DATA_BLOCK = re.compile(r"application/(?:\w+\+)?json|text/plain", re.I)
_CANDIDATES = re.compile(r"(?<=[wx]),\s*|,\s+")
_PELICANS = re.compile(r"[{|]\w*[}|]")


@dataclass(frozen=True)
class ThirdParty:
    """The judge of what a body loads: ``home`` is the site's address, empty if not known."""

    policy: Policy
    home: str

    def faults(self, token: Token) -> Iterator[Fault]:
        """Yield a fault for each thing in a tag that a browser will block."""
        for kind, shown, address in _wanted(token):
            if not self.policy.allows(kind, address, self.home):
                message = f"browsers will block {shown} ({kind} of the Content-Security-Policy)"
                yield Fault(token.line, "third-party", f"{message}: {_REMEDIES[kind]}")
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


def _wanted(token: Token) -> Iterator[tuple[str, str, str]]:
    """Yield what a tag asks for: the directive, what to call it, and its address, if any."""
    for name, value in token.attributes.items():
        if name == "style":
            yield "style-src", f"style={value[:40]!r}", ""
        elif name.startswith("on") and name[2:].isalpha():
            yield "script-src", f"{name}={value[:40]!r}", ""
        elif value.lower().startswith("javascript:"):
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
