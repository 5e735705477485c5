"""Contents that were kept: as they were read, though most of them is brought back late."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from pelican.contents import Article, Content
from pelican.settings import read_settings
from pelican.urlwrappers import Tag
from pelican.utils import SafeDatetime
from rapid.lazily import attaches, freeze, lazy, revive

SETTINGS: dict[str, Any] = read_settings()
LONG = "Bread. " * 100
TEXT = f'<p>{LONG}</p><p><a href="{{static}}oven.pdf">The oven</a></p>'
OURS = "_rapid_"

Kept = Callable[..., tuple[Article, Any]]


@pytest.fixture
def kept() -> Kept:
    """From metadata and a body to an article as it is read, and as it is brought back."""

    def make(body: str = TEXT, **metadata: Any) -> tuple[Article, Any]:
        shared = {"settings": SETTINGS, "context": {"generated_content": {}, "static_content": {}}}
        read = Article(
            body,
            metadata={
                "title": "Oven",
                "date": SafeDatetime(2025, 3, 1),
                "tags": [Tag("bread", SETTINGS)],
                "summary": "Short.",
                **metadata,
            },
            settings=SETTINGS,
            source_path="/content/oven.md",
            context=shared["context"],
        )
        light, rest = freeze(read, shared)
        return read, revive(lazy(Article), light, rest, shared)

    return make


def is_whole(content: Any) -> bool:
    return "_content" in Content.__dict__["__dict__"].__get__(content)


def without_ours(content: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(content).items() if not name.startswith(OURS)}


def test_all_comes_back(kept: Kept) -> None:
    read, back = kept(cook="Wen", notes=LONG, batches=[1, 2])
    assert without_ours(back).keys() == vars(read).keys()
    for name in ("title", "date", "slug", "cook", "notes", "batches", "summary", "content", "url"):
        assert getattr(back, name) == getattr(read, name), name
    assert back.tags == read.tags
    assert back.metadata.keys() == read.metadata.keys()
    assert back._context is read._context
    assert back.settings is read.settings
    assert type(back).__name__ == "Article"
    assert isinstance(back, Article)


def test_what_is_short_needs_no_more(kept: Kept) -> None:
    read, back = kept(cook="Wen")
    assert (back.title, back.cook, back.date) == ("Oven", "Wen", read.date)
    assert back.get_static_links() == read.get_static_links() != set()
    assert back.get_relative_source_path() == read.get_relative_source_path()
    assert not hasattr(back, "nobody")
    with pytest.raises(AttributeError, match="'Article' object has no attribute 'nobody'"):
        back.nobody  # noqa: B018
    assert not attaches(back)
    back.refresh_metadata_intersite_links()
    assert not is_whole(back)
    assert back.content == read.content
    assert is_whole(back)


@pytest.mark.parametrize("look", [vars, copy.copy, lambda content: content.__dict__])
def test_who_looks_at_all_finds_all(kept: Kept, look: Callable[[Any], Any]) -> None:
    read, back = kept()
    found = look(back)
    names = found if isinstance(found, dict) else vars(found)
    assert names.keys() >= vars(read).keys()
    assert names["_content"] == TEXT


def test_what_was_set_meanwhile_stays(kept: Kept) -> None:
    _, back = kept()
    back.title, back._content, back.tags = "Stove", '<a href="{attach}a.pdf">A</a>', []
    assert attaches(back)
    assert len(back.get_static_links()) == 1
    assert back.metadata["title"] == "Oven"
    assert (back.title, back.tags) == ("Stove", [])
    assert back._content.startswith("<a ")


def test_a_summary_with_a_link_is_resolved(kept: Kept) -> None:
    summary = '<a href="{static}/oven.pdf">PDF</a>'
    read, back = kept(summary=summary)
    for each in (read, back):
        each._context["static_content"]["oven.pdf"] = Article("", settings=SETTINGS)
        each._context["static_content"]["oven.pdf"].override_url = "oven.pdf"
        each.refresh_metadata_intersite_links()
    assert back.summary == read.summary != summary


def test_a_summary_that_a_plugin_has_set_is_kept(kept: Kept) -> None:
    _, back = kept()
    back._summary = "By a plugin."
    back.refresh_metadata_intersite_links()
    assert back.summary == back.metadata["summary"] == "By a plugin."


def test_a_body_that_attaches(kept: Kept) -> None:
    _, back = kept('<a href="{attach}plan.pdf">Plan</a>')
    assert attaches(back)
    assert not is_whole(back)
