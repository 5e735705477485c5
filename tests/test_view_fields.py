"""What docs/themes.md says that templates get is what views have: no name more, and none less."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from newsroom.view.entry_view import EntryView
from newsroom.view.history_view import HistoryView
from newsroom.view.incident_view import IncidentView
from newsroom.view.newsroom_view import AuthorView, GoalView, NewsroomView
from newsroom.view.parts import CitationView

DOCS = (Path(__file__).parent.parent / "docs" / "themes.md").read_text("utf-8")
VIEWS = [
    ("### `newsroom`\n", NewsroomView),
    ("### `entry`\n", EntryView),
    ("### `history`\n", HistoryView),
    ("### `incident`\n", IncidentView),
    ("| name of `person` ", AuthorView),
    ("| name of `goal` ", GoalView),
    ("### `citation`\n", CitationView),
]


@pytest.mark.parametrize(
    ("heading", "view"), VIEWS, ids=lambda value: getattr(value, "__name__", "")
)
def test_the_docs_name_every_field(heading: str, view: type) -> None:
    table = DOCS.partition(heading)[2].partition("|---|---|\n")[2].partition("\n\n")[0]
    named = [
        name for row in table.split("\n") for name in re.findall(r"`(\w+)`", row.split("|")[1])
    ]
    there = {*dir(view), *(field.name for field in fields(view))} - {"context"}
    assert sorted(named) == sorted(name for name in there if not name.startswith("_"))
