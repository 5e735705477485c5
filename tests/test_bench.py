"""The benchmark itself, small: its corpus is sound, its sums are right, its page stays whole."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.bench.contenders import CONF
from tests.bench.corpus import EPOCH, Corpus, write_corpus
from tests.bench.hugo import Written, write_site
from tests.bench.kept_history import give_past
from tests.bench.measure import Figure, Run, measure
from tests.bench.page import PAGE, write_page
from tests.bench.plot import plot
from tests.bench.report import Goal, goals, put_between_marks, ratios, table
from tests.sites import Site

ENTRIES = 60
MIB = 2**20


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return write_corpus(tmp_path_factory.mktemp("bench") / "corpus", ENTRIES)


@pytest.fixture
def site(corpus: Corpus) -> Site:
    return Site(corpus.folder, EPOCH)


def test_the_corpus_has_as_many_entries_as_asked_and_no_problem(corpus: Corpus, site: Site) -> None:
    files = [file.name for file in (corpus.content / "incidents").rglob("*.md")]
    in_incidents = [name for name in files if not name.endswith(".cite.md")]
    assert len(corpus.posts) + len(in_incidents) == ENTRIES
    assert "0 errors" in site.invoke("check").succeeds().stdout


def test_the_corpus_is_the_same_each_time(corpus: Corpus, tmp_path: Path) -> None:
    again = write_corpus(tmp_path / "again", ENTRIES)
    assert again.posts == corpus.posts
    for file in corpus.content.rglob("*.*"):
        assert (again.content / file.relative_to(corpus.content)).read_bytes() == file.read_bytes()


def test_the_corpus_builds_with_its_edits(corpus: Corpus, tmp_path: Path) -> None:
    edited = corpus.copy(tmp_path / "edited")
    give_past(edited, commits=3)
    added, changed = edited.add_follow_up(0), edited.edit_post(0)
    site = Site(edited.folder, EPOCH)
    assert "0 errors" in site.invoke("check").succeeds().stdout
    site.invoke("build", "--conf", CONF).succeeds()
    written = Written.of(site.output).kinds
    assert written["page: statement, follow-up or post"] == ENTRIES + 1 + 1  # one in French
    assert written["plain text"] == written["page: incident"] + ENTRIES + 2
    assert not list(site.output.rglob("card-*.png"))
    incident = site.output / "incidents" / edited.open_incident
    assert (incident / added.stem / "index.html").exists()
    assert list(site.output.glob("posts/*/history/index.html"))
    assert list(site.output.glob("incidents/*/*/*.md.*.sig"))
    assert ", as " in (site.output / "posts" / changed.stem / "index.html").read_text("utf-8")


def test_hugo_gets_the_same_entries(corpus: Corpus, tmp_path: Path) -> None:
    write_site(corpus.folder, tmp_path / "hugo")
    content = tmp_path / "hugo" / "content"
    assert len(list(content.rglob("posts/*/*.md"))) == len(corpus.posts) + 1
    assert len(list(content.glob("authors/*/_index.md"))) == 20
    assert not [page for page in content.rglob("*.md") if "{filename}" in page.read_text("utf-8")]


def test_a_command_is_measured_with_what_it_starts(tmp_path: Path) -> None:
    hold = (  # until both hold it, and a moment longer
        "import pathlib, sys, time; held = bytearray(60 * 2**20);"
        "pathlib.Path(sys.argv[1]).touch();"
        'exec("while not pathlib.Path(sys.argv[2]).exists(): time.sleep(0.01)"); time.sleep(0.5)'
    )
    one, other = (f"{sys.executable} -c '{hold}' {names}" for names in ("a b", "b a"))
    shell = f"{one} & {other} & wait"
    run = measure(("sh", "-c", shell), tmp_path, {})
    assert run.seconds >= 0.5
    if run.memory is not None:  # None where there is no /proc
        assert run.memory > 110 * MIB


FIGURES = {
    (size, who, kind): Figure(tuple(Run(seconds * share, m * MIB) for share in (1.1, 1.0, 0.9)))
    for size, times in ((1000, 1.0), (10000, 10.0))
    for (who, kind), seconds, m in (
        (("kept", "cold"), 4 * times, 190),
        (("kept", "follow-up"), 0.3 * times, 100),
        (("kept", "nothing"), 0.29 * times, 90),
        (("stock", "cold"), 10 * times, 100),
        (("stock", "follow-up"), 9 * times, 99),
        (("hugo", "cold"), 2 * times, 300),
    )
}


def test_the_goals_are_held_against_the_figures() -> None:
    found = goals(FIGURES)
    small = {goal.what.removeprefix("1,000 entries: "): goal for goal in found}
    assert len(found) == 5 * 2 + 1
    hugo = small["a follow-up, against Hugo’s full build"]
    assert (round(hugo.ratio, 3), hugo.is_met, hugo.verdict) == (0.15, True, "met")
    assert round(small["a follow-up, against stock"].ratio, 4) == 0.0333
    assert small["nothing changed, against a follow-up"].verdict == "MISSED"
    assert small["all from nothing, against stock"].ratio == pytest.approx(0.4)
    assert small["the most memory, against stock"].ratio == pytest.approx(1.9)
    assert found[-1].ratio == pytest.approx(10)
    assert not found[-1].is_met
    assert Goal("", 0.09, 0.2, 0.1).verdict == "met, and even 0.10"
    # What was not measured is no goal, neither met nor missed.
    assert goals({key: figure for key, figure in FIGURES.items() if key[1] != "kept"}) == []


def test_the_table_has_a_row_for_each_contender() -> None:
    rows = table(FIGURES, 1000).splitlines()
    assert [row.split(" | ")[0] for row in rows[2:]] == [
        "| incremental",
        "| without (`--stock`)",
        "| Hugo, a full build",
    ]
    assert rows[2].startswith("| incremental | 4.00 s (3.60–4.40) | 0.30 s (0.27–0.33) |  | 0.29 s")
    assert rows[2].endswith("| 190 MiB |")
    assert any("0.150 of Hugo, 0.033 of stock" in line for line in ratios(FIGURES))


def test_the_page_is_renewed_between_its_marks_only(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    old = PAGE.read_text("utf-8")
    page.write_text(old, "utf-8")
    files = {
        10000: {
            "kept": Written(Counter({"plain text": 3}), 10),
            "hugo": Written(Counter({"plain text": 2}), 9),
        }
    }
    for _ in range(2):  # the second time there is something between the marks
        write_page(FIGURES, files, {10000: True}, "2 cores", 3, page)
        new = page.read_text("utf-8")
        assert new.partition("<!-- bench:begin -->")[0] == old.partition("<!-- bench:begin -->")[0]
        assert new.partition("<!-- bench:end -->")[2] == old.partition("<!-- bench:end -->")[2]
        assert new.count("| plain text | 3 | 2 |") == 1
    assert page.with_suffix(".svg").read_text("utf-8") == plot(FIGURES, 10000)
    assert "incremental: one follow-up added: 3.00 s" in plot(FIGURES, 10000)


@pytest.mark.parametrize("text", ["", "<!-- bench:end --><!-- bench:begin -->"])
def test_a_page_without_its_marks_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="bench:begin"):
        put_between_marks(text, "new")
