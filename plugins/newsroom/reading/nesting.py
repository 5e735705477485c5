"""Whether what a body opens is closed, so that it takes in nothing of the page around it.

Markdown leaves a writer's own HTML as it is, and browsers mend it in their own way (HTML,
section 13.2.6): what is never closed goes on over the rest of the page, and what closes more
than it opened ends a part of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..model.body import Fault
from .elements import INLINE, RAW, VOID, Broken, End, Start, Token

# Browsers open these again wherever they were left open, also on the rest of the page.
_FORMATTING = frozenset(
    """
    a b big code em font i nobr s small strike strong tt u
    """.split()  # noqa: SIM905
)
# These end with what they stand in.
_OPTIONAL = frozenset(
    """
    p li dt dd rt rp option optgroup thead tbody tfoot tr td th colgroup caption
    """.split()  # noqa: SIM905
)
_OF_THE_PAGE = frozenset(("html", "head", "body", "frameset", "frame", "title", "plaintext"))
_ADDRESS = re.compile(r"(?:https?|ftp|mailto):|[^@]+@")
_FOREIGN = ("svg", "math")


def check_nesting(tokens: Iterable[Token]) -> Iterator[Fault]:
    """A fault for each tag that does not end where it should."""
    nesting = _Nesting()
    for token in tokens:
        if isinstance(token, Start):
            yield from nesting.start(token)
        elif isinstance(token, End):
            yield from nesting.end(token)
        elif isinstance(token, Broken):
            yield _fault(
                token.line,
                f"{token.written} begins like a tag or a comment and is none: mend it,"
                " or, as text, put it between backticks",
            )
    for left in (*nesting.open, *nesting.formatting):
        if left.name not in _OPTIONAL:
            yield _unclosed(left)


class _Nesting:
    """What is open so far, and what of it is formatting, which browsers keep apart."""

    def __init__(self) -> None:
        self.open: list[Start] = []
        self.formatting: list[Start] = []

    def start(self, token: Start) -> Iterator[Fault]:
        is_foreign = any(other.name in _FOREIGN for other in self.open)
        if token.name in VOID:
            return
        if _ADDRESS.match(token.name):
            yield _fault(
                token.line,
                f"{token.written} is an address in angle brackets, which is no link within"
                ' HTML: write <a href="…">…</a>, or put it into a paragraph of Markdown',
            )
            return
        if token.name in _OF_THE_PAGE and not is_foreign:
            yield _of_the_page(token)
        elif token.closes_itself:
            if not is_foreign and token.name not in _FOREIGN:
                message = (
                    f"<{token.name}/> does not close itself:"
                    f" write <{token.name}></{token.name}>, or take it out"
                )
                yield _fault(token.line, message)
        elif token.name in RAW and token.content is None and not is_foreign:
            yield _unclosed(token)
        elif token.name in _FORMATTING:
            self.formatting.append(token)
        else:
            self.open.append(token)

    def end(self, token: End) -> Iterator[Fault]:
        name = token.name
        held = self.formatting if name in _FORMATTING else self.open
        place = next((n for n in reversed(range(len(held))) if held[n].name == name), None)
        if place is None:
            if name in _OF_THE_PAGE:
                yield _of_the_page(token)
            elif name not in VOID and name != "p":
                message = (
                    f"</{name}> closes nothing that was opened here, and could end a part"
                    " of the page: take it out"
                )
                yield _fault(token.line, message)
            return
        above = held[place + 1 :]
        if held is self.formatting or (name == "p" and any(o.name not in INLINE for o in above)):
            del held[place]  # a paragraph ends by itself where a block begins in it
            return
        del held[place:]
        for left in above:
            if left.name not in _OPTIONAL:
                yield _unclosed(left)


def _of_the_page(token: Start | End) -> Fault:
    message = f"<{token.name}> belongs to a page, not to a text in it: take it out"
    return _fault(token.line, message)


def _unclosed(token: Start) -> Fault:
    return _fault(
        token.line,
        f"<{token.name}> is not closed where it should be, and would take in what follows:"
        f" write </{token.name}>, or, as text, put it between backticks",
    )


def _fault(line: int, message: str) -> Fault:
    return Fault(line, "html", message)
