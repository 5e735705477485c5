"""The desk at a real terminal: keys as a person types them."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pexpect
import pytest

from tests.sites import Site
from tests.sizes import first
from tests.test_desk import FOLDER, NOW, newsroom, read

__all__ = ["newsroom"]


class TestTerminal:
    """Keys as a person types them, at a real terminal."""

    def start(self, newsroom: Site, *arguments: str) -> pexpect.spawn[str]:
        environment = os.environ | {
            "PYTHONPATH": str(newsroom.folder / "plugins"),
            "SOURCE_DATE_EPOCH": NOW,
            "TERM": "xterm",
            "PROMPT_TOOLKIT_NO_CPR": "1",
            "EDITOR": "",
            "VISUAL": "",
        }
        command = [sys.executable, "-m", "invoke", *arguments]
        return pexpect.spawn(
            command[0], command[1:], cwd=newsroom.folder, env=environment, timeout=120,
            encoding="utf-8", dimensions=(40, 120),
        )  # fmt: skip

    def answer(self, child: pexpect.spawn[str], question: str, keys: str) -> None:
        child.expect_exact(question)
        child.send(keys)

    def test_one_short_conversation(self, newsroom: Site) -> None:
        child = self.start(newsroom, "incident")
        self.answer(child, "What happened?", "Our joke about the strike\r")
        self.answer(child, "Its folder", "\r")
        child.expect_exact("What does it answer?")
        self.answer(child, "Number or name", "\r")
        self.answer(child, "Its URL", "https://chirrup.example/alderandquince/999\r")
        self.answer(child, "The account or person", "@alderandquince\r")
        self.answer(child, "When it appeared", "09:14\r")
        self.answer(child, "A picture of it", "'Screenshot 1.png'\r")
        child.expect_exact("Who signs?")
        self.answer(child, "Number or name", "<\r")
        child.expect_exact("The answers before this one are in a file by now")
        child.expect_exact("Who signs?")
        self.answer(child, "Number or name", "Thandi")
        child.expect_exact("Thandiwe Marlowe")
        child.send("\t\r")
        child.expect_exact("Which template?")
        self.answer(child, "Number or name", "\r")
        self.answer(child, "Where can people reach you", "\r")
        child.expect_exact("git add")
        child.expect(pexpect.EOF)
        statement = read(newsroom, f"{FOLDER}/statement.md")
        assert "Author: Thandiwe Marlowe" in statement
        assert "State: investigating" in statement

    def test_who_is_alone_is_not_asked_who_approves(self, newsroom: Site) -> None:
        content = newsroom.folder / "content"
        for folder in ("incidents", "posts"):
            shutil.rmtree(content / folder)
        for profile in content.glob("authors/*.md"):
            if profile.stem != "thandiwe-marlowe":
                profile.unlink()
        signed = "Date: 2026-11-16 11:00\nAuthor: Thandiwe Marlowe\nStatus: draft"
        newsroom.write("content/posts/open.md", f"Title: We are open\n{signed}\n\nCome in.\n")
        child = self.start(newsroom, "approve", "content/posts/open.md")
        child.expect_exact("approved, dated 2026-11-16 12:00")
        child.expect(pexpect.EOF)
        self.start(newsroom, "approve").expect_exact("error: there is no draft")

    def test_a_wrong_answer_is_asked_again_and_a_profile_is_offered(self, newsroom: Site) -> None:
        child = self.start(newsroom, "post", "A new kitchen")
        child.expect_exact("Who signs?")
        self.answer(child, "Number or name", "Ada Nkemelu\r")
        self.answer(child, "Their role, to make one", "<\r")
        self.answer(child, "Number or name", "Ada Nkemelu\r")
        self.answer(child, "Their role", "\r")
        child.expect_exact("an answer is needed")
        child.send("Engineer\r")
        child.expect_exact("created  content/posts/2026/a-new-kitchen.md")
        child.expect(pexpect.EOF)
        assert "Role: Engineer" in read(newsroom, "content/authors/ada-nkemelu.md")

    @pytest.mark.full
    def test_a_time_that_has_not_come_was_yesterday(self, newsroom: Site) -> None:
        child = self.start(
            newsroom, "cite", "flood-post", "--kind=rumour", "--stem=late", "--account=a",
            "--url=https://a.example/",
        )  # fmt: skip
        self.answer(child, "When it appeared", "20:14\r")
        self.answer(child, "if it was yesterday, write 2026-11-15 20:14", "2026-11-15 23:50\r")
        self.answer(child, "A picture of it", "\r")
        self.answer(child, "What you found of it", "flase\r")
        self.answer(child, "did you mean false?", "False | nobody was there\r")
        child.expect(pexpect.EOF)
        cite = read(newsroom, "content/incidents/flood-post/late.cite.md")
        assert "Published: 2026-11-15 23:50" in cite
        assert "Finding: false | nobody was there\n" in cite

    def test_what_is_covered_is_looked_for_in_words(self, newsroom: Site) -> None:
        cite = "content/incidents/flood-post/original.cite.md"
        for answer, noted in (("\r", False), ("n\r", True)):
            child = self.start(newsroom, "redact", cite, "--box=0,0,9,9", "--why=a name")
            child.expect_exact("Text: Water way to start")
            self.answer(child, "still stand in one of these lines?", answer)
            child.expect(pexpect.EOF)
            assert ("Text_checked: 2026-11-16 12:00" in read(newsroom, cite)) is noted

    @pytest.mark.full
    def test_what_is_planned_is_not_offered_to_be_taken_back(self, newsroom: Site) -> None:
        child = self.start(newsroom, "withdraw")
        self.answer(child, "Number or name", "\x03")
        assert "twenty-years.md" not in (child.before or "")
        child.expect(pexpect.EOF)

    @pytest.mark.full
    def test_why_something_is_covered_is_asked(self, newsroom: Site) -> None:
        cite = "content/incidents/flood-post/original.cite.md"
        child = self.start(newsroom, "redact", cite, "--box=0,0,9,9")
        self.answer(child, "What is covered, and why?", "the name of a bystander\r")
        self.answer(child, "still stand in one of these lines?", "n\r")
        child.expect(pexpect.EOF)
        assert "; the name of a bystander\n" in read(newsroom, cite)

    def test_ctrl_c_leaves_nothing_half_written(self, newsroom: Site) -> None:
        before = sorted((newsroom.folder / "content").rglob("*"))
        child = self.start(newsroom, "incident")
        self.answer(child, "What happened?", "Our joke about the strike\r")
        self.answer(child, "Its folder", "\x03")
        child.expect_exact("Stopped. Run it again to go on.")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 130
        assert sorted((newsroom.folder / "content").rglob("*")) == before

    def test_the_editor_opens_the_draft(self, newsroom: Site, tmp_path: Path) -> None:
        editor = tmp_path / "editor"
        editor.write_text('#!/bin/sh\necho "edited $1"\n', "utf-8")
        editor.chmod(0o755)
        child = self.start(
            newsroom, "post", "A new kitchen", "--author=Thandiwe Marlowe", "--content=content"
        )
        child.expect_exact("created")
        child.expect(pexpect.EOF)
        environment = os.environ | {"EDITOR": str(editor), "SOURCE_DATE_EPOCH": NOW}
        child = pexpect.spawn(
            sys.executable,
            ["-m", "invoke", "post", "Another kitchen", "--author=Thandiwe Marlowe"],
            cwd=newsroom.folder, env=environment, timeout=120, encoding="utf-8",
        )  # fmt: skip
        child.expect_exact("edited ")
        child.expect_exact("another-kitchen.md")
        child.expect(pexpect.EOF)

    def test_typing_replaces_what_is_proposed_and_a_number_chooses(self, newsroom: Site) -> None:
        child = self.start(newsroom, "incident")
        self.answer(child, "What happened?", "The shop is down\r")
        self.answer(child, "Its folder", "shop\r")
        child.expect_exact("5  nothing")
        self.answer(child, "Number or name", "5\r")
        self.answer(child, "Number or name", "Thandiwe Marlowe\r")
        child.expect_exact("Which template?")
        self.answer(child, "Number or name", "\r")
        self.answer(child, "When did it begin?", "\r")
        self.answer(child, "Where can people reach you", "\r")
        child.expect(pexpect.EOF)
        assert "Incident: The shop is down" in read(newsroom, "content/incidents/shop/statement.md")

    @pytest.mark.full
    def test_one_can_go_back_a_question(self, newsroom: Site) -> None:
        child = self.start(newsroom, "incident")
        self.answer(child, "What happened?", "<\r")
        child.expect_exact("This is the first question.")
        self.answer(child, "What happened?", "The shop is dwon\r")
        self.answer(child, "Its folder", "<\r")
        self.answer(child, "What happened?", "The shop is down\r")
        self.answer(child, "Its folder", "\r")
        self.answer(child, "Number or name", "nothing\r")
        self.answer(child, "Number or name", "Thandiwe Marlowe\r")
        self.answer(child, "Number or name", "outage\r")
        self.answer(child, "When did it begin?", "09:05\r")
        self.answer(child, "Where can people reach you", "ring us\r")
        self.answer(child, "write a number, mail address or URL first", "<\r")
        self.answer(child, "When did it begin?", "09:00\r")
        self.answer(child, "Where can people reach you", "0800 496 0140 | all day\r")
        child.expect(pexpect.EOF)
        statement = read(newsroom, "content/incidents/the-shop-is-down/statement.md")
        assert "Incident: The shop is down" in statement
        assert "Began: 2026-11-16 09:00\n" in statement
        assert "Hotline: 0800 496 0140 | all day\n" in statement

    def test_what_was_begun_is_offered_first(self, newsroom: Site) -> None:
        child = self.start(newsroom, "incident")
        self.answer(child, "What happened?", "Our joke about the strike\r")
        self.answer(child, "Its folder", "\r")
        self.answer(child, "Number or name", "rumour\r")
        self.answer(child, "Its URL", "\r")
        self.answer(child, "The account or person", "a neighbour\r")
        self.answer(child, "When it appeared", "\r")
        self.answer(child, "A picture of it", "\r")
        self.answer(child, "What you found of it", "\r")
        self.answer(child, "Number or name", "\x03")
        child.expect(pexpect.EOF)
        child = self.start(newsroom, "incident")
        child.expect_exact("1  our-joke-about-the-strike")
        self.answer(child, "Number or name", "\r")
        self.answer(child, "What happened?", "Our joke about the strike\r")
        child.expect_exact("Who signs?")
        self.answer(child, "Number or name", "Thandiwe Marlowe\r")
        self.answer(child, "Number or name", "\r")
        self.answer(child, "Where can people reach you", "\r")
        child.expect_exact("kept")
        child.expect(pexpect.EOF)
        assert "Author: Thandiwe" in read(newsroom, f"{FOLDER}/statement.md")

    @pytest.mark.full
    def test_a_command_without_arguments_asks_with_a_list(self, newsroom: Site) -> None:
        child = self.start(newsroom, "withdraw")
        child.expect_exact("Which entry?")
        self.answer(child, "Number or name", "content/incidents/flood-post/statement.md\r")
        self.answer(child, "Why is it taken back?", "It named the wrong person.\r")
        child.expect_exact("withdrawn 2026-11-16 12:00")
        child.expect(pexpect.EOF)


@pytest.mark.parametrize(
    ("command", "missing"),
    first(
        5,
        [
            ("followup", "INCIDENT is missing"),
            ("cite", "INCIDENT is missing"),
            ("capture flood-post", "--url is missing"),
            ("withdraw", "PATH is missing"),
            ("withdraw content/incidents/flood-post/statement.md", "REASON is missing"),
            ("correct content/incidents/flood-post/statement.md", "TEXT is missing"),
            ("redact", "PATH is missing"),
            ("redact content/incidents/flood-post/original.cite.md", "--box is missing"),
            ("approve", "PATH is missing"),
            ("author", "NAME is missing"),
            ("goal", "TITLE is missing"),
            ("post", "TITLE is missing"),
            ("strip", "PATH is missing"),
            ("deploy", "TARGET is missing"),
            ("rollback", "TARGET is missing"),
        ],
    ),
)
def test_without_a_terminal_one_line_says_what_is_missing(
    newsroom: Site, command: str, missing: str
) -> None:
    with (newsroom.folder / "publishconf.py").open("a", encoding="utf-8") as settings:
        settings.write('NEWSROOM_TARGETS = {"here": {"type": "folder", "path": "/srv/newsroom"}}\n')
    run = newsroom.invoke(*command.split())
    assert run.code == 2
    assert missing in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("command", ["followup", "cite", "withdraw", "deploy", "author"])
def test_help_is_help(newsroom: Site, command: str) -> None:
    said = newsroom.invoke(command, "--help").succeeds().stdout
    assert said.startswith(f"usage: invoke {command} ")
