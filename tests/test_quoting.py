"""Other people's words in what the desk writes: shown as they are, and nothing else."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Any

import markdown
import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st
from newsroom.commands.claims import line_of, safe_link
from newsroom.commands.scaffold import StatementTemplate, fill
from newsroom.model.header import parse
from newsroom.model.letters import isolated, likeness, unseen, visible
from newsroom.model.settings import Settings
from newsroom.reading.bodies import BodyReader
from newsroom.reading.headers import as_text, written

from tests.sites import Site
from tests.test_desk import newsroom, read

__all__ = ["newsroom"]

# What Markdown, HTML and our own marks are written with, whole and in pieces.
MARKDOWN = (
    "# | #|1. |- |> |+ |: |!!! note|=|---|\\|`|```|**|_|a_b|~~~|](|![](x)|$x$|(|2026.|*[H]: x"
)
HTML = "<meta http-equiv=refresh content=0>|<b>|</h2>|<!--|-->|&lt;|&#60;|&|\"|'|{: #id onclick=x}"
OURS = "[[|]]|{filename}a.md|{cite}x|Status: draft|- [ ] x due:2026-01-01|[^1]|[^1]: x|[x](y:x)"
CONTROLS = "\n|\n\n|\r|\u200b|\u202e|\x00|\x02|\x03|\u2028|\ufeff"
MARKS = st.sampled_from(["|", "|static|a", *f"{MARKDOWN}|{HTML}|{OURS}|{CONTROLS}".split("|")])
QUOTED = st.lists(MARKS | st.text(max_size=3), max_size=6).map("".join)
PLACES = (
    "## What {} said\n\nText.\n",
    "## {}\n\nText.\n",
    "{}\n\nText.\n",
    "Text\n{}\ntext.\n",
    "- {}\n- b\n",
    "> {}\n",
    "We *answer {} today*, [see {}](https://a.example/).\n",
    '<abbr title="{}">x</abbr> {}\n',
    "| a | b |\n|---|---|\n| {} | c |\n",
)


def shape(html: str) -> tuple[list[tuple[str, dict[str, Any]]], str]:
    """The elements with their attributes, and the text."""
    soup = BeautifulSoup(html, "html.parser")
    elements = [
        (tag.name, dict(tag.attrs) | ({"title": ""} if tag.has_attr("title") else {}))
        for tag in soup.find_all(True)
    ]
    return elements, soup.get_text()


@pytest.mark.parametrize("place", PLACES)
@settings(deadline=None)
@given(quoted=QUOTED)
def test_a_text_shows_what_is_quoted_and_no_element_more(place: str, quoted: str) -> None:
    if not visible(quoted):
        return
    extensions = ["extra", "codehilite", "admonition", "sane_lists"]
    html = markdown.markdown(place.replace("{}", as_text(quoted)), extensions=extensions)
    plain = markdown.markdown(place.replace("{}", "QUOTED"), extensions=extensions)
    (elements, text), (wanted, words) = shape(html), shape(plain)
    assert elements == wanted
    assert text.split() == words.replace("QUOTED", visible(quoted)).split()


@settings(deadline=None)
@given(QUOTED)
def test_a_text_refers_to_nothing_promises_nothing_and_ends_no_placeholder(quoted: str) -> None:
    shown = as_text(quoted)
    text = f"[[our answer to {shown}]]\n\n{shown}\n\n- {shown}\n"
    body = BodyReader(Settings()).read(text, 1)
    assert body.links == ()
    assert body.tasks == ()
    # A day that a quotation names is one that no task has.
    faults = {(fault.line, fault.rule) for fault in body.faults if fault.rule != "commitment"}
    assert faults == {(1, "placeholder")}


@settings(deadline=None)
@given(QUOTED)
def test_a_header_holds_a_value_and_no_key_more(quoted: str) -> None:
    text = written({"Kind": "comment", "Author": quoted, "Url": "https://a.example"})
    header = parse(text)
    wanted = ["comment", visible(quoted), "https://a.example"]
    assert [field.value for field in header.fields] == [value for value in wanted if value]
    assert not header.says_draft
    assert not list(unseen(visible(quoted)))


@settings(deadline=None)
@given(QUOTED)
def test_a_holding_statement_shows_its_name_in_the_header_and_in_the_text(quoted: str) -> None:
    template = StatementTemplate("x", "", "Title: {name}\nIncident: {name}\n\n## {name}\n")
    text = fill(template, quoted, "Ada Quill", datetime(2026, 3, 15, tzinfo=UTC))
    header = parse(text)
    assert [field.value for field in header.named("Title")] == [visible(quoted)]
    assert [field.key for field in header.fields] == ["title", "incident", "status"]
    assert header.body == f"## {as_text(quoted)}\n"


@settings(deadline=None)
@example("\u2028\u200b")
@given(QUOTED)
def test_what_a_page_claims_is_a_line_that_the_check_takes(quoted: str) -> None:
    assert not list(unseen(line_of(quoted)))
    assert not list(unseen(safe_link(f"https://a.example/{quoted}")))


@settings(deadline=None)
@given(st.text())
def test_what_is_seen_stays(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    kept = [sign for sign in visible(text) if unicodedata.category(sign)[0] in "LNPS"]
    blank = "\u2800\u3164\uffa0\u115f\u1160"
    assert kept == [c for c in text if unicodedata.category(c)[0] in "LNPS" and c not in blank]


@pytest.mark.parametrize(
    ("name", "twin"),
    [
        ("Maya Okafor", "M\u0430ya Okafor"),
        ("Maya Okafor", "Maya\u200b Okafor"),
        ("Maya Okafor", "\uff2daya Okafor"),
        ("Maya Okafor", "MAYA  OKAFOR"),
        ("Copa", "\u0421\u043e\u0440\u0430"),
        ("Nora", "\u039dora"),
        ("Róisín O’Connor", "Róisín O'Connor"),
        ("نیک\u200cزاد", "نیکزاد"),
    ],
)
def test_names_that_look_the_same_have_one_likeness(name: str, twin: str) -> None:
    assert likeness(name) == likeness(twin)


@pytest.mark.parametrize("other", ["Maja Okafor", "Mayá Okafor", "Maya Okafov", "Мая Окафор"])
def test_names_that_look_otherwise_have_another(other: str) -> None:
    assert likeness(other) != likeness("Maya Okafor")


def test_text_that_runs_the_other_way_is_isolated() -> None:
    assert isolated("محمد", "ltr") == "\u2068محمد\u2069"
    assert isolated("Maya, 12", "ltr") == "Maya, 12"
    assert isolated("Maya", "rtl") == "\u2068Maya\u2069"
    assert isolated("12:30", "rtl") == "12:30"


def test_a_hostile_author_stays_text_from_the_citation_to_the_page(newsroom: Site) -> None:
    name = "<meta http-equiv=refresh content='0;url=https://evil.example'>[[x]] {filename}y *z* C#"
    newsroom.invoke(
        "cite", "flood-post", "--kind=comment", f"--account={name}", "--stem=rhys",
        "--url=https://northmere.example/1", "--text=Well done.",
    ).succeeds()  # fmt: skip
    newsroom.invoke(
        "followup", "flood-post", "--title=What the review says", "--author=دانا العلي",
        "--role=Engineer",
    ).succeeds()  # fmt: skip
    path = newsroom.folder / "content/incidents/flood-post/what-the-review-says.md"
    text = read(newsroom, "content/incidents/flood-post/what-the-review-says.md")
    path.write_text(
        text.replace("Status: draft\n", "").replace("[[", "").replace("]]", ""), "utf-8"
    )
    newsroom.build("-e", 'SITEURL="https://newsroom.example"').succeeds()
    for url in ("incidents/flood-post/what-the-review-says/", "incidents/flood-post/"):
        main = newsroom.page(url).main
        assert main is not None
        assert not main.select("meta, em")
        headings = [heading.get_text() for heading in main.select("h2, h3, h4")]
        assert f"What {name} said" in headings
        # A name that runs the other way turns neither the role nor the title after it.
        assert "دانا العلي" in [bdi.get_text() for bdi in main.select(".byline-name bdi")]
    text = (newsroom.output / "incidents/flood-post/what-the-review-says/index.txt").read_text(
        "utf-8"
    )
    assert "By \u2068دانا العلي\u2069, Engineer, Alder & Quince" in text


def test_a_name_that_looks_like_another_gets_no_profile(newsroom: Site) -> None:
    twin = "Thandiwe M\u0430rlowe"
    for arguments in (["author", twin, "--role=x"], ["post", "A", f"--author={twin}", "--role=x"]):
        said = newsroom.invoke(*arguments).fails().stderr
        assert "CYRILLIC SMALL LETTER A (U+0430), not LATIN SMALL LETTER A" in said
    said = newsroom.invoke("post", "A", "--author=pr\u0435ss office").fails().stderr
    assert "no profile for" in said
    newsroom.invoke("post", "A", "--author=Thandiwe\u200b Marlowe").succeeds()
