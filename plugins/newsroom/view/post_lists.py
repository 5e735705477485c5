"""Lists of posts: those of the last years on the first page, and a page for each year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from ..language.words import Words
from ..model import addresses as to
from . import parts
from .entry_view import EntryView

MOST = 100  # on the first page, unless the last year alone has more


@dataclass(frozen=True)
class PostYear:
    """The posts of a year, newest first, and the page that has these alone."""

    label: str
    url: str
    posts: tuple[EntryView, ...]


@dataclass(frozen=True)
class PostList:
    """A page of posts: the ``years`` that it shows, and all that there are."""

    url: str
    title: str
    years: tuple[PostYear, ...]
    all_years: tuple[PostYear, ...]


def post_lists(posts: Sequence[EntryView], zone: tzinfo, words: Words) -> tuple[PostList, ...]:
    """List the posts of the last years first, then those of each year, newest first."""
    by_year: dict[int, list[EntryView]] = {}
    for post in posts:
        by_year.setdefault(post.model.date.astimezone(zone).year, []).append(post)
    years = tuple(
        PostYear(str(year), to.posts_of_year(year), tuple(found)) for year, found in by_year.items()
    )
    shown: list[PostYear] = []
    for year in years:
        if shown and sum(len(each.posts) for each in (*shown, year)) > MOST:
            break
        shown.append(year)
    pages = [(to.POSTS, words.say("Posts"), tuple(shown))]
    for year in years:
        pages.append((year.url, words.say("Posts: {year}", year=year.label), (year,)))
    return tuple(PostList(*page, years) for page in pages)


def categories(posts: Iterable[EntryView]) -> tuple[parts.Link, ...]:
    """Return the categories of posts that have pages, by name."""
    filed = {post.category for post in posts if post.category and post.category.url}
    return tuple(sorted(filed, key=lambda category: category.title.casefold()))
