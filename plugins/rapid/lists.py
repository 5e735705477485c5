"""Pelican's lists of articles, as lists that know at once whether an article is in them.

Pelican asks for each article whether it is in each tag's list, each category's
and each year's, and looks through the list every time: with ten thousand
articles, a hundred million times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pelican.generators import ArticlesGenerator


def found_at_once(items: Iterable[Any]) -> list[Any]:
    """The same list; where its items are equal only to themselves, with a quick ``in``."""
    listed = list(items)
    own: Any = object.__eq__
    if any(type(item).__eq__ is not own for item in listed):
        return listed
    # A class of its own, so that Python calls the set's method and no function of ours.
    known = type("Found", (list,), {"__contains__": set(listed).__contains__})
    return known(listed)  # type: ignore[no-any-return]


def quicken(generator: ArticlesGenerator) -> None:
    """Let a generator that has read nothing yet find its periods quickly."""
    generator._build_period_archives = _archives(generator._build_period_archives)


def quicken_lists(generator: ArticlesGenerator) -> None:
    """Let a generator that is about to write look its lists through quickly."""
    for tag, articles in generator.tags.items():
        generator.tags[tag] = found_at_once(articles)
    generator.categories = [(each, found_at_once(held)) for each, held in generator.categories]
    generator.authors = [(each, found_at_once(held)) for each, held in generator.authors]


def _archives(build: Callable[..., Any]) -> Callable[..., Any]:
    """Pelican's way of finding years, months and days, and ours of filling them."""

    def archives(
        by_date: Sequence[Any], articles: Sequence[Any], settings: Mapping[str, Any]
    ) -> Any:
        found = build(by_date, (), settings)
        for periods in found.values():
            places = {id(each): period for period in periods for each in period["dates"]}
            for period in periods:
                period["articles"] = []
            for article in articles:
                if period := places.get(id(article)):
                    period["articles"].append(article)
        return found

    return archives
