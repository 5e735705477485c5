"""The header's grammar, held against the one that Pelican reads the same file with."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown
from newsroom.model.header import Header, parse

KEYS = st.sampled_from(["Title", "date", "Next_update", "a-b", "X9", "no colon", "", "Ü", "   in"])
VALUES = st.text(
    st.characters(codec="utf-8", exclude_characters="\ud800"), max_size=12
) | st.sampled_from(["", " ", "a: b", "---", "[[x]]", "\t", "\u2028", "\x0b", "\x02"])
LINES = st.one_of(
    st.builds("{}: {}".format, KEYS, VALUES),
    st.builds("{}:{}".format, KEYS, VALUES),
    st.builds("    {}".format, VALUES),
    st.builds("  {}".format, VALUES),
    st.builds("\t{}".format, VALUES),
    st.sampled_from(["", "   ", "\t", "---", "--- yaml", "...", "... end", "----", "\x0c"]),
    VALUES,
)
FILES = st.builds(
    lambda lines, ends: "".join(line + end for line, end in zip(lines, ends, strict=False)),
    st.lists(LINES, max_size=8),
    st.lists(st.sampled_from(["\n", "\n", "\r\n", "\r"]), min_size=8, max_size=8),
)


def meta(header: Header) -> dict[str, list[str]]:
    """The same header as ``markdown.extensions.meta`` gives it."""
    found: dict[str, list[str]] = {}
    for field in header.fields:
        found.setdefault(field.key, []).append(field.value)
    return found


@given(FILES)
@settings(max_examples=1500, deadline=None)
def test_reads_a_header_as_markdown_does(text: str) -> None:
    markdown = Markdown(extensions=["markdown.extensions.meta"])
    markdown.convert(text)
    assert meta(parse(text)) == markdown.Meta  # type: ignore[attr-defined]


def test_numbers_lines_of_keys_and_their_continuations() -> None:
    header = parse("Title: One\nRole: First\n    Second\nRole: Third\n\nBody\n")
    assert [(field.key, field.value, field.line, field.continued) for field in header.fields] == [
        ("title", "One", 1, False),
        ("role", "First", 2, False),
        ("role", "Second", 3, True),
        ("role", "Third", 4, False),
    ]
    assert (header.body, header.body_line, header.broken_at) == ("Body\n", 6, None)


def test_counts_lines_behind_a_fence() -> None:
    header = parse("---\nTitle: One\n---\nBody")
    assert [(field.value, field.line) for field in header.fields] == [("One", 2)]
    assert (header.body, header.body_line) == ("Body", 4)


def test_says_where_a_header_breaks_off() -> None:
    assert parse("Title: One\n  two spaces\n\nBody").broken_at == 2
    assert parse("Title: One\nBody at once").broken_at == 2
    assert parse("No header at all").broken_at is None
