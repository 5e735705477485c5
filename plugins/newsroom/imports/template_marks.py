"""What a site's program puts into a Markdown text when it builds: Liquid, Nunjucks, shortcodes.

What is known is done; the rest is left out and reported. In code nothing is done.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from html import escape

from .source import Notes

SHORTCODE = "import-shortcode"
EMBED = "import-embed"
SOURCE = "source:"
"""Before the name of a source, where a mark leads to another text of the site."""

_ATTRIBUTE = re.compile(
    r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|&#8221;(.*?)&#8221;|([^\s'\"\]]+))"
)
_CODE = re.compile(
    r"^(?P<fence>[ >]*(?:`{3,}|~{3,}))[^\n]*\n.*?^(?P=fence)[ \t]*$"
    r"|(?<!`)(`{1,3})(?!`)[^\n]+?(?<!`)\2(?!`)",
    re.S | re.M,
)
_RAW = re.compile(r"\{%-?\s*(?P<name>raw)\s*-?%\}")
_HIGHLIGHT = re.compile(
    r"(?:\{%-?|\{\{[<%])\s*(?P<name>highlight)\s+\"?(?P<language>[\w+#-]+)[^%>{}]*[%>]\}?\}\n?"
)
_ENDS = r"(?:\{%-?\s*end|\{\{[<%]\s*/\s*)NAME\s*(?:-?%\}|[>%]\}\})"
_SHOWN = re.compile(r"\{\{([<%])/\*(.*?)\*/([>%])\}\}", re.S)
_MARK = re.compile(
    r"\{\{[<%]-?\s*(?P<hugo>/?\s*[\w./-]+)(?P<hugo_said>[^{}]*?)/?\s*-?[>%]\}\}"
    r"|\{%-?\s*(?P<tag>[\w]+)(?P<tag_said>[^{}]*?)-?%\}"
    r"|\{\{-?(?P<value>[^{}]*?)-?\}\}"
)
_IAL = re.compile(r"^[ \t]*\{:[^}\n]*\}[ \t]*$|(?<=[)*_`\]])\{:[^}\n]*\}", re.M)
_CLASSES = re.compile(r"(?<=\))\{[.#][^}\n]*\}")
_TOC = re.compile(r"^[*-1][.]? .*\n\{:\s*toc[^}\n]*\}[ \t]*$|^\[\[?toc\]?\][ \t]*$", re.M | re.I)
_STRING = re.compile(r"[\"'](.*?)[\"']")
_CALL = re.compile(r"(\w+)\((.*)\)", re.S)
_PLAYERS = {
    "youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/",
    "tweet": "https://twitter.com/i/status/", "x": "https://twitter.com/i/status/",
    "gist": "https://gist.github.com/", "instagram": "https://www.instagram.com/p/",
}  # fmt: skip


def attributes(said: str) -> dict[str, str]:
    """Read ``name="value"`` as shortcodes have them."""
    found = _ATTRIBUTE.findall(said)
    return {name.lower(): next(filter(None, values), "") for name, *values in found}


def enclosed(
    begins: re.Pattern[str], ends: str, text: str, made: Callable[[re.Match[str], str], str]
) -> str:
    """Replace what stands between a beginning and its end, in linear time.

    ``ends`` is the pattern of the end, with the beginning's ``name`` in it. ``made`` gets the
    beginning and what stands between.
    """
    parts, at = list[str](), 0
    known: dict[str, list[tuple[int, int]]] = {}
    for found in begins.finditer(text):
        if (name := found["name"]) not in known:
            pattern = re.compile(ends.replace("NAME", re.escape(name)))
            known[name] = [end.span() for end in pattern.finditer(text)]
        place = bisect_left(known[name], (found.end(), 0))
        if found.start() >= at and place < len(known[name]):
            start, end = known[name][place]
            parts += [text[at : found.start()], made(found, text[found.end() : start])]
            at = end
    return "".join(parts) + text[at:]


def squeezed(text: str) -> str:
    """Return a text without long runs of white space, which take patterns long to read."""
    text = re.sub(r"[ \t\xa0]{200,}", " ", text)
    return re.sub(r"(?:[ \t]*\n){20,}", "\n\n", text)


def without_marks(text: str, notes: Notes, values: Mapping[str, str]) -> str:
    """Return Markdown without what only the site's program reads.

    ``values`` are those that ``{{ … }}`` may name, such as ``site.url``.
    """
    stash: list[str] = []

    def put(said: str) -> str:
        stash.append(said)
        return f"\ue002{len(stash) - 1}\ue003"

    def highlight(found: re.Match[str], code: str) -> str:
        return put(f"\n\n```{found['language']}\n{_bare(code).rstrip()}\n```\n\n")

    def code(found: re.Match[str]) -> str:
        return put(_SHOWN.sub(_as_shown, _bare(found[0])))

    def mark(found: re.Match[str]) -> str:
        return _done(found, notes, values, closed)

    text = enclosed(_HIGHLIGHT, _ENDS, squeezed(text), highlight)
    text = _CODE.sub(code, text)
    text = enclosed(_RAW, _ENDS, text, lambda _found, inner: put(inner))
    text = _SHOWN.sub(lambda found: put(_as_shown(found)), text)
    closed = {name[1:].strip() for name in re.findall(r"\{\{[<%]-?\s*(/\s*[\w./-]+)", text)}
    closed |= set(re.findall(r"\{%-?\s*end(\w+)", text))
    text = _TOC.sub("", _MARK.sub(mark, text))
    text = _CLASSES.sub("", _IAL.sub("", text))
    for _ in range(3):
        text = re.sub("\ue002(\\d+)\ue003", lambda found: stash[int(found[1])], text)
    return text


def _bare(code: str) -> str:
    """Return code without the marks that keep others from being done."""
    return enclosed(_RAW, _ENDS, code, lambda _found, inner: inner)


def _as_shown(found: re.Match[str]) -> str:
    return f"{{{{{found[1]}{found[2]}{found[3]}}}}}"


def _done(found: re.Match[str], notes: Notes, values: Mapping[str, str], closed: set[str]) -> str:
    """Return what stands in the place of a mark."""
    if found["value"] is not None:
        return _value(found, notes, values)
    name = "".join((found["hugo"] or found["tag"]).split())
    said = found["hugo_said"] if found["hugo"] else found["tag_said"]
    if name.startswith(("/", "end")) or name in ("comment",):
        return ""
    if name in ("post_url", "link", "ref", "relref"):
        return SOURCE + said.strip().strip("\"'`").split(" ")[0].strip("\"'`")
    if made := _known(name.lower(), said, notes, found[0]):
        return made
    what = "is left out; what it holds stays" if name in closed else "is left out"
    shown = " ".join(found[0].split())[:80]
    notes(SHORTCODE, f"{shown} {what}: write what it showed", found[0])
    return ""


def _known(name: str, said: str, notes: Notes, written: str) -> str:
    named = attributes(said)
    bare = [word.strip("\"'") for word in said.split() if "=" not in word]
    if name in ("figure", "image", "img", "picture") and (named.get("src") or named.get("path")):
        source = escape(named.get("src") or named["path"])
        words = escape(named.get("caption") or named.get("title") or "")
        caption = f"<figcaption>{words}</figcaption>" if words else ""
        shown = f'<img src="{source}" alt="{escape(named.get("alt", ""))}">'
        return f"\n\n<figure>{shown}{caption}</figure>\n\n"
    if name in _PLAYERS:
        key = named.get("id") or "/".join(bare[-2:] if name == "gist" else bare[:1])
        if not re.fullmatch(r"[\w/-]+", key or ""):
            return ""
        address = _PLAYERS[name] + key
        notes(EMBED, f"an embed of {address} is a link now: say what it shows", written)
        return f"[{address.partition('://')[2]}]({address})"
    return ""


def _value(found: re.Match[str], notes: Notes, values: Mapping[str, str]) -> str:
    said = found["value"].strip()
    name = said.partition("|")[0].strip()
    if string := _STRING.fullmatch(name):
        return string[1]  # a path, mostly, that a filter makes an address
    call = _CALL.fullmatch(name)
    if call and (made := _known(call[1], call[2], notes, found[0])):
        return made
    if name in values:
        return values[name]
    notes(SHORTCODE, f"{found[0][:80]} is left out: write what stood there", found[0])
    return ""
