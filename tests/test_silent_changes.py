"""A change of what readers saw is told to them, or it is a problem."""

from __future__ import annotations

from pathlib import Path

import pytest
from newsroom.model.substance import changes_of_substance

from tests.repository import Repository, entry, statement
from tests.sites import Site, words

POST, FIRST = "posts/mill.md", "incidents/fire/statement.md"
BEFORE = "what this said since 1 February 2026, 10:00 UTC was changed, and nothing tells readers"
NOTE = {"Modified": "2026-02-02 09:00 | Two words."}
CORRECTION = {"Correction": "2026-02-02 09:00 | We first wrote 14 April."}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository.begin(tmp_path / "site")
    made.put("2026-02-01 10:00", POST, entry("The mill", "We did not see it on 14 April."))
    return made


def changed(repository: Repository, text: str, **header: str) -> list[str]:
    """What is wrong after a commit that changes the text of the post."""
    repository.put("2026-02-02 10:00", POST, entry("The mill", text, **header))
    return repository.silent()


def test_what_changed_is_named_with_its_line(repository: Repository) -> None:
    [said] = changed(repository, "We did see it on 16 April.")
    where = "content/posts/mill.md:6: warning: "
    named = "“not” went; “14 April” became “16 April”"
    remedy = "Say what was wrong, with invoke correct, or what is new, with invoke note"
    assert said == f"{where}{BEFORE}: {named}. {remedy}  [silent-change]"


def test_the_line_is_that_of_the_first_change(repository: Repository) -> None:
    text = "First.\n\n<!-- Was\nit? -->\n\nSecond\nfound 5 %.\n\nLast."
    repository.put("2026-02-01 11:00", POST, entry("The mill", text, **NOTE))
    [said] = changed(repository, text.replace("%", "‰"), **NOTE)
    assert said.startswith("content/posts/mill.md:13: warning: ")
    assert "“5 %” became “5 ‰”" in said


def test_of_many_changes_the_first_are_named(repository: Repository) -> None:
    [said] = changed(repository, "We did not see it on 14 April, 21, 22, 23, 24, 25, 26 or 27.")
    assert "“25” was added; 2 more. Say" in said


def test_it_is_found_before_it_is_committed(repository: Repository) -> None:
    repository.write(POST, entry("The mill", "We did not quite see it on 14 April."))
    [said] = repository.silent()
    assert f"{BEFORE}: say what, with invoke note, or with invoke correct if it was wrong" in said
    assert repository.silent(NEWSROOM_REQUIRE_CHANGE_NOTES="2026-12-01")
    assert not repository.silent(NEWSROOM_REQUIRE_CHANGE_NOTES="2026-12-02")


@pytest.mark.parametrize("told", [NOTE, CORRECTION, {"Correction": "2026-02-02 | It was 14."}])
def test_a_note_or_a_correction_tells_it(repository: Repository, told: dict[str, str]) -> None:
    assert not changed(repository, "We saw it on 16 April.", **told)
    # One that was there already tells nothing new.
    repository.put("2026-02-03 10:00", POST, entry("The mill", "We saw it on 17 April.", **told))
    assert len(repository.silent()) == 1


def test_a_time_alone_tells_nothing(repository: Repository) -> None:
    assert changed(repository, "We saw it on 16 April.", Modified="2026-02-02 09:00")


def test_a_later_note_covers_what_was_silent_before(repository: Repository) -> None:
    assert len(changed(repository, "We saw it on 16 April.")) == 1
    repository.put("2026-02-03 10:00", POST, entry("The mill", "We saw it on 17 April."))
    lines = [each.partition(": ")[0] for each in repository.silent()]
    assert lines == ["content/posts/mill.md:1", "content/posts/mill.md:6"]  # the older, and now
    text = entry("The mill", "We saw it on 17 April.", **NOTE)
    repository.write(POST, text)
    assert not repository.silent()
    repository.commit("2026-02-04 10:00")
    assert not repository.silent()
    repository.put("2026-02-05 10:00", POST, text.replace("17", "18"))
    assert ["“17 April” became “18 April”" in each for each in repository.silent()] == [True]


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("We did *not* see it\non `14 April`", {}),
        ("We did not see it on [14 April](https://mill.example/14).<!-- Was it? -->", {}),
        ("We did not see it on 14 April.", {"Tags": "mill", "Aliases": "/old/", "Category": "A"}),
        ("We did not see it on 14 April.", {"Approved_by": "Ada Quill", "Modified": "2026-02-02"}),
    ],
)
def test_what_readers_do_not_read_is_silent(
    repository: Repository, text: str, header: dict[str, str]
) -> None:
    assert not changed(repository, text, **header)


def test_a_rename_alone_is_silent(repository: Repository) -> None:
    repository.move(POST, "posts/2026/water-mill.md")
    repository.commit("2026-02-02 10:00")
    assert not repository.silent()
    repository.write("posts/2026/water-mill.md", entry("The mill", "We did see it on 14 April."))
    assert "water-mill.md:6: warning" in repository.silent()[0]


def test_where_a_link_leads_may_be_mended_and_its_words_not(repository: Repository) -> None:
    jar, pot = '![A jar]({{static}}/jar.png "{}")', "![A pot]({{static}}/pot.png)"
    link = f"See [the report of 14 April]({{}}).\n\n{jar}\n{pot}"
    first = link.format("https://mill.example/a", "In May")
    repository.put("2026-02-01 11:00", POST, entry("The mill", first, **NOTE))
    assert not changed(repository, link.format("https://mill.example/b", "In May"), **NOTE)
    turned = f"See [the report of 14 April]({{}}).\n\n{pot}\n{jar}"
    assert not changed(repository, turned.format("https://mill.example/b", "In May"), **NOTE)
    [said] = changed(repository, link.format("https://mill.example/b", "In June"), **NOTE)
    assert "mill.md:9: " in said
    assert "“May” became “June”" in said


def test_another_citation_is_a_change(repository: Repository) -> None:
    repository.put("2026-02-01 10:00", FIRST, statement("Fire", "![]({cite}one)"))
    repository.put("2026-02-02 10:00", FIRST, statement("Fire", "![]({cite}other)"))
    assert len(repository.silent()) == 1


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("State", "resolved", "State became resolved"),
        ("Next_update", "2026-03-02 10:00", "Next_update became 2 March 2026, 10:00 UTC"),
        ("Date", "2026-01-02 09:00", "Date became 2 January 2026, 09:00 UTC"),
        ("Author", "Tom Brandt", "Author became Tom Brandt"),
        ("Summary", "In short, 12 jars.", "“12 jars” was added"),
        ("Hotline", "+44 1632 960145", "“960144” became “960145”"),
        ("Hotline", "+44 1632 960144 | at 08:00", "“08:00” was added"),
        ("Title", "12 Fires", "“12 Fires” was added"),
        ("Incident", "The fire of 2025", "“2025” was added"),
        ("Image", "{static}/jar.png | A jar | In June", "“May” became “June”"),
        ("Began", "2026-01-01 07:00", "Began became 1 January 2026, 07:00 UTC"),
        ("Ended", "2026-01-01 10:00", "Ended became 1 January 2026, 10:00 UTC"),
        ("Event", "2026-01-01 08:00 | 13 jars fall.", "“12 jars” became “13 jars”"),
        ("Correction", "", "the Correction of 2 January 2026 went"),
    ],
)
def test_keys_that_readers_see_are_compared(
    repository: Repository, key: str, value: str, said: str
) -> None:
    header = {
        "Next_update": "2026-03-01 10:00",
        "Hotline": "+44 1632 960144",
        "Event": "2026-01-01 08:00 | 12 jars fall.",
        "Correction": "2026-01-02 | It was 12.",
        "Image": "{static}/jar.png | A jar | In May",
    }
    repository.write("authors/tom-brandt.md", "Name: Tom Brandt\nRole: Miller\n\nHe mills.\n")
    repository.put("2026-02-01 10:00", FIRST, statement("Fire", **header))
    repository.put("2026-02-02 10:00", FIRST, statement("Fire", **(header | {key: value})))
    [problem] = repository.silent()
    assert said in problem
    assert f"{FIRST}:1: " not in problem or key in ("Correction", "Title")


def test_a_promise_that_is_kept_says_so_itself(repository: Repository) -> None:
    promise, path = "- [ ] Mend the {}. due:2026-03-01", "incidents/fire/found.md"
    kept = "- [x] Mend the {}. due:2026-03-01 done:2026-02-02"
    repository.write(FIRST, statement("Fire"))
    repository.put("2026-02-01 11:00", path, entry("Found", promise.format("roof")))
    repository.put("2026-02-02 11:00", path, entry("Found", kept.format("roof")))
    assert not repository.silent()
    repository.put("2026-02-03 11:00", path, entry("Found", promise.format("roof")))
    assert "“done:2026-02-02” went" in repository.silent()[0]
    text = f"{kept.format('wall')}\n{promise.format('12 doors')}"
    repository.put("2026-02-04 11:00", path, entry("Found", text))
    assert len(repository.silent()) == 2
    repository.put("2026-02-05 11:00", path, entry("Found", text.replace("12", "13")))
    assert "readers: “12 doors” became “13 doors”. Say" in repository.silent()[-1]


def test_a_translation_has_the_corrections_of_its_original(repository: Repository) -> None:
    path = "posts/mill.fr.md"
    repository.put("2026-02-01 11:00", path, entry("Le moulin", "Le 14 avril.", Lang="fr"))
    repository.put("2026-02-02 11:00", path, entry("Le moulin", "Le 16 avril.", Lang="fr"))
    assert "“14 avril” became “16 avril”" in repository.silent()[0]
    repository.put("2026-02-03 11:00", POST, entry("The mill", "On 16 April.", **CORRECTION))
    assert not repository.silent()


def test_what_is_cut_off_or_withdrawn_is_not_compared(repository: Repository) -> None:
    assert changed(repository, "We saw it on 16 April.")
    assert not changed(repository, "We saw it on 16 April.", History="none | It named Tom.")
    assert not changed(repository, "We saw it on 16 April.", Withdrawn="2026-02-02 | Wrong.")


def test_the_day_from_which_notes_are_required_lets_an_archive_be(repository: Repository) -> None:
    assert changed(repository, "We saw it on 16 April.")
    [said] = repository.silent(NEWSROOM_REQUIRE_CHANGE_NOTES=False)
    assert ":6: warning: what this said" in said
    [said] = repository.silent(NEWSROOM_REQUIRE_CHANGE_NOTES=True)
    assert ":6: what this said" in said
    assert repository.silent(NEWSROOM_REQUIRE_CHANGE_NOTES="2026-02-02") == [said]
    assert not repository.silent(NEWSROOM_REQUIRE_CHANGE_NOTES="2026-02-03")


@pytest.mark.parametrize(
    ("lang", "old", "new", "said"),
    [
        ("en", "It cost £83.60 and 5 %.", "It cost £84 and 6 %.", "“£83.60” became “£84”;"),
        ("en", "It cost £83.60 and 5 %.", "It cost £84 and 6 %.", "“5 %” became “6 %”"),
        ("en", "It cost $5 then.", "It cost $7 then.", "“$5 then” became “$7 then”"),
        ("en", "We didn’t ask.", "We did ask.", "“didn’t” went"),
        ("en", "So said Ada Quill.", "So said Ada Brandt.", "“Ada Quill” became “Ada Brandt”"),
        ("en", "At 14:05 and after.", "At 14:15 and after.", "“14:05” became “14:15”"),
        ("en", "Twelve jars. Then I saw.", "Twelve jars. Later I saw.", ""),
        ("en", "First 12 jars.\n\nThen no.", "Then no.\n\nFirst 12 jars.", ""),
        ("en-us", "In 2025 the mill.", "In 2026 the mill.", "“2025” became “2026”"),
        ("fr", "Nous n’avons pas vu 5 %.", "Nous avons vu 5,5 %.", "“pas” went"),
        ("es", "Nadie lo vio en Madrid.", "Lo vio en Toledo.", "“Madrid” became “Toledo”"),
        ("de", "Am 14. April kam niemand.", "Am 16. April kamen alle.", "“niemand” went"),
        ("de", "Am 14. April kam.", "Am 16. April kam.", "“14. April” became “16. April”"),
        ("de", "Sie sah das Mehl.", "Sie sah die Körner.", ""),
        ("ja", "3月11日に謝罪した。", "3月16日に謝罪した。", "“11日” became “16日”"),
    ],
)
def test_figures_names_and_negations_are_found(lang: str, old: str, new: str, said: str) -> None:
    found = "; ".join(changes_of_substance(old, new, lang.partition("-")[0]))
    assert said in f"{found};"
    assert bool(said) == bool(found)


def test_where_notes_are_required_a_silent_change_stops_the_build(tmp_path: Path) -> None:
    site = Site.copy("minimal", tmp_path / "site")
    repository = Repository(site.folder, site.folder / "content")
    repository.git("init", "-q", "-b", "main")
    repository.commit("2026-03-14 10:00")
    conf = site.folder / "pelicanconf.py"
    site.write(conf.name, f"{conf.read_text('utf-8')}NEWSROOM_REQUIRE_CHANGE_NOTES = True\n")
    site.build().succeeds()
    before, path = site.files(), "content/incidents/outage/statement.md"
    site.edit(path, "until the machines work again", "today")
    assert f"{path}:8: what this said since 14 March 2026, 10:00 GMT" in site.build().fails().stderr
    assert site.files() == before
    site.edit(path, "State:", "Modified: 2026-03-15 11:00 | For today alone.\nState:")
    site.build().succeeds()
    assert site.files() != before
    note = "Changed 15 March 2026, 11:00 GMT : For today alone."
    for url in ("incidents/outage/statement/", "incidents/outage/"):
        said = site.page(url).select_one(".entry-modified")
        assert said
        assert words(said) == note
        assert said.select("a[href$='incidents/outage/statement/history/#v2']")
    change = site.page("incidents/outage/statement/history/").select_one("[aria-labelledby=v2]")
    assert note in words(change)
    assert "until the machines work again" in words(change)
