"""A draft is approved: dated now, checked before it is written, and whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from newsroom.model.header import parse

from tests.forked import Run
from tests.sites import Site, words
from tests.sizes import first
from tests.test_desk import FOLDER, NOW, incident, newsroom, read, with_desk
from tests.test_header import meta

__all__ = ["newsroom"]

STATEMENT = f"{FOLDER}/statement.md"
FORTY_MINUTES_LATER = str(int(NOW) + 40 * 60)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A newsroom with a statement that is written, and a follow-up."""
    newsroom = with_desk(Site.copy("sample", tmp_path_factory.mktemp("written") / "sample"))
    incident(newsroom, "--text=Choo choo", "--alt=A train joke").succeeds()
    fill(newsroom, STATEMENT)
    newsroom.invoke(
        "followup", "our-joke-about-the-strike", "--title=More", "--author=Thandiwe Marlowe"
    ).succeeds()
    fill(newsroom, f"{FOLDER}/more.md")
    return newsroom


@pytest.fixture
def drafted(written: Site, tmp_path: Path) -> Site:
    return written.again(tmp_path / "drafted")


def fill(newsroom: Site, path: str) -> None:
    file = newsroom.folder / path
    file.write_text(file.read_text("utf-8").replace("[[", "").replace("]]", ""), "utf-8")


def approve(newsroom: Site, *arguments: str, path: str = STATEMENT, now: str = NOW) -> Run:
    return newsroom.invoke("approve", path, *arguments, SOURCE_DATE_EPOCH=now)


def header(newsroom: Site, path: str = STATEMENT) -> dict[str, list[str]]:
    return meta(parse((newsroom.folder / path).read_bytes().decode("utf-8-sig")))


def refused(newsroom: Site, *arguments: str, path: str = STATEMENT, now: str = NOW) -> str:
    """What is said where nothing is approved, with the file as it was to the byte."""
    before = (newsroom.folder / path).read_bytes()
    said = approve(newsroom, *arguments, path=path, now=now).fails().stderr
    assert (newsroom.folder / path).read_bytes() == before
    return said


def test_the_time_counts_until_it_is_approved(drafted: Site) -> None:
    before = read(drafted, STATEMENT)
    run = approve(drafted, "--by=Davinder Rai", now=FORTY_MINUTES_LATER).succeeds()
    assert f"{STATEMENT}: approved by Davinder Rai, dated 2026-11-16 12:40" in run.stdout
    assert read(drafted, STATEMENT) == before.replace("12:00\nA", "12:40\nA").replace(
        "Status: draft", "Approved_by: Davinder Rai"
    )


@pytest.mark.full
def test_the_page_counts_until_it_is_approved(drafted: Site) -> None:
    approve(drafted, "--by=Davinder Rai", now=FORTY_MINUTES_LATER).succeeds()
    drafted.invoke("build", SOURCE_DATE_EPOCH=FORTY_MINUTES_LATER).succeeds()
    page = words(drafted.page("incidents/our-joke-about-the-strike/").main)
    assert "3 hours 26 minutes after the post" in page


def test_what_is_to_be_typed_next_brings_the_whole_incident(drafted: Site) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@a.example"]
    profiles = list(map(str, (drafted.folder / "content/authors").iterdir()))
    drafted.write("content/authors/a-name.md", "Name: A Name\nRole: Clerk\n")
    committed = [*profiles, "content/incidents/flood-post", f"{FOLDER}/original.png"]
    for command in (["init", "-q"], ["add", *committed], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], cwd=drafted.folder, check=True)
    said = approve(drafted).succeeds().stdout
    assert f"Commit   git add {FOLDER} content/authors/a-name.md && git commit" in said
    assert said.endswith("Publish  invoke deploy\n")
    add = said.partition("Commit   ")[2].partition(" && git commit")[0]
    subprocess.run(add, shell=True, cwd=drafted.folder, check=True)
    staged = subprocess.run(
        ["git", "diff", "--cached", "--name-only"],
        cwd=drafted.folder, check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    made = [f"{FOLDER}/{name}.md" for name in ("more", "original.cite", "statement")]
    assert staged == ["content/authors/a-name.md", *made]


@pytest.mark.full
def test_a_folder_with_a_space_is_quoted(newsroom: Site) -> None:
    (newsroom.folder / "content").rename(newsroom.folder / "our content")
    post = ("--content=our content", "--author=Thandiwe Marlowe")
    said = newsroom.invoke("post", "A new kitchen", *post).succeeds().stdout
    file = "'our content/posts/2026/a-new-kitchen.md'"
    assert f"invoke approve {file} --content='our content'\n" in said
    assert f"git add {file} && git commit -m 'Newsroom: 2026/a-new-kitchen'" in said
    fill(newsroom, "our content/posts/2026/a-new-kitchen.md")
    typed = said.partition("Approve  invoke ")[2].splitlines()[0]
    newsroom.run("sh", "-c", f"{sys.executable} -m invoke {typed}").succeeds()


@pytest.mark.parametrize("end", first(1, ["\r\n", "\n"]))
@pytest.mark.parametrize(
    "form",
    ["{}\n{}", "---\n{}---\n{}", "\ufeff{}\n{}"],
    ids=["plain", "fenced", "mark"],
)
def test_every_sign_of_a_draft_goes_and_nothing_else(end: str, form: str, drafted: Site) -> None:
    file = drafted.folder / STATEMENT
    keys, _, body = file.read_text("utf-8").partition("\n\n")
    keys = keys.replace("Status: draft", "status: Draft\n    draft\nstatus: draft")
    text = form.format(f"{keys}\n", body).replace("\n", end)
    file.write_bytes(text.encode("utf-8"))
    approve(drafted, now=FORTY_MINUTES_LATER).succeeds()
    wanted = text.replace(f"status: Draft{end}    draft{end}status: draft{end}", "")
    wanted = wanted.replace(f"12:00{end}A", f"12:40{end}A")
    assert file.read_bytes().decode("utf-8") == wanted
    assert "status" not in header(drafted)


def test_an_error_leaves_the_file_as_it_was(drafted: Site) -> None:
    drafted.edit(STATEMENT, "Summary: ", "Summary: [[more]] ")
    assert f"{STATEMENT}:7: [[more]] is still to be written" in refused(drafted)
    drafted.edit(STATEMENT, "[[more]] ", "")
    drafted.edit(f"{FOLDER}/original.cite.md", "Kind: social-post", "Kind: tweet")
    assert f"{FOLDER}/original.cite.md:1: Kind is 'tweet'" in refused(drafted)
    drafted.edit(f"{FOLDER}/original.cite.md", "Kind: tweet", "Kind: social-post")
    drafted.write(STATEMENT, read(drafted, STATEMENT) + "\n[[the rest]]")
    last = read(drafted, STATEMENT).count("\n") + 1
    assert f"{STATEMENT}:{last}: [[the rest]] is still to be written" in refused(drafted)
    drafted.edit(STATEMENT, "[[the rest]]", "")
    drafted.edit(STATEMENT, "\n\n", "\n\nStatus: draft\n\n")
    assert "[status]" in refused(drafted)


def test_an_error_elsewhere_keeps_all_from_being_public(drafted: Site) -> None:
    drafted.edit("content/pages/about.md", "Title:", "Titel:")
    assert "content/pages/about.md:1: Title is missing" in refused(drafted)


@pytest.mark.full
def test_a_promise_that_has_passed_meanwhile_is_refused(drafted: Site) -> None:
    said = refused(drafted, now=str(int(NOW) + 5 * 3600))
    assert f"{STATEMENT}:6: " in said
    assert "Next_update" in said


class TestPlanned:
    def test_a_date_in_the_future_stays(self, drafted: Site) -> None:
        drafted.edit(STATEMENT, "Date: 2026-11-16 12:00", "Date: 2026-11-16 14:00")
        said = approve(drafted).succeeds().stdout
        assert "approved, planned for 2026-11-16 14:00" in said
        assert "deploy again" in said
        assert header(drafted)["date"] == ["2026-11-16 14:00"]

    @pytest.mark.full
    def test_at_plans_it(self, drafted: Site) -> None:
        approve(drafted, "--at=14:30").succeeds()
        assert header(drafted)["date"] == ["2026-11-16 14:30"]

    def test_a_time_that_has_passed_is_refused(self, drafted: Site) -> None:
        assert "--at: 2026-11-16 11:59 has passed" in refused(drafted, "--at=11:59")
        assert "--at: 'soon' is not a date" in refused(drafted, "--at=soon")

    def test_a_promise_before_it_is_refused(self, drafted: Site) -> None:
        assert "Next_update" in refused(drafted, "--at=2026-11-20 09:00")


class TestBy:
    def test_is_a_second_person_with_a_profile(self, drafted: Site) -> None:
        assert "Thandiwe Marlowe signs this entry" in refused(drafted, "--by=Thandiwe Marlowe")
        said = refused(drafted, "--by=Davinder Ray")
        assert 'no profile for "Davinder Ray"; did you mean Davinder Rai?' in said

    def test_may_be_required(self, drafted: Site) -> None:
        settings = drafted.folder / "pelicanconf.py"
        with settings.open("a", encoding="utf-8") as file:
            file.write("\nNEWSROOM_REQUIRE_APPROVAL = True\n")
        for path in (drafted.folder / "content/incidents").rglob("*.md"):
            text = path.read_text("utf-8")
            if path.parent.name != "our-joke-about-the-strike" and "\nDate:" in text:
                approver = "Davinder Rai" if "Author: Thandiwe" in text else "Thandiwe Marlowe"
                if "Approved_by" not in text:
                    approved = text.replace("\nDate:", f"\nApproved_by: {approver}\nDate:", 1)
                    path.write_text(approved, "utf-8")
        drafted.edit(
            f"{FOLDER}/more.md", "Status: draft", "Status: draft\nApproved_by: Davinder Rai"
        )
        assert "--by is missing: Who approves it?" in refused(drafted)
        approve(drafted, "--by=Davinder Rai").succeeds()
        approve(drafted, path=f"{FOLDER}/more.md").succeeds()  # it names somebody already
        said = drafted.invoke(
            "followup", "our-joke-about-the-strike", "--title=Last", "--author=Thandiwe Marlowe"
        ).succeeds().stdout  # fmt: skip
        assert f"invoke approve {FOLDER}/last.md --by NAME\n" in said


class TestWhatCannotBeApproved:
    def test_what_is_public_already(self, drafted: Site) -> None:
        approve(drafted).succeeds()
        assert "is no draft: its Status is published, its Date 2026-11-16 12:00" in refused(drafted)

    def test_what_is_withdrawn(self, drafted: Site) -> None:
        drafted.invoke("withdraw", STATEMENT, "It was wrong.").succeeds()
        assert "is withdrawn: write a new entry" in refused(drafted)

    def test_what_is_skipped(self, drafted: Site) -> None:
        post = "content/posts/2026/a.md"
        drafted.write(
            post, "Title: A\nDate: 2026-11-16\nAuthor: Thandiwe Marlowe\nStatus: skip\n\nText.\n"
        )
        assert "the Status holds it back" in refused(drafted, path=post)

    def test_what_is_no_entry(self, drafted: Site) -> None:
        assert "is no entry" in refused(drafted, path=f"{FOLDER}/original.cite.md")
        assert "is no entry" in approve(drafted, path="content/nothing.md").fails().stderr


class TestTogether:
    def test_a_follow_up_waits_for_its_statement(self, drafted: Site) -> None:
        more = f"{FOLDER}/more.md"
        assert f"is a draft: first, invoke approve {STATEMENT}" in refused(drafted, path=more)
        drafted.edit(STATEMENT, "Date: 2026-11-16 12:00", "Date: 2026-11-16 13:00")
        approve(drafted).succeeds()
        assert "dated before its statement, 2026-11-16 13:00" in refused(drafted, path=more)
        approve(drafted, path=more, now=str(int(NOW) + 3660)).succeeds()
        assert header(drafted, more)["date"] == ["2026-11-16 13:01"]

    def test_a_translation_is_approved_by_itself(self, drafted: Site) -> None:
        french = f"{FOLDER}/statement.fr.md"
        text = read(drafted, STATEMENT).replace("Date:", "Lang: fr\nDate:")
        keys = ("State:", "Next_update:")
        lines = [line for line in text.splitlines(True) if not line.startswith(keys)]
        drafted.write(french, "".join(lines))
        approve(drafted, path=french).succeeds()
        assert "status" not in header(drafted, french)
        assert header(drafted)["status"] == ["draft"]
