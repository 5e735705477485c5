"""What is published is changed, or something is captured: whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import pytest

from tests.serve import serving
from tests.sites import ROOT, Site, words
from tests.test_desk import SHOT, newsroom, read

__all__ = ["newsroom"]

CITE = "content/incidents/flood-post/original.cite.md"
STATEMENT = "content/incidents/flood-post/statement.md"


def test_withdraw_and_correct(newsroom: Site) -> None:
    statement = "content/incidents/flood-post/statement.md"
    newsroom.invoke("correct", statement, "We first wrote 41; in fact 42.").succeeds()
    newsroom.invoke("correct", statement, "We first wrote 42; in fact 43.").succeeds()
    text = read(newsroom, statement)
    assert (
        "Correction: 2026-11-16 12:00 | We first wrote 41; in fact 42.\n"
        "    2026-11-16 12:00 | We first wrote 42; in fact 43.\n"
        "Modified: 2026-11-16 12:00\n"
    ) in text
    newsroom.invoke("note", statement, "Two links | mended.").succeeds()
    assert "Modified: 2026-11-16 12:00 | Two links | mended.\n" in read(newsroom, statement)
    newsroom.invoke("withdraw", statement, "It named the wrong person.").succeeds()
    newsroom.invoke("build").succeeds()
    page = words(newsroom.page("incidents/flood-post/statement/").main)
    assert "Withdrawn 16 November 2026, 12:00 GMT . It named the wrong person." in page
    assert "is withdrawn already" in newsroom.invoke("withdraw", statement, "again").fails().stderr
    assert "is no entry" in newsroom.invoke("correct", "content/nothing.md", "x").fails().stderr


def test_redact_keeps_the_uncovered_picture_out_of_the_output(newsroom: Site) -> None:
    cite = "content/incidents/flood-post/original.cite.md"
    before = (newsroom.folder / SHOT).read_bytes()
    run = newsroom.invoke(
        "redact", cite, "--box=0,0,100,80", "--box=200,300,50,50", "--why=a bystander's name"
    ).succeeds()
    assert "warning: if the uncovered picture was committed before" in run.stderr
    assert (newsroom.folder / SHOT).read_bytes() != before
    text = read(newsroom, cite)
    assert "; a bystander's name" in text
    kept = list((newsroom.folder / "evidence/flood-post").iterdir())
    assert [path.read_bytes() == before for path in kept] == [True]
    newsroom.invoke("build").succeeds()
    for path in newsroom.output.rglob("*"):
        assert not path.is_file() or path.read_bytes() != before
    asked = newsroom.invoke("redact", cite, "--box=0,0,9,9")
    assert asked.stderr.startswith("error: --why is missing: ")
    assert asked.code == 2
    assert "--box" in newsroom.invoke("redact", cite, "--why=x").fails().stderr


def test_a_byte_order_mark_stands_in_nobodys_way(newsroom: Site) -> None:
    for path in (STATEMENT, CITE):
        file = newsroom.folder / path
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    newsroom.invoke("correct", STATEMENT, "We first wrote 41.").succeeds()
    newsroom.invoke("withdraw", STATEMENT, "It named the wrong person.").succeeds()
    newsroom.invoke("redact", CITE, "--box=0,0,100,80", "--why=a name").succeeds()
    newsroom.invoke("check").succeeds()
    for path, key in ((STATEMENT, b"Withdrawn"), (STATEMENT, b"Correction"), (CITE, b"; a name")):
        data = (newsroom.folder / path).read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert key in data
        assert data.count(b"\n") == data.count(b"\r\n")


class TestTheWordsBesideWhatIsCovered:
    BOX = ("--box=0,0,100,80", "--why=a name")

    def test_are_shown_and_warned_of_until_somebody_has_looked(self, newsroom: Site) -> None:
        run = newsroom.invoke("redact", CITE, *self.BOX).succeeds()
        for shown in ("Author: @alderandquince", "Alt: A post by", "Text: Water way to start"):
            assert shown in run.stdout
        assert "add the line Text_checked: 2026-11-16 12:00" in run.stderr
        assert "Text_checked" not in read(newsroom, CITE)
        assert "[redacted-text]" in newsroom.invoke("check").succeeds().stderr

    def test_may_be_said_to_be_clean_in_a_script(self, newsroom: Site) -> None:
        run = newsroom.invoke("redact", CITE, *self.BOX, "--text-is-clean").succeeds()
        assert "Alt:" not in run.stdout
        assert read(newsroom, CITE).count("Text_checked: 2026-11-16 12:00\n") == 1
        assert "[redacted-text]" not in newsroom.invoke("check").succeeds().stderr


@pytest.fixture
def network() -> Iterator[str]:
    """A server of pages that imitate a network, a forum and a newspaper."""
    folder = ROOT / "tests" / "pages" / "capture"
    with serving(folder) as found:
        yield found.rstrip("/")


@pytest.mark.full
def test_capture_makes_evidence_of_a_page(newsroom: Site, network: str) -> None:
    newsroom.invoke("capture", "flood-post", f"--url={network}/social.html").succeeds()
    [cite] = (newsroom.folder / "content/incidents/flood-post").glob("brambleway*.cite.md")
    text = cite.read_text("utf-8")
    assert "Kind: social-post" in text
    assert f"Url: {network}/social.html" in text
    assert "Availability: live 20" in text
    picture = cite.with_name(cite.name.replace(".cite.md", ".png")).read_bytes()
    assert f"Sha256: {sha256(picture).hexdigest()}" in text
    # It was captured now, which is later than the time that the other tests stop at.
    said = newsroom.invoke("check", SOURCE_DATE_EPOCH="").succeeds().stderr
    lines = [line for line in said.splitlines() if "/brambleway" in line]
    assert [line.rpartition("[")[2] for line in lines] == ["unused-citation]", "placeholder]"]
    run = newsroom.invoke("capture", "flood-post", f"--url={network}/gone.html").fails()
    assert "answers 404" in run.stderr
    run = newsroom.invoke("capture", "flod-post", f"--url={network}/social.html").fails()
    assert "did you mean flood-post?" in run.stderr


@pytest.mark.full
def test_a_date_to_come_is_not_when_something_appeared(newsroom: Site, network: str) -> None:
    newsroom.invoke("capture", "flood-post", f"--url={network}/tomorrow.html").succeeds()
    [cite] = (newsroom.folder / "content/incidents/flood-post").glob("ada-times*.cite.md")
    assert "Published: [[when it appeared]]" in cite.read_text("utf-8")
