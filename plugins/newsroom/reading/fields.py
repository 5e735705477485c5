"""A header's fields, taken by name: missing, unknown and repeated keys are problems."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from ..model.body import Body, find_placeholders
from ..model.header import Field, Header
from ..model.moment import Moment
from ..model.problems import Problem, nearest, one_of
from .moments import read_moment

T = TypeVar("T")


@dataclass(frozen=True)
class Key:
    """A key that a file may have.

    A ``repeatable`` one is a list; a ``misplaced`` one is known, but belongs elsewhere.
    """

    name: str
    required: bool = False
    repeatable: bool = False
    misplaced: bool = False


class Fields:
    """The fields of one file. Reading them reports what is wrong with them."""

    def __init__(self, path: str, header: Header, keys: Iterable[Key]) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._keys = {key.name.lower(): key for key in keys}
        self._header = header
        self._check_keys()

    @property
    def lines(self) -> Mapping[str, int]:
        """Lower-case keys to the number of the line that each first stands on."""
        return {field.key: field.line for field in reversed(self._header.fields)}

    def report(self, line: int, rule: str, message: str) -> None:
        """Note one problem of this file."""
        self.problems.append(Problem(self.path, line, rule, message))

    def line(self, key: str) -> int:
        """The number of the key's line; 1 where it is missing."""
        return self.lines.get(key.lower(), 1)

    def text(self, key: str) -> str:
        """The value of a key, its continuation lines joined; empty if missing."""
        return _folded(" ".join(field.value for field in self._first(key)))

    def items(self, key: str) -> list[Field]:
        """The values of a list key, one per line; empty ones left out."""
        return [field for field in self._header.named(key) if field.value]

    def words(self, key: str, separator: str = ",") -> tuple[str, ...]:
        """The values of a separated key, in order, without repeats."""
        joined = separator.join(field.value for field in self._header.named(key))
        parts = (_folded(part) for part in joined.split(separator))
        return tuple(dict.fromkeys(part for part in parts if part))

    def choice(self, key: str, allowed: tuple[str, ...], rule: str) -> str:
        """A value that must be one of ``allowed`` (in any case); empty if it is not."""
        value = self.text(key)
        if not value or value.lower() in allowed:
            return value.lower()
        self.report(
            self.line(key), rule,
            f"{key} is {value!r}, but must be one of: {one_of(allowed)}",
        )  # fmt: skip
        return ""

    def link(self, key: str) -> str:
        """An http(s) URL; empty if it is missing or is none."""
        value = self.text(key)
        return value if not value or self.is_link(key, value, self.line(key)) else ""

    def is_link(self, key: str, value: str, line: int) -> bool:
        """Whether a value is an http(s) URL; reports if not."""
        try:
            parts = urlsplit(value)
            right = parts.scheme in ("http", "https") and bool(parts.hostname)
            parts.port  # noqa: B018  (raises for a port that is no number)
        except ValueError:
            right = False
        odd = re.search(r"[\s<>\"\\^`{|}]", value) if right else None
        if right and not odd:
            return True
        remedy = (
            f"write {quote(odd[0])} for {odd[0]!r}"
            if odd
            else ("write a whole URL that begins with https://")
        )
        self.report(line, "link", f"{key} is {value!r}: {remedy}")
        return False

    def moment(self, key: str, zone: ZoneInfo) -> Moment | None:
        """A date with or without time, in ``zone`` if it names none; None if missing or bad."""
        text = self.text(key)
        if not text:
            return None
        return self.parsed(key, text, self.line(key), lambda value: read_moment(value, zone))

    def parsed(self, key: str, text: str, line: int, parse: Callable[[str], T]) -> T | None:
        """``parse(text)``; a ValueError becomes a ``date`` problem at ``line``."""
        try:
            return parse(text)
        except ValueError as error:
            self.report(line, "date", f"{key}: {error}")
            return None

    def check_placeholders(self, body: Body | None, quoted: tuple[str, ...] = ()) -> None:
        """Report what is still to be written in the header, and what is wrong in ``body``.

        The keys ``quoted`` hold other people's words, which may have brackets in them.
        """
        for field in self._header.fields:
            for text in find_placeholders(field.value):
                if field.written not in quoted or text == field.value:
                    self.report(field.line, "placeholder", f"{text} is still to be written")
        for fault in body.faults if body else ():
            self.report(fault.line, fault.rule, fault.message)

    def _first(self, key: str) -> Iterator[Field]:
        """The first field of a key and the lines that continue it."""
        for index, field in enumerate(self._header.named(key)):
            if index and not field.continued:
                return
            yield field

    def _check_keys(self) -> None:
        known = [key.name for key in self._keys.values() if not key.misplaced]
        seen: set[str] = set()
        for field in self._header.fields:
            key = self._keys.get(field.key)
            if field.continued:
                continue
            if key is None:
                self.report(
                    field.line, "unknown-key",
                    f"unknown key {field.written!r}{nearest(field.written, known)}"
                    f" (known here: {one_of(known)})",
                )  # fmt: skip
            elif field.key in seen and not key.repeatable:
                self.report(
                    field.line, "duplicate-key",
                    f"{key.name} is given a second time: keep one of the two lines",
                )  # fmt: skip
            seen.add(field.key)
        for key in self._keys.values():
            if key.required and not self.text(key.name):
                self.missing(key.name)

    def missing(self, key: str, why: str = "") -> None:
        """Report a required key that is missing or empty."""
        self.report(self.line(key), "required-key", f"{key} is missing{why}: add a line {key}: …")


def _folded(text: str) -> str:
    """A value with its white space folded, its letters composed (Unicode NFC)."""
    folded = " ".join(text.split())
    return folded if folded.isascii() else unicodedata.normalize("NFC", folded)
