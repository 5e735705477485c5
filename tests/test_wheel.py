"""The wheel, in a fresh environment: a namespace plugin of Pelican, without this checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.forked import Run
from tests.sites import ROOT, Site, words
from tests.sizes import first
from tests.test_starting import init


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("pelican_newsroom-*.whl"))


def test_the_wheel_holds_the_plugin_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    inside = [name for name in names if ".dist-info/" not in name]
    plugin, theme = "pelican/plugins/newsroom/", "pelican/themes/newsroom/"
    docs = "pelican/plugins/newsroom_docs/"
    others = [name for name in inside if not name.startswith((plugin, theme, docs))]
    assert others == [
        "pelican/plugins/newsroom_requirements.txt",
        "pelican/plugins/newsroom_script.py",
    ]
    static = ("static/favicon.ico", "deploy/folders.sh", "statements/outage.md", "py.typed")
    for part in ("host/plugin.py", "templates/newsroom/incident.html", *static):
        assert f"{plugin}{part}" in inside
    for part in ("templates/base.html", "locale/fr/LC_MESSAGES/newsroom.po"):
        assert f"{theme}{part}" in inside
    for part in ("README.md", "CHANGELOG.md", "settings.md"):
        assert f"{docs}{part}" in inside
    assert wheel.stat().st_size < 10_000_000
    assert "pelican/__init__.py" not in names
    assert "pelican/plugins/__init__.py" not in names


def test_an_index_would_take_wheel_and_source(wheel: Path) -> None:
    bin_folder = Path(sys.executable).parent
    whole = [str(path) for path in wheel.parent.glob("pelican_newsroom-*")]
    assert len(whole) == 2
    for check in (["twine", "check", "--strict", *whole], ["check-wheel-contents", str(wheel)]):
        done = subprocess.run([str(bin_folder / check[0]), *check[1:]], capture_output=True)
        assert done.returncode == 0, done.stdout.decode()


def test_what_publishing_needs_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["publish"]]
    names = {re.split(r"[\[<>=]", one)[0] for one in needed}
    pinned = re.findall(r"^([\w-]+)==", (ROOT / "requirements.txt").read_text("utf-8"), re.M)
    assert names <= set(pinned)


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter that has the wheel, with what publishing needs, and nothing else."""
    environment = tmp_path_factory.mktemp("wheel") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    found = str(environment / ("Scripts" if os.name == "nt" else "bin") / "python")
    pip = [sys.executable, "-m", "pip", "--python", found, "install", "-q", "--no-compile"]
    subprocess.run([*pip, f"{wheel}[publish]"], check=True)
    return found


def build(site: Site, python: str, *more: str) -> Run:
    command = ("-m", "pelican", "content", "-o", "output", "--fatal", "errors", *more)
    return site.run(python, *command, PYTHONPATH="")


def test_a_site_builds_with_the_wheel_alone(python: str, tmp_path: Path) -> None:
    site = Site.copy("thread", tmp_path / "thread")
    build(site, python).succeeds()
    assert "42 minutes after the post" in words(site.page("incidents/rude-reply/").main)
    code = "import pelican.plugins.newsroom as found; print(found.__file__)"
    where = site.run(python, "-c", code, PYTHONPATH="").succeeds().stdout
    assert str(Path(python).parent.parent) in where


def test_the_command_works_in_any_folder_with_settings(python: str, tmp_path: Path) -> None:
    site = Site.copy("thread", tmp_path / "thread")
    newsroom = str(Path(python).with_name("newsroom"))
    said = site.run(newsroom, "check", PYTHONPATH="").succeeds().stdout
    assert said.startswith("0 errors")
    page = site.run(newsroom, "docs", "settings", PYTHONPATH="").succeeds().stdout
    assert page == (ROOT / "docs/settings.md").read_text("utf-8")
    said = site.run(newsroom, "chek", PYTHONPATH="").fails().stderr
    assert said == "error: there is no command chek; did you mean check?\n"


KETTLES = (
    "--company=Copperline Kettles", "--url=https://copperline.example/news", "--author=Ada Quill",
    "--role=Head of Communications", "--mail=press@copperline.example", "--timezone=Europe/London",
)  # fmt: skip


def test_from_an_empty_folder_to_readers(python: str, tmp_path: Path) -> None:
    """The wheel and nothing else, in a script, at times from the folder of the incident."""
    site, newsroom = Site(tmp_path / "site"), str(Path(python).with_name("newsroom"))

    def run(*words: str, where: Path = site.folder) -> str:
        done = Site(where).run(*words, PYTHONPATH="", VISUAL="", EDITOR="")
        return done.succeeds().stdout

    assert "publishconf.py\n" in run(newsroom, "init", "site", *KETTLES, where=tmp_path)
    run(newsroom, "incident", "--name=The shop is down", "--author=Ada Quill")
    folder = site.folder / "content/incidents/the-shop-is-down"
    text = (folder / "statement.md").read_text("utf-8")
    (folder / "statement.md").write_text(re.sub(r"\[\[.*?\]\]", "We are looking.", text))
    run(newsroom, "approve", "statement.md", where=folder)
    assert "output/ is ready: " in run(newsroom, "publish", where=folder)
    assert "We are looking." in words(site.page("incidents/the-shop-is-down/").main)
    place = {"type": "folder", "path": str(tmp_path / "live")}
    site.edit("publishconf.py", "\n}", f'\n    "here": {place},\n}}')
    run("git", "init", "--quiet", "--bare", str(tmp_path / "remote"))
    run("git", "remote", "add", "origin", str(tmp_path / "remote"))
    run("git", "add", ".")
    who = ("-c", "user.name=Ada Quill", "-c", "user.email=ada@copperline.example")
    run("git", *who, "commit", "--quiet", "-m", "Begin")
    run("git", "push", "--quiet", "origin", "HEAD")
    assert " is live at https://copperline.example/news\n" in run(newsroom, "deploy", "here")
    assert (tmp_path / "live/current/incidents/the-shop-is-down/index.html").is_file()
    run(str(Path(python).with_name("invoke")), "build", where=folder)
    assert run("git", "status", "--short") == ""


def test_the_sample_comes_with_the_source(python: str, wheel: Path, tmp_path: Path) -> None:
    asked = (str(Path(python).with_name("newsroom")), "init", "site", *KETTLES, "--sample")
    run = Site(tmp_path).run(*asked, PYTHONPATH="").fails()
    assert "the installed package is without it" in run.stderr
    source = next(wheel.parent.glob("*.tar.gz"))
    said = init(tmp_path / "site", "--sample", str(source)).notes
    assert any(note.endswith(" files of the sample newsroom") for note in said)
    assert (tmp_path / "site/content/incidents/flood-post/original.png").is_file()


ORDINARY = """\
SITENAME = "Somebody's blog"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
"""


def test_an_ordinary_site_that_does_not_name_it_is_left_alone(python: str, tmp_path: Path) -> None:
    """Without PLUGINS, Pelican loads every plugin that is installed."""
    site = Site(tmp_path / "blog")
    site.write("pelicanconf.py", ORDINARY)
    site.write("content/holidays/first.md", "Title: By the sea\nDate: 2026-03-01\n\nSunny.\n")
    build(site, python).succeeds()
    with_it = site.files()
    assert "by-the-sea.html" in with_it
    assert "incidents/index.html" not in with_it
    build(site, python, "-e", "PLUGINS=[]", "DELETE_OUTPUT_DIRECTORY=true").succeeds()
    assert site.files() == with_it


@pytest.mark.parametrize(
    "line", first(1, ["", 'PLUGINS = ["newsroom"]', 'NEWSROOM_COMPANY = "Kettles"'])
)
def test_an_incident_or_a_word_in_the_settings_is_enough(
    line: str, python: str, tmp_path: Path
) -> None:
    """Pelican alone would publish a newsroom's citations, and what waits for its day."""
    site = Site.copy("thread", tmp_path / "thread")
    site.write("pelicanconf.py", f"{ORDINARY}{line}\n")
    build(site, python).succeeds()
    assert (site.output / "incidents/rude-reply/index.html").exists()
