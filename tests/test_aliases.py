"""Old addresses: what a server looks for, and never in the place of another file of the build."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sites import Site

PUBLIC = "content/posts/public.md"


def alias(site: Site, *aliases: str) -> None:
    site.edit(PUBLIC, "Category:", f"Aliases: {', '.join(aliases)}\nCategory:")


@pytest.mark.parametrize(
    ("written", "file"),
    [
        ("//blog//open-day/", "blog/open-day/index.html"),
        ("/./blog/./open-day/.", "blog/open-day/index.html"),
        ("blog/open-day", "blog/open-day/index.html"),
        ("/blog/open-day.html", "blog/open-day.html"),
        ("/blog/v1.2/", "blog/v1.2/index.html"),
        ("/caf%C3%A9/", "caf\u00e9/index.html"),
        ("/cafe\u0301/", "caf\u00e9/index.html"),
        ("/a%20b/", "a b/index.html"),
    ],
)
def test_a_redirect_lies_where_servers_look(
    written: str, file: str, site: Callable[[str], Site]
) -> None:
    drafts = site("drafts")
    alias(drafts, written)
    drafts.build().succeeds()
    assert "posts/public/" in (drafts.output / file).read_text("utf-8")


def test_an_alias_in_the_place_of_a_list_stops_the_build(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    alias(drafts, "/fine/", "/in/news/")
    run = drafts.build("-e", 'CATEGORY_SAVE_AS="in/{slug}/index.html"').fails()
    assert "two pages would be in/news/index.html" in " ".join(run.stderr.split())
    assert not drafts.output.exists()
