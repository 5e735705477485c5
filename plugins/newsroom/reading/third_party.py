"""What browsers will not load or run in a body, by the Content-Security-Policy of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..model.body import Fault
from ..model.policy import Policy
from .elements import Start

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
        """A fault for each thing in a tag that a browser will block."""
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
    """The addresses that ``srcset`` gives to choose from."""
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
    """What a tag asks for: the directive, what to call it, and its address; "" is in the text."""
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
