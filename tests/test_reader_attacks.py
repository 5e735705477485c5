"""Ways to break the reader's pages, each without effect or said in one line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from newsroom.language.words import Languages
from newsroom.model.settings import SettingsError
from PIL import Image

from tests.sites import NOW, ROOT, Site, words

THREAD = "content/incidents/rude-reply/"
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


def catalogue(folder: Path, lang: str, text: str) -> Languages:
    file = folder / lang / "LC_MESSAGES/newsroom.po"
    file.parent.mkdir(parents=True)
    file.write_text(HEAD + text, "utf-8")
    return Languages("en", (folder, ROOT / "plugins/newsroom/locale"))


class TestTranslators:
    @pytest.mark.parametrize("slip", ["Suite {numero} de {count}", "{} de {", "Suite"])
    def test_a_lost_value_is_said_with_its_line(self, tmp_path: Path, slip: str) -> None:
        text = f'msgid "Update {{number}} of {{count}}"\nmsgstr "{slip}"\n'
        with pytest.raises(SettingsError, match=r"line 4: .*must hold {count} and {number}"):
            catalogue(tmp_path, "fr", text).of("fr")

    def test_a_form_for_one_may_leave_the_number_out(self, tmp_path: Path) -> None:
        text = 'msgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "un jour"\nmsgstr[1] "{n} j"\n'
        french = catalogue(tmp_path, "fr", text).of("fr")
        assert french.plural("{n} day", "{n} days", 1) == "un jour"

    def test_a_region_says_only_what_it_says_otherwise(self, tmp_path: Path) -> None:
        languages = catalogue(tmp_path, "fr_CA", 'msgid "Draft"\nmsgstr "Ébauche"\n')
        canadian = languages.of("fr-ca")
        assert canadian.say("Draft") == "Ébauche"
        assert canadian.say("Timeline") == "Chronologie"
        assert languages.of("fr").say("Draft") == "Brouillon"

    def test_nothing_said_is_no_catalogues_head(self) -> None:
        assert Languages().of("fr").say("") == ""
        assert Languages().of("fr").html("") == ""


class TestLanguagesInside:
    @pytest.fixture
    def dutch(self, site: Callable[[str], Site]) -> Site:
        """A Dutch follow-up on an English site, which has no Dutch words."""
        thread = site("thread")
        text = (
            "Title: Wat we doen\nDate: 2026-03-14 18:00\nLang: nl\nAuthor: Bram Stone\n"
            "Summary: In het Nederlands.\n\n![]({cite}blog)\n\n- [ ] Beloofd. due:2026-05-01\n"
        )
        thread.write(f"{THREAD}wat-we-doen.md", text)
        thread.build().succeeds()
        return thread

    def test_our_words_in_a_foreign_body_say_their_language(self, dutch: Site) -> None:
        body = dutch.page("incidents/rude-reply/wat-we-doen/").select_one(".prose")
        assert body is not None
        assert body["lang"] == "nl"
        for part in (".citation", ".commitment-mark", ".commitment-day"):
            found = body.select_one(part)
            assert found is not None
            assert found["lang"] == "en", part

    def test_a_line_from_the_left_in_a_site_from_the_right(
        self, site: Callable[[str], Site]
    ) -> None:
        thread = site("thread")
        thread.edit("pelicanconf.py", "SITENAME", 'DEFAULT_LANG = "ar"\nSITENAME')
        path = thread.folder / f"{THREAD}review.md"
        path.write_text("Lang: fr\n" + path.read_text("utf-8"), "utf-8")
        (thread.folder / "theme").mkdir()
        (thread.folder / "theme/templates").mkdir()
        base = (ROOT / "theme/templates/base.html").read_text("utf-8")
        thread.write("theme/templates/base.html", base)
        thread.write("theme/locale/ar/LC_MESSAGES/newsroom.po", HEAD + 'msgid "x"\nmsgstr "y"\n')
        thread.build("-t", "theme").succeeds()
        page = thread.page("incidents/rude-reply/")
        assert page.html["dir"] == "rtl"  # type: ignore[index]
        entry = page.select_one("#entry-review")
        assert entry is not None
        assert (entry["lang"], entry["dir"]) == ("fr", "ltr")

    def test_a_tag_that_browsers_refuse_is_refused(self, site: Callable[[str], Site]) -> None:
        thread = site("thread")
        path = thread.folder / f"{THREAD}review.md"
        path.write_text("Lang: en-fr-de\n" + path.read_text("utf-8"), "utf-8")
        assert "review.md:1: " in thread.build().fails().stderr


class TestNewIncidents:
    def test_one_that_is_seconds_old_has_a_page_and_a_list(
        self, site: Callable[[str], Site]
    ) -> None:
        minimal = site("minimal")
        statement = next((minimal.folder / "content/incidents").glob("*/statement.md"))
        text = statement.read_text("utf-8")
        text = re.sub(r"Date: .*", "Date: 2026-03-15 12:00", text)
        statement.write_text(re.sub(r"State: .*", "State: responding", text), "utf-8")
        minimal.edit("pelicanconf.py", "SITENAME", 'TIMEZONE = "UTC"\nSITENAME')
        Site(minimal.folder, str(int(NOW) + 20)).build().succeeds()
        assert words(minimal.page("incidents/").select_one(".overview tbody td:last-child"))

    def test_a_day_without_time_claims_no_hours(self, site: Callable[[str], Site]) -> None:
        thread = site("thread")
        thread.edit(
            f"{THREAD}original.cite.md", "Published: 2026-03-10 09:00", "Published: 2026-03-10"
        )
        thread.build().succeeds()
        shown = words(thread.page("incidents/").select_one(".overview p"))
        assert "within the same day" in shown
        assert "hours" not in shown


class TestPictures:
    def post(self, site: Site, body: str) -> None:
        site.write(
            "content/posts/2026/pictures.md",
            f"Title: P\nDate: 2026-03-01\nAuthor: Ada Quill\nSummary: P.\n\n{body}\n",
        )

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("torn.jpg", "content/posts/2026/pictures.md:6: images/torn.jpg ends too early"),
            ("torn.avif", "content/images/torn.avif:1: this picture is damaged"),
        ],
    )
    def test_a_torn_picture_is_named(
        self, site: Callable[[str], Site], name: str, said: str
    ) -> None:
        thread = site("thread")
        torn = thread.folder / "content/images" / name
        Image.effect_noise((1000, 700), 80).convert("RGB").save(torn)
        torn.write_bytes(torn.read_bytes()[:-99])
        self.post(thread, f"![Torn]({{static}}/images/{name})")
        assert said in thread.build().fails().stderr

    def test_one_that_says_where_it_was_taken_stops_the_build(
        self, site: Callable[[str], Site]
    ) -> None:
        thread = site("thread")
        exif = Image.Exif()
        exif.get_ifd(0x8825)[1] = "N"
        picture = Image.new("RGB", (700, 400), "red")
        picture.save(thread.folder / "content/images/here.jpg", exif=exif)
        self.post(thread, "![Here]({static}/images/here.jpg)")
        said = "pictures.md:6: images/here.jpg carries EXIF: GPSInfo: run invoke strip on it"
        assert said in thread.build().fails().stderr

    def test_grey_of_16_bit_is_refused(self, site: Callable[[str], Site]) -> None:
        thread = site("thread")
        grey = Image.new("I;16", (600, 300), 30_000)
        grey.save(thread.folder / "content/images/grey.png")
        self.post(thread, "![Grey]({static}/images/grey.png)")
        said = "pictures.md:6: images/grey.png has 16 bits of grey: save it with 8 bits"
        assert said in thread.build().fails().stderr

    def test_a_writers_own_size_stays(self, site: Callable[[str], Site]) -> None:
        thread = site("thread")
        Image.new("RGB", (700, 400), "red").save(thread.folder / "content/images/ok.png")
        self.post(thread, '<img src="{static}/images/ok.png" alt="A" height="50">')
        thread.build().succeeds()
        image = thread.page("posts/pictures/").select_one(".prose img")
        assert image is not None
        assert (image.get("width"), image["height"]) == (None, "50")


def test_an_old_browser_takes_no_promise_for_late() -> None:
    """One selector that a browser does not know drops its whole rule."""
    css = (ROOT / "theme/static/css/newsroom.css").read_text("utf-8")
    assert re.search(r"^\.late\[hidden\] { display: none; }$", css, re.M)
