"""The tables in the docs say what the code declares: keys, settings, and rules.

Run as a script, this file writes the tables of keys anew.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import Field, fields
from pathlib import Path

import pytest
from newsroom.model.author import Author, Goal
from newsroom.model.citation import Citation
from newsroom.model.entry import EVERY_KIND, Entry
from newsroom.model.former import FORMER
from newsroom.model.keys import Key, keys_of
from newsroom.model.settings import Settings, name_of
from newsroom.reading import checks  # noqa: F401  (it registers the rules)
from newsroom.reading.rulebook import RULES

from tests.test_rules import IN_ONE_FILE

DOCS = Path(__file__).parent.parent / "docs"
CONTENT, SETTINGS = DOCS / "content.md", DOCS / "settings.md"
OF_SETTINGS = "| setting | default | meaning |\n|---|---|---|\n"
OF_FORMER = "| former setting | since | what to do |\n|---|---|---|\n"
Kind = type[Entry] | type[Citation] | type[Author] | type[Goal]
TABLES: dict[Kind, str] = {
    Entry: "| key | statement | follow-up | post | meaning |\n|---|---|---|---|---|\n",
    Citation: "| key of a citation | required | meaning |\n|---|---|---|\n",
    Author: "| key of an author | required | meaning |\n|---|---|---|\n",
    Goal: "| key of a goal | required | meaning |\n|---|---|---|\n",
}


def row(kind: Kind, key: Key) -> str:
    """The row of a key in its table."""
    name = f"`{key.name}` or `{key.also}`" if key.also else f"`{key.name}`"
    if kind is Entry:
        cells = [_allowed(key, sort) for sort in EVERY_KIND]
    else:
        cells = ["yes" if key.required else key.note]
    more = "; a list" if key.repeatable else ""
    return f"| {name} | {' | '.join(cells)} | {key.meaning}{more} |\n".replace("|  |", "| |")


def _allowed(key: Key, sort: str) -> str:
    if key.only and sort not in key.only:
        return "–"
    return "required" if sort in key.required else "yes"


def table(kind: Kind) -> str:
    """The whole table of the keys of a sort of file."""
    return TABLES[kind] + "".join(row(kind, key) for key in keys_of(kind))


@pytest.mark.parametrize("kind", TABLES)
def test_the_tables_of_keys_say_what_is_declared(kind: Kind) -> None:
    assert f"\n{table(kind)}\n" in CONTENT.read_text("utf-8")


def rows_of_rules() -> Iterator[tuple[str, str, str]]:
    """Name, severity and meaning of each row; one without a name goes on with that above it."""
    text = CONTENT.read_text("utf-8").partition("\n## The rules\n")[2]
    name = ""
    for found in re.finditer(r"^\| (.*?) ?\| (error|warning) \| (.*?) \| .* \|$", text, re.M):
        name = found[1] or name
        for one in re.findall(r"`([a-z-]+)`", name):
            yield one, found[2], found[3]


def test_the_tables_of_rules_say_what_the_rules_say() -> None:
    rows = set(rows_of_rules())
    for rule in RULES:
        assert any(
            (name, severity) == (rule.name, rule.severity) and meaning.startswith(rule.help)
            for name, severity, meaning in rows
        ), rule
    assert {name for name, *_ in rows} == {rule.name for rule in RULES} | IN_ONE_FILE


def settings() -> list[Field[object]]:
    """The settings that the plugin declares."""
    return [each for each in fields(Settings) if "meaning" in each.metadata]


def table_of_settings() -> str:
    rows = []
    for each in settings():
        name = name_of(each.name)
        usual = each.metadata["usual"]
        shown = f"`{list(usual) if isinstance(usual, tuple) else usual}`"
        shown = "none" if usual in (None, "", (), {}) else shown
        rows.append(f"| [`{name}`](#{name.lower()}) | {shown} | {each.metadata['meaning']} |\n")
    return OF_SETTINGS + "".join(rows)


def test_the_table_of_settings_says_what_is_declared() -> None:
    text = SETTINGS.read_text("utf-8")
    assert f"\n{table_of_settings()}\n" in text
    for each in settings():
        assert f"\n### {name_of(each.name)}\n" in text


def table_of_former_settings() -> str:
    rows = []
    for name, former in FORMER.items():
        shown = f"write [`{former.now}`](#{former.now.lower()})" if former.now else former.instead
        rows.append(f"| `{name}` | {former.since} | {shown} |\n")
    return OF_FORMER + "".join(rows)


def test_the_table_of_former_settings_says_what_is_declared() -> None:
    assert f"\n{table_of_former_settings()}\n" in SETTINGS.read_text("utf-8")


@pytest.mark.parametrize("name", FORMER)
def test_a_former_setting_is_told_for_two_versions(name: str) -> None:
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text("utf-8"))["project"]
    major, minor, _ = map(int, project["version"].split("."))
    since = tuple(map(int, FORMER[name].since.split(".")))
    assert since[0] == major, "take its row out"
    assert minor < since[1] + 2, "take its row out"


def write_tables() -> None:
    """Put the tables of keys and settings into the docs."""
    found = [(CONTENT, head, table(kind)) for kind, head in TABLES.items()]
    found += [(SETTINGS, OF_SETTINGS, table_of_settings())]
    found += [(SETTINGS, OF_FORMER, table_of_former_settings())]
    for path, head, new in found:
        before, _, after = path.read_text("utf-8").partition(head)
        path.write_text(before + new + re.sub(r"^(?:\|.*\n)*", "", after, count=1), "utf-8")


if __name__ == "__main__":
    write_tables()
