"""The rules, each shown by small content folders that say what they expect.

`content/base` is a good newsroom. A case, `content/good/*` or `content/bad/*`, is laid over a copy
of it. Besides content, the root of a case may hold:

- `expect.txt`        problems expected, `content/x.md:3: text [rule]`, one a line;
- `require-approval`  an empty file: the case runs with `NEWSROOM_REQUIRE_APPROVAL`;
- `require-signatures`  the same, with `NEWSROOM_REQUIRE_SIGNATURES`, from 2026-03-11 on;
- `sign.txt`          signatures to make, `content/x.md.ada-quill.sig ada`, one a line: the file,
                      and the name that `tests/signing.py` makes its key of;
- `symlinks.txt`      links to make, `content/x.png -> ../y.png`, one a line;
- `delete.txt`        files of the base to leave out, `content/x.md`, one a line;
- `outside/`          files put beside the content folder.

A Markdown file of a case may also say what it expects of itself, in its body:
`<!-- expect: 3: text [rule] -->`. A text that begins `warning: ` expects a warning. Each part of
the text between ellipses (`…`) must occur in the message. A case expects exactly these problems.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from newsroom.language.words import Languages
from newsroom.model.problems import Problem, Severity
from newsroom.model.settings import Settings
from newsroom.model.signed import signed_text
from newsroom.reading.checks import check
from newsroom.reading.rulebook import RULES

from tests.signing import sign

CONTENT = Path(__file__).parent / "content"
BASE = CONTENT / "base"
NOW = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)

# Rules of one file: what breaks them is reported where it is read.
IN_ONE_FILE = frozenset(
    """
    advice history hotline encoding empty-file header-start header-end conflict place incident-id
    invisible unread
    file-name same-file required-key unknown-key duplicate-key date state
    status kind medium availability finding lang link placeholder third-party html alt empty-body
    url feed-id screenshot screenshot-hash photo redacted-text commitment picture principles
    document-metadata recording
    catalogue
    """.split()
)
KNOWN = {rule.name for rule in RULES} | IN_ONE_FILE
SHOWN_ELSEWHERE = {"file-name", "principles", "silent-change", "unread"}

NOT_CONTENT = {
    *("expect.txt", "require-approval", "require-signatures", "sign.txt"),
    *("symlinks.txt", "delete.txt"),
}
EXPECTATION = r"(?P<line>\d+): (?P<warning>warning: )?(?P<text>.*?) ?\[(?P<rule>[a-z-]+)\]"
IN_FILE = re.compile(rf"<!-- expect: {EXPECTATION} -->")
IN_LIST = re.compile(rf"(?P<path>content/.+?):{EXPECTATION}")

Key = tuple[str, int, str, bool]


@dataclass(frozen=True)
class Expected:
    path: str
    line: int
    rule: str
    is_warning: bool
    parts: tuple[str, ...]

    @classmethod
    def from_match(cls, path: str, match: re.Match[str]) -> Expected:
        parts = tuple(part.strip() for part in match["text"].split("…"))
        return cls(path, int(match["line"]), match["rule"], bool(match["warning"]), parts)

    @property
    def key(self) -> Key:
        return (self.path, self.line, self.rule, self.is_warning)

    def is_met_by(self, problem: Problem) -> bool:
        return key_of(problem) == self.key and all(part in problem.message for part in self.parts)


def key_of(problem: Problem) -> Key:
    return (problem.path, problem.line, problem.rule, problem.is_warning)


def cases(kind: str) -> list[Path]:
    return sorted(path for path in (CONTENT / kind).iterdir() if path.is_dir())


def listed(case: Path, name: str) -> list[str]:
    path = case / name
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def expectations(case: Path) -> Iterator[Expected]:
    for line in listed(case, "expect.txt"):
        match = IN_LIST.fullmatch(line)
        assert match, f"{case.name}/expect.txt: cannot read {line!r}"
        yield Expected.from_match(match["path"], match)
    for path in sorted(case.rglob("*.md")):
        text = path.read_text(encoding="utf-8", errors="replace")
        matches = list(IN_FILE.finditer(text))
        assert len(matches) == text.count("<!-- expect"), f"{path}: cannot read an expectation"
        for match in matches:
            yield Expected.from_match(f"content/{path.relative_to(case).as_posix()}", match)


def lay_out(case: Path, root: Path) -> Path:
    """Build the content folder of a case below `root`."""
    content = root / "content"
    shutil.copytree(BASE, content)
    for line in listed(case, "delete.txt"):
        (root / line).unlink()
    for path in case.iterdir():
        if path.is_dir():
            target = root if path.name == "outside" else content
            shutil.copytree(path, target / path.name, dirs_exist_ok=True)
        elif path.name not in NOT_CONTENT:
            shutil.copy(path, content)
    for line in listed(case, "symlinks.txt"):
        link, target_text = line.split(" -> ")
        (root / link).unlink(missing_ok=True)
        (root / link).symlink_to(target_text)
    for line in listed(case, "sign.txt"):
        signature, name = line.split()
        source = (root / signature).with_suffix("").with_suffix("")
        (root / signature).write_bytes(sign(signed_text(source.read_bytes()), name))
    return content


def problems_of(case: Path, root: Path) -> tuple[Problem, ...]:
    settings = Settings.read(
        {
            "SITENAME": "Copperline newsroom",
            "TIMEZONE": "UTC",
            "NEWSROOM_COMPANY": "Copperline Kettles",
            "NEWSROOM_FEED_TAG": "newsroom.copperline.example,2024",
            "NEWSROOM_REQUIRE_APPROVAL": (case / "require-approval").exists(),
            "NEWSROOM_REQUIRE_SIGNATURES": (case / "require-signatures").exists() and "2026-03-11",
        }
    )
    return check(lay_out(case, root), settings, NOW).problems


def shown(problems: Iterable[Problem]) -> str:
    return "\n".join(f"{p.path}:{p.line}: {p.message}  [{p.rule}]" for p in problems)


@pytest.mark.parametrize("case", [BASE, *cases("good")], ids=lambda case: case.name)
def test_good_content_has_no_problem(case: Path, tmp_path: Path) -> None:
    # The base laid over itself is the base.
    problems = problems_of(case, tmp_path)
    assert not problems, "\n" + shown(problems)


@pytest.mark.parametrize("case", cases("bad"), ids=lambda case: case.name)
def test_bad_content_has_exactly_the_problems_it_expects(case: Path, tmp_path: Path) -> None:
    expected = list(expectations(case))
    problems = problems_of(case, tmp_path)
    wanted = Counter(e.key for e in expected)
    found = Counter(key_of(p) for p in problems)
    difference = f"\nmissing: {wanted - found}\nunexpected: {found - wanted}\nfound:\n"
    assert wanted == found, difference + shown(problems)
    for one in expected:
        assert any(map(one.is_met_by, problems)), f"\nno message says {one}\n" + shown(problems)
    for problem in problems:
        assert "\n" not in problem.message, "a problem is one line"
        assert not problem.message.startswith("warning"), "that is a value of its own"
        assert str(tmp_path) not in problem.message, "paths are relative"


@pytest.mark.parametrize("case", cases("bad"), ids=lambda case: case.name)
def test_bad_case_expects_something_of_a_file_it_has(case: Path, tmp_path: Path) -> None:
    expected = list(expectations(case))
    assert expected
    lay_out(case, tmp_path)
    for one in expected:
        assert one.rule in KNOWN, one
        path = tmp_path / one.path
        assert path.is_file(), one
        lines = path.read_bytes().count(b"\n") + 1
        assert 1 <= one.line <= lines, one


@pytest.mark.parametrize(("zone", "is_late"), [("UTC", False), ("Pacific/Auckland", True)])
def test_a_day_ends_when_it_does_in_the_zone_of_the_site(
    zone: str, is_late: bool, tmp_path: Path
) -> None:
    content = lay_out(CONTENT / "bad/commitment-overdue", tmp_path)
    settings = Settings.read({"TIMEZONE": zone})
    noon = datetime(2026, 3, 14, 12, tzinfo=UTC)  # the commitment is due on that day
    rules = [problem.rule for problem in check(content, settings, noon).problems]
    assert ("commitment" in rules) == is_late


def test_the_sites_language_needs_a_catalogue_or_its_theme_has_one(tmp_path: Path) -> None:
    settings = Settings.read({"DEFAULT_LANG": "nl"})
    (problem,) = check(BASE, settings, NOW).problems
    assert str(problem).startswith("pelicanconf.py:1: warning: the newsroom has no words in Neder")
    file = tmp_path / "nl/LC_MESSAGES/newsroom.po"
    file.parent.mkdir(parents=True)
    file.write_text('msgid "Draft"\nmsgstr "Concept"\n', "utf-8")
    assert not check(BASE, settings, NOW, languages=Languages("nl", (tmp_path,))).problems


def test_every_rule_is_shown_by_a_bad_case() -> None:
    expected = [one for case in cases("bad") for one in expectations(case)]
    assert {one.rule for one in expected} == KNOWN - SHOWN_ELSEWHERE
    shown_by = {(one.rule, one.is_warning) for one in expected}
    between = {(rule.name, rule.severity is Severity.WARNING) for rule in RULES}
    assert {each for each in between if each[0] not in SHOWN_ELSEWHERE} <= shown_by
