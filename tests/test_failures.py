"""Whatever breaks a build: it says so in plain lines, and the last good output stays."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sites import Site
from tests.sizes import first

ORIGINAL = "Title: Post three\n"


@pytest.fixture
def good(site: Callable[[str], Site]) -> Site:
    """The site ``broken`` before it is: built once, well."""
    built = site("broken")
    built.build().succeeds()
    return built


def break_encoding(site: Site) -> None:
    path = site.folder / "content/posts/three.md"
    path.write_bytes(path.read_bytes() + "Caf\u00e9".encode("latin-1"))


def break_empty(site: Site) -> None:
    site.write("content/posts/three.md", "")


def break_date(site: Site) -> None:
    site.edit("content/posts/three.md", "2026-03-01 09:00", "soon")


def break_title(site: Site) -> None:
    site.edit("content/posts/three.md", ORIGINAL, "")


def break_author(site: Site) -> None:
    site.edit("content/posts/three.md", "Bram Stone", "Bram Stoen")


BROKEN: dict[str, tuple[Callable[[Site], None], str]] = {
    "encoding": (break_encoding, "content/posts/three.md:7: this is not UTF-8"),
    "empty": (break_empty, "content/posts/three.md:1: this file is empty"),
    "date": (break_date, "content/posts/three.md:2: Date: 'soon' is not a date"),
    "title": (break_title, "content/posts/three.md:1: Title is missing"),
    "author": (break_author, 'content/posts/three.md:3: no profile for "Bram Stoen"'),
}


@pytest.mark.parametrize("name", first(2, BROKEN))
def test_broken_content_stops_the_build_and_keeps_the_output(name: str, good: Site) -> None:
    breaking, message = BROKEN[name]
    before = good.files()
    breaking(good)
    run = good.build().fails()
    assert run.stderr.count(message) == 1
    assert all(line.endswith("]") for line in run.stderr.splitlines() if "content/" in line)
    assert good.files() == before


def test_all_problems_are_shown_together_and_never_wrapped(good: Site) -> None:
    break_empty(good)
    good.edit("content/posts/four.md", "Bram Stone", "A Person With A Very Long Name " * 6)
    good.edit("content/posts/five.md", "Date: 2026-03-01 09:00", "Date: never")
    run = good.build(COLUMNS="40").fails()
    located = [line for line in run.stderr.splitlines() if line.startswith("content/")]
    assert [line.split(":")[0] for line in located] == [
        "content/posts/five.md",
        "content/posts/four.md",
        "content/posts/three.md",
    ]
    assert len(located[1]) > 200


def test_output_stays_also_where_pelican_would_have_deleted_it_first(good: Site) -> None:
    before = good.files()
    break_date(good)
    good.build("--delete-output-directory").fails()
    assert good.files() == before


def test_an_entry_that_another_plugin_refuses_does_not_vanish(good: Site) -> None:
    """Pelican would swallow what a receiver raises while reading: exit code 0, page gone."""
    before = good.files()
    good.write(
        "refusing.py",
        "from pelican import signals\n"
        "def refuse(content):\n"
        "    if 'three' in str(content.source_path):\n"
        "        raise ValueError('no threes')\n"
        "def register():\n"
        "    signals.content_object_init.connect(refuse)\n",
    )
    good.write(
        "pelicanconf.py",
        f"{(good.folder / 'pelicanconf.py').read_text()}\n"
        "PLUGIN_PATHS = ['.']\nPLUGINS = ['newsroom', 'refusing']\n",
    )
    command = ("pelican", "content", "-s", "pelicanconf.py", "-o", "output")
    run = good.run(sys.executable, "-m", *command)
    assert run.code != 0
    assert "ValueError: no threes" in f"{run.stdout}{run.stderr}"
    assert good.files() == before


class TestInvoke:
    """The same through ``invoke build``, which also tames Pelican's own reports."""

    @pytest.fixture
    def newsroom(self, sample: Site, tmp_path: Path) -> Site:
        return sample.again(tmp_path / "sample")

    def plugin(self, newsroom: Site, text: str) -> None:
        newsroom.write("plugins/failing.py", text)
        newsroom.edit("pelicanconf.py", '"newsroom"]', '"newsroom", "failing"]')

    def test_a_plugin_that_fails_to_load(self, newsroom: Site) -> None:
        before = newsroom.files()
        self.plugin(newsroom, "import no_such_module\n")
        run = newsroom.invoke("build").fails()
        assert "Cannot load plugin `failing` No module named 'no_such_module'" in run.stderr
        assert newsroom.files() == before

    def test_a_plugin_with_a_syntax_error(self, newsroom: Site) -> None:
        before = newsroom.files()
        self.plugin(newsroom, "def register(:\n")
        assert "SyntaxError" in newsroom.invoke("build").fails().stderr
        assert newsroom.files() == before

    def test_a_handler_that_raises(self, newsroom: Site) -> None:
        before = newsroom.files()
        self.plugin(
            newsroom,
            "from pelican import signals\n"
            "def fail(generator):\n    raise KeyError('lost')\n"
            "def register():\n    signals.article_generator_finalized.connect(fail)\n",
        )
        run = newsroom.invoke("build").fails()
        assert "error: plugins/failing.py:3: KeyError: 'lost'" in run.stderr
        assert newsroom.files() == before

    def test_a_handler_that_raises_where_pelican_swallows_it(self, newsroom: Site) -> None:
        before = newsroom.files()
        self.plugin(
            newsroom,
            "from pelican import signals\n"
            "def fail(generator, metadata):\n    raise KeyError('lost')\n"
            "def register():\n    signals.article_generator_context.connect(fail)\n",
        )
        run = newsroom.invoke("build").fails()
        assert "error: plugins/failing.py:3: KeyError: 'lost'" in run.stderr
        assert newsroom.files() == before

    @pytest.mark.full
    def test_a_template_that_fails_after_half_the_pages(self, newsroom: Site) -> None:
        before = newsroom.files()
        template = "theme/templates/newsroom/_page_end.html"
        kept = (newsroom.folder / template).read_text("utf-8")
        newsroom.write(
            template, "{% if article and 'quinces' in article.title %}\n{{ 1 // 0 }}{% endif %}\n"
        )
        run = newsroom.invoke("build").fails()
        assert "error: theme/templates/newsroom/_page_end.html:2: ZeroDivisionError" in run.stderr
        assert newsroom.files() == before
        newsroom.write(template, kept)
        newsroom.invoke("build").succeeds()
        assert newsroom.files() == before

    def test_a_template_with_a_mistake(self, newsroom: Site) -> None:
        newsroom.write(
            "theme/templates/newsroom/incident.html", "{% extends 'base.html' %}\n{% if %}"
        )
        run = newsroom.invoke("build").fails()
        assert "error: theme/templates/newsroom/incident.html:2: TemplateSyntaxError" in run.stderr

    def test_a_template_in_another_encoding(self, newsroom: Site) -> None:
        templates = newsroom.folder / "theme/templates"
        (templates / ".page.html.swp").write_bytes(b"\xff\xfe")  # an editor's: no template
        newsroom.invoke("build").succeeds()
        (templates / "page.html").write_bytes("{# one #}\n{# caf\xe9 #}\n".encode("latin-1"))
        run = newsroom.invoke("build").fails()
        said = "error: theme/templates/page.html:2: this is not UTF-8: save it as UTF-8\n"
        assert run.stderr.endswith(said)

    def test_a_wrong_setting(self, newsroom: Site) -> None:
        newsroom.edit("pelicanconf.py", "NEWSROOM_COMPANY", "NEWSROOM_COMPANI")
        for task in ("build", "check"):
            run = newsroom.invoke(task).fails()
            assert "NEWSROOM_COMPANI: unknown setting; did you mean NEWSROOM_COMPANY?" in run.stderr

    def test_a_content_folder_that_is_not_there(self, newsroom: Site) -> None:
        for task in ("build", "check"):
            run = newsroom.invoke(task, "--content", "contnet").fails()
            assert run.stderr.strip() == "error: there is no content folder contnet"


def test_another_content_and_output_folder(site: Callable[[str], Site], tmp_path: Path) -> None:
    newsroom, thread = site("sample"), site("thread")
    elsewhere = str(thread.folder / "content")
    newsroom.invoke("check", "--content", elsewhere).succeeds()
    newsroom.invoke("build", "--content", elsewhere, "--output", str(tmp_path / "out")).succeeds()
    assert (tmp_path / "out/incidents/rude-reply/index.html").is_file()
    assert not newsroom.output.exists()


def test_check_says_what_build_says_and_writes_nothing(site: Callable[[str], Site]) -> None:
    newsroom = site("sample")
    newsroom.edit("content/authors/roisin-calder.md", "Name: ", "Naem: ")
    checked, built = newsroom.invoke("check").fails(), newsroom.invoke("build").fails()
    located = [line for line in built.stderr.splitlines() if line.startswith("content/")]
    assert located == checked.stderr.splitlines()
    assert "unknown key 'Naem'; did you mean Name?" in checked.stderr
    assert not newsroom.output.exists()
