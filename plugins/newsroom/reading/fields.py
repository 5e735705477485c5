"""A header's fields, read as their keys declare them; what is wrong with them is reported."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import Any, TypeVar

from ..images.opening import ImageError
from ..images.screenshots import PictureFolder
from ..model import keys
from ..model.attachment import NO_PICTURES, PICTURES
from ..model.author import Author, Goal
from ..model.body import Body, Leading, Link, find_placeholders
from ..model.citation import Citation
from ..model.entry import Entry
from ..model.header import Field, Header
from ..model.moment import Moment
from ..model.newsroom import Page
from ..model.problems import Problem, Severity, nearest, one_of
from ..model.settings import Settings
from .bodies import BodyReader
from .moments import read_moment

T = TypeVar("T")

_STATIC = re.compile(r"\{static\}(\S.*)")
_SHA256 = re.compile(r"[0-9a-f]{64}")
LINK = re.compile(r"https?://[\w.-]+(?::\d+)?(?:[/?#][^\s<>\"\\^`{|}]*)?", re.I)


@dataclass(frozen=True)
class Context:
    """By what files are interpreted, besides what they say."""

    settings: Settings
    now: datetime
    pictures: PictureFolder
    bodies: BodyReader


@dataclass(frozen=True)
class Reading:
    """What one Markdown file was read as.

    ``made`` is None where it could not be; ``problems`` have paths relative to the content
    folder; ``lasts`` says whether the file's own bytes decide it all.
    """

    made: Entry | Citation | Author | Goal | Page | None
    problems: tuple[Problem, ...] = ()
    is_draft: bool = False
    lasts: bool = True


class Fields:
    """The fields of one file, for a dataclass that declares its keys.

    ``sort`` is which sort of file of its class it is. A ``translated`` file may leave out what
    its original says.
    """

    def __init__(
        self,
        path: str,
        header: Header,
        kind: type,
        sort: str,
        context: Context,
        *,
        translated: bool = False,
    ) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.lines: Mapping[str, int] = {field.key: field.line for field in reversed(header.fields)}
        self.context = context
        self._header = header
        self._kind = kind
        declared = [key for key in keys.keys_of(kind) if not key.only or sort in key.only]
        self._keys = {
            name.lower(): key for key in declared for name in (key.name, key.also) if name
        }
        if declared:
            self._check_keys()
        for key in declared:
            is_needed = sort in key.required and not (translated and key.inherited)
            if is_needed and not (key.also and self.text(key.also)):
                self.require(key.name)

    def error(
        self, where: str | int, rule: str, message: str, severity: Severity = Severity.ERROR
    ) -> None:
        """Report what is wrong at a key, or at a line."""
        line = self.line(where) if isinstance(where, str) else where
        self.problems.append(Problem(self.path, line, rule, message, severity))

    def warning(self, where: str | int, rule: str, message: str) -> None:
        """Report what does not stop the build."""
        self.error(where, rule, message, Severity.WARNING)

    def require(self, key: str, why: str = "") -> None:
        """Report a key that is missing or empty, with the reason why it is needed."""
        if not self.text(key):
            reason = f" ({why})" if why else ""
            self.error(key, "required-key", f"{key} is missing{reason}: add a line {key}: …")

    def line(self, key: str) -> int:
        """Return the number of the key's line; 1 where it is missing."""
        return self.lines.get(key.lower(), 1)

    def values(self) -> dict[str, Any]:
        """Read all fields of the dataclass that need no more than their declaration."""
        return {
            name: self._value(kind, key)
            for name, (kind, key) in keys.read_by_kind(self._kind).items()
            if key.name.lower() in self._keys
        }

    def text(self, key: str) -> str:
        """Return the value of a key, its continuation lines joined; empty if missing."""
        fields = self._header.named(key)
        if not fields:
            return ""
        more = takewhile(lambda field: field.continued, fields[1:])
        return _folded(" ".join(field.value for field in (fields[0], *more)))

    def items(self, key: str) -> list[Field]:
        """Return the values of a list key, one per line; empty ones left out."""
        return [field for field in self._header.named(key) if field.value]

    def words(self, key: str, separator: str = ",") -> tuple[str, ...]:
        """Return the values of a separated key, in order, without repeats."""
        joined = separator.join(field.value for field in self._header.named(key))
        parts = (_folded(part) for part in joined.split(separator))
        return tuple(dict.fromkeys(part for part in parts if part))

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """Return a value that must be one of ``allowed`` (in any case); empty if it is not."""
        value = self.text(key)
        if not value or value.lower() in allowed:
            return value.lower()
        message = f"{key} is {value!r}, but must be one of: {one_of(allowed)}"
        self.error(key, key.lower(), message)
        return ""

    def moment(self, key: str) -> Moment | None:
        """Read a date with or without time; None if it is missing or bad."""
        text = self.text(key)
        return self.moment_in(key, text, self.line(key)) if text else None

    def moment_in(self, key: str, text: str, line: int) -> Moment | None:
        """Read a date, in the site's zone if it names none; report if it is none."""
        return self.parsed(key, text, line, partial(read_moment, zone=self.context.settings.zone))

    def parsed(self, key: str, text: str, line: int, parse: Callable[[str], T]) -> T | None:
        """Return ``parse(text)``; a ValueError becomes a ``date`` problem at ``line``."""
        try:
            return parse(text)
        except ValueError as error:
            self.error(line, "date", f"{key}: {error}")
            return None

    def body(self, leading: Leading | None = None) -> Body:
        """Read what stands below the header as Markdown, and report what is wrong with it.

        A leading picture is one of the files that it leads to.
        """
        body = self.context.bodies.read(self._header.body, self._header.body_line)
        self.problems += (replace(fault, path=self.path) for fault in body.faults)
        return replace(body, links=(leading.link, *body.links)) if leading else body

    def leading(self, key: str) -> Leading | None:
        """Read ``{static}/images/x.jpg | what it shows | caption | credit``."""
        if not (text := self.text(key)):
            return None
        address, shows, caption, credit = (part.strip() for part in f"{text}|||".split("|")[:4])
        found, line = _STATIC.fullmatch(address), self.line(key)
        if not found or not found[1].lower().endswith(PICTURES + NO_PICTURES):
            message = f"{key} must name a picture, and say what it shows"
            self.error(key, "picture", f"{message}: {key}: {{static}}/images/x.jpg | A full jar")
            return None
        if not shows:
            message = f"{key} says nothing to those who do not see it"
            self.error(key, "alt", f"{message}: write what it shows behind a bar, {address} | …")
        return Leading(Link("static", found[1], line, "img", shows), caption, credit)

    def picture(self, key: str, rule: str) -> keys.Picture | None:
        """Open the picture that a key names; report what is wrong with it."""
        name = self.text(key)
        if not name:
            return None
        try:
            image = self.context.pictures.open(self.path, name)
        except ImageError as error:
            self.error(key, rule, f"{key} {name!r} {error}")
            return None
        if image.fault:
            self.error(key, rule, f"{key} {name!r} {image.fault}")
        return image

    def check_placeholders(self, quoted: tuple[str, ...] = ()) -> None:
        """Report what is still to be written in the header.

        The keys ``quoted`` hold other people's words, which may have brackets in them.
        """
        for field in self._header.fields:
            for text in find_placeholders(field.value):
                if field.written not in quoted or text == field.value:
                    self.error(field.line, "placeholder", f"{text} is still to be written")

    def _value(self, kind: keys.Kind[object], key: keys.Key) -> object:
        """Read the value of a key by its kind."""
        value, line = self.text(key.name), self.line(key.name)
        if kind is keys.CHOICE:
            return self.choice(key.name, key.words)
        if kind is keys.MOMENT:
            return self.moment(key.name)
        if kind is keys.WORDS:
            return self.words(key.name)
        if kind is keys.NAMES:
            return (key.also and self.words(key.also, ";")) or self.words(key.name, ";")
        if kind is keys.LINKS:
            lines = [(item.value, item.line) for item in self.items(key.name)]
            return tuple(link for link, line in lines if self._is_link(key.name, link, line))
        if kind is keys.LINK:
            return value if not value or self._is_link(key.name, value, line) else ""
        if kind is keys.DIGEST and value and not _SHA256.fullmatch(value.lower()):
            message = f"{key.name} must be 64 hexadecimal digits (SHA-256)"
            self.error(line, "screenshot-hash", message)
            return ""
        return value.lower() if kind is keys.DIGEST else value

    def _is_link(self, key: str, value: str, line: int) -> bool:
        """Whether a value is an http(s) URL; reports if not."""
        if LINK.fullmatch(value):
            return True
        message = f"{key} is {value!r}: write a whole URL that begins with https://, | as %7C"
        self.error(line, "link", message)
        return False

    def _check_keys(self) -> None:
        """Report keys that no such file has, and those that are given twice."""
        known = [name for key in self._keys.values() for name in (key.name, key.also) if name]
        known = list(dict.fromkeys(known))
        seen: set[str] = set()
        for field in self._header.fields:
            key = self._keys.get(field.key)
            if field.continued:
                continue
            if key is None:
                guess = nearest(field.written, known)
                message = f"unknown key {field.written!r}{guess} (known here: {one_of(known)})"
                self.error(field.line, "unknown-key", message)
                continue
            if key.name in seen and not key.repeatable:
                names = f"{key.name} (or {key.also})" if key.also else key.name
                message = f"{names} is given a second time: keep one of the two lines"
                self.error(field.line, "duplicate-key", message)
            seen.add(key.name)


def _folded(text: str) -> str:
    """Return a value with its white space folded, its letters composed (Unicode NFC)."""
    folded = " ".join(text.split())
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)
