"""The docs lead to what is there: their links, and the table of commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from newsroom.commands.display import show
from newsroom.commands.line import COMMANDS, load, read
from newsroom.commands.project import Project, Result
from newsroom.model.problems import CommandError

from tests.sites import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


def anchors(page: Path) -> set[str]:
    """The ids that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.M)
    plain = (re.sub(r"\[(.*?)\]\(.*?\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", text).strip().lower().replace(" ", "-") for text in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    text = re.sub(r"^ *```.*?^ *```|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.M | re.S)
    for link in re.findall(r"\]\(([^)\s{]+)\)", text):
        if ":" in link:
            continue
        path, _, anchor = link.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), link
        if anchor and there.suffix == ".md":
            assert anchor in anchors(there), link


def test_every_page_is_led_to() -> None:
    leads = (ROOT / "docs/README.md").read_text("utf-8")
    pages = {page.name for page in ROOT.glob("docs/*.md")} - {"README.md"}
    named = set(re.findall(r"\]\(([\w-]+\.md)", leads))
    assert pages - named == set()


def test_every_command_is_in_the_table() -> None:
    text = (ROOT / "docs/README.md").read_text("utf-8").partition("## All commands")[2]
    named = {word.split()[-1] for word in re.findall(r"`([a-z][a-z -]+)`", text)}
    named |= {word.split()[1] for word in re.findall(r"`(newsroom [^`]*)`", text)}
    assert COMMANDS.keys() - named == set()


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").split()) <= 1300


def shown(*words: str) -> str:
    command = load("docs")
    return command.work(Project(command.conf), read(command, words, "newsroom docs")).page


def test_a_page_is_shown_by_its_name() -> None:
    for name in ("settings", "Settings", "docs/settings.md", "settings.md#newsroom_latest"):
        assert shown(name) == (ROOT / "docs/settings.md").read_text("utf-8")
    assert shown() == (ROOT / "docs/README.md").read_text("utf-8")
    assert shown("changelog") == (ROOT / "CHANGELOG.md").read_text("utf-8")
    with pytest.raises(CommandError, match=r"setings; did you mean settings\? .*, changelog, "):
        shown("setings")


def test_messages_name_pages_that_are_there() -> None:
    files = [file for file in ROOT.glob("plugins/**/*.*") if file.suffix in (".py", ".jinja")]
    text = "".join(file.read_text("utf-8") for file in files)
    for name in re.findall(r"(?:invoke|newsroom) docs ([a-z-]+)", text):
        assert shown(name)


def test_at_a_terminal_a_page_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pydoc.pager", (said := list[str]()).append)
    for name in ("TTY_COMPATIBLE", "FORCE_COLOR"):
        monkeypatch.setenv(name, "1")
    page = "See [this](#one) or [that](../CHANGELOG.md#two).\n\n| a | b |\n|---|---|\n| `c` | d |\n"
    show(Project(""), Result(page=page), "newsroom", is_editor_wanted=False)
    plain = re.sub(r"\x1b\[[\d;]*m", "", said[0])
    assert plain.startswith("See this or that (CHANGELOG).")
    assert "|" not in plain
