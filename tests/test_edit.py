"""Header lines put in, and nothing else of the file changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom.commands.edit import add_item, as_draft, not_draft, remove_key, set_key
from newsroom.model.header import parse
from newsroom.model.problems import CommandError

from tests.test_header import meta

TEXT = "Title: One\nCorrection: 2026-03-01 | a\n    2026-03-02 | b\nStatus: draft\n\nBody: no key\n"


def test_adds_to_a_list_below_its_last_line() -> None:
    edited = add_item(TEXT, "Correction", "2026-03-03 | c")
    assert edited == TEXT.replace("b\nStatus", "b\n    2026-03-03 | c\nStatus")


def test_adds_a_key_at_the_end_of_the_header() -> None:
    assert set_key(TEXT, "Modified", "2026-03-03") == TEXT.replace(
        "draft\n", "draft\nModified: 2026-03-03\n"
    )
    assert add_item("Title: x", "Correction", "y") == "Title: x\nCorrection: y\n"


def test_replaces_a_value_with_all_its_lines() -> None:
    assert set_key(TEXT, "correction", "gone") == (
        "Title: One\ncorrection: gone\nStatus: draft\n\nBody: no key\n"
    )


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_keeps_line_ends_and_the_mark_at_the_beginning(mark: str, end: str) -> None:
    text = f"{mark}Title: One{end}Status: draft{end}{end}Body{end}"
    assert set_key(text, "Modified", "x") == text.replace("draft", f"draft{end}Modified: x")
    assert set_key(text, "Title", "Two") == text.replace("One", "Two")
    assert add_item(text, "Correction", "y") == text.replace("draft", f"draft{end}Correction: y")
    assert remove_key(text, "title") == text.replace(f"Title: One{end}", "")
    assert not_draft(text) == text.replace(f"Status: draft{end}", "")


DRAFTS = [
    "Title: x\n",
    "Title: x\nStatus: published\n",
    "Title: x\nstatus: Draft\n",
    "Status: published\n    draft\nTitle: x\n",
    "Status:\n    published\nTitle: x\n",
    "Title: x\n    Status: draft\n",
    "Status: draft\nTitle: x\nStatus: draft\n",
    "---\nTitle: x\nStatus: published\n---\n",
    "---\nTitle: x\n...\n",
]


@pytest.mark.parametrize("header", DRAFTS)
def test_makes_a_draft_of_anything_and_takes_that_back(header: str) -> None:
    for text in (f"{header}\nBody\n", f"\ufeff{header}\nBody\n".replace("\n", "\r\n")):
        draft = as_draft(text)
        bare = parse(draft.removeprefix("\ufeff"))
        assert list(meta(bare)) in (["title", "status"], ["status", "title"])
        assert meta(bare)["status"] == ["draft"]
        assert bare.body == parse(text.removeprefix("\ufeff")).body
        assert meta(parse(not_draft(draft).removeprefix("\ufeff"))) == {"title": ["x"]}


def test_another_status_stays_where_a_draft_is_approved() -> None:
    assert not_draft("Title: x\nStatus: hidden\n    draft\n\nBody") == (
        "Title: x\nStatus: hidden\n\nBody"
    )


def test_refuses_a_file_without_a_whole_header() -> None:
    for text in ("\nTitle: late", "Just text", "Title: x\nbroken off"):
        with pytest.raises(CommandError):
            set_key(text, "Status", "draft")


@given(
    st.lists(st.sampled_from(["A: 1", "B: 2", "    more", "C:"]), min_size=1, max_size=5),
    st.text(max_size=20).filter(lambda body: "\x00" not in body),
    st.sampled_from(["A", "B", "Z"]),
)
def test_the_body_is_never_touched(lines: list[str], body: str, key: str) -> None:
    text = "\n".join(["First: 0", *lines]) + "\n\n" + body
    for edited in (set_key(text, key, "new"), add_item(text, key, "new")):
        assert edited.endswith("\n\n" + body)
        assert "new" in meta(parse(edited))[key.lower()]
