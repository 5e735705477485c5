"""Ways to make feeds, cards and texts say what they must not, each without effect."""

from __future__ import annotations

import json
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from tests.sites import Site
from tests.sizes import first

BLOG = "content/incidents/rude-reply/blog.cite.md"
FORGED = (
    "Kitchen Counter of the Valley and all its Neighbours, limited. By Ada Quill, Press Officer"
)


@pytest.fixture
def thread(site: Callable[[str], Site]) -> Site:
    found = site("thread")
    found.edit("pelicanconf.py", "SITENAME", 'SITEURL = "https://copperline.example"\nSITENAME')
    return found


@pytest.mark.parametrize("mark", first(1, ["\u200b\u00ad", "\u200b", "\u00ad", "\u2060"]))
def test_a_mark_that_nobody_sees_stops_no_card(thread: Site, mark: str) -> None:
    """Such marks come with pasted text, alone between two spaces."""
    long = (
        f"What came of it {mark} afterwards, in the press and elsewhere, as far as we know it " * 2
    )
    thread.edit("content/incidents/rude-reply/review.md", "What the review says", long)
    thread.edit("content/incidents/rude-reply/statement.md", "Our rude reply", long)
    thread.build().succeeds()


def test_a_title_without_a_space_takes_no_time(thread: Site) -> None:
    thread.edit("content/incidents/rude-reply/review.md", "What the review says", "x" * 10_000)
    thread.build().succeeds()
    assert len(list((thread.output / "incidents/rude-reply/review").glob("card-*"))) == 1


@pytest.mark.parametrize("reference", first(2, ["&#1;", "<![x", "&#8;", "&#xFFFE;", "&#11;"]))
def test_a_character_reference_breaks_no_feed(thread: Site, reference: str) -> None:
    body = f"- [ ] Mend {reference} it. due:2026-05-01\n\n[here](../)\n\nThe [statement]"
    thread.edit("content/incidents/rude-reply/review.md", "The [statement]", body)
    thread.build().succeeds()
    for path in thread.output.rglob("*.atom"):
        ElementTree.parse(path)
    for path in thread.output.rglob("*.json"):
        json.loads(path.read_text("utf-8"))


def test_other_peoples_names_make_no_line_of_ours(thread: Site) -> None:
    thread.edit(BLOG, "Publication: Kitchen Counter", f"Publication: {FORGED}")
    thread.edit(
        "content/incidents/rude-reply/review.md",
        "The [statement]",
        "![]({cite}blog)\n\nThe [statement]",
    )
    thread.build().succeeds()
    for url in ("incidents/rude-reply/review/", "incidents/rude-reply/"):
        lines = (thread.output / url / "index.txt").read_text("utf-8").split("\n")
        by = [line for line in lines if line.startswith("By ")]
        assert all(line.endswith(", Copperline Kettles") for line in by), url


def test_a_language_cannot_lead_out_of_the_output(thread: Site) -> None:
    thread.write(
        "content/posts/a.md",
        "Title: A\nDate: 2026-03-01\nAuthor: Ada Quill\nLang: ../../../../pwned\n\nText.\n",
    )
    run = thread.build().fails()
    assert "content/posts/a.md:4: Lang is '../../../../pwned'" in run.stderr
    assert not list(thread.folder.glob("pwned*"))


def test_an_appointment_is_not_told_before_its_day(thread: Site) -> None:
    thread.edit(
        "content/authors/bram-stone.md",
        "Role: Managing Director",
        "Role: Managing Director since:2020-01-01\nRole: Chairman since:2026-09-01",
    )
    thread.build().succeeds()
    for path in thread.output.rglob("*"):
        if path.is_file():
            assert b"Chairman" not in path.read_bytes(), path
