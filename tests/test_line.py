"""One command line: ``invoke NAME`` and ``newsroom NAME`` take the same and end the same."""

from __future__ import annotations

import errno
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from newsroom.commands.line import COMMANDS, TypedError, ended, load, read
from newsroom.commands.options import Option
from newsroom.model.problems import CommandError, ContentError, MissingError, Problem
from newsroom.model.settings import SettingsError

from tests.forked import Run
from tests.sites import ROOT, Site

BY_NAME = {name: load(name) for name in COMMANDS}


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("followup flood-post --title=More --no-editor", {"title": "More", "no-editor": "True"}),
        ("capture flood-post --url=https://a.example/1", {"url": "https://a.example/1"}),
        ("withdraw a.md --content=other It~was~wrong.", {"path": "a.md", "content": "other"}),
        ("withdraw --content other a.md No.", {"path": "a.md", "reason": "No."}),
        ("redact a.cite.md --box=0,0,9,9 --box 1,1,9,9", {"box": "0,0,9,9 1,1,9,9"}),
        ("due --check", {"check": "True", "format": ""}),
    ],
)
def test_what_is_typed_is_read(line: str, values: dict[str, str]) -> None:
    name, *words = line.split()
    given = read(BY_NAME[name], words, "newsroom")
    assert {key: given[key] for key in values} == values


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does_and_takes(name: str) -> None:
    command = BY_NAME[name]
    assert command.work.__name__.rstrip("_") == name.replace("-", "_")
    assert command.about.splitlines()[0].endswith(".")
    assert all(option.help for option in command.options)
    names = [option.name for option in command.options]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("check --forma=json", "unrecognized arguments: --forma=json: see newsroom check --help"),
        ("check here", "unrecognized arguments: here: see newsroom check --help"),
        ("author --role", "argument --role: expected one argument: see newsroom author --help"),
        ("correct a b c", "unrecognized arguments: c: see newsroom correct --help"),
    ],
)
def test_what_no_command_takes_is_named(line: str, said: str) -> None:
    name, *words = line.split()
    with pytest.raises(TypedError) as raised:
        read(BY_NAME[name], words, f"newsroom {name}")
    assert str(raised.value) == said


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (CommandError("no such incident"), 1, "error: no such incident\n"),
        (SettingsError("TIMEZONE: is wrong"), 1, "error: TIMEZONE: is wrong\n"),
        (ContentError([Problem("a.md", 1, "x", "y")]), 1, "error: 1 error in the content\n"),
        (MissingError("--name is missing"), 2, "error: --name is missing\n"),
        (PermissionError(errno.EACCES, "Permission denied", "a.md"), 1,
         "error: a.md: Permission denied\n"),
        (KeyboardInterrupt(), 130, "\nStopped. Run it again to go on.\n"),
    ],
)  # fmt: skip
def test_a_known_error_is_one_line(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def work() -> int:
        raise error

    assert ended(work) == code
    assert capsys.readouterr().err == said


def test_who_no_longer_reads_gets_no_traceback() -> None:
    code = "from newsroom_script import main; raise SystemExit(main())"
    run = f'{sys.executable} -c "{code}" --help | true; exit ${{PIPESTATUS[0]}}'
    known = {"PYTHONPATH": str(ROOT / "plugins")}
    done = subprocess.run(["bash", "-c", run], capture_output=True, env=known, check=False)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("GitHub Actions", "github"), ("GITLAB", "gitlab"), ("none", "none"), ("both", "")],
)
def test_a_choice_is_known_by_its_name_or_what_is_said_of_it(typed: str, meant: str) -> None:
    said = {"none": "no workflow", "github": "GitHub Actions", "gitlab": "both", "other": "both"}
    option = Option("host", "A host", choices=said, closed=True)
    if meant:
        assert option.checked(typed) == meant
    else:  # several are meant
        with pytest.raises(ValueError, match="is none of"):
            option.checked(typed)


@pytest.mark.parametrize("error", [ValueError("a fault of ours"), OSError("the network is down")])
def test_an_unknown_error_is_not_hidden(error: Exception) -> None:
    def work() -> int:
        raise error

    with pytest.raises(type(error)):
        ended(work)


@pytest.fixture
def newsroom(site: Callable[[str], Site]) -> Callable[..., Run]:
    """The console script, in a site that has no ``tasks.py``."""
    made = site("sample")
    (made.folder / "tasks.py").unlink()
    code = "from newsroom_script import main; raise SystemExit(main())"
    return lambda *words: made.run(sys.executable, "-c", code, *words)


@pytest.mark.full
def test_the_console_script_needs_no_tasks(newsroom: Callable[..., Run]) -> None:
    assert newsroom("check").succeeds().stdout.startswith("0 errors")
    given = ("--name=The shop is down", "--author=Mei-Lin Ashworth")
    said = newsroom("incident", *given).succeeds().stdout
    statement = "content/incidents/the-shop-is-down/statement.md"
    assert f"Approve  newsroom approve {statement}\n" in said
    run = newsroom("chek").fails()
    assert (run.code, run.stderr) == (
        2,
        "error: there is no command chek; did you mean check?\n",
    )
    assert "there is no siteconf.py in " in newsroom("build", "--conf=siteconf.py").fails().stderr
    assert "  followup         Write a follow-up" in newsroom("--help").succeeds().stdout
    assert re.fullmatch(r"pelican-newsroom \d[\w.]+\n", newsroom("--version").succeeds().stdout)
    said = newsroom("withdraw", "--help").succeeds().stdout
    assert said.startswith("usage: newsroom withdraw ")
