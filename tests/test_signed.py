"""What is signed of a source, and what a scan makes of the signatures beside it."""

from __future__ import annotations

import re
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom.commands.edit import not_draft, set_key
from newsroom.model.entry import Entry
from newsroom.model.header import parse
from newsroom.model.problems import CommandError
from newsroom.model.settings import Settings
from newsroom.model.signed import namespace, principal, signed_text
from newsroom.reading.checks import Checkup, check
from newsroom.reading.memory import Memory
from newsroom.signatures.sshsig import SignatureError, read_signature

from tests import signing
from tests.test_header import LINES
from tests.test_rules import BASE

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
STATEMENT = "incidents/rude-post/statement.md"
SIGNATURE = f"{STATEMENT}.ada-quill.sig"
SETTINGS = Settings.read({"NEWSROOM_FEED_TAG": "newsroom.copperline.example,2024"})


@pytest.mark.parametrize(
    ("source", "signed"),
    [
        ("Title: A\nStatus: draft\nDate: B\n\nC\n", "Title: A\nDate: B\n\nC\n"),
        ("Title: A\nstatus: draft\nAPPROVED_BY: Tom\n\nC", "Title: A\n\nC"),
        ("Title: A\r\nStatus: draft\r\n\r\nC\r\n", "Title: A\r\n\r\nC\r\n"),
        ("Title: A\rStatus: draft\r\rC", "Title: A\r\rC"),
        ("\ufeffStatus: draft\nTitle: A\n\nC", "\ufeffTitle: A\n\nC"),
        ("Status: draft\n    hidden\n\tmore\nTitle: A\n    B\n\nC", "Title: A\n    B\n\nC"),
        ("Status: draft\nTitle: A\nStatus: hidden\n\nC", "Title: A\n\nC"),
        ("---\nTitle: A\nStatus: draft\n---\nC", "---\nTitle: A\n---\nC"),
        ("Title: A\n    Status: draft\n\nC", "Title: A\n    Status: draft\n\nC"),
        ("Title: A\n\nStatus: draft\n", "Title: A\n\nStatus: draft\n"),
        ("Title: A\r\x02\nStatus: draft\n\nC", "Title: A\r\x02\n\nC"),
        ("Title: A \t\n\n C  \n\n\n", "Title: A \t\n\n C  \n\n\n"),
        ("", ""),
    ],
)
def test_all_is_signed_but_what_approval_changes(source: str, signed: str) -> None:
    assert signed_text(source.encode()) == signed.encode()
    assert signed_text(signed.encode()) == signed.encode()


def test_what_is_no_text_is_signed_as_it_is() -> None:
    assert signed_text(b"Title: \xff\nStatus: draft\n\n\xfe\x00") == b"Title: \xff\n\n\xfe\x00"


UNSIGNED = st.sampled_from(["Status: draft", "status: hidden", "Approved_by: x", "\tAda"])


@given(st.lists(LINES | UNSIGNED, max_size=8), st.sampled_from(["\n", "\r\n", "\r"]))
@settings(max_examples=300, deadline=None)
def test_approval_changes_nothing_that_is_signed(lines: list[str], end: str) -> None:
    text = "".join(line + end for line in lines)
    fields = parse(text.removeprefix("\ufeff")).fields
    if not any(field.continued and "status" in field.value.lower() for field in fields):
        try:
            approved = set_key(not_draft(text), "Approved_by", "Tom Brandt")
        except (CommandError, IndexError):  # without a header, or a body
            return
        if parse(approved).body_line <= approved.count("\n"):
            assert signed_text(approved.encode()) == signed_text(text.encode())


def test_a_domain_is_what_signatures_are_for() -> None:
    assert namespace("x.example") == "newsroom@x.example"
    assert principal("ada-quill", "x.example") == "ada-quill@x.example"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The base newsroom; its statement is signed by its author."""
    found = tmp_path / "content"
    shutil.copytree(BASE, found)
    profile = found / "authors/ada-quill.md"
    line = f"Key: {signing.public_key('ada').line} since:2026-01-01 ada@laptop\n"
    profile.write_text(profile.read_text("utf-8").replace("\n\n", f"\n{line}\n", 1), "utf-8")
    text = signed_text((found / STATEMENT).read_bytes())
    (found / SIGNATURE).write_bytes(signing.sign(text, "ada"))
    return found


def checked(content: Path, memory: Memory | None = None) -> tuple[Checkup, Entry]:
    found = check(content, SETTINGS, NOW, memory)
    return found, found.newsroom.by_path[STATEMENT]


def test_an_entry_has_the_signatures_beside_it(content: Path) -> None:
    found, entry = checked(content)
    assert not found.problems
    (signature,) = entry.signatures
    (key,) = found.newsroom.by_name["Ada Quill"].keys
    assert (signature.signer, signature.path, signature.fault) == ("ada-quill", SIGNATURE, "")
    assert signature.key == key.line == signing.public_key("ada").line
    assert entry.signed == (content / STATEMENT).read_bytes()
    assert SIGNATURE not in found.newsroom.statics


def test_what_was_checked_is_kept_by_its_bytes(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory()
    checked(content, memory)
    kept, _ = memory.changes()
    with monkeypatch.context() as patched:
        patched.setattr("newsroom.reading.memory.checked_signature", None)
        _, entry = checked(content, again := Memory(kept))
    assert not again.changes()[0]
    assert entry.signatures[0].key
    (content / STATEMENT).write_text((content / STATEMENT).read_text("utf-8") + "!", "utf-8")
    _, entry = checked(content, Memory(kept))
    assert entry.signatures[0].fault == "is not of this text"
    assert SIGNATURE in memory.digests


def test_a_signature_of_nothing_is_named(content: Path) -> None:
    (content / SIGNATURE).rename(content / "incidents/rude-post/gone.md.ada-quill.sig")
    (problem,) = checked(content)[0].problems
    assert str(problem).startswith("content/incidents/rude-post/gone.md.ada-quill.sig:1: warning:")


def test_without_what_checks_them_one_error_says_so(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(content / SIGNATURE, content / SIGNATURE.replace("ada-quill", "tom-brandt"))
    (problem,) = check(content, Settings(), NOW).problems
    assert str(problem).endswith("set NEWSROOM_FEED_TAG (invoke docs settings)  [signature-wrong]")
    monkeypatch.setattr("newsroom.reading.signature_files.find_spec", {}.get)
    (problem,) = checked(content)[0].problems
    wanted = "cannot be checked here: pip install 'pelican-newsroom[sign]'"
    assert problem.message == f"a signature {wanted}"
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    signature = read_signature((content / SIGNATURE).read_bytes())
    with pytest.raises(SignatureError, match=re.escape(wanted)):
        signature.check(b"", signing.NAMESPACE)
