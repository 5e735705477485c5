"""Old addresses: what a server looks for, and never in the place of another file of the build."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sites import Site
from tests.sizes import first

PUBLIC = "content/posts/public.md"


def alias(site: Site, *aliases: str) -> None:
    site.edit(PUBLIC, "Category:", f"Aliases: {', '.join(aliases)}\nCategory:")


@pytest.mark.parametrize(
    ("written", "file"),
    first(
        3,
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
    ),
)
@pytest.mark.full
def test_a_redirect_lies_where_servers_look(
    written: str, file: str, site: Callable[[str], Site]
) -> None:
    drafts = site("drafts")
    alias(drafts, written)
    drafts.build().succeeds()
    assert "posts/public/" in (drafts.output / file).read_text("utf-8")


# Files that no check knows of: settings name them.
OTHERS = {
    "a file from elsewhere": (
        "/logo.png",
        'STATIC_PATHS=["../files"]',
        'EXTRA_PATH_METADATA={"../files/logo.png": {"path": "logo.png"}}',
    ),
    "a folder of such a file": ("/images/public.png/old/", 'STATIC_PATHS=["images", "extra"]'),
    "a theme's file": ("/look/css/main.css", 'THEME_STATIC_DIR="look"', 'THEME="theme"'),
    "a template page": ("/tool.html", 'TEMPLATE_PAGES={"../tool.html": "tool.html"}'),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_build_says_which_alias_stands_in_whose_place(
    name: str, site: Callable[[str], Site]
) -> None:
    wanted, *settings = OTHERS[name]
    drafts = site("drafts")
    drafts.write("tool.html", "A tool.")
    drafts.write("files/logo.png", "")
    drafts.write("theme/static/css/main.css", "")
    drafts.write("theme/templates/base.html", "{% block content %}{% endblock %}")
    alias(drafts, "/fine/", wanted)
    run = drafts.build("-e", *settings).fails()
    said = [line for line in run.stderr.splitlines() if line.startswith("content/posts/public.md:")]
    assert len(said) == 1, run.stderr
    assert "remove th" in said[0]
    assert said[0].endswith("[url]")


@pytest.mark.full
def test_a_draft_with_such_an_alias_can_be_looked_at(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    alias(drafts, "/images/public.png/old/")
    drafts.edit(PUBLIC, "Category:", "Status: draft\nCategory:")
    drafts.build("-e", "NEWSROOM_DRAFTS=true", 'STATIC_PATHS=["images", "extra"]').succeeds()
    assert (drafts.output / "posts/public/index.html").exists()


def test_an_alias_in_the_place_of_a_list_stops_the_build(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    alias(drafts, "/fine/", "/in/news/")
    run = drafts.build("-e", 'CATEGORY_SAVE_AS="in/{slug}/index.html"').fails()
    assert "two pages would be in/news/index.html" in " ".join(run.stderr.split())
    assert not drafts.output.exists()
