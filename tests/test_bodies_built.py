"""What a body says is one thing: to a check, on the entry's page and on the incident's."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.sites import Site

FOLLOW_UP = "content/incidents/rude-reply/what-we-found.md"


@pytest.fixture
def thread(tmp_path: Path) -> Site:
    return Site.copy("thread", tmp_path / "thread")


def said(site: Site, url: str, where: str) -> list[str]:
    return [" ".join(item.get_text(" ").split()) for item in site.page(url).select(where)]


@pytest.mark.full
def test_a_promise_right_under_a_paragraph_is_shown_on_both_pages(thread: Site) -> None:
    thread.edit(FOLLOW_UP, "## What we do\n\n- [x] End", "We promise:\n- [x] End")
    thread.edit(FOLLOW_UP, "rules`. due:2026-05-01", "rules`. (Due: 2026-05-01)")
    thread.build().succeeds()
    entry = said(thread, "incidents/rude-reply/what-we-found/", ".commitment")
    listed = said(thread, "incidents/rude-reply/", ".commitments li")
    assert entry == [
        "Kept: End shifts after eight hours. (done 12 March 2026 )",
        "Open: Publish our house rules . (due 1 May 2026 )",
    ]
    assert len(listed) == 2
    assert "End shifts after eight hours." in listed[0]
    assert "Publish our house rules ." in listed[1]
    assert "1 May 2026" in listed[1]


def test_a_promise_in_code_is_none_on_either_page(thread: Site) -> None:
    promise = "- [ ] Publish our `house rules`. due:2026-05-01"
    thread.edit(FOLLOW_UP, f"\n{promise}", f"\n\n<pre>\n{promise}\n</pre>")
    thread.build().succeeds()
    assert len(said(thread, "incidents/rude-reply/what-we-found/", ".commitment")) == 1
    assert len(said(thread, "incidents/rude-reply/", ".commitments li")) == 1
    assert promise in said(thread, "incidents/rude-reply/what-we-found/", "pre")


def test_a_task_list_of_a_statement_is_no_promise(thread: Site) -> None:
    statement = thread.folder / "content/incidents/rude-reply/statement.md"
    with statement.open("a", encoding="utf-8") as opened:
        opened.write("\nWe have:\n- [x] stopped.\n- [ ] slept, due:2026-05-01.\n")
    thread.build().succeeds()
    page = thread.page("incidents/rude-reply/statement/")
    assert said(thread, "incidents/rude-reply/statement/", ".e-content li:not([id])") == [
        "\u2611 stopped.",
        "\u2610 slept, (due 1 May 2026 )",
    ]
    assert "data-" not in str(page.select_one(".e-content ul"))


def test_a_promise_that_is_quoted_is_shown_with_its_box_and_listed_once(thread: Site) -> None:
    promise = "- [ ] Publish our `house rules`. due:2026-05-01"
    thread.edit(FOLLOW_UP, f"\n{promise}", f"\n\n{promise}\n\n> {promise}")
    thread.build().succeeds()
    entry = "incidents/rude-reply/what-we-found/"
    assert len(said(thread, entry, ".commitment")) == 2
    assert said(thread, entry, "blockquote li") == [
        "\u2610 Publish our house rules . (due 1 May 2026 )"
    ]
    listed = said(thread, "incidents/rude-reply/", ".commitments li")
    assert len(listed) == 2
    assert "Publish our house rules ." in listed[1]


def test_what_is_resolved_promises_no_next_update(thread: Site) -> None:
    thread.edit(FOLLOW_UP, "State: acting", "State: resolved")
    (thread.folder / FOLLOW_UP).with_name("review.md").unlink()
    thread.build().succeeds()
    for url in ("incidents/rude-reply/what-we-found/", "incidents/rude-reply/"):
        assert "20 March 2026" not in thread.page(url).get_text()


def test_a_change_on_a_day_is_given_no_time(thread: Site) -> None:
    thread.edit(FOLLOW_UP, "Modified: 2026-03-13 08:00", "Modified: 2026-03-12")
    thread.build().succeeds()
    page = thread.page("incidents/rude-reply/what-we-found/")
    changed = page.select_one(".entry-modified")
    assert changed is not None
    assert changed.get_text() == "Changed 12 March 2026"


def test_what_is_found_with_a_space_in_its_name_is_copied_and_linked(thread: Site) -> None:
    (thread.folder / "content/images").mkdir(exist_ok=True)
    (thread.folder / "content/images/house rules.csv").write_bytes(b"rule\n")
    thread.write(
        "content/pages/rules.md", "Title: Rules\n\n[Read]({static}/images/house rules.csv)\n"
    )
    thread.edit(FOLLOW_UP, "It was late.", "It was [late]({static}/images/house rules.csv).")
    thread.build().succeeds()
    assert (thread.output / "images/house rules.csv").is_file()
    for url in ("incidents/rude-reply/what-we-found/", "rules/"):
        [link] = thread.page(url).select('p a[href$=".csv"]')
        assert unquote(str(link["href"])).endswith("images/house rules.csv")


def test_a_profile_that_begins_like_a_header_is_shown_whole(thread: Site) -> None:
    profile = next((thread.folder / "content/authors").glob("*.md"))
    header = profile.read_text("utf-8").partition("\n\n")[0]
    profile.write_text(f"{header}\n\nNote: she wrote this.\n\nAnd more.\n", "utf-8")
    thread.build().succeeds()
    assert "Note: she wrote this." in thread.page(f"authors/{profile.stem}/").get_text()
