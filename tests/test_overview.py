"""The lists of incidents by state and by year, and the table of how long answers took."""

from __future__ import annotations

from collections.abc import Callable

from newsroom.language.words import Languages, Words
from newsroom.view.newsroom_view import IncidentList, incident_lists

from tests.sites import Site, words


def table(site: Site, url: str = "incidents/") -> list[list[str]]:
    rows = site.page(url).select(".overview tr")[1:]
    return [[words(cell) for cell in row.select("th, td")] for row in rows]


class TestSample:
    def test_the_table_says_how_long_answers_took(self, sample: Site) -> None:
        assert table(sample) == [
            ["Our post about the Ettle Valley flood", "42 minutes", "still open"],
            ["The rumour of 120-day payment", "1 day", "1 day"],
            ["The Courier’s column on the plum harvest", "5 hours 30 minutes", "28 days"],
            ["Median", "5 hours 30 minutes", "14 days"],
        ]

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


class TestOthers:
    def test_an_incident_that_answers_nothing_has_no_first_answer(
        self, site: Callable[[str], Site]
    ) -> None:
        minimal = site("minimal")
        minimal.build().succeeds()
        assert table(minimal)[0][1] == "–"

    def test_without_incidents_there_are_no_lengths(self) -> None:
        (every, *by_state) = incident_lists((), Words())
        assert (every.rows, every.statement, every.resolution) == ((), "", "")
        assert [shown.label for shown in by_state] == [
            "Responding", "Investigating", "Acting", "Resolved",
        ]  # fmt: skip

    def test_a_list_speaks_the_language(self) -> None:
        french = Languages("en").of("fr")
        found: tuple[IncidentList, ...] = incident_lists((), french)
        assert found[-1].title == "Incidents\u00a0: Résolu"
