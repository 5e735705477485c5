"""What a guest keeps back, and what it refuses, on a site whose articles are Pelican's."""

from __future__ import annotations

from pathlib import Path

import pytest
from newsroom.commands.line import load, read
from newsroom.commands.project import Project
from newsroom.model.problems import CommandError
from newsroom.model.settings import Settings
from newsroom.reading.withheld import Places

from tests.forked import Run
from tests.test_guest import ARTICLE, INCIDENT, files, guest, site_of
from tests.test_leaks import leaks
from tests.twins import Twin


def refused(twin: Twin, *said: str) -> None:
    """A build must fail with one line that says all of this, and leave no output."""
    run: Run = twin.build().fails()
    assert any(all(part in line for part in said) for line in run.stderr.splitlines()), run.stderr
    assert not twin.output.exists()


@pytest.fixture
def twin(tmp_path: Path) -> Twin:
    return guest(tmp_path, "simple")


class TestNothingLeaks:
    def test_no_draft_citation_or_evidence_is_copied(self, twin: Twin) -> None:
        twin.build().succeeds()
        assert leaks(site_of(twin)) == []
        assert f"{INCIDENT}blossom-label.svg" in files(twin)  # its STATIC_PATHS are all there is
        assert not [path for path in files(twin) if path.endswith((".cite.md", "found.md"))]

    @pytest.mark.parametrize("paths", [["incidents"], ["."], ["./incidents/wasps"], ["linked"]])
    def test_whatever_static_paths_name(self, twin: Twin, paths: list[str]) -> None:
        (twin.folder / "content/linked").symlink_to("incidents")
        (twin.folder / "evidence").mkdir()
        (twin.folder / "evidence/canary.svg").write_text("<svg/> canary", "utf-8")
        (twin.folder / "content/images/seen.svg").symlink_to("../../evidence/canary.svg")
        statics = {"STATIC_PATHS": [*paths, "images"], "STATIC_EXCLUDE_SOURCES": False}
        twin.build({"ARTICLE_PATHS": ["bees", "shop"], **statics}).succeeds()
        assert leaks(site_of(twin)) == []
        assert "images/hive.svg" in files(twin)

    def test_a_file_that_the_site_would_miss_is_named(self, twin: Twin) -> None:
        twin.write("content/authors/badge.svg", "<svg/>")
        said = twin.build().succeeds().stderr
        lines = [line for line in said.splitlines() if "is not copied" in line]
        assert len(lines) == 1
        assert lines[0].startswith("content/authors/badge.svg:1: warning: no public text uses")

    def test_evidence_in_a_site_whose_sources_lie_beside_its_settings(self, tmp_path: Path) -> None:
        (tmp_path / "pelicanconf.py").touch()
        settings = Settings.read({"NEWSROOM_POSTS": "pelican", "PATH": "."})
        places = Places.of(tmp_path, settings)
        assert places.reason(tmp_path / "evidence/shot.png") == "is evidence, as it was received"
        assert not places.reason(tmp_path / "images/shot.png")

    def test_an_article_may_not_show_what_is_not_public(self, twin: Twin) -> None:
        twin.edit(ARTICLE, "{static}images/hive.svg", "{static}/incidents/wasps/canary.svg")
        twin.write("content/incidents/wasps/canary.svg", "<svg/>")
        refused(twin, "content/incidents/wasps/canary.svg:1:", "not public", "[link]")

    def test_an_article_may_be_no_source_of_ours(self, twin: Twin) -> None:
        (twin.folder / "content/bees/wasps.md").symlink_to("../incidents/wasps/statement.md")
        refused(twin, "content/bees/wasps.md:1:", "Pelican has read this", "[place]")

    def test_article_paths_may_not_name_our_folders(self, twin: Twin) -> None:
        twin.settings["ARTICLE_PATHS"] = ["incidents/wasps", "shop"]
        refused(twin, "content/incidents/wasps/statement.md:1:", "ARTICLE_PATHS", "[place]")

    @pytest.mark.parametrize("paths", [["."], ["./"], ["", "bees"]])
    def test_all_other_article_paths_do(self, twin: Twin, paths: list[str]) -> None:
        twin.build({"ARTICLE_PATHS": paths}).succeeds()
        assert leaks(site_of(twin)) == []
        assert "varroa.html" in files(twin)


class TestWhatIsWrongIsSaid:
    def test_a_wrong_value(self, twin: Twin) -> None:
        twin.settings["NEWSROOM_POSTS"] = "Pelican"
        refused(twin, "NEWSROOM_POSTS: expected 'newsroom' or 'pelican', got 'Pelican'")

    def test_articles_have_no_rules_of_ours(self, twin: Twin) -> None:
        twin.write("content/posts/odd.md", "Title: Odd\nDate: 2026-03-01\n\n[x]({filename}no.md)\n")
        twin.write("content/pages/odd.md", "Title: Odd page\nSave_as: odd.html\n\n<b>\n")
        (twin.folder / "content/again").symlink_to("bees")
        twin.edit("content/shop/opening-hours.md", "\n\n", "\nStat: x\n\nTODO [[write this]]\n")
        problems = Project(twin.folder / "pelicanconf.py").checkup.problems
        assert all(problem.is_warning and "/incidents/" in problem.path for problem in problems)

    def test_an_article_in_a_folder_of_ours(self, twin: Twin) -> None:
        paths = ["authors/ada/tales.md", "incidents/2019.md", "incidents/frost.html",
                 "incidents/old/tale.HTM", "incidents/old/tale.rst"]  # fmt: skip
        beside, entry = f"{INCIDENT}their-page.html", "incidents/old/tales.md"
        for path in (*paths, beside, entry):
            twin.write(f"content/{path}", "Title: Tales\nDate: 2026-03-01\n\nOnce.\n")
        problems = Project(twin.folder / "pelicanconf.py").checkup.problems
        found = [problem for problem in problems if problem.rule == "place"]
        assert [problem.path for problem in found] == [f"content/{path}" for path in paths]
        assert not any(problem.is_warning for problem in found)
        assert all("neither the newsroom nor Pelican" in problem.message for problem in found)
        said = [problem.message for problem in problems if problem.rule == "statement-missing"]
        assert "an article of Pelican's belongs elsewhere" in said[0]

    def test_a_link_to_no_article(self, twin: Twin) -> None:
        statement = f"content/{INCIDENT}statement.md"
        twin.edit(statement, "/shop/jars.html", "/shop/jar.html")
        refused(twin, f"{statement}:14:", "/shop/jar.html leads to nothing", "[link]")
        twin.edit(statement, "/shop/jar.html", "/templates/all.txt")  # it is there, and no page
        refused(twin, f"{statement}:14:", "no page that Pelican makes", "[link]")

    def test_an_article_at_an_address_of_ours(self, twin: Twin) -> None:
        twin.edit(ARTICLE, "Tags:", "Save_as: Incidents/index.html\nTags:")
        refused(twin, f"{ARTICLE}:1:", "/incidents/ is the newsroom's", "[url]")

    def test_a_profile_at_an_address_of_the_sites(self, twin: Twin) -> None:
        twin.settings["AUTHOR_SAVE_AS"] = "authors/{slug}/index.html"
        profile = "content/authors/elin-marsh.md:1:"
        refused(twin, profile, "/authors/elin-marsh/ is already taken by", "rename", "[url]")

    def test_a_list_of_the_sites_at_an_address_of_ours(self, twin: Twin) -> None:
        twin.settings["ARCHIVES_SAVE_AS"] = "corrections/index.html"
        refused(twin, "pelicanconf.py:1:", "/corrections/ is the newsroom's", "[url]")

    def test_an_alias_at_an_address_of_the_sites(self, twin: Twin) -> None:
        statement = f"content/{INCIDENT}statement.md"
        twin.edit(statement, "State:", "Aliases: /varroa.html\nState:")
        refused(twin, f"{statement}:5:", "/varroa.html is already taken by bees/varroa.rst")

    def test_posts_are_written_as_ever(self, twin: Twin) -> None:
        command = load("post")
        given = read(command, ["A post", "--author=Elin Marsh"], "newsroom")
        with pytest.raises(CommandError, match="articles are Pelican's here"):
            command.work(Project(twin.folder / "pelicanconf.py"), given)
