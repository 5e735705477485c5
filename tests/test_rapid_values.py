"""What is recorded of single values, and what makes a page one that is always rendered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from markupsafe import Markup
from rapid.tracing import Recorded, record
from rapid.verifying import Verifier

from tests.traced import build, content, write
from tests.traced_snippets import (
    FILES,
    clock,
    double,
    environment,
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of eight articles and a page."""
    return content(tmp_path)


@dataclass
class Shelf:
    """An object of a plugin, of which equality and text are what its fields are."""

    name: str
    books: list[Any]


class Bare:
    """An object of a plugin that is equal to itself only."""


TWIN, OTHER = Bare(), Bare()


class Clock:
    """An object of a plugin with code of its own."""

    def __iter__(self) -> Iterator[int]:
        return iter([1])

    def __str__(self) -> str:
        return "noon"


class Pair(NamedTuple):
    """A tuple with code of its own."""

    one: str

    def other(self) -> str:
        return self.one


def rendered(folder: Path, snippet: str, **context: Any) -> Recorded:
    """A snippet, recorded, next to its text when it is not."""
    folder.mkdir(exist_ok=True)
    for name, text in (FILES | {"snippet.html": snippet}).items():
        (folder / name).write_text(text)
    env = environment(folder)
    template = env.get_template("snippet.html")
    recorded = record(template, context)
    assert recorded.text == template.render(context)
    return recorded


@pytest.mark.parametrize(
    ("snippet", "value", "reason"),
    [
        ("{{ [1, 2]|random }}", 0, "filter random"),

        ("{{ clock() }}", 0, "clock()"),
        ("{{ x|own }}", 0, "filter own"),
        ("{{ [x]|map('own')|list }}", 0, "filter own"),
        ("{{ 1|own }}", 0, "filter own of the site's own on a constant"),
        ("{{ x is tiny }}", 0, "test tiny"),
        ("{{ [x]|select('tiny')|list }}", 0, "test tiny"),
        ("{{ x() }}", clock, "clock()"),
        ("{{ x.now() }}", datetime, "now()"),
        ("{{ x.now() }}", datetime(2024, 1, 1), "now()"),
        ("{{ x.timestamp() }}", datetime(2024, 1, 1), "time zone of the system"),
        ("{{ x.exists() }}", Path("/"), "exists()"),
        ("{{ x|list }}", iter([1]), "an iterator"),
        ("{{ x }}", Clock(), "code of its own"),
        ("{{ x.one }}", Pair("a"), "code of its own"),
        ("{{ x.pop() }}", [1, 2, 3, 4], "pop: it changes what other pages read"),
        ("{{ x.update({'b': 1}) }}", {"a": 1}, "update: it changes"),
        ("{{ x['c'] }}", defaultdict(list, a=[1]), "a new item"),
        ("{{ x }}", [double], "where objects are in memory"),
        ("{{ x }}", [object()], "equal to no other"),
        ("{{ '{0.a}'.format(x) }}", SimpleNamespace(a=1), "given an object"),
        ("{{ x|twice }}", [SimpleNamespace(a=1)], "filter twice is given an object"),
        ("{{ 'a' is sameas x }}", "a", "sameas"),
        ("{% import 'state.html' as s %}{{ s.n }}", 0, "may keep what pages change"),

    ],
)  # fmt: skip
def test_what_cannot_be_recorded_is_rendered_always(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snippet: str, value: Any, reason: str
) -> None:
    monkeypatch.setitem(FILES, "state.html", "{% set n = [1] %}")
    for name, text in (FILES | {"snippet.html": snippet}).items():
        (tmp_path / name).write_text(text)
    env = environment(tmp_path)
    env.filters["own"] = lambda own: own
    assert reason in record(env.get_template("snippet.html"), {"x": value}).always


@pytest.mark.parametrize(
    ("snippet", "one", "other", "holds"),
    [
        ("{{ x.name }}", Shelf("a", [1]), Shelf("a", [1]), True),
        ("{{ x.name }}", Shelf("a", [1]), Shelf("b", [1]), False),
        ("{{ x }}", Shelf("a", [1]), Shelf("a", [2]), False),
        ("{{ x.a }}", SimpleNamespace(a=1), SimpleNamespace(a=1, b=[2]), False),
        ("{{ x|length }}", [1, 2], [3, 4], True),
        ("{{ x|length }}", [1, 2], {3: 4, 5: 6}, False),
        ("{{ x[0] }}", [1, 2], [1, 3, 4], True),
        ("{{ x|first }}", [1, 2], [1, 3, 4], True),
        ("{{ x|first }}", [1, 2], [2, 1], False),
        ("{{ x[true] }}", [1, 2], [1, 3], False),
        ("{{ x[-1] }}", [1, 2], [5, 2], True),
        ("{{ x.a }}", {"a": 1, "b": 2}, {"a": 1, "b": 3}, True),
        ("{{ x.a.b }}", {"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, True),
        ("{{ x.get('c') }}", {"a": 1}, {"a": 2}, True),
        ("{{ x.get('c') }}", {"a": 1}, {"c": 2}, False),
        ("{{ 'a' in x }}", {"a": 1}, {"a": 2}, True),
        ("{{ x.items()|list|length }}", {"a": 1}, {"a": 2}, False),
        ("{{ x|join }}", {"a"}, {"b"}, False),
        ("{{ x == y }}", [1, [2]], [1, [3]], False),
        ("{{ x == 1 }}", 1, True, False),
        ("{{ x }}", 1, 1.0, False),
        ("{{ x }}", Markup("a"), "a", False),
        ("{{ x.year }}", datetime(2024, 1, 1), datetime(2024, 1, 2), False),
        ("{% for a, b in x %}{{ a }}{% endfor %}", [("a", [1])], [("a", [2])], True),
        ("{% for a, b in x %}{{ a }}{% endfor %}", [["a", [1]]], [["a", [2]]], True),
        ("{% for a, b in x %}{{ a }}{{ b }}{% endfor %}", [("a", [1])], [("a", [2])], False),
        ("{{ x is defined }}", None, 1, False),
        ("{{ x[0] == x[1] }}", [TWIN, TWIN], [TWIN, TWIN], True),
        ("{{ x[0] == x[1] }}", [TWIN, TWIN], [TWIN, OTHER], False),
        ("{{ x[0] == x[1] }}", [TWIN, OTHER], [TWIN, TWIN], False),
        ("{{ x[0] == x[1] }}", [TWIN, OTHER], [OTHER, TWIN], True),
        ("{{ z }}", 1, 2, True),
    ],
)  # fmt: skip
def test_what_is_read_of_a_value(
    tmp_path: Path, snippet: str, one: Any, other: Any, holds: bool
) -> None:
    recorded = rendered(tmp_path, snippet, x=one, y=[1, [2]])
    assert not recorded.always
    before = {"x": one, "y": [1, [2]]}
    assert Verifier(before, {}).holds(recorded.reads, before)
    after = {"x": other, "y": [1, [2]]}
    assert Verifier(after, {}).holds(recorded.reads, after) is holds


def test_names_that_were_missing_and_globals_are_read(tmp_path: Path) -> None:
    recorded = rendered(tmp_path, "{{ absent }}{{ plots }}")
    assert Verifier({}, {"plots": 40}).holds(recorded.reads, {})
    assert not Verifier({}, {"plots": 41}).holds(recorded.reads, {})
    assert not Verifier({}, {"plots": 40, "absent": 1}).holds(recorded.reads, {})
    assert not Verifier({}, {"plots": 40}).holds(recorded.reads, {"absent": 1})
    assert not Verifier({}, {"plots": 40}).holds(recorded.reads, {"plots": 40})


def test_all_templates_that_were_looked_for_are_named(tmp_path: Path) -> None:
    snippet = "{% include ['none-' ~ x, 'part.html'] %}{% include 'no.html' ignore missing %}"
    recorded = rendered(
        tmp_path, snippet + "{% import 'macros.html' as m %}", x="a", article={}, articles=[]
    )
    assert {name: Path(file).name for name, file in recorded.templates} == {
        "snippet.html": "snippet.html", "none-a": "", "part.html": "part.html", "no.html": "",
        "macros.html": "macros.html",
    }  # fmt: skip


def test_what_an_import_has_read_each_page_has_read(tmp_path: Path) -> None:
    (tmp_path / "one.html").write_text("{% import 'macros.html' as m %}{{ m.n }}")
    (tmp_path / "macros.html").write_text("{% set n = plots + 1 %}")
    env = environment(tmp_path)
    for _ in range(2):
        recorded = record(env.get_template("one.html"), {})
        assert not recorded.always
        assert Verifier({}, {"plots": 40}).holds(recorded.reads, {})
        assert not Verifier({}, {"plots": 41}).holds(recorded.reads, {})


def test_attached_files_are_moved_by_their_page(site: Path) -> None:
    (site / "content/plan.svg").write_text("<svg/>")
    write(site, 0, body="[The plan]({attach}plan.svg)")
    seen = build(site)
    assert "post-0.md attaches files" in seen["post-0.html"].recorded.always
    assert not seen["post-1.html"].recorded.always
