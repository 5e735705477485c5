"""A newsroom as a guest of a Pelican site: incidents come to it, and nothing of it changes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, ClassVar

import pytest
from newsroom.host.guest import with_incidents
from newsroom.model.policy import OTHER_TYPE, Policy, media_type
from newsroom.model.problems import Problem
from newsroom.model.settings import Settings, SettingsError
from newsroom.model.signed import signed_text
from newsroom.publish.finish import lenient
from PIL import Image

from tests.signing import public_key, sign
from tests.sites import ROOT, Site, words
from tests.sizes import first
from tests.twins import Twin

HOME = "https://tarnside.example/"
INCIDENT = "incidents/mislabelled-jars/"
ARTICLE = "content/2026-01-12-first-frost.md"
MENU = '<li><a href="https://tarnside.example/incidents/">Incidents</a></li>'
# What Reflex needs of any site, and what makes builds quick.
COMMON: dict[str, Any] = {
    **{"CC_LICENSE": {}, "DISABLE_URL_HASH": True, "MAIN_MENU": True},
    "NEWSROOM_CARDS": False,
}
OURS = ("incidents/", "2026/incidents/", "states/", "corrections/", "authors/", "feeds/authors/")


def guest(to: Path, theme: str = "notmyidea") -> Twin:
    """The site `blog`, with a newsroom as its guest."""
    return Twin.copy("blog", to, theme=theme, settings=dict(COMMON))


def host(twin: Twin, to: Path, **settings: Any) -> Twin:
    """The same site before the newsroom came."""
    alone = twin.again(to)
    alone.remove("content/incidents")
    alone.remove("content/authors")
    alone.remove("output")
    alone.settings |= {"PLUGINS": [], **settings}
    alone.begin().wait().succeeds()
    return alone


def files(twin: Twin) -> dict[str, bytes]:
    """The output, by path."""
    found = (path for path in twin.output.rglob("*") if path.is_file())
    return {path.relative_to(twin.output).as_posix(): path.read_bytes() for path in found}


def site_of(twin: Twin) -> Site:
    return Site(twin.folder, twin.now)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Twin:
    """The site under Pelican's own theme, with an entry that is signed; no test changes it."""
    twin = guest(tmp_path_factory.mktemp("guest"))
    key = public_key("elin").line
    twin.edit("content/authors/elin-marsh.md", "Role:", f"Key: {key} since:2026-01-01\nRole:")
    text = signed_text(twin.read(f"content/{INCIDENT}found.md").encode())
    made = sign(text, "elin", "newsroom@tarnside.example")
    twin.write(f"content/{INCIDENT}found.md.elin-marsh.sig", made.decode())
    twin.build().succeeds()
    return twin


@pytest.fixture
def twin(tmp_path: Path) -> Twin:
    return guest(tmp_path, "simple")


class TestWhatIsTheSitesStaysAsItIs:
    @pytest.mark.parametrize(
        ("theme", "relative"),
        first(2, [("notmyidea", True), ("reflex", False), ("simple", False), ("smallweb", True)]),
    )
    def test_every_file_is_the_same_but_for_the_menu(
        self, tmp_path: Path, theme: str, relative: bool
    ) -> None:
        both = {"RELATIVE_URLS": relative}
        with_us = guest(tmp_path / "guest", theme)
        with_us.build(both).succeeds()
        menu = {"MENUITEMS": [("Incidents", f"{HOME}incidents/")]}
        before, after = files(host(with_us, tmp_path / "host", **menu, **both)), files(with_us)
        assert len(before) > 40
        assert [path for path in before if after.get(path) != before[path]] == []
        added = after.keys() - before.keys() - {"newsroom.css", "newsroom.js", "history.css"}
        assert [path for path in added if not path.startswith(OURS)] == []
        assert f"{INCIDENT}index.html" in added

    def test_the_menu_has_one_line_more(self, tmp_path: Path, built: Twin) -> None:
        before, after = files(host(built, tmp_path)), files(built)
        for path, data in before.items():
            more = [*after[path].decode("utf-8", "replace").splitlines()]
            lines = [line for line in more if line.strip() != MENU]
            assert lines == data.decode("utf-8", "replace").splitlines(), path
            if path.endswith(".html"):
                assert len(more) == len(lines) + 1, path

    @pytest.mark.parametrize(
        ("items", "added"),
        [
            ([], [("Incidents", f"{HOME}incidents/")]),
            ([("Docs", "https://docs.example/")], [("Incidents", f"{HOME}incidents/")]),
            ([("Shop", "/shop/"), ("Bees", "bees/")], [("Incidents", "/incidents/")]),
            ([("Shop", "shop.html")], [("Incidents", "incidents/")]),
            ([("What went wrong", "incidents/")], []),
            ([("Shop", "/shop/", "an icon")], []),
        ],
    )
    def test_a_menu_is_written_as_the_theme_reads_it(self, items: Any, added: Any) -> None:
        assert with_incidents(items, "Incidents", f"{HOME}incidents/") == [*items, *added]

    @pytest.mark.parametrize(("beside", "url"), [("/blog/a.html", "/blog/incidents/"),
                                                 ("/a.html", "/incidents/")])  # fmt: skip
    def test_a_menu_of_a_site_below_a_path(self, beside: str, url: str) -> None:
        whole = f"{HOME}blog/incidents/"
        assert with_incidents([("A", beside)], "Incidents", whole)[1] == ("Incidents", url)

    def test_hosts_are_told_the_type_of_all_of_it(self, built: Twin) -> None:
        there = files(built)
        assert any(path.endswith(".woff") for path in there)
        unknown = {Path(path).name for path in there if media_type(path) == OTHER_TYPE}
        # No browser of today asks for the second.
        assert unknown == {"allowed_signers", "Yanone_Kaffeesatz_400.eot"}

    def test_lists_feeds_and_templates_of_the_site_know_no_incident(self, built: Twin) -> None:
        text = files(built)
        for path in ("all.txt", "index.html", "feeds/all.atom.xml", "tag/shop.html", "tags.html",
                     "author/elin-marsh.html", "2026/index.html", "categories.html"):  # fmt: skip
            assert "heather honey" not in text[path].decode().lower(), path
        assert text["all.txt"].count(b".html") == 4


class TestWhatComesToIt:
    def test_the_incident_stands_in_the_frame_of_the_site(self, built: Twin) -> None:
        page = site_of(built).page(INCIDENT)
        assert len(page.select("#banner, #contentinfo")) == 2
        assert MENU in str(page).replace("\n", "")
        assert words(page.select_one("h1.p-name")) == "The mislabelled jars"
        text = words(page)
        for said in ("State: Acting", "How the labels were swapped", "Elin Marsh", "Beekeeper",
                     "My @tarnside blossom honey", "bring the jar back"):  # fmt: skip
            assert said in text
        assert page.select_one(f'link[href="{HOME}newsroom.css"]')

    def test_links_lead_from_entries_to_articles(self, built: Twin) -> None:
        page = site_of(built).page(f"{INCIDENT}statement/")
        links = {str(link["href"]) for link in page.select(".e-content a")}
        assert links == {
            f"{HOME}{path}"
            for path in (
                f"{INCIDENT}blossom-label.svg", "files/prices.txt", "our-jars-come-back.html",
                "varroa.html", "category/news.html",
            )
        }  # fmt: skip
        assert links <= {HOME + path for path in files(built)}

    def test_files_of_ours_have_their_own_paths(self, twin: Twin) -> None:
        twin.build({"STATIC_URL": "s/{path}", "STATIC_SAVE_AS": "s/{path}"}).succeeds()
        assert {f"{INCIDENT}blossom-label.svg", "s/files/prices.txt"} <= files(twin).keys()
        links = [str(link["href"]) for link in site_of(twin).page(INCIDENT).select("main a")]
        assert f"{HOME}{INCIDENT}blossom-label.svg" in links
        assert f"{HOME}s/files/prices.txt" in links

    def test_links_lead_from_articles_to_entries_incidents_and_people(self, twin: Twin) -> None:
        with (twin.folder / ARTICLE).open("a", encoding="utf-8") as article:
            for name in ("incidents/mislabelled-jars/statement.md", "incidents/mislabelled-jars",
                         "authors/elin-marsh.md"):  # fmt: skip
                article.write(f"\n[{name}]({{filename}}/{name})\n")
        twin.build().succeeds()
        page = site_of(twin).page("the-first-frost.html")
        links = [str(link["href"]) for link in page.select(".entry-content a, article a, main a")]
        for url in (f"{INCIDENT}statement/", INCIDENT, "authors/elin-marsh/"):
            assert HOME + url in links

    def test_there_are_profiles_corrections_and_feeds_of_incidents(self, built: Twin) -> None:
        site = site_of(built)
        assert "Elin keeps the bees" in words(site.page("authors/elin-marsh/"))
        assert "Corrections" in words(site.page("corrections/"))
        feed = json.loads((site.output / "incidents/feed.json").read_text("utf-8"))
        assert feed["title"] == "Incidents – Tarnside Honey"
        assert len(feed["items"]) == 2
        assert feed["home_page_url"] == f"{HOME}incidents/"
        text = (site.output / INCIDENT / "index.html").read_text("utf-8")
        assert f'href="{HOME}incidents/feed.atom"' in text
        assert (site.output / INCIDENT / "index.txt").exists()

    def test_what_is_signed_can_be_checked(self, built: Twin) -> None:
        there, lists = built.output, built.output / ".well-known/newsroom"
        entry = there / INCIDENT / "found"
        run = subprocess.run(
            ("ssh-keygen", "-Y", "verify", "-f", lists / "allowed_signers", "-I",
             "elin-marsh@tarnside.example", "-n", "newsroom@tarnside.example",
             "-s", entry / "found.md.elin-marsh.sig"),
            input=(entry / "found.md").read_bytes(), capture_output=True, check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        listed = json.loads((lists / "statements-2026.json").read_text("utf-8"))["statements"]
        assert {each["url"] for each in listed} == {
            f"{HOME}{INCIDENT}{name}/" for name in ("statement", "found")
        }
        assert site_of(built).page("verify/").select_one("form.verify")
        assert "Signed by Elin Marsh" in words(site_of(built).page(INCIDENT))

    @pytest.mark.parametrize("url", ["verify/", "corrections/", "incidents/", INCIDENT])
    def test_all_of_a_page_stands_in_the_column_of_a_theme_without_one(
        self, built: Twin, url: str
    ) -> None:
        page, css = site_of(built).page(url), (built.output / "newsroom.css").read_text("utf-8")
        column = css.split("/* A frame that leaves", 1)[1].split("*/", 1)[1].split("{", 1)[0]
        theirs = page.select("#banner, #menu, #extras, #contentinfo, body > :is(a, noscript)")
        ours = [each for each in page.select("body > *") if each not in theirs]
        assert ours
        assert [each for each in ours if each not in page.select(column)] == []

    def test_what_is_the_whole_newsrooms_is_not_made(self, built: Twin) -> None:
        there = files(built)
        for path in ("sitemap.xml", "news-sitemap.xml", "404.html", "favicon.ico", "feeds/all.atom",
                     *(f"{name}/index.html" for name in ("posts", "media", "goals", "authors")),
                     ):  # fmt: skip
            assert path not in there
        assert there["robots.txt"] == (built.folder / "content/extra/robots.txt").read_bytes()

    def test_other_plugins_see_the_incidents_as_articles(self, twin: Twin) -> None:
        twin.write("lister.py", LISTER)
        plugins = {"PLUGIN_PATHS": [str(ROOT / "plugins"), "."], "PLUGINS": ["lister", "newsroom"]}
        twin.build(plugins).succeeds()
        seen, written = (files(twin)[name].decode() for name in ("seen", "written"))
        assert seen.splitlines()[:2] == [
            f"{INCIDENT}{name}/ Incidents incidents/" for name in ("found", "statement")
        ]
        assert "varroa.html bees category/bees.html" in seen
        assert f"{INCIDENT}statement/index.html article" in written
        assert f"{INCIDENT}index.html" in written
        twin.build(plugins).succeeds()  # those plugins need the pages, so none is kept
        assert (seen, written) == tuple(files(twin)[name].decode() for name in ("seen", "written"))

    def test_a_part_that_another_plugin_builds_is_pelicans_alone(self, twin: Twin) -> None:
        twin.write("parts.py", PARTS)
        twin.build({"PLUGIN_PATHS": [str(ROOT / "plugins"), "."], "PLUGINS": ["parts", "newsroom"],
                    "STATIC_PATHS": ["incidents", "images"]}).succeeds()  # fmt: skip
        there = files(twin)
        assert {"part/varroa.html", "part/images/hive.svg", f"{INCIDENT}index.html"} <= there.keys()
        ours = [path for path in there if path.startswith(("part/incidents", "part/authors/"))]
        assert ours == []

    def test_pelicans_own_server_finds_the_output(self, built: Twin) -> None:
        run = site_of(built).build("--print-settings", "OUTPUT_PATH").succeeds()
        assert "/output" in run.stdout
        assert "/.output.build" not in run.stdout


LISTER = """
from pathlib import Path
from pelican import signals
from pelican.generators import Generator

class Lister(Generator):
    def generate_output(self, writer):
        said = [f"{article.url} {article.category} {article.category.url}"
                for article in self.context["articles"]]
        Path(self.output_path, "seen").write_text("\\n".join(said))

def note(path, context):
    root = context["OUTPUT_PATH"]
    with open(f"{root}/written", "a") as file:
        kind = "article" if context.get("article") else ""
        file.write(f"{Path(path).relative_to(root)} {kind}\\n")

def lister(pelican):
    return Lister

def register():
    signals.get_generators.connect(lister)
    signals.content_written.connect(note)
"""
# As plugins do that build each language by itself.
PARTS = """
from pelican import Pelican, signals

outputs = []

def begin(pelican):
    outputs.append(pelican.settings["OUTPUT_PATH"])

def part(pelican):
    if len(outputs) == 1:
        Pelican(pelican.settings | {"OUTPUT_PATH": f"{outputs[0]}/part"}).run()

def register():
    signals.get_generators.connect(begin)
    signals.get_writer.connect(part)
"""


class TestPublishing:
    def test_what_the_site_had_is_published_with_warnings(self, twin: Twin) -> None:
        exif = Image.Exif()
        exif[271] = "A camera"
        (twin.folder / "content/images/photos").mkdir()
        for number in range(12):
            photo = twin.folder / f"content/images/photos/{number}.jpg"
            Image.new("RGB", (8, 8)).save(photo, exif=exif)
        twin.write("themed/base.html", '{% extends "!simple/base.html" %}{% block header %}'
                   '<a href="/nowhere.html">Dead</a>{{ super() }}{% endblock %}')  # fmt: skip
        twin.edit(f"content/{INCIDENT}statement.md", "Tags:", "Category: Recalls\nTags:")
        twin.settings |= {"THEME_TEMPLATES_OVERRIDES": ["themed"], "NEWSROOM_PUBLISH": True}
        said = twin.build().succeeds().stderr
        assert "output/images/photos/0.jpg:1: warning: this image carries" in said
        assert "warning: and 2 more like these  [image-metadata]" in said
        assert "warning: this page links to /nowhere.html" in said
        assert (twin.output / INCIDENT / "index.html.br").exists()
        headers = (twin.folder / "output.hosting/_headers").read_text("utf-8")
        assert "nosniff" in headers
        assert not [name for name in RESTRICT if name in headers]

    def test_only_what_is_ours_stops_it(self) -> None:
        link = "this page links to {} (cannot find file): mend the link"
        found = [
            Problem("index.html", 3, "broken-link", link.format("/theme/x.css")),
            Problem(f"{INCIDENT}index.html", 3, "broken-link", link.format("/theme/x.css")),
            Problem(f"fr/{INCIDENT}index.html", 9, "broken-link", link.format("/no.html")),
            Problem(f"{INCIDENT}index.html", 9, "broken-link", link.format("/#top")),
            Problem(f"{INCIDENT}shot.png", 1, "image-metadata", "this image carries Exif"),
            Problem("images/us.png", 1, "image-metadata", "this image carries Exif: us.png"),
        ]
        stops = [problem for problem in lenient(found) if not problem.is_warning]
        assert stops == [found[2], found[4]]


RESTRICT = ("Content-Security-Policy", "X-Frame-Options", "Strict-Transport", "Permissions-Policy")


class TestSettings:
    PELICANS: ClassVar[dict[str, Any]] = {"NEWSROOM_POSTS": "pelican"}

    def test_what_is_pelicans_is_taken_as_it_is(self) -> None:
        odd = {"PAGE_PATHS": [""], "STATIC_PATHS": ["."], "DEFAULT_METADATA": {"status": "draft"}}
        settings = Settings.read(odd | self.PELICANS | {"DEFAULT_LANG": "en_GB"})
        assert (settings.page_paths, settings.lang) == ((), "en-gb")
        with pytest.raises(SettingsError):
            Settings.read(odd)

    def test_a_policy_is_the_sites_to_write(self) -> None:
        usual = Settings.read(self.PELICANS)
        assert [*Policy.of(usual.headers, False).everywhere] == [
            "X-Content-Type-Options",
            "Referrer-Policy",
        ]
        own = {"content-security-policy": "default-src 'self'"}
        settings = Settings.read(self.PELICANS | {"NEWSROOM_HEADERS": own})
        policy = Policy.of(settings.headers, False).everywhere
        assert policy["Content-Security-Policy"] == "default-src 'self'"


class TestIncrementally:
    def test_what_is_ours_is_kept_and_what_is_pelicans_is_made(self, twin: Twin) -> None:
        twin.write("frame/base.html", "<title>{% block title %}{% endblock %}</title>"
                   "{% block content %}{% endblock %}")  # fmt: skip
        twin.settings["THEME_TEMPLATES_OVERRIDES"] = ["frame"]
        twin.build().succeeds()
        twin.edit(ARTICLE, "Eleven", "Twelve")
        twin.build().succeeds()
        assert twin.last.rendered == ["corrections/index.html"]  # which is made of all there is
        assert twin.last.kept > 20
        assert "Twelve hives" in (twin.output / "the-first-frost.html").read_text("utf-8")
        twin.edit(f"content/{INCIDENT}found.md", "side by side", "beside each other")
        twin.check("an entry has changed")
        assert f"{INCIDENT}found/index.html" in twin.last.rendered

    def test_pages_of_ours_show_what_the_frame_shows_of_articles(self, tmp_path: Path) -> None:
        twin = guest(tmp_path)  # its frame lists the categories
        twin.build().succeeds()
        twin.edit("content/shop/opening-hours.md", "Category: News", "Category: Hours")
        twin.build().succeeds()
        assert "category/hours.html" in str(site_of(twin).page("corrections/").nav)
        twin.remove("content/shop/jars.html")
        twin.edit(f"content/{INCIDENT}statement.md", "/shop/jars.html", "/bees/varroa.rst")
        twin.check("a category has another name, and an article has gone")

    def test_the_mode_goes_on_and_off(self, tmp_path: Path) -> None:
        twin = Twin.copy("thread", tmp_path, settings=dict(COMMON))
        twin.build().succeeds()
        for posts in ("pelican", "newsroom"):
            twin.settings["NEWSROOM_POSTS"] = posts
            twin.check(posts)
            assert (twin.output / "posts/open-day/index.html").exists() == (posts == "newsroom")
            assert any(twin.output.glob("come-see*.html")) == (posts == "pelican")
            assert (twin.output / "incidents/rude-reply/index.html").exists()
