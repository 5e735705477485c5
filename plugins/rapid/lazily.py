"""Contents as they were read, of which most is brought back only when somebody looks.

Of ten thousand articles, a build that changes one looks at few bodies, summaries and
metadata. What is short is there at once; all else lies frozen until it is asked for.
"""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pelican.contents import Content
from pelican.settings import DEFAULT_CONFIG

LONGEST = 200
_SHARED = {"settings", "_context"}
_SHORT = (int, float, bool, type(None))
# What Python itself keeps an object's attributes in, whatever a class says of ``__dict__``.
_own: Any = Content.__dict__["__dict__"].__get__

FROZEN = "_rapid_frozen"
NAMES = "_rapid_names"
SHARED = "_rapid_shared"
LINKS = "_rapid_links"
PLACE = "_rapid_place"
READ = "_rapid_read"
ATTACHES = "_rapid_attaches"
PLAIN = "_rapid_plain"
# Where one of these is there before the rest is brought back, a plugin has set it.
_SET_LATER = {"_content", "_summary", "metadata", READ}
_LINKED = re.compile(r"[{|]")


class _Freezer(pickle.Pickler):
    """Leaves out what all contents share: the settings and the context."""

    def __init__(self, file: io.BytesIO, shared: Mapping[int, str]) -> None:
        super().__init__(file, protocol=5)
        self.shared = shared

    def persistent_id(self, obj: Any) -> str | None:
        """The name of what is shared."""
        return self.shared.get(id(obj))


class _Thawer(pickle.Unpickler):
    def __init__(self, state: bytes, shared: Mapping[str, Any]) -> None:
        super().__init__(io.BytesIO(state))
        self.shared = shared

    def persistent_load(self, pid: str) -> Any:
        """What is shared, of this build."""
        return self.shared[pid]


def freeze(content: Any, shared: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """A content taken apart: what is there at once when it is brought back, and the rest.

    ``shared`` is what all contents have in common. Raises whatever pickling raises.
    """
    by_id = {id(value): name for name, value in shared.items()}
    state = {name: value for name, value in vars(content).items() if name not in _SHARED}
    written = state.get("_content")
    texts = (written, *content.metadata.values())
    state[READ] = written
    light = {
        name: value
        for name, value in state.items()
        # What the class has as well, nobody would miss: so it must be there.
        if (_is_short(value) or hasattr(type(content), name)) and name not in _SET_LATER
    }
    light[LINKS] = tuple(content.get_static_links())
    light[PLACE] = (content.source_path, content.get_relative_source_path())
    light[ATTACHES] = any(map(has_attach, texts))
    light[PLAIN] = _is_plain(content)
    rest = {name: value for name, value in state.items() if name not in light}
    light[NAMES] = tuple(rest)
    buffer = io.BytesIO()
    _Freezer(buffer, by_id).dump(rest)
    return light, buffer.getvalue()


def _is_short(value: Any) -> bool:
    """Whether a value is as quick to make as to put off, and never changes."""
    if type(value) is str:
        return len(value) <= LONGEST
    if type(value) is tuple:
        return len(value) <= LONGEST and all(map(_is_short, value))
    return type(value) in _SHORT or isinstance(value, datetime)


def _is_plain(content: Any) -> bool:
    """Whether no field that Pelican resolves links in has any."""
    if content.settings["INTRASITE_LINK_REGEX"] != DEFAULT_CONFIG["INTRASITE_LINK_REGEX"]:
        return False
    formatted = set(content.settings["FORMATTED_FIELDS"]) & content.metadata.keys()
    return formatted <= {"summary"} and not any(
        _LINKED.search(str(content.metadata[name])) for name in formatted
    )


def has_attach(text: Any) -> bool:
    """Whether rendering a text moves a static file beside it."""
    return isinstance(text, str) and ("{attach}" in text or "|attach|" in text)


def attaches(content: Any) -> bool:
    """Whether rendering a content moves a static file beside it."""
    own = _own(content)
    if FROZEN in own and (own[ATTACHES] or "_content" not in own):
        return bool(own[ATTACHES])
    return any(map(has_attach, (vars(content).get("_content"), *content.metadata.values())))


def revive(kind: type[Content], light: Mapping[str, Any], rest: bytes, shared: Any) -> Any:
    """A new object of what ``freeze`` gave; ``kind`` is one of ``lazy``, ``shared`` by name."""
    content = object.__new__(kind)
    own = _own(content)
    own.update(light)
    own[FROZEN], own[SHARED] = rest, shared
    own["settings"], own["_context"] = shared["settings"], shared["context"]
    return content


def _thaw(content: Any) -> dict[str, Any]:
    """All that a content has; what was set since it was brought back stays."""
    own: dict[str, Any] = _own(content)
    rest = own.pop(FROZEN, None)
    if rest is not None:
        for name, value in _Thawer(rest, own.pop(SHARED)).load().items():
            own.setdefault(name, value)
    return own


def lazy(kind: type[Content]) -> type[Content]:
    """A class like ``kind``, for contents that are brought back.

    ``vars`` and ``copy`` find all there is: they ask for ``__dict__``.
    """

    def __getattr__(self: Any, name: str) -> Any:  # noqa: N807
        own = _own(self)
        if FROZEN in own and name in own[NAMES]:
            return _thaw(self)[name]
        raise AttributeError(f"{kind.__name__!r} object has no attribute {name!r}")

    def get_static_links(self: Any) -> set[str]:
        own = _own(self)
        if "_content" not in own if FROZEN in own else own.get("_content") is own[READ]:
            return set(own[LINKS])
        return set(kind.get_static_links(self))

    def get_relative_source_path(self: Any, source_path: str | None = None) -> str | None:
        own = _own(self)
        source, place = own[PLACE]
        if source_path is None and own["source_path"] is source:
            return str(place)
        found: str | None = kind.get_relative_source_path(self, source_path)
        return found

    def refresh_metadata_intersite_links(self: Any) -> None:
        own = _own(self)
        # Where no links are, and nobody has set another summary, nothing would change.
        if FROZEN not in own or not own[PLAIN] or "_summary" in own or "metadata" in own:
            kind.refresh_metadata_intersite_links(self)

    # Pelican finds settings by the name of a content's class.
    functions = (
        __getattr__, get_static_links, get_relative_source_path, refresh_metadata_intersite_links
    )  # fmt: skip
    members: dict[str, Any] = {each.__name__: each for each in functions}
    return type(kind.__name__, (kind,), members | {"__dict__": property(_thaw)})
