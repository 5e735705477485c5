"""Values that are made when they are first asked for: of many, a build looks at few."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")


class Made(Mapping[str, T]):
    """A mapping of which the keys are there at once, and each value once it is asked for.

    With ``most``, it keeps so many at a time, for whoever asks again does so soon.
    """

    def __init__(self, makers: Mapping[str, Callable[[], T]], most: int | None = None) -> None:
        self._makers = makers
        self._most = most
        self._made: dict[str, T] = {}

    def __getitem__(self, key: str) -> T:
        """The value of a key. Raises KeyError."""
        if key not in self._made:
            if len(self._made) == self._most:
                self._made.clear()
            self._made[key] = self._makers[key]()
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        """Whether there is such a key; its value is not made for that."""
        return key in self._makers

    def __iter__(self) -> Iterator[str]:
        """The keys."""
        return iter(self._makers)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._makers)
