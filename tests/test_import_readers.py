"""How imports read what other programs write: shortcodes, marks of templates, dates, addresses."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from newsroom.imports.generators import Site
from newsroom.imports.odd_dates import read_odd_date
from newsroom.imports.shortcodes import Attachment, Shown, with_footnotes
from newsroom.imports.source import Notes
from newsroom.imports.template_marks import Marks
from newsroom.imports.tidy_html import text_of
from newsroom.imports.wordpress import read_wordpress

ZONE = ZoneInfo("Europe/London")
FILES = {"7": Attachment("https://old.example/a.png", "A mill", "At dusk", "1")}
FIGURE = '<img src="https://old.example/a.png" alt="A mill"><figcaption>At dusk</figcaption>'


@pytest.mark.parametrize(
    ("written", "made", "rules"),
    [
        ("One\ntwo\n\nThree", "<p>One<br />\ntwo</p>\n<p>Three</p>", []),
        ('[gallery ids="7,8"]', f"<figure><figure>{FIGURE}</figure></figure>", []),
        ("[gallery]", f"<figure><figure>{FIGURE}</figure></figure>", []),
        ('[caption caption="Old form"]<img src="/x.png">[/caption]',
         '<figure><img src="/x.png"><figcaption>Old form</figcaption></figure>', []),
        ('[code language="php"]if ($a < [b]) {}[/code]',
         '<pre class="language-php">if ($a &lt; [b]) {}</pre>', []),
        ("a [[gallery]] b [sic] [1]", "<p>a &#91;gallery] b [sic] [1]</p>", []),
        ('[box colour="red"]kept[/box]', "<p>kept</p>", ["import-shortcode"]),
        ('[audio mp3="https://old.example/a.mp3"][/audio]',
         '<audio src="https://old.example/a.mp3"></audio>', []),
        ("[embed]https://vimeo.com/1[/embed]",
         '<p><a href="https://vimeo.com/1">vimeo.com/1</a></p>', ["import-embed"]),
        ("<!-- wp:paragraph -->\n<p>A\nb</p>\n<!-- /wp:paragraph -->", "<p>A\nb</p>", []),
        ('<!-- wp:block {"ref":12} /-->', "<p>Reused</p>", []),
        ('<!-- wp:acme/map {"at":"x"} /-->', "", ["import-block"]),
        ("<pre>[gallery]\n\n\nx</pre>", "<pre>[gallery]\n\n\nx</pre>", []),
        ("<!--more-->a<!--nextpage-->", "<p>a</p>", []),
    ],
)  # fmt: skip
def test_what_wordpress_shows(written: str, made: str, rules: list[str]) -> None:
    notes = Notes("x.xml", 1, written)
    reused = {"12": "<!-- wp:paragraph --><p>Reused</p><!-- /wp:paragraph -->"}
    html = Shown(notes, FILES, tuple(FILES.values()), reused).html(written)
    assert html.strip() == made
    assert [note.rule for note in notes.found] == rules


@pytest.mark.parametrize(
    ("written", "left", "rules"),
    [
        ("{{ site.url }}/x", "https://old.example/x", []),
        ("{{ '/a.png' | relative_url }}", "/a.png", []),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}", []),
        ("`{% x %}` and\n\n```\n{{< y >}}\n```", "`{% x %}` and\n\n```\n{{< y >}}\n```", []),
        ("{{% note %}}kept{{% /note %}}", "kept", ["import-shortcode"]),
        ("{{< vimeo 12 >}}", "[vimeo.com/12](https://vimeo.com/12)", ["import-embed"]),
        ("{{ unknown }}", "", ["import-shortcode"]),
        ("{% link _posts/a.md %}", "source:_posts/a.md", []),
        ("Text\n{: .lead}\n[a](b){:target=\"_blank\"}", "Text\n\n[a](b)", []),
        ("* TOC\n{:toc}\n\nText", "\n\nText", []),
        ("{{< highlight go \"linenos=1\" >}}\nx\n{{< /highlight >}}", "\n\n```go\nx\n```\n\n", []),
    ],
)  # fmt: skip
def test_what_only_the_old_program_reads(written: str, left: str, rules: list[str]) -> None:
    notes = Notes("x.md", 1, written)
    assert Marks(notes, {"site.url": "https://old.example"}).done(written) == left
    assert [note.rule for note in notes.found] == rules


@pytest.mark.parametrize(
    ("written", "at", "remark"),
    [
        ("2026-07-01 09:00", "2026-07-01T09:00:00+01:00", ""),
        ("2026-07-01T09:00:00Z", "2026-07-01T09:00:00+00:00", ""),
        ("Wed, 01 Jul 2026 09:00:00 PDT", "2026-07-01T09:00:00-07:00", ""),
        ("Wed, 01 Jul 2026 09:00:00 +0530", "2026-07-01T09:00:00+05:30", ""),
        ("1 July 2026", "2026-07-01T00:00:00+01:00", ""),
        ("2026-07-01 09:00 IST", "2026-07-01T09:00:00+01:00", "the zone of '2026"),
        ("13/07/2026", "2026-07-13T00:00:00+01:00", ""),
        ("03/07/2026", None, "could be two dates"),
        ("July 2026", None, "is no whole date"),
        ("09:30", None, "is no whole date"),
        ("yesterday", None, "is no date"),
        ("0000-00-00 00:00:00", None, ""),
        ("99999999999999999999", None, "is no"),
        (None, None, ""),
    ],
)
def test_dates_of_any_form(written: object, at: str | None, remark: str) -> None:
    found, said = read_odd_date(written, ZONE)
    assert (found and found.isoformat()) == at
    assert remark in said
    assert bool(said) == bool(remark)


@pytest.mark.parametrize(
    ("program", "settings", "said", "address"),
    [
        ("hugo", {}, {}, "/posts/weir/"),
        ("hugo", {"permalinks": {"posts": "/:year/:slug/"}}, {}, "/2026/weir/"),
        ("hugo", {"permalinks": {"page": {"posts": "/n/:slug/"}}}, {}, "/n/weir/"),
        ("hugo", {}, {"url": "/own.html"}, "/own.html"),
        ("jekyll", {}, {"categories": ["A b"]}, "/a-b/2026/07/01/weir.html"),
        ("jekyll", {"permalink": "pretty"}, {}, "/2026/07/01/weir/"),
        ("zola", {}, {"path": "a/b"}, "/a/b/"),
        ("eleventy", {}, {"permalink": "{{ page.date }}/x/"}, "/posts/weir/"),
    ],
)
def test_old_addresses(
    program: str, settings: dict[str, object], said: dict[str, object], address: str
) -> None:
    date, _ = read_odd_date("2026-07-01 09:00", ZONE)
    site = Site(Path(), program, settings)
    assert site.address("posts/weir", said, "weir", date) == address


def test_footnotes_that_wordpress_keeps_beside_the_text() -> None:
    html = '<p>So<sup data-fn="a1" class="fn"><a href="#a1">1</a></sup>.</p>'
    kept = '[{"content": "As <em>we</em> said.", "id": "a1"}]'
    assert with_footnotes(html, kept) == (
        '<p>So<footnote name="1"></footnote>.</p><note name="1">As <em>we</em> said.</note>'
    )
    assert with_footnotes("<p>So.</p>", "of a plugin") == "<p>So.</p>"


def test_posts_of_a_kind_that_a_plugin_has() -> None:
    kinds = ("press_release", "post", "post")
    items = "".join(f"<item><title>A {kind}</title><wp:post_type>{kind}</wp:post_type></item>"
                    for kind in kinds)  # fmt: skip
    data = f"<rss xmlns:wp='w'><channel>{items}</channel></rss>".encode()
    found = read_wordpress("x.xml", data, "press_release", ZONE)
    assert [post.title for post in found.posts] == ["A press_release"]
    assert [note.message for note in found.notes] == [
        "items of the kind post: 2, left out; name the kind with --posts"
    ]


def test_words_of_titles() -> None:
    assert text_of("Vec<T> &amp; <code>Box</code>") == "Vec<T> & Box"
    assert text_of("Tea &amp; <em>kettles</em> – 1 < 2") == "Tea & kettles – 1 < 2"
    assert text_of("<p>One</p><p>two<!-- no --></p>") == "One two"
