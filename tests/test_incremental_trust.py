"""Code of strangers is not believed; what only looks different is."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sites import ROOT
from tests.sizes import first
from tests.twins import Twin

POST, PAGE = "content/posts/2025/new-oven.md", "posts/new-oven/index.html"
EXTENSION = """\
import os, sqlite3, time
from pathlib import Path

from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

HERE = Path(__file__).parent


def ask_file():
    return (HERE / "price.py").read_text().strip()


def ask_sqlite():
    asked = sqlite3.connect(HERE / "prices.sqlite3").execute("SELECT price FROM bread")
    return str(asked.fetchone())


def ask_environment():
    return os.environ.get("PRICE", "nothing")


def ask_directory():
    return str(sorted(os.listdir(HERE / "shelf")))


def ask_clock():
    return f"at {time.time_ns()}"


class Filled(Preprocessor):
    def run(self, lines):
        return [line.replace("@price@", ASK()) for line in lines]


class Prices(Extension):
    def extendMarkdown(self, md):
        md.preprocessors.register(Filled(md), "prices", 30)
"""


@pytest.fixture
def twin(tmp_path: Path) -> Twin:
    return Twin.copy("bakery", tmp_path, theme=str(ROOT / "theme"), keeps_compiled=True)


def with_prices(twin: Twin, ask: str) -> None:
    twin.write("prices.py", EXTENSION.replace("ASK()", f"ask_{ask}()"))
    twin.write("price.py", "nine")
    twin.write("shelf/bread", "")
    set_price(twin, "nine")
    conf = twin.read("pelicanconf.py")
    added = 'import sys\nsys.path.insert(0, ".")\nMARKDOWN = {"extensions": ["prices:Prices"]}\n'
    twin.write("pelicanconf.py", conf + added)
    twin.edit(POST, "ninety loaves", "ninety loaves (@price@)")


def set_price(twin: Twin, price: str) -> None:
    with sqlite3.connect(twin.folder / "prices.sqlite3") as prices:
        prices.execute("CREATE TABLE IF NOT EXISTS bread (price)")
        prices.execute("DELETE FROM bread")
        prices.execute("INSERT INTO bread VALUES (?)", (price,))
    prices.close()


CHANGES: dict[str, Callable[[Twin, pytest.MonkeyPatch], object]] = {
    "file": lambda twin, _: twin.write("price.py", "ten"),
    "sqlite": lambda twin, _: set_price(twin, "ten"),
    "environment": lambda _, patch: patch.setenv("PRICE", "ten"),
    "directory": lambda twin, _: twin.write("shelf/cake", ""),
}


@pytest.mark.parametrize("asked", first(1, CHANGES))
@pytest.mark.full
def test_what_an_extension_asks(twin: Twin, asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_prices(twin, asked)
    twin.build().succeeds()
    before = twin.read(f"output/{PAGE}")
    CHANGES[asked](twin, monkeypatch)
    twin.check(f"the {asked} has changed")
    assert twin.read(f"output/{PAGE}") != before


def test_an_extension_that_asks_the_clock(twin: Twin) -> None:
    with_prices(twin, "clock")
    twin.build().succeeds()
    before = twin.read(f"output/{PAGE}")
    twin.build().succeeds()
    assert twin.read(f"output/{PAGE}") != before


@pytest.mark.full
def test_a_local_extension_is_edited(twin: Twin) -> None:
    """Settings name it by a text: it is imported only when something is read."""
    with_prices(twin, "environment")
    twin.build().succeeds()
    twin.edit("prices.py", '"nothing"', '"everything"')
    twin.check("the extension was edited")
    assert "everything" in twin.read(f"output/{PAGE}")


@pytest.mark.full
def test_a_receiver_that_is_no_function(twin: Twin) -> None:
    twin.write(
        "listening.py",
        "from functools import partial\nfrom pelican import signals\n"
        "def hear(name, sender, **_):\n    print(name)\n"
        "HEARS = partial(hear, 'heard')\n"
        "def register():\n    signals.content_written.connect(HEARS)\n",
    )
    conf = twin.read("pelicanconf.py")
    twin.write("pelicanconf.py", f'{conf}import sys\nsys.path.insert(0, ".")\n')
    twin.settings["PLUGINS"] = ["newsroom", "listening"]
    run = twin.build().succeeds()
    assert run.stdout.count("heard") >= 30
    assert "hears content_written" in twin.last.because


@pytest.mark.full
def test_a_generator_that_is_none_of_pelicans(twin: Twin) -> None:
    """Pelican asks a generator for no more than the methods that it has."""
    twin.write(
        "robots.py",
        "from pathlib import Path\nfrom pelican import signals\n"
        "class Robots:\n"
        "    def __init__(self, **given):\n        self.folder = Path(given['output_path'])\n"
        "    def generate_output(self, writer):\n"
        "        (self.folder / 'humans.txt').write_text('Hugo Marsh')\n"
        "def give(pelican):\n    return Robots\n"
        "def register():\n    signals.get_generators.connect(give)\n",
    )
    conf = twin.read("pelicanconf.py")
    twin.write("pelicanconf.py", f'{conf}import sys\nsys.path.insert(0, ".")\n')
    twin.settings["PLUGINS"] = ["newsroom", "robots"]
    for _ in range(2):
        twin.build().succeeds()
        assert twin.read("output/humans.txt") == "Hugo Marsh"


@pytest.mark.full
def test_filters_of_the_site_are_asked_every_time(twin: Twin) -> None:
    conf = twin.read("pelicanconf.py")
    twin.write("pelicanconf.py", f'{conf}JINJA_FILTERS = {{"shout": lambda text: text.upper()}}\n')
    for _ in range(2):
        twin.build().succeeds()
        assert "the filter shout" in twin.last.because
        assert PAGE in twin.last.rendered


@pytest.mark.full  # many builds, each with another order of sets
def test_a_set_in_a_function_of_the_settings(twin: Twin) -> None:
    """Its order is another in every process."""
    conf = twin.read("pelicanconf.py")
    function = 'def WANTED(word):\n    return word in {"bread", "cake", "rolls", "buns"}\n'
    twin.write("pelicanconf.py", f"{conf}\n\n{function}")
    for twin.seed in ("1", "2"):
        twin.build().succeeds()
    assert twin.last.rendered == []
    twin.edit("pelicanconf.py", '"buns"', '"pies"')
    twin.build().succeeds()
    assert PAGE in twin.last.rendered


@pytest.mark.full
def test_an_output_that_was_copied_is_known_by_its_bytes(twin: Twin) -> None:
    twin.build().succeeds()
    other = twin.folder / "copy"
    shutil.copytree(twin.output, other)
    shutil.rmtree(twin.output)
    other.rename(twin.output)
    for _ in range(2):
        twin.build().succeeds()
        assert twin.last.rendered == []
    twin.edit(POST, "ninety loaves", "a hundred loaves")
    twin.check("an edit")


@pytest.mark.full
def test_the_cache_of_another_machine(twin: Twin) -> None:
    """All three folders come along; the project lies elsewhere, and all files are new."""
    twin.build().succeeds()
    moved = Twin(twin.folder.parent / "elsewhere" / "project", twin.theme, keeps_compiled=True)
    shutil.copytree(twin.folder, moved.folder)
    for file in moved.folder.rglob("*"):
        os.utime(file)
    moved.build().succeeds()
    assert moved.last.rendered == []
    moved.edit(POST, "ninety loaves", "a hundred loaves")
    moved.check("an edit")
    assert "incidents/van/index.html" not in moved.last.rendered


@pytest.mark.full
def test_a_template_that_looks_further_goes_with_all_content(twin: Twin) -> None:
    block = "{% block head %}{{ newsroom.incidents|length }}{% endblock %}"
    twin.write("templates/base.html", f"{{% extends '!theme/base.html' %}}\n{block}\n")
    twin.build().succeeds()
    twin.build().succeeds()
    assert twin.last.rendered == []
    twin.edit("content/incidents/salt/statement.md", "Title: ", "Title: Again: ")
    twin.check("an edit")
    assert PAGE in twin.last.rendered
