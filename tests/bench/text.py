"""Invented English (and a little French) for the corpus: sentences with slots.

A generator of nonsense would be easier to write, but Markdown, wrapping and compression all
behave otherwise on it. So these are sentences of the kind that a newsroom writes. They stand
in ``phrases.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from random import Random

_PHRASES = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text("utf-8"))
SENTENCES: list[str] = _PHRASES["sentences"]
ITEMS: list[str] = _PHRASES["items"]
HEADINGS: list[str] = _PHRASES["headings"]
FRENCH: list[str] = _PHRASES["french"]
TAGS: list[str] = _PHRASES["tags"]
SUBJECTS: dict[str, list[str]] = _PHRASES["subjects"]
SLOTS: dict[str, list[str]] = _PHRASES["slots"]


class Filling(Mapping[str, str]):
    """What stands in the slots of a sentence: chosen when it is asked for, and not before."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def __getitem__(self, slot: str) -> str:
        if slot == "n":
            return str(self.rng.randrange(3, 480))
        return self.rng.choice(SLOTS[slot])

    def __iter__(self) -> Iterator[str]:
        return iter(SLOTS)

    def __len__(self) -> int:
        return len(SLOTS)


def fill(rng: Random, text: str) -> str:
    """A text with its slots filled, beginning with a capital."""
    filled = text.format_map(Filling(rng))
    return filled[:1].upper() + filled[1:]


def paragraph(rng: Random, least: int = 3, most: int = 5) -> str:
    """A paragraph of a few different sentences."""
    chosen = rng.sample(SENTENCES, rng.randint(least, most))
    return " ".join(fill(rng, sentence) for sentence in chosen)


def bullets(rng: Random) -> str:
    """A list in Markdown."""
    return "\n".join(f"- {fill(rng, item)}." for item in rng.sample(ITEMS, rng.randint(3, 5)))


def table(rng: Random) -> str:
    """A small table in Markdown."""
    rows = (f"| {rng.choice(SLOTS['place'])} | {rng.randrange(3, 480)} |" for _ in range(4))
    return "\n".join(["| Where | Tonnes |", "| --- | --- |", *rows])


def body(rng: Random, extra: Iterable[str] = (), picture: str = "") -> str:
    """A whole text of 250 to 500 words, with ``extra`` paragraphs among the others."""
    parts = [paragraph(rng, 3, 4)]
    if picture:
        parts.append(picture)
    parts += extra
    for heading in rng.sample(HEADINGS, rng.randint(2, 3)):
        parts += [f"## {fill(rng, heading)}", paragraph(rng)]
        kind = rng.random()
        if kind < 0.45:
            parts.append(bullets(rng))
        elif kind < 0.55:
            parts.append(table(rng))
        else:
            parts.append(paragraph(rng, 2, 3))
    parts.append(paragraph(rng, 2, 4))
    return "\n\n".join(parts) + "\n"


def summary(rng: Random) -> str:
    """Two sentences."""
    return paragraph(rng, 2, 2)


def title(rng: Random, category: str) -> str:
    """A headline for a post in a category."""
    return fill(rng, rng.choice(SUBJECTS[category]))


def french_body(rng: Random) -> str:
    """A short text in French."""
    parts = (" ".join(rng.sample(FRENCH, 4)) for _ in range(4))
    return "\n\n".join(parts) + "\n"
