"""What a body refers to and promises, with line numbers."""

from __future__ import annotations

import pytest
from markdown import Markdown
from newsroom.model.body import Body
from newsroom.model.settings import Settings
from newsroom.reading.bodies import BodyReader
from newsroom.reading.markdown_extension import NewsroomExtension
from newsroom.reading.plain_bodies import read_plainly

from tests.sites import ROOT

BODY = """\
We [answer]({cite}blog) and ![]({cite}reader).

```
![]({cite}code) [[code]]
- [ ] no promise
```

Inline `{cite}code` and ``[[code]]`` say nothing, [a file]({filename}/posts/x.md#part) does.

- [ ] Publish `the rules`. due:2026-05-01
* [x] Say sorry.
1. [X] Mend it. done:2026-03-12

<!-- {cite}comment
[[in a comment]] -->
[[still to come]]
"""


def read(text: str, first_line: int = 1) -> Body:
    return BodyReader(Settings()).read(text, first_line)


def tasks_of(text: str) -> list[tuple[str, bool, int, tuple[tuple[str, str], ...]]]:
    return [(task.html, task.checked, task.line, task.days) for task in read(text).tasks]


def faults_of(text: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.rule) for fault in read(text).faults]


def test_finds_links_outside_code_and_comments() -> None:
    links = [(link.what, link.target, link.line) for link in read(BODY, 10).links]
    assert links == [
        ("cite", "blog", 10),
        ("cite", "reader", 10),
        ("filename", "/posts/x.md#part", 17),
    ]
    assert read(BODY).cites == ("blog", "reader")


def test_finds_task_list_items_with_their_days() -> None:
    assert tasks_of(BODY) == [
        ("Publish <code>the rules</code>.", False, 10, (("due", "2026-05-01"),)),
        ("Say sorry.", True, 11, ()),
        ("Mend it.", True, 12, (("done", "2026-03-12"),)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "- [ ] One.\n\n- [x] Two.",
        "1. [ ] One.\n\n2. [x] Two.",
        "* [ ] One.\n\n    More of it.\n\n* [x] Two.",
        "Text.\n\n- [ ] One.\n\n    - [x] Two.",
        "Text[^1].\n\n- [ ] One.\n\n[^1]: - [x] Two.",
    ],
)
def test_a_loose_list_is_read_with_its_words(text: str) -> None:
    assert [task[:2] for task in tasks_of(text)] == [("One.", False), ("Two.", True)]


@pytest.mark.parametrize("quoted", ["> - [x] Two.", ">> 1. [ ] Two.", "> Text\n> - [ ] Two."])
def test_what_is_quoted_promises_nothing(quoted: str) -> None:
    assert [task[0] for task in tasks_of(f"- [ ] One.\n\n{quoted}\n\n* [ ] Three.")] == [
        "One.",
        "Three.",
    ]
    assert not faults_of(quoted)


def test_finds_placeholders_in_comments_too_because_those_are_published() -> None:
    assert faults_of(BODY) == [(15, "placeholder"), (16, "placeholder")]


CODE = {
    "fenced": "```\n{}\n```",
    "fenced with tildes": "~~~~\n{}\n~~~~",
    "indented": "Text.\n\n    {}",
    "indented in a list": "- Item\n\n        {}",
    "pre": "<pre>\n{}\n</pre>",
    "pre in a div": "<div>\n<pre>{}</pre>\n</div>",
    "code": "Text <code>{}</code>.",
    "backticks over two lines": "Text `some\n{} code`.",
    "double backticks": "Text `` {} ` ``.",
}
CONTENT = {
    "placeholder": "[[gap]]",
    "task": "- [ ] Promise. due:2026-05-01",
    "link": "[text]({filename}/posts/none.md)",
    "picture": "![What it shows]({static}/none.png)",
}


@pytest.mark.parametrize("content", CONTENT.values(), ids=CONTENT)
@pytest.mark.parametrize("code", CODE.values(), ids=CODE)
def test_code_is_no_content(code: str, content: str) -> None:
    if "<" in code and content.startswith(("![", "[text")):
        content = "({filename}/posts/none.md)"
    body = read(code.replace("{}", content))
    assert (body.links, body.tasks, body.faults) == ((), (), ())


@pytest.mark.parametrize(
    "days",
    [
        "due:2030-05-01",
        "(due:2030-05-01)",
        "[due:2030-05-01]",
        "due: 2030-05-01",
        "Due:2030-05-01",
        "(Due: 2030-05-01).",
        "due:2030-05-01.",
        "due 2030-05-01",
        "**due:2030-05-01**",
        "\n  due:2030-05-01",
    ],
)
def test_a_day_is_understood_however_it_is_written(days: str) -> None:
    [(html, _, line, found)] = tasks_of(f"Text.\n\n- [ ] Publish it. {days}")
    assert (line, found) == (3, (("due", "2030-05-01"),))
    assert html.startswith("Publish it.")
    assert "2030" not in html


@pytest.mark.parametrize(
    "text",
    [
        "- [ ] Publish it.\n\n    due:2030-05-01",
        "- [ ] Publish it. (due:2030-05-01, sharp)",
        "- [ ] Publish it. due: tomorrow",
        "- [ ] Publish it. Due : 2030-05-01",
        "We will publish it. due:2030-05-01",
        "- [] Publish it.",
        "- [x]Publish it.",
        "-[ ] Publish it.",
        "1) [ ] Publish it.",
        "<ul>\n<li>[ ] Publish it.</li>\n</ul>",
        "[ ] Publish it.",
    ],
)
def test_a_day_or_a_task_that_is_none_is_said(text: str) -> None:
    assert {rule for _, rule in faults_of(text)} == {"commitment"}


@pytest.mark.parametrize(
    "text",
    [
        r"- \[ ] Publish it.",
        "- [`code`][one] is a link.\n\n[one]: https://example.com",
        "- [Publish](https://example.com) it.",
        "- [ ] Publish what we have done.",
        "It was due: nobody came.",
    ],
)
def test_what_is_meant_as_text_is_left_alone(text: str) -> None:
    assert not faults_of(text)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("We promise:\n- [ ] One.\n- [x] Two.", [2, 3]),
        ("We promise:\nthis\n* [ ] One.\n  and more\n* [x] Two.", [3, 5]),
        ("We promise:\n- first\n- [ ] One.", [3]),
        ("## We promise\n- [ ] One.", [2]),
        ("We promise:\n1. [ ] One.", [2]),
        ("- Some\n\n    We promise:\n    - [ ] One.", [4]),
        ("- [ ] One.\n    - [x] Inner.", [1, 2]),
        ("- [ ] One.\n\n- [ ] Two.", [1, 3]),
    ],
)
def test_a_list_may_stand_right_under_a_paragraph(text: str, lines: list[int]) -> None:
    assert [task[2] for task in tasks_of(text)] == lines
    assert not faults_of(text)


@pytest.mark.parametrize(
    ("text", "target", "line"),
    [
        ("[x]({static}/a b.pdf)", "/a b.pdf", 1),
        ("Two\nlines [x](<{static}/a b.pdf>)", "/a b.pdf", 2),
        ('[x]({static}/a.pdf "Title")', "/a.pdf", 1),
        ("[x][one]\n\n[one]: {static}/a.pdf", "/a.pdf", 3),
        ("[x] [one]\n\n[one]: <{static}/a.pdf>", "/a.pdf", 3),
        ("[one]\n\n[one]:\n    {static}/a.pdf", "/a.pdf", 4),
        ("Some\n<a\n href='{static}/a.pdf'>x</a>", "/a.pdf", 2),
        ("[![What](https://h/x.png)]({static}/a.pdf)", "/a.pdf", 1),
        ("| a | b |\n|---|---|\n| c | [x]({static}/a.pdf) |", "/a.pdf", 3),
        ("Note.[^1]\n\n[^1]: See [x]({static}/a.pdf).", "/a.pdf", 3),
        ("[x]({static}/a&b.pdf)", "/a&b.pdf", 1),
    ],
)
def test_a_link_is_found_as_markdown_reads_it(text: str, target: str, line: int) -> None:
    assert [(link.target, link.line) for link in read(text).links] == [(target, line)]
    assert "link" not in {rule for _, rule in faults_of(text)}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Text\n<{filename}/pages/about.md>", 2),
        ("Text\n\nmore ({filename}/pages/about.md)", 3),
        ("Text <a href={filename}/pages/about.md>x</a>", 1),
        ('<video src="{static}/a.mp4" poster="{static}/a.png"></video>', 1),
        ('<img src="a.png" srcset="{static}/b.png 2x" alt="What">', 1),
        ('<img alt="a > b" src="{static}/b.png">', 1),
        ("[x]({file}/pages/about.md)", 1),
        ("Text\n\n[x][undefined]", 3),
        ("![What][undefined]", 1),
        ("[x][]", 1),
        ("[x] (https://example.com)", 1),
        ("[x](https://example.com", 1),
    ],
)
def test_a_link_that_readers_would_see_dead_is_an_error(text: str, line: int) -> None:
    assert (line, "link") in faults_of(text)


def rules_of(text: str, **settings: object) -> set[str]:
    reader = BodyReader(Settings.read(settings))
    return {fault.rule for fault in reader.read(text, 1).faults}


def test_what_a_site_allows_is_no_fault() -> None:
    frame = '<iframe src="https://videos.example/embed/1"></iframe>'
    policy = "default-src 'self'; frame-src https://videos.example https://*.maps.example"
    own = {"Content-Security-Policy": policy}
    assert rules_of(frame) == {"third-party"}
    assert not rules_of(frame, NEWSROOM_HEADERS=own)
    assert not rules_of(frame, NEWSROOM_HEADERS={"Content-Security-Policy": None})
    assert not rules_of(frame.replace("videos.example", "a.maps.example"), NEWSROOM_HEADERS=own)
    assert rules_of(frame.replace("https", "http"), NEWSROOM_HEADERS=own) == {"third-party"}


def test_what_is_on_the_site_itself_is_no_third_party() -> None:
    picture = "![The gate](https://news.example/gate.png)"
    site = {"SITEURL": "https://news.example", "NEWSROOM_FEED_TAG": "news.example,2026"}
    assert rules_of(picture) == {"third-party"}
    assert not rules_of(picture, **site)
    assert not rules_of("![The gate](/gate.png)")
    assert rules_of(picture.replace("https", "http"), **site) == {"third-party"}


TAKING = (
    *("title", "select", "table", "textarea", "b", "div", "main", "span", "a", "article", "ul"),
    *("section", "button", "details", "svg", "iframe", "script", "style", "template", "name"),
)


@pytest.mark.parametrize(
    "html",
    [
        "<{0}>",
        "<p><{0}></p>",
        "Text <{0}> more.",
        "- item <{0}>",
        "> quote\n\n<{0}>\n",
        "</{0}>",
        "Text.</{0}>",
        "<{0}/>",
        "| a |\n|---|\n| <{0}> |",
        "Note.[^1]\n\n[^1]: <{0}>",
    ],
)
@pytest.mark.parametrize("name", TAKING)
def test_html_that_takes_in_or_ends_what_is_around_it_is_an_error(html: str, name: str) -> None:
    said = rules_of(html.replace("{0}", name))
    if not (name == "svg" and "/>" in html):  # there it does close itself
        assert said & {"html", "third-party"}


@pytest.mark.parametrize(
    "text", ["Text <!-- not closed", "<!-- not closed\n\nMore.", "<a href='x>y</a>"]
)
def test_what_begins_like_html_and_does_not_end_hides_nothing(text: str) -> None:
    body = read(text)
    assert "html" in {fault.rule for fault in body.faults} or body.shows


FILES = [
    path
    for folder in ("content", "tests/content", "tests/prose", "tests/sites")
    for path in sorted((ROOT / folder).rglob("*.md"))
    if not path.name.endswith(".cite.md")
]
SNIPPETS = [
    "Text [one]({static}/a.png) and ![two]({static}/b c.png 'Title').",
    "[one]: <https://example.com/a> 'Title'",
    "> Quoted [one] and `code [[x]]`.\n> - [ ] Task",
    "- Item\n    - [x] Inner, *see [one][one]*\n\n    More [[gap]].",
    "    [code]({static}/a.png)",
    "<div>\n<b>Raw</b> [one]({static}/a.png)\n</div>",
    '<div markdown="1">\n[one]({static}/a.png)\n</div>',
    "Text <b>bold</b> <https://example.com/x> <me@example.com> a < b <br/> &amp; \\[x] {no}",
    "Note.[^1] *[HTML]: no",
    "[^1]: A note with [one]({static}/a.png).",
    "| a | b |\n|---|:-:|\n| [one]({static}/a.png) | `x` |",
    "# Heading [one]({static}/a.png) {#id .class}",
    "Term\n: [one]({static}/a.png)",
    '[one](https://example.com){: title="[x]" .class }',
    "*[HTML]: Hypertext",
    "```python\n[code]({static}/a.png)\n```",
    "<!-- [one]({static}/a.png) -->",
    "_[one](https://example.com)_ **[two][one]**",
]
# A comment beside HTML that is not closed stands in another place, which says nothing.
TEXTS = {
    str(path.relative_to(ROOT)): path.read_text("utf-8", "replace")
    for path in FILES
    if "never-closed" not in str(path)
}
TEXTS |= {f"{a!r} {b!r}": f"{a}\n\n{b}" for a in SNIPPETS for b in SNIPPETS}


def test_a_body_is_converted_as_pelican_does() -> None:
    markdown = Markdown(extensions=["extra", NewsroomExtension()], output_format="html")
    whole = BodyReader(Settings())
    for name, text in TEXTS.items():
        assert whole.convert(text) == markdown.reset().convert(text), name


def test_what_is_read_without_a_conversion_is_the_same() -> None:
    whole = BodyReader(Settings())
    plainly = {name: read_plainly(text, 1) for name, text in TEXTS.items()}
    assert sum(body is not None for body in plainly.values()) > 100
    for name, body in plainly.items():
        assert body is None or body == whole.read_whole(TEXTS[name], 1), name


def test_a_link_says_what_readers_get_of_it() -> None:
    text = (
        "[the **list** of\nbatches]({static}a.pdf), [away](https://x.example/), ![v]({static}v.mp4)"
        " [![a thumb]({static}x.jpg)]({static}big.pdf)"
        " [*f*]({filename}f.md) [a &amp; b]({static}c.csv)"
    )
    links = BodyReader(Settings()).read(text, 1).links
    assert [(link.target, link.element, link.text) for link in links] == [
        ("a.pdf", "a", "the list of batches"),
        ("v.mp4", "img", "v"),
        ("big.pdf", "a", "a thumb"),
        ("x.jpg", "img", "a thumb"),
        ("f.md", "a", "f"),
        ("c.csv", "a", "a & b"),
    ]
    assert [link.target for link in links if link.is_document] == ["a.pdf", "big.pdf", "c.csv"]
