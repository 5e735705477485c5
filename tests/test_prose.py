"""Bodies as plain text: pairs of HTML and text in ``tests/prose``, and what holds for any HTML."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom.language.words import Words
from newsroom.machine.prose import plain, wrapped

PAIRS = sorted((Path(__file__).parent / "prose").glob("*.html"))

LETTERS = "ab é日本е\u0301ع\u00a0\u202f\u2028\x0b-.<&"
WORDS = st.text(st.sampled_from(LETTERS), min_size=1, max_size=40)
TAGS = [
    "p", "ul", "ol", "li", "blockquote", "em", "a", "pre", "h2", "h3", "table", "tr", "td", "th",
    "div", "br", "sup", "dl", "dt", "dd", "figure",
]  # fmt: skip


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_reads_as_expected(path: Path, request: pytest.FixtureRequest) -> None:
    said, urls = plain(path.read_text("utf-8"), Words())
    links = [f"[{number}] {url}" for number, url in enumerate(urls, 1)]
    text = "\n".join([said, *([""] if links else []), *links]) + "\n"
    expected = path.with_suffix(".txt")
    if request.config.getoption("--update-goldens"):
        expected.write_text(text, "utf-8")
    assert text == expected.read_text("utf-8")


def html() -> st.SearchStrategy[str]:
    """HTML as a writer may leave it: nested anyhow, closed or not."""
    tag = st.sampled_from(TAGS)
    pieces = st.one_of(WORDS, tag.map(lambda name: f"<{name}>"), tag.map(lambda name: f"</{name}>"))
    return st.lists(pieces, max_size=40).map("".join)


@given(html())
@settings(max_examples=300, deadline=None)
def test_no_line_ends_where_nobody_sees_it(written: str) -> None:
    for line in plain(written, Words())[0].split("\n"):
        assert not set(line) & set("\v\f\r\x85\u2028\u2029\u202a\u202e")
        assert line == line.rstrip(" ")


@given(st.lists(st.text("abcdé日本語ع", min_size=1, max_size=12), min_size=1, max_size=30))
@settings(deadline=None)
def test_wrapping_loses_no_letter(words: list[str]) -> None:
    text = " ".join(words)
    assert "".join(wrapped(text).split()) == "".join(words)


def test_a_url_is_never_broken() -> None:
    url = "https://a.example/" + "x" * 200
    assert url in plain(f'<p>See <a href="{url}">{url}</a> for more.</p>', Words())[0]


def test_a_large_body_is_read_whole() -> None:
    body = "<p>A sentence of some words, and a <a href='https://a.example/'>link</a>.</p>\n" * 8000
    assert plain(body, Words())[0].count("A sentence") == 8000
