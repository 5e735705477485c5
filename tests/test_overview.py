"""The overview of incidents: a chart and the table behind it, lists by state and by year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from newsroom.language.languages import Languages
from newsroom.language.words import Words
from newsroom.view.overview import IncidentList, incident_lists

from tests.sites import Site, words

STATEMENT = """Title: {id}
Date: {date}
Author: Ada Quill
Incident: {id}
State: {state}
Summary: Something happened.

Something happened.
"""
ORIGINAL = """Kind: rumour
Author: Somebody
Published: {date}

They say.
"""


def incident(site: Site, id: str, date: datetime, minutes: int, state: str = "resolved") -> None:
    """An incident whose original appeared ``minutes`` before its statement."""
    shown = "%Y-%m-%d %H:%M"
    folder = f"content/incidents/{id}"
    said = STATEMENT.format(id=id, date=date.strftime(shown), state=state)
    site.write(f"{folder}/statement.md", said)
    before = date - timedelta(minutes=minutes)
    site.write(f"{folder}/original.cite.md", ORIGINAL.format(date=before.strftime(shown)))


def chart(site: Site, url: str = "incidents/") -> dict[str, list[float]]:
    """Where each kind of mark stands in a page's chart, per cent of its width."""
    drawn = site.page(url).select_one("svg.chart")
    assert drawn is not None
    marks = {
        "statement": drawn.select("circle.chart-statement"),
        "resolved": drawn.select("svg:has(.chart-resolved)"),
        "open": drawn.select("svg:has(.chart-open)"),
    }
    return {
        kind: [float(str(mark.get("cx") or mark["x"]).rstrip("%")) for mark in found]
        for kind, found in marks.items()
    }


def table(site: Site, url: str = "incidents/") -> list[list[str]]:
    rows = site.page(url).select(".overview-table tr")[1:]
    return [[words(cell) for cell in row.select("th, td")] for row in rows]


class TestSample:
    def test_the_table_says_what_the_chart_shows(self, sample: Site) -> None:
        assert table(sample) == [
            ["Our post about the Ettle Valley flood", "42 minutes", "still open"],
            ["The rumour of 120-day payment", "1 day", "1 day"],
            ["The Courier’s column on the plum harvest", "5 hours 30 minutes", "28 days"],
            ["Median", "5 hours 30 minutes", "14 days"],
        ]
        places = chart(sample)
        assert len(places["statement"]) == 3
        assert (len(places["resolved"]), len(places["open"])) == (2, 1)
        assert places["statement"][0] < places["statement"][2] < places["statement"][1]
        assert places["statement"][1] == places["resolved"][0]

    def test_the_chart_is_one_picture_to_those_who_cannot_see_it(self, sample: Site) -> None:
        drawn = sample.page("incidents/").select_one("svg.chart")
        assert drawn is not None
        assert drawn["role"] == "img"
        assert "table" in str(drawn["aria-label"])

    def test_filters_are_pages(self, sample: Site) -> None:
        page = sample.page("incidents/")
        shown = {words(link): str(link["href"]) for link in page.select(".filters a")}
        states = ["All 3", "Responding 0", "Investigating 0", "Acting 1", "Resolved 2"]
        assert list(shown) == [*states, "2026 2", "2025 1"]
        for url, names in {
            "states/acting/": ["Our post about the Ettle Valley flood"],
            "states/responding/": [],
            "2025/incidents/": ["The Courier’s column on the plum harvest"],
        }.items():
            page = sample.page(url)
            assert [words(name) for name in page.select(".incident-card-name")] == names
            current = page.select_one(".filters [aria-current=page]")
            assert current is not None
            assert words(current).split()[0].lower() in url
        assert "There is none." in words(sample.page("states/responding/").main)

    def test_the_lists_are_in_the_sitemap(self, published: Site) -> None:
        sitemap = (published.output / "sitemap.xml").read_text("utf-8")
        assert "/states/resolved/</loc>" in sitemap
        assert "/2026/incidents/</loc>" in sitemap


class TestCharts:
    @pytest.fixture
    def many(self, site: Callable[[str], Site]) -> Site:
        """Twenty-five incidents, each answered a little later than the one before."""
        minimal = site("minimal")
        for path in (minimal.folder / "content/incidents").glob("*/*"):
            path.unlink()
        author = next((minimal.folder / "content/authors").glob("*.md"))
        text = author.read_text("utf-8")
        name = text.split("Name: ")[1].split("\n")[0]
        author.write_text(text.replace(name, "Ada Quill"), "utf-8")
        for number in range(25):
            day = datetime(2025, 1, 1, 12) + timedelta(days=14 * number)
            incident(minimal, f"case-{number:02}", day, 2 ** (number % 16))
        minimal.build().succeeds()
        return minimal

    def test_the_newest_are_drawn_and_all_are_in_the_table(self, many: Site) -> None:
        assert len(chart(many)["statement"]) == 20
        assert len(table(many)) == 26

    def test_all_marks_lie_inside_and_labels_keep_apart(self, many: Site) -> None:
        places = [place for found in chart(many).values() for place in found]
        assert min(places) >= 3
        assert max(places) <= 97
        ticks = many.page("incidents/").select(".chart-tick")
        at = [float(str(tick["x"]).rstrip("%")) for tick in ticks]
        assert all(b - a >= 21.9 for a, b in pairwise(at)), at

    def test_an_incident_that_answers_nothing_has_no_first_answer(
        self, site: Callable[[str], Site]
    ) -> None:
        minimal = site("minimal")
        minimal.build().succeeds()
        assert table(minimal)[0][1] == "–"

    def test_without_incidents_there_is_no_chart(self) -> None:
        (every, *by_state) = incident_lists((), Words())
        assert every.overview.ticks == ()
        assert [shown.label for shown in by_state] == [
            "Responding", "Investigating", "Acting", "Resolved",
        ]  # fmt: skip

    def test_the_scale_speaks_the_language(self) -> None:
        french = Languages("en").of("fr")
        found: tuple[IncidentList, ...] = incident_lists((), french)
        assert found[-1].title == "Incidents\u00a0: Résolu"
