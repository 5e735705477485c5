"""Sources that are made to do harm, or are broken: nothing leaves, nothing gets in."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from newsroom.imports.at_hand import Files
from newsroom.imports.leading import Addresses, Leads
from newsroom.imports.ledger import Ledger
from newsroom.imports.source import ImportedPost, Notes
from newsroom.imports.tidy_html import convert
from newsroom.model.problems import CommandError

from tests.importing import bring, content, errors, picture, post, said
from tests.sites import NOW, Site
from tests.talking import pdf

ROLES = "Ada Quill: Press Officer"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOW)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.copy("minimal", tmp_path / "site")


def feed(folder: Path, *items: dict[str, object]) -> Path:
    """Write a JSON Feed of posts with these texts and whatever else is said of them."""
    usual = {"title": "A post", "date_published": "2026-02-01T09:00:00Z",
             "authors": [{"name": "Ada Quill"}]}  # fmt: skip
    numbered = [
        {"id": f"https://old.example/{number}/", "url": f"https://old.example/{number}/", **usual}
        | item
        for number, item in enumerate(items, 1)
    ]
    whole = {"version": "https://jsonfeed.org/version/1.1", "home_page_url": "https://old.example",
             "items": numbered}  # fmt: skip
    file = folder / "feed.json"
    file.write_text(json.dumps(whole), "utf-8")
    return file


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


class TestXml:
    @pytest.mark.parametrize("trap", [BOMB, OUTSIDE], ids=["bomb", "outside"])
    def test_entities_of_its_own(self, site: Site, tmp_path: Path, trap: str) -> None:
        wxr = f"<rss xmlns:wp='w'>{'<channel><wp:wxr_version>1.2</wp:wxr_version>'}</channel></rss>"
        for name, text in (("wp.xml", wxr), ("rss.xml", "<rss><channel/></rss>")):
            (tmp_path / name).write_text(f'<?xml version="1.0"?>\n{trap}\n{text}', "utf-8")
            with pytest.raises(CommandError, match="declares entities of its own"):
                bring(site, tmp_path / name)

    def test_an_export_that_is_cut_off(self, site: Site, tmp_path: Path) -> None:
        text = "<rss><channel>\n<wp:wxr_version>1.2</wp:wxr_version>\n<item><title>A"
        (tmp_path / "wp.xml").write_text(text, "utf-8")
        with pytest.raises(CommandError, match=r"wp\.xml:3 is broken XML"):
            bring(site, tmp_path / "wp.xml")


class TestFiles:
    """A source reaches no file but those of the folders that were named."""

    def test_paths_that_lead_out(self, site: Site, tmp_path: Path) -> None:
        picture(tmp_path / "secret.png")
        picture(tmp_path / "old/.hidden/x.png")
        picture(tmp_path / "old/img/good.png")
        (tmp_path / "old/link.png").symlink_to(tmp_path / "secret.png")
        (tmp_path / "old/away").symlink_to(tmp_path)
        ways = ("../secret.png", "/img/../../secret.png", "%2e%2e/secret.png", "link.png",
                "away/secret.png", ".hidden/x.png", f"{tmp_path}/secret.png",
                f"file://{tmp_path}/secret.png", "..\\secret.png", "img/good.png\0")  # fmt: skip
        html = "".join(f'<img src="{way}" alt="A picture">' for way in ways)
        html += '<p><img src="https://old.example/img/good.png" alt="Good"></p>'
        before = content(site)
        bring(site, feed(tmp_path, {"content_html": html}), roles=ROLES, files=f"{tmp_path}/old")
        new = {path for path in content(site).keys() - before.keys() if "images" in path}
        assert new == {"images/good.png"}
        assert errors(site) == []

    def test_texts_of_a_folder_that_lie_elsewhere(self, site: Site, tmp_path: Path) -> None:
        text = "---\ntitle: Secret\ndate: 2025-01-01\nauthor: Ada Quill\n---\n\nSecret.\n"
        (tmp_path / "secret.md").write_text(text, "utf-8")
        folder = tmp_path / "blog"
        (folder / "posts").mkdir(parents=True)
        (folder / "posts/link.md").symlink_to(tmp_path / "secret.md")
        report = said(bring(site, folder, roles=ROLES))
        assert "posts/link.md:1: warning: this is a link that leads out of the folder" in report
        assert not (site.folder / "content/posts").exists()
        with pytest.raises(CommandError, match=r"--posts: \.\. is no folder of"):
            bring(site, folder, posts="..")

    def test_what_files_say_besides_stays_out(self, site: Site, tmp_path: Path) -> None:
        (tmp_path / "old").mkdir()
        (tmp_path / "old/report.pdf").write_bytes(pdf())
        (tmp_path / "old/x.svg").write_text("<svg onload='alert(1)'/>", "utf-8")
        (tmp_path / "old/fake.png").write_bytes(b"<html>")
        html = (
            '<p><a href="/report.pdf">The report</a> <img src="/x.svg" alt="X">'
            '<img src="/fake.png" alt="Y"></p>'
        )
        done = bring(site, feed(tmp_path, {"content_html": html}), roles=ROLES,
                     files=f"{tmp_path}/old")  # fmt: skip
        assert "[The report]({static}/docs/report.pdf)" in post(site, "2026/1.md")
        assert "is an SVG, which may hold scripts: save it as PNG" in said(done)
        assert "fake.png is not an image that can be published" in said(done)
        assert errors(site) == []

    def test_names_that_collide(self, site: Site, tmp_path: Path) -> None:
        picture(tmp_path / "old/a/x.png", "navy")
        picture(tmp_path / "old/b/x.png", "maroon")
        (tmp_path / "old/a/X.PNG").write_bytes((tmp_path / "old/b/x.png").read_bytes())
        html = "".join(
            f'<p><img src="/{way}" alt="A"></p>' for way in ("a/x.png", "b/x.png", "a/X.PNG")
        )
        source = feed(tmp_path, {"content_html": html})
        site.write("content/images/a/x.png", "not ours")
        bring(site, source, roles=ROLES, files=f"{tmp_path}/old")
        before = content(site)
        assert (site.folder / "content/images/a/x.png").read_text("utf-8") == "not ours"
        assert {"images/a/x-2.png", "images/a/x-3.png", "images/b/x.png"} <= before.keys()
        bring(site, source, roles=ROLES, files=f"{tmp_path}/old")
        assert content(site) == before


class TestPosts:
    def test_slugs_titles_and_addresses_that_collide(self, site: Site, tmp_path: Path) -> None:
        evil = "https://old.example/../../etc/passwd"
        items: list[dict[str, object]] = [
            {"url": "https://old.example/a/x/", "content_html": "<p>One</p>"},
            {"url": "https://old.example/b/x/", "content_html": "<p>Two</p>"},
            {"url": "https://old.example/b/X/", "content_html": "<p>Three</p>"},
            {"url": evil, "content_html": "<p>Four</p>"},
            {"url": "https://old.example/posts/", "content_html": "<p>Five</p>"},
            {"url": "https://old.example/новости/", "content_html": "<p>Six</p>", "title": ""},
        ]
        source = feed(tmp_path, *items)
        report = said(bring(site, source, roles=ROLES))
        posts = {path for path in content(site) if path.startswith("posts/")}
        names = ("x", "x-2", "x-3", "passwd", "posts", "novosti")
        assert posts == {f"posts/2026/{name}.md" for name in names}
        assert "the old address /b/X/ is another's: left out" in report
        assert "remove the alias /posts/: see to it, then remove its Status" in report
        assert "Title: Six\n" in post(site, "2026/novosti.md")
        assert errors(site) == []
        before = content(site)
        bring(site, source, roles=ROLES)
        assert content(site) == before

    def test_labels_that_make_one_address(self, site: Site, tmp_path: Path) -> None:
        tags = (["Café", "press, news"], ["cafe", "CAFE", "!!!"], ["x" * 300])
        items: list[dict[str, object]] = [
            {"content_html": "<p>A</p>", "tags": each} for each in tags
        ]
        report = said(bring(site, feed(tmp_path, *items), roles=ROLES))
        assert "Tags: Café, press news\n" in post(site, "2026/1.md")
        assert "Tags: Café\n" in post(site, "2026/2.md")
        assert "the tag '!!!' makes no address: left out" in report
        assert errors(site) == []

    def test_what_the_check_refuses_is_a_draft(self, site: Site, tmp_path: Path) -> None:
        items: list[dict[str, object]] = [
            {"content_html": "<p>A</p>", "title": "See {filename}x.md"},
            {"content_html": '<p>See <a href="https://old.example/1/">one</a>.</p>'},
            {"content_html": "<p>C</p>", "date_published": "03/11/2026"},
            {"content_html": ""},
        ]
        report = said(bring(site, feed(tmp_path, *items), roles=ROLES))
        assert "it is a draft, because line 1: {filename} works only in the text" in report
        assert "https://old.example/1/ leads to a post that is not public" in report
        assert "\n\nSee one.\n" in post(site, "2026/2.md")
        assert "'03/11/2026' could be two dates" in report
        assert "Status: draft" in post(site, "undated/3.md")
        assert "it is a draft, because line 1: there is nothing below the header" in report
        assert errors(site) == []

    def test_a_site_whose_posts_are_pelicans(self, site: Site, tmp_path: Path) -> None:
        site.write("pelicanconf.py", 'SITENAME = "X"\nNEWSROOM_POSTS = "pelican"\n')
        with pytest.raises(CommandError, match="posts are Pelican's own"):
            bring(site, feed(tmp_path, {"content_html": "<p>A</p>"}))


def _convert(html: str) -> str:
    notes = Notes("x")
    files = Files(Path(), (), Ledger(Path()))
    return convert(html, Leads(Addresses("", "", files), ImportedPost("x", notes, "", html), notes))


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a</p><style>p{}</style><p>b</p>", "a\n\nb"),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "&lt;script>alert(1)&lt;/script>"),
        ("<p onclick=x style=y>a &amp;amp; b</p>", "a &amp;amp; b"),
        ("<p># no heading</p><p>- no list<br>1. none</p>",
         "&#35; no heading\n\n&#45; no list  \n1&#46; none"),
        ("<p>{.advice} {static}x [[gap]] [a](b)</p>",
         "&#123;.advice} &#123;static}x &#91;&#91;gap&#93;&#93; &#91;a&#93;(b)"),
        ("<p>Status: draft</p>", "Status&#58; draft"),
        ("<p>snake_case *x* _y_ `z`</p>", "snake_case \\*x\\* \\_y\\_ \\`z\\`"),
        ("<ul><li>a<ol><li>b</li></ol></li></ul>", "- a\n    1. b"),
        ("<blockquote>a<p>b</p></blockquote>", "> a\n>\n> b"),
        ("<pre>```\n[[x]]</pre>", "````\n```\n[[x]]\n````"),
        ("<p>H<sub>2</sub>O <del>x</del></p>", "H<sub>2</sub>O <del>x</del>"),
        ('<p><a href="https://a.example/(x) y">z</a></p>', "[z](https://a.example/%28x%29%20y)"),
        ("<h1>A</h1><h2>B {#c}</h2>", "## A\n\n### B &#123;#c}"),
        ("<div>loose <b>words</b><p>in</p>a box</div>", "loose **words**\n\nin\n\na box"),
        ("<table><tr><td>a|b</td></tr></table>", "|  |\n| --- |\n| a&#124;b |"),
        ("<table><caption>c</caption><tr><td><code>a|b</code></td></tr></table>",
         "c\n\n|  |\n| --- |\n| `a|b` |"),
        ("<aside>a</aside>b", "a\n\nb"),
        ("<p>\x00a\x08b\ufffe</p>", "ab"),
        ("<!-- {static}/x -->a<![CDATA[b]]>", "a"),
    ],
)  # fmt: skip
def test_what_html_becomes(html: str, markdown: str) -> None:
    assert _convert(html) == markdown


def test_html_that_is_nested_without_end() -> None:
    assert _convert("<div>" * 1500 + "words" + "</div>" * 1500) == "words"


def test_a_library_that_is_missing(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("newsroom.imports.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "markdownify", None)
    with pytest.raises(CommandError, match=r"pip install 'pelican-newsroom\[import\]'"):
        bring(site, feed(tmp_path, {"content_html": "<p>A</p>"}))
