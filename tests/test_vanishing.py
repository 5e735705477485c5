"""Whatever makes a public text vanish is an error; and odd files are told of in one line each."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sites import ROOT, Site
from tests.sizes import first

POST = "Title: A post\nDate: 2026-03-01 09:00\nAuthor: Bram Stone\n\nText.\n"


@pytest.fixture
def thread(site: Callable[[str], Site]) -> Site:
    return site("thread")


def fails_in_one_line(site: Site, said: str) -> None:
    """The check and the build fail, each with this line; nothing is written."""
    run = site.build().fails()
    lines = [
        line for line in run.stderr.splitlines() if "content/" in line and "warning" not in line
    ]
    assert [line for line in lines if said in line] == lines, run.stderr
    assert len(lines) == 1, run.stderr
    assert not site.output.exists()


def test_a_link_beside_the_folders_hides_nothing(thread: Site) -> None:
    thread.build().succeeds()
    before = thread.files()
    for name in ("aaa", "zzz"):
        (thread.folder / "content" / name).symlink_to("posts")
    run = thread.build().fails()
    for name in ("aaa", "zzz"):
        assert f"content/{name}:1: this is a link to content/posts/" in run.stderr
    assert thread.files() == before


@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("posts/more", "../incidents"),
        ("incidents/second", "rude-reply"),
        ("authors-too", "authors"),
        ("incidents/above", "../posts"),
    ],
)
def test_a_folder_with_a_second_name_is_read_by_its_own(name: str, to: str, thread: Site) -> None:
    thread.build().succeeds()
    before = thread.files()
    (thread.folder / "content" / name).symlink_to(to)
    assert f"content/{name}:1: " in thread.build().fails().stderr
    assert thread.files() == before


@pytest.mark.full
def test_a_folder_of_another_place_is_read_once(thread: Site) -> None:
    thread.write("shared/from-elsewhere.md", POST)
    (thread.folder / "content/posts/one").symlink_to("../../shared")
    thread.build().succeeds()
    assert (thread.output / "posts/from-elsewhere/index.html").exists()
    (thread.folder / "content/posts/two").symlink_to("../../shared")
    assert "content/posts/two:1: this is a link to" in thread.build().fails().stderr


# What each makes Pelican drop, and the file that is then missing.
DROPPING = {
    "files to ignore": ('IGNORE_FILES=["*.md"]', "pages/"),
    "a reader switched off": ('READERS={"md": null}', "pages/"),
    "no place for pages": ('PAGE_SAVE_AS=""', "pages/"),
}


@pytest.mark.parametrize("name", DROPPING)
def test_settings_that_drop_what_is_public_stop_the_build(
    name: str, site: Callable[[str], Site]
) -> None:
    setting, missing = DROPPING[name]
    drafts = site("drafts")
    run = drafts.build("-e", setting).fails()
    assert f"content/{missing}" in run.stderr
    assert not drafts.output.exists()


def test_settings_that_exclude_entries_drop_none(thread: Site) -> None:
    thread.build().succeeds()
    before = thread.files()
    thread.build("-e", 'ARTICLE_EXCLUDES=["posts"]', 'ARTICLE_SAVE_AS=""').succeeds()
    assert thread.files() == before


PLUGINS = {
    "an article from the list": "article_generator_finalized",
    "a page from the list": "page_generator_finalized",
    "a written page": "finalized",
}


@pytest.mark.parametrize("name", first(1, PLUGINS))
def test_a_plugin_that_drops_a_page_stops_the_build(name: str, site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    drafts.build().succeeds()
    before = drafts.files()
    drafts.write(
        "dropping.py",
        "from pathlib import Path\nfrom pelican import signals\n"
        "def drop(sender):\n"
        "    for name in ('articles', 'pages'):\n"
        "        if hasattr(sender, name):\n            getattr(sender, name).clear()\n"
        "    if not hasattr(sender, 'context'):\n"
        "        Path(sender.output_path, 'about/index.html').unlink()\n"
        f"def register():\n    signals.{PLUGINS[name]}.connect(drop)\n",
    )
    plugins = 'PLUGINS=["newsroom", "dropping"]'
    run = drafts.build("-e", plugins, PYTHONPATH=f"{ROOT}/plugins:.").fails()
    assert ":1: no page was made of this file" in run.stderr
    assert drafts.files() == before


class TestOddFiles:
    def test_a_pipe_does_not_hang(self, thread: Site) -> None:
        os.mkfifo(thread.folder / "content/posts/pipe.md")
        os.mkfifo(thread.folder / "content/images/pipe.png")
        fails_in_one_line(thread, "content/posts/pipe.md:1: this is no file, or a link to nothing")

    def test_a_socket(self, thread: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(thread.folder / "content/posts")  # an address may only be short
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("socket.md")
            fails_in_one_line(
                thread, "content/posts/socket.md:1: this is no file, or a link to nothing"
            )

    @pytest.mark.parametrize("to", ["/dev/zero", "nothing.md", "odd.md"])
    def test_a_link_to_no_file(self, to: str, thread: Site) -> None:
        (thread.folder / "content/posts/odd.md").symlink_to(to)
        fails_in_one_line(thread, "content/posts/odd.md:1: this is no file, or a link to nothing")

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            (b"caf\xe9.md", r"caf\udce9.md"),
            (b"two\nlines.md", r"two\nlines.md"),
            (b"bell\x07.md", r"bell\x07.md"),
            (b"fold\xe9r/post.md", r"fold\udce9r"),
        ],
    )
    def test_a_name_that_is_no_text(self, name: bytes, shown: str, thread: Site) -> None:
        file = os.fsencode(thread.folder / "content/posts") + b"/" + name
        Path(os.fsdecode(file)).parent.mkdir(exist_ok=True)
        Path(os.fsdecode(file)).write_text(POST, "utf-8")
        fails_in_one_line(thread, f"content/posts/{shown}:1: this name is not UTF-8")

    def test_a_picture_with_such_a_name_is_left_alone(self, thread: Site) -> None:
        for name in (b"caf\xe9.png", b"two\nlines.png", b"Icon\r"):
            file = os.fsencode(thread.folder / "content/images") + b"/" + name
            Path(os.fsdecode(file)).write_bytes(b"")
        thread.build().succeeds()

    @pytest.mark.parametrize("form", ["text", "json", "github"])
    def test_every_form_of_the_check_can_say_it(
        self, form: str, site: Callable[[str], Site]
    ) -> None:
        newsroom = site("sample")
        file = os.fsencode(newsroom.folder / "content/posts") + b"/caf\xe9\n.md"
        Path(os.fsdecode(file)).write_text(POST, "utf-8")
        run = newsroom.invoke("check", f"--format={form}").fails()
        assert (run.stdout + run.stderr).count("this name is not UTF-8") == 1
