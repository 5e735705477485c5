"""The desk, used as its people use it: with options from scripts, with keys at a terminal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable

import pytest

from tests.forked import Run
from tests.sites import Site, words
from tests.sizes import first

NOW = "1794830400"  # 2026-11-16 12:00 UTC
FOLDER = "content/incidents/our-joke-about-the-strike"
SHOT = "content/incidents/flood-post/original.png"


@pytest.fixture
def newsroom(site: Callable[[str], Site]) -> Site:
    return with_desk(site("sample"))


def with_desk(copy: Site) -> Site:
    """Add what the desk begins with: holding statements, and a screenshot."""
    shutil.copy(copy.folder / SHOT, copy.folder / "Screenshot 1.png")
    return copy


def incident(newsroom: Site, *arguments: str) -> Run:
    return newsroom.invoke(
        "incident",
        "--name=Our joke about the strike",
        "--author=Thandiwe Marlowe",
        "--url=https://chirrup.example/alderandquince/999",
        "--account=@alderandquince",
        "--time=09:14",
        "--screenshot=Screenshot 1.png",
        *arguments,
    )


def read(newsroom: Site, path: str) -> str:
    return (newsroom.folder / path).read_text("utf-8")


class TestIncident:
    def test_with_options_only(self, newsroom: Site) -> None:
        run = incident(newsroom).succeeds()
        cite = read(newsroom, f"{FOLDER}/original.cite.md")
        assert "Kind: social-post\nAuthor: @alderandquince\nPublication: chirrup.example" in cite
        assert "Published: 2026-11-16 09:14\nAccessed: 2026-11-16 12:00" in cite
        statement = read(newsroom, f"{FOLDER}/statement.md")
        assert "Author: Thandiwe Marlowe\nIncident: Our joke about the strike" in statement
        assert "Status: draft" in statement
        assert "About:" not in statement
        assert f"Approve  invoke approve {FOLDER}/statement.md\n" in run.stdout
        assert f"git add {FOLDER} && git commit" in run.stdout
        assert "Publish  invoke deploy\n" in run.stdout
        kept = list((newsroom.folder / "evidence/our-joke-about-the-strike").iterdir())
        assert len(kept) == 1

    def test_passes_the_check_but_for_its_placeholders(self, newsroom: Site) -> None:
        incident(newsroom).succeeds()
        run = newsroom.invoke("check").succeeds()
        new = [line for line in run.stderr.splitlines() if "our-joke" in line]
        assert all(line.endswith("[placeholder]") for line in new)
        written = [
            f"{FOLDER}/{name}:{number}"
            for name in ("original.cite.md", "statement.md")
            for number, line in enumerate(read(newsroom, f"{FOLDER}/{name}").splitlines(), 1)
            if "[[" in line
        ]
        assert sorted({line.split(": ")[0] for line in new}) == sorted(written)

    def test_becomes_a_page_when_it_is_filled_in_and_its_line_deleted(self, newsroom: Site) -> None:
        incident(newsroom, "--text=Choo choo", "--alt=A train joke").succeeds()
        file = newsroom.folder / FOLDER / "statement.md"
        text = file.read_text("utf-8").replace("Status: draft\n", "")
        file.write_text(text.replace("[[", "").replace("]]", ""), "utf-8")
        newsroom.invoke("build").succeeds()
        page = words(newsroom.page("incidents/our-joke-about-the-strike/").main)
        assert "2 hours 46 minutes after the post" in page
        assert "Choo choo" in page

    def test_what_was_made_before_it_was_stopped_goes_into_git_too(self, newsroom: Site) -> None:
        incident(newsroom, "--template=none-such").fails()
        run = incident(newsroom).succeeds()
        assert f"kept     {FOLDER}/original.cite.md" in run.stdout
        assert f"git add {FOLDER} && git commit" in run.stdout

    def test_a_second_run_goes_on_and_never_overwrites(self, newsroom: Site) -> None:
        run = incident(newsroom, "--template=no-such").fails()
        assert "'no-such' is none of" in run.stderr
        assert not (newsroom.folder / FOLDER / "statement.md").exists()
        cite = newsroom.folder / FOLDER / "original.cite.md"
        cite.write_text(cite.read_text("utf-8").replace("chirrup.example\n", "Chirrup\n"), "utf-8")
        run = incident(newsroom).succeeds()
        assert f"kept     {FOLDER}/original.cite.md" in run.stdout
        assert "Publication: Chirrup" in read(newsroom, f"{FOLDER}/original.cite.md")
        assert "invoke followup" in incident(newsroom).fails().stderr

    def test_an_outage_answers_nothing(self, newsroom: Site) -> None:
        newsroom.invoke(
            "incident", "--name=The shop is down", "--author=Mei-Lin Ashworth"
        ).succeeds()
        folder = newsroom.folder / "content/incidents/the-shop-is-down"
        assert [path.name for path in folder.iterdir()] == ["statement.md"]
        statement = (folder / "statement.md").read_text("utf-8")
        assert "State: investigating" in statement
        assert "Began" not in statement  # nobody has said when

    def test_a_deleted_post_needs_no_address(self, newsroom: Site) -> None:
        newsroom.invoke(
            "incident",
            "--name=A deleted post",
            "--author=Thandiwe Marlowe",
            "--kind=social-post",
            "--account=@alderandquince",
            "--time=2026-11-15",
            "--deleted=09:31",
        ).succeeds()
        cite = read(newsroom, "content/incidents/a-deleted-post/original.cite.md")
        assert "Availability: deleted 2026-11-16 09:31" in cite
        newsroom.invoke("check").succeeds()

    def test_makes_a_missing_profile(self, newsroom: Site) -> None:
        newsroom.invoke(
            "incident", "--name=The shop", "--author=Zoë Łukasz", "--role=Shop Manager"
        ).succeeds()
        profile = read(newsroom, "content/authors/zoe-lukasz.md")
        assert profile == "Name: Zoë Łukasz\nRole: Shop Manager\n\n"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--name=x"], "--author is missing"),
            ([], "--name is missing"),
            (["--name=x", "--author=Thandiwe Marlow"], "did you mean Thandiwe Marlowe?"),
            (["--name=x", "--author=admin"], 'no profile for "admin"'),
            (["--name=x", "--kind=tweet"], "'tweet' is none of: social-post, rumour"),
            (["--name=x", "--url=chirrup"], "--url: write a whole URL"),
            (["--name=x", "--kind=rumour", "--account=a", "--time=soon"], "--time: 'soon'"),
            (["--name=x", "--kind=comment", "--account=a"], "--medium is missing: Without a URL"),
            (["--name=x", "--id=X Y"], "--id: use a-z, 0-9 and - only"),
            (
                ["--name=x", "--url=https://a.example", "--account=a", "--time=9:00",
                 "--screenshot=nowhere.png"],
                "there is no file nowhere.png",
            ),
        ],
    )  # fmt: skip
    def test_says_what_is_wrong_in_one_line(
        self, arguments: list[str], message: str, newsroom: Site
    ) -> None:
        run = newsroom.invoke("incident", *arguments).fails()
        assert message in run.stderr
        assert len(run.stderr.strip().splitlines()) == 1

    @pytest.mark.parametrize(
        ("status", "form", "end"),
        first(
            1,
            [
                ("Status: published\n    hidden\n", "\ufeff{}\n{}", "\r\n"),
                ("Status: published\n", "---\n{}---\n{}", "\r\n"),
                ("", "{}\n{}", "\n"),
                ("status: Draft\n", "\ufeff{}\n{}", "\n"),
                ("About: x\n    and more\nStatus: skip\nStatus: published\n", "{}\n{}", "\r\n"),
            ],
        ),
    )
    def test_is_a_draft_whatever_the_template_says(
        self, status: str, form: str, end: str, newsroom: Site
    ) -> None:
        keys = "Title: We are sorry\nDate: {now}\nAuthor: {author}\nIncident: {name}\n"
        keys += "State: responding\nSummary: We are.\n" + status
        text = form.format(keys, "A text.\n").replace("\n", end)
        newsroom.write("overrides/statements/ours.md", "").write_bytes(text.encode("utf-8"))
        incident(newsroom, "--template=ours", "--text=Choo", "--alt=A train").succeeds()
        found = read(newsroom, f"{FOLDER}/statement.md")
        assert found.count("Status: draft") == 1
        assert "About" not in found
        assert "and more" not in found
        assert "our-joke" not in newsroom.invoke("check").succeeds().stderr
        newsroom.edit(f"{FOLDER}/statement.md", "Status: draft\n", "")
        assert "our-joke" not in newsroom.invoke("check").succeeds().stderr

    @pytest.mark.parametrize(
        ("option", "now", "message"),
        [
            ("--time=20:14", NOW, "is yet to come: if it was yesterday, write 2026-11-15 20:14"),
            ("--deleted=23:50", "1794788100", "if it was yesterday, write 2026-11-15 23:50"),
            ("--time=2026-11-17", NOW, "--time: 2026-11-17 is yet to come: write when it was"),
            ("--deleted=17 November 2026 08:00", NOW, "--deleted: 2026-11-17 08:00 is yet to come"),
        ],
    )  # fmt: skip
    def test_what_has_happened_is_never_yet_to_come(
        self, option: str, now: str, message: str, newsroom: Site
    ) -> None:
        given = ("--name=x", "--kind=comment", "--account=a", "--url=https://a.example")
        run = newsroom.invoke("incident", *given, option, SOURCE_DATE_EPOCH=now).fails()
        assert message in run.stderr
        assert not (newsroom.folder / "content/incidents/x").exists()

    def test_a_template_that_cannot_be_used_is_named(self, newsroom: Site) -> None:
        template = newsroom.write("overrides/statements/ours.md", "\nTitle: too late\n")
        run = incident(newsroom, "--template=ours").fails()
        assert "the template ours.md: it has no header" in run.stderr
        template.write_bytes(b"Title: caf\xe9\n\n")
        run = incident(newsroom, "--template=ours").fails()
        assert "statements/ours.md is not UTF-8" in run.stderr

    def test_a_hostile_picture_leaves_nothing_behind(self, newsroom: Site) -> None:
        (newsroom.folder / "Screenshot 1.png").write_bytes(b"PK\x03\x04 not a picture")
        assert "not an image" in incident(newsroom).fails().stderr
        assert not (newsroom.folder / FOLDER).exists()


@pytest.mark.parametrize("folder", first(1, ["Öffentlich: 1 created", "our content"]))
def test_a_content_folder_may_have_any_name(folder: str, newsroom: Site) -> None:
    (newsroom.folder / "content").rename(newsroom.folder / folder)
    content = f"--content={folder}"
    run = incident(newsroom, content).succeeds()
    assert f"Write    {folder}/incidents/our-joke-about-the-strike/statement.md" in run.stdout
    signed = (content, "--author=Zoë Łukasz", "--role=Shop Manager")
    run = newsroom.invoke("followup", "flood-post", "--title=More", *signed).succeeds()
    assert f"Write    {folder}/incidents/flood-post/more.md" in run.stdout
    run = newsroom.invoke("post", "A new kitchen", *signed).succeeds()
    assert f"Write    {folder}/posts/2026/a-new-kitchen.md" in run.stdout
    again = newsroom.invoke("post", "A new kitchen", *signed).succeeds()
    assert again.stdout == f"kept     {folder}/posts/2026/a-new-kitchen.md\n"


def test_a_follow_up_is_prefilled(newsroom: Site) -> None:
    newsroom.invoke(
        "cite", "flood-post", "--kind=comment", "--account=Rhys Vaughan", "--stem=rhys",
        "--url=https://northmere.example/1", "--time=2026-11-15 10:00", "--text=Well done.",
    ).succeeds()  # fmt: skip
    newsroom.invoke(
        "followup", "flood-post", "--title=What the review says", "--author=Róisín Calder"
    ).succeeds()
    text = read(newsroom, "content/incidents/flood-post/what-the-review-says.md")
    assert "State: acting\nNext_update: 2026-11-17 12:00\nAnswers: rhys" in text
    assert "![]({cite}rhys)" in text
    assert text.count("[[still open, due 2027-") == 2
    run = newsroom.invoke("check").succeeds()
    new = [line for line in run.stderr.splitlines() if "what-the-review-says" in line]
    assert new
    assert all(line.endswith("[placeholder]") for line in new)
    run = newsroom.invoke("followup", "flod-post").fails()
    assert "did you mean flood-post?" in run.stderr


def test_a_follow_up_begins_where_readers_know_the_company_to_stand(newsroom: Site) -> None:
    """A draft that resolves an incident has changed nothing yet; what is resolved stays so."""
    for title in ("One", "Two"):
        newsroom.invoke(
            "followup", "flood-post", f"--title={title}", "--author=Róisín Calder"
        ).succeeds()
        text = read(newsroom, f"content/incidents/flood-post/{title.lower()}.md")
        assert "State: acting\nNext_update: 2026-11-17 12:00\n" in text
        one = newsroom.folder / "content/incidents/flood-post/one.md"
        one.write_text(one.read_text("utf-8").replace("State: acting", "State: resolved"), "utf-8")
    newsroom.edit("content/incidents/flood-post/one.md", "Status: draft\n", "")
    newsroom.invoke("followup", "flood-post", "--title=Three", "--author=Róisín Calder").succeeds()
    text = read(newsroom, "content/incidents/flood-post/three.md")
    assert "State: resolved\n" in text
    assert "Next_update" not in text


@pytest.mark.full
def test_a_new_citation_stops_nobody(newsroom: Site) -> None:
    newsroom.invoke(
        "cite", "flood-post", "--kind=comment", "--account=Rhys Vaughan", "--stem=rhys",
        "--url=https://northmere.example/1", "--screenshot=Screenshot 1.png",
    ).succeeds()  # fmt: skip
    said = newsroom.invoke("check").succeeds().stderr
    assert said.count("rhys.cite.md") == 3  # its alt, its text, and that nothing answers it
    newsroom.invoke("build").succeeds()
    assert not list(newsroom.output.rglob("rhys*"))


def test_a_profile_of_another_is_never_taken_for_this_one(newsroom: Site) -> None:
    file = newsroom.write("content/authors/ada-nkemelu.md", "Name: Ada N.\nRole: Engineer\n\n")
    photo = "--photo=content/authors/roisin-calder.jpg"
    run = newsroom.invoke("author", "Ada Nkemelu", "--role=Engineer", photo).fails()
    assert "ada-nkemelu.md is there already, and is not the profile of Ada Nkemelu" in run.stderr
    assert not file.with_suffix(".png").exists()


def test_profiles_goals_and_posts(newsroom: Site) -> None:
    newsroom.invoke(
        "author", "Ada Nkemelu", "--role=Engineer", "--photo=content/authors/roisin-calder.jpg"
    ).succeeds()
    newsroom.invoke("goal", "Mend before we sell", "--text=A jar can be used again.").succeeds()
    newsroom.invoke("post", "A new kitchen", "--author=Ada Nkemelu").succeeds()
    assert (newsroom.folder / "content/authors/ada-nkemelu.png").is_file()
    assert "Status: draft" in read(newsroom, "content/posts/2026/a-new-kitchen.md")
    assert newsroom.invoke("check").succeeds().stdout.startswith("0 errors")
    run = newsroom.invoke("author", "Ada Nkemelu", "--role=Engineer").fails()
    assert "already is the profile of Ada Nkemelu" in run.stderr


def test_status_shows_where_incidents_stand(newsroom: Site) -> None:
    incident(newsroom).succeeds()
    run = newsroom.invoke("status", SOURCE_DATE_EPOCH="1801000000").succeeds()  # 2027-01-26
    said = run.stdout
    assert said.index("Our joke about the strike") < said.index("The rumour of 120-day payment")
    assert "Draft" in said
    assert "42 minutes" in said
    late = newsroom.invoke("status", SOURCE_DATE_EPOCH="1807000000").succeeds().stdout
    assert "29 January 2027, 12:00 GMT OVERDUE" in " ".join(late.split())
    assert "2 (2 OVERDUE)" in late
    assert "\x1b[" not in said


def test_check_for_machines(newsroom: Site) -> None:
    newsroom.edit("content/pages/about.md", "Title:", "Titel:")
    found = json.loads(newsroom.invoke("check", "--format=json").fails().stdout)
    errors = [item for item in found if item["severity"] == "error"]
    assert [(item["path"], item["line"], item["rule"]) for item in errors] == [
        ("content/pages/about.md", 1, "required-key")
    ]
    said = newsroom.invoke("check", "--format=github").fails().stdout
    assert "::error file=content/pages/about.md,line=1,title=required-key::Title is missing" in said
    assert (
        "--format: 'xml' is none of: text, json, github"
        in newsroom.invoke("check", "--format=xml").fails().stderr
    )


def test_strict_fails_on_warnings_too(newsroom: Site) -> None:
    newsroom.invoke("check").succeeds()
    newsroom.invoke("check", "--strict").fails()


@pytest.mark.parametrize(
    ("typed", "option"),
    [
        (("incident", "--author"), "--author"),
        (("redact", "x", "--why", "--box", "0,0,9,9"), "--why"),
        (("approve", "--by"), "--by"),
        (("build", "--conf"), "--conf"),
        (("status", "--content"), "--content"),
    ],
)
def test_an_option_without_its_value_is_one_plain_line(
    newsroom: Site, typed: tuple[str, ...], option: str
) -> None:
    run = newsroom.invoke(*typed).fails()
    remedy = f"see invoke {typed[0]} --help"
    assert run.stderr == f"error: argument {option}: expected one argument: {remedy}\n"
    assert run.code == 2


def test_verify_without_a_site_says_what_is_missing(newsroom: Site) -> None:
    run = newsroom.invoke("verify").fails()
    assert run.stderr == "error: WHERE is missing: Which site? Its address, or a target\n"
    assert run.code == 2
