"""The newsroom in the reader's language: catalogues, dates and plurals, a page in each language."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages import Message
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from newsroom.language.words import Languages, Words, language_name
from newsroom.model.incident import Elapsed
from playwright.sync_api import Browser

from tests.serve import serving
from tests.sites import ROOT, Site, words
from tests.sizes import first

PLUGIN = ROOT / "plugins" / "newsroom"
PARTS = (PLUGIN, ROOT / "theme")
TRANSLATED = ("de", "es", "fr")
SPOKEN = {"say", "html", "plural", "forms", "later"}
FRENCH = Languages("en").of("fr")


def texts(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a message says in English and in the other language, plurals too."""
    english = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    said = message.string
    return english, (said,) if isinstance(said, str) else tuple(said or ())


def messages(file: Path) -> list[Message]:
    return [message for message in read_po(file.read_bytes().splitlines()) if message.id]


def templates(part: Path) -> Iterator[Path]:
    """What readers are shown; the desk's own pages are English, as its commands are."""
    yield from (part / "templates").rglob("*.html")
    yield from (part / "templates").rglob("*.txt")


class TestCatalogues:
    @pytest.mark.parametrize("lang", TRANSLATED)
    @pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
    def test_each_language_is_complete_and_keeps_every_value(self, part: Path, lang: str) -> None:
        found = messages(part / f"locale/{lang}/LC_MESSAGES/newsroom.po")
        assert {message.id for message in found} == {
            message.id for message in messages(part / "locale/newsroom.pot")
        }
        for message in found:
            english, said = texts(message)
            assert all(said), message.id
            assert not message.fuzzy, message.id
            held = set(re.findall(r"{\w+}", " ".join(english)))
            assert all(set(re.findall(r"{\w+}", text)) == held for text in said), message.id

    def test_french_puts_no_break_spaces_where_french_does(self) -> None:
        for part in PARTS:
            for message in messages(part / "locale/fr/LC_MESSAGES/newsroom.po"):
                for text in texts(message)[1]:
                    assert not re.search(r"(?<=\w) [:;?!»]|« ", text), text

    def test_collecting_again_changes_nothing(self, site: Callable[[str], Site]) -> None:
        """Whoever adds a text runs `invoke words`, so that translators see it."""
        copy = site("sample")
        shutil.copy(ROOT / "babel.cfg", copy.folder)
        plugin = copy.folder / "plugins" / "newsroom"
        plugin.unlink()  # a link: what is written there would be new code to other tests' builds
        shutil.copytree(PLUGIN, plugin, ignore=shutil.ignore_patterns("__pycache__"))
        before = [(copy.folder / folder / "newsroom.pot").read_bytes() for folder in LOCALES]
        copy.invoke("words").succeeds()
        after = [(copy.folder / folder / "newsroom.pot").read_bytes() for folder in LOCALES]
        assert after == before

    def test_every_text_in_the_code_is_collected(self) -> None:
        """Babel does not look into f-strings: a text there would stay English."""
        known = {
            text
            for message in messages(PLUGIN / "locale/newsroom.pot")
            for text in texts(message)[0]
        }
        said = {text for path in PLUGIN.rglob("*.py") for text in spoken(path)}
        assert said
        assert said - known == set()

    def test_templates_say_their_texts_by_the_names_that_are_collected(self) -> None:
        for part in PARTS:
            for path in templates(part):
                assert not re.search(r"words\.(html|say|plural|forms)\(", path.read_text("utf-8"))

    def test_no_template_says_anything_by_itself(self) -> None:
        """What stands between tags is said through a catalogue, or is a sign."""
        for part in PARTS:
            for path in templates(part):
                text = path.read_text("utf-8")
                for pattern in (r"{#.*?#}", r"{%.*?%}", r"{{.*?}}", r"<script.*?>|<[^>]*>"):
                    text = re.sub(pattern, " ", text, flags=re.S)
                assert not re.findall(r"[A-Za-z]{3,}", text), path.name


READ = re.compile(r"aria-label|title|alt|placeholder|content|data-.*")


@pytest.mark.parametrize("lang", first(1, ["de", "es"]))
def test_a_site_in_another_language_has_no_english_label(
    lang: str, site: Callable[[str], Site]
) -> None:
    """The content stays English: only what is exactly one of our texts counts."""
    built = site("thread")
    settings = (f'DEFAULT_LANG="{lang}"', 'SITEURL="https://copperline.example"')
    extra = ("NEWSROOM_CARDS=false", "NEWSROOM_SEARCH=true")
    built.build("-t", str(ROOT / "theme"), "-e", *settings, *extra).succeeds()
    labels = re.compile("|".join(english_texts(lang)))
    for path in (*built.output.rglob("*.html"), *built.output.rglob("index.txt")):
        assert not [said for said in said_in(path) if labels.fullmatch(said)], path


def english_texts(lang: str) -> Iterator[str]:
    """Patterns of the English texts that are others in a language, values left open."""
    for part in PARTS:
        for message in messages(part / f"locale/{lang}/LC_MESSAGES/newsroom.po"):
            for english, said in zip(*texts(message), strict=True):
                pattern = re.sub(r"\\{\w+\\}", ".+", re.escape(english))
                if said != english and re.search(r"\w", pattern):
                    yield pattern


def said_in(path: Path) -> Iterator[str]:
    """What a file says: each text of a page and of its elements' attributes; lines of a text."""
    if path.suffix == ".txt":
        yield from path.read_text("utf-8").splitlines()
        return
    page = BeautifulSoup(path.read_bytes(), "html.parser")
    for element in page.find_all(True):
        named = [name for name in element.attrs if READ.fullmatch(name)]
        said = [element[name] for name in named] + element.find_all(string=True, recursive=False)
        yield from (" ".join(str(text).split()) for text in said)


LOCALES = ("plugins/newsroom/locale", "theme/locale")


def spoken(path: Path) -> Iterator[str]:
    """The texts that a file says."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in SPOKEN:
                for argument in node.args[:2]:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield argument.value


class TestWords:
    def test_days_lengths_and_plurals_follow_the_language(self) -> None:
        assert FRENCH.day(date(2026, 8, 2)) == "2 août 2026"
        assert FRENCH.length(timedelta(hours=1, minutes=2)) == "1 heure 2 minutes"
        assert FRENCH.plural("{n} entry", "{n} entries", 0) == "0 texte"  # as French counts
        assert Words().plural("{n} entry", "{n} entries", 0) == "0 entries"
        assert FRENCH.forms("{n} new update", "{n} new updates")["one"] == "{n} nouveau point"

    def test_german_and_spanish_too(self) -> None:
        german, spanish = Languages().of("de"), Languages().of("es")
        morning = datetime(2026, 11, 2, 8, 56, tzinfo=ZoneInfo("Europe/Berlin"))
        assert german.time(morning) == "2. November 2026, 08:56 Uhr CET"
        assert spanish.time(morning) == "2 de noviembre de 2026, 8:56 CET"
        late = Elapsed(timedelta(days=1, hours=2))
        assert german.elapsed(late, "comment") == "1 Tag 2 Stunden nach dem Kommentar"
        assert spanish.elapsed(late, "rumour") == "1 día 2 horas después del rumor"
        assert spanish.plural("{n} new update", "{n} new updates", 1) == "1 actualización nueva"

    def test_english_is_the_worlds_unless_it_is_american(self) -> None:
        assert Words("en").day(date(2026, 11, 2)) == "2 November 2026"
        assert Languages("en").of("en-us").day(date(2026, 11, 2)) == "November 2, 2026"

    def test_a_language_without_catalogue_speaks_the_sites(self) -> None:
        assert Languages("fr").of("nl") == Languages("fr").of("fr")
        assert Languages("fr").of("fr-ca").say("Draft") == "Brouillon"
        assert Languages("nl").words.lang == "en"

    def test_marks_another_language_and_its_direction(self) -> None:
        assert str(Words("en").marks("fr")) == ' lang="fr"'
        assert str(Words("en").marks("ar")) == ' lang="ar" dir="rtl"'
        assert str(Words("en").marks("en")) == ""

    def test_values_in_html_are_escaped(self) -> None:
        assert FRENCH.html("by {name}", name="<b>") == "par &lt;b&gt;"

    def test_languages_have_their_own_names(self) -> None:
        assert language_name("fr") == "Français"
        assert language_name("cy") == "Cymraeg"
        assert language_name("xx-none") == "xx-none"


class TestIncidentPages:
    @pytest.fixture(scope="class")
    @classmethod
    def built(cls, tmp_path_factory: pytest.TempPathFactory) -> Site:
        """An incident whose follow-ups are in French, English and both, and a Dutch one."""
        site = Site.copy("translations", tmp_path_factory.mktemp("languages") / "site")
        head = "Author: Bram Stone\nState: acting\nSummary: {0}\n\n{0}\n"
        folder = "content/incidents/rude-reply/"
        first = "Title: Alleen hier\nDate: 2026-03-13 10:00\nLang: nl\n"
        site.write(f"{folder}alleen-hier.md", first + head.format("In het Nederlands."))
        site.build("-e", 'SITEURL="https://copperline.example"').succeeds()
        return site

    def test_there_is_one_in_each_language(self, built: Site) -> None:
        assert built.page("fr/incidents/rude-reply/").html["lang"] == "fr"  # type: ignore[index]
        page = built.page("incidents/rude-reply/")
        links = {
            link["hreflang"]: link["href"]
            for link in page.select(".incident-header [rel=alternate]")
        }
        assert set(links) == {"fr", "nl"}
        for lang in links:
            assert page.select_one(f"head link[rel=alternate][hreflang={lang}]"), lang

    def test_what_is_not_translated_is_there_in_its_own_language(self, built: Site) -> None:
        french = built.page("fr/incidents/rude-reply/")
        own = {article["id"]: article["lang"] for article in french.select(".thread-entry")}
        assert set(own.values()) == {"fr", "en"}  # Dutch has no catalogue: its labels are English
        dutch = french.select_one("#entry-alleen-hier .prose")
        assert dutch is not None
        assert dutch["lang"] == "nl"
        assert "Où nous en sommes" in words(french.main)

    def test_dutch_readers_find_the_sites_words_around_dutch_text(self, built: Site) -> None:
        dutch = built.page("nl/incidents/rude-reply/")
        assert dutch.html["lang"] == "en"  # type: ignore[index]
        assert words(dutch.select_one(".standing .lead[lang=nl]")) == "In het Nederlands."

    def test_entries_lead_to_the_page_in_their_language(self, built: Site) -> None:
        entry = built.page("fr/incidents/rude-reply/what-we-found/")
        up = entry.select_one(".thread-nav [rel=up]")
        assert up is not None
        assert str(up["href"]).endswith("/fr/incidents/rude-reply/")

    def test_the_feed_stays_one(self, built: Site) -> None:
        page = built.page("fr/incidents/rude-reply/")
        feeds = [link["href"] for link in page.select(".follow a")]
        assert all("/fr/" not in str(feed) for feed in feeds)
        assert len(feeds) == 2


RTL = """
msgid ""
msgstr ""
"Language: ar\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Where things stand"
msgstr "أين نحن الآن"
"""


class TestAThemesOwn:
    def test_words_win_over_the_plugins(self, site: Callable[[str], Site]) -> None:
        sample = site("sample")
        sample.edit("theme/locale/fr/LC_MESSAGES/newsroom.po", "Salle de presse", "La rédaction")
        path = "theme/locale/en/LC_MESSAGES/newsroom.po"
        sample.write(path, 'msgid "Where things stand"\nmsgstr "Where we are"\n')
        sample.build().succeeds()
        assert "La rédaction" in words(sample.page("fr/incidents/flood-post/").header)
        assert "Where we are" in words(sample.page("incidents/flood-post/").main)

    def test_a_broken_catalogue_stops_the_build_in_one_line(
        self, site: Callable[[str], Site]
    ) -> None:
        sample = site("sample")
        sample.write("theme/locale/fr/LC_MESSAGES/newsroom.po", 'msgid "Draft"\nmsgstr Brouillon\n')
        run = sample.invoke("build").fails()
        assert "no gettext catalogue" in run.stderr
        assert "fr/LC_MESSAGES/newsroom.po: this is no gettext catalogue: line 2" in run.stderr

    @pytest.mark.parametrize("width", [320, 1280])
    def test_a_page_from_right_to_left_does_not_break(
        self, site: Callable[[str], Site], browser: Browser, width: int
    ) -> None:
        sample = site("sample")
        sample.write("theme/locale/ar/LC_MESSAGES/newsroom.po", RTL)
        translation = (
            "Title: لماذا نُشرت المزحة وما الذي نغيّره\nLang: ar\nAuthor: Thandiwe Marlowe\n"
            "Date: 2026-11-03 11:20\nSummary: كان في وسع شخص واحد أن ينشر.\n\nنعتذر.\n"
        )
        folder = "content/incidents/flood-post/"
        sample.write(f"{folder}what-happened-and-what-changes.ar.md", translation)
        sample.build().succeeds()
        with serving(sample.output) as address:
            page = browser.new_page(viewport={"width": width, "height": 844})
            for url in ("", "what-happened-and-what-changes/"):
                page.goto(f"{address}ar/incidents/flood-post/{url}")
                assert page.evaluate("document.documentElement.dir") == "rtl"
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                photo = page.locator(".byline-photo").first.bounding_box()
                assert photo is not None
                assert photo["x"] > width / 2 - 80 if width == 320 else photo["x"] > width / 2
            page.close()


def test_the_catalogues_travel_with_the_wheel(tmp_path: Path) -> None:
    """Read where it is installed, without a step that compiles anything."""
    shutil.copytree(PLUGIN, tmp_path / "newsroom")
    code = "from newsroom.language.words import Languages as L; print(L().of('fr').say('Draft'))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "Brouillon"
