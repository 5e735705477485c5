"""Other people's words in the files that the desk writes: shown as they are, and nothing else.

A name or a sentence that somebody published elsewhere may hold Markdown, HTML, a line break,
a reference such as ``{filename}`` or the brackets of a placeholder. In a text it would become
what it only quotes.
"""

from __future__ import annotations

import re

from ..model.letters import visible

# What Markdown, its usual extensions or our own marks could take for more than a character.
# A reference is text in each of them; a backslash is so only in some.
_MARKS = re.compile(
    r"[\\`*\[\]<>{}|#~^=\"]"
    r"|(?<!\w)_|_(?!\w)|(?<=_)_|_(?=_)"  # within a word it is a letter
    r"|&(?=[#\w&]|$)"
    r"|^(?:[-+:!?(]|\d+[.)]|(?:status|withdrawn):)",  # where a line begins it says more
    re.I,
)


def as_text(quoted: str) -> str:
    """Markdown, for one line, that shows what is quoted and makes no element of it."""
    return _MARKS.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", visible(quoted))


def as_value(quoted: str) -> str:
    """The same as the value of a header's key: one line without what nobody sees."""
    return visible(quoted)
