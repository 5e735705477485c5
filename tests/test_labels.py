"""Categories and tags whose list nobody makes: no page links to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.sites import Site

SIGNED = "Date: 2026-03-01 09:00\nAuthor: Bram Stone\n"
POSTS = {
    # What only a translation, or only a hidden post, is filed under.
    "other-words.md": f"Title: Other words\n{SIGNED}Category: Village\nTags: bread",
    "other-words.fr.md": f"Title: Autres\nLang: fr\n{SIGNED}Category: Bourg\nTags: pain, bread",
    "quiet.md": f"Title: Quiet\n{SIGNED}Status: hidden\nCategory: Aside\nTags: whisper",
    # Filed under what the site calls the rest, of which there is no original.
    "plain.md": f"Title: Plain\n{SIGNED}Category: Village",
    "plain.fr.md": f"Title: Simple\nLang: fr\n{SIGNED}",
}


@pytest.fixture
def filed(site: Callable[[str], Site]) -> Site:
    copy = site("translations")
    for path in (copy.folder / "content/posts").iterdir():
        path.unlink()
    for name, header in POSTS.items():
        copy.write(f"content/posts/{name}", f"{header}\n\nThe text.\n")
    return copy


def dead(site: Site) -> Iterator[tuple[str, str]]:
    """Each link inside the site that leads to no file; what a theme's frame links to is its own."""
    for page in site.output.rglob("*.html"):
        here = "/" + page.relative_to(site.output).as_posix()
        for link in BeautifulSoup(page.read_bytes(), "html.parser").select("main a[href]"):
            parts = urlsplit(urljoin(f"https://site.example{here}", str(link["href"])))
            target = site.output / parts.path.lstrip("/")
            if parts.hostname == "site.example" and not (
                target.is_file() or (target / "index.html").is_file()
            ):
                yield here, parts.path


@pytest.mark.parametrize("setting", ["", 'TAG_SAVE_AS=""', 'CATEGORY_SAVE_AS=""'])
def test_no_link_leads_to_a_list_that_is_not_made(filed: Site, setting: str) -> None:
    filed.build("--relative-urls", *(("-e", setting) if setting else ())).succeeds()
    assert set(dead(filed)) == set()
    if not setting:
        tags = filed.page("fr/posts/other-words/").select_one(".tags")
        assert tags
        assert [(tag.name, tag.text) for tag in tags.select(".p-category")] == [
            ("span", "pain"),
            ("a", "bread"),
        ]
        assert "whisper" in filed.page("posts/quiet/").get_text()


def test_a_build_of_what_changed_follows_the_lists(filed: Site) -> None:
    """The translation's page changes with another entry: the last original of its tag."""
    filed.write("content/posts/bakery.md", f"Title: Bakery\n{SIGNED}Tags: pain\n\nThe text.\n")
    filed.build("--relative-urls").succeeds()
    assert filed.page("fr/posts/other-words/").select_one('.tags a[href*="pain"]')
    (filed.folder / "content/posts/bakery.md").unlink()
    filed.build("--relative-urls").succeeds()
    assert set(dead(filed)) == set()
