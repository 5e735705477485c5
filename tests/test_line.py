"""One command line: ``invoke NAME`` and ``newsroom NAME`` take the same and end the same."""

from __future__ import annotations

import errno
import shutil
import sys
from collections.abc import Callable

import pytest
from invoke import Collection, Parser
from newsroom.commands.line import COMMANDS, TypedError, ended, load, read, tasks
from newsroom.commands.options import Command, declared
from newsroom.model.problems import CommandError, ContentError, MissingError, Problem
from newsroom.model.settings import SettingsError

from tests.forked import Run
from tests.sites import ROOT, Site

BY_NAME = {name: load(name) for name in COMMANDS}
LINES = [
    "followup flood-post --title=More --no-editor",
    "capture flood-post --url=https://a.example/1",
    "capture flood-post https://a.example/1 -s #post",
    "withdraw content/a.md --content=other It~was~wrong.",
    "redact a.cite.md --box=0,0,9,9 --box 1,1,9,9 --why=x --text-is-clean",
    "due --check",
]


@pytest.mark.parametrize("line", LINES)
def test_invoke_and_the_console_script_read_the_same(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = line.split()
    values, _ = read(BY_NAME[words[0]], words[1:])
    monkeypatch.setattr("sys.argv", ["invoke", *words])
    [parsed] = Parser(contexts=Collection(*tasks()).to_contexts()).parse_argv(words)
    given = {arg.name: arg.value for arg in parsed.args.values()}
    assert {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()} == values


@pytest.mark.parametrize("command", BY_NAME.values(), ids=lambda command: command.name)
def test_every_command_says_what_it_does_and_takes(command: Command) -> None:
    assert command.first_line.endswith(".")
    for name, about in declared(command.options).items():
        assert about.help, name


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("check --forma=json", "does not take --forma=json; did you mean --format?"),
        ("check here", "does not take here: see invoke check --help"),
        ("author --role", "--role needs a value after it: see invoke author --help"),
        ("correct a b c", "does not take c: see invoke correct --help"),
    ],
)
def test_what_no_command_takes_is_named(line: str, said: str) -> None:
    name, *words = line.split()
    with pytest.raises(TypedError, match=r"\w") as raised:
        read(BY_NAME[name], words)
    assert str(raised.value).endswith(said)


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
    shutil.copytree(ROOT / "templates", made.folder / "templates")
    (made.folder / "tasks.py").unlink()
    code = "from newsroom_script import main; main()"
    return lambda *words: made.run(sys.executable, "-c", code, *words)


def test_the_console_script_needs_no_tasks(newsroom: Callable[..., Run]) -> None:
    assert newsroom("check").succeeds().stdout.startswith("0 errors")
    given = ("--name=The shop is down", "--author=Mei-Lin Ashworth")
    said = newsroom("incident", *given).succeeds().stdout
    statement = "content/incidents/the-shop-is-down/statement.md"
    assert f"Approve  newsroom approve {statement}\n" in said
    assert "invoke" not in said
    run = newsroom("chek").fails()
    assert (run.code, run.stderr) == (
        2,
        "error: there is no command chek; did you mean check?\n",
    )
    assert "there is no siteconf.py in " in newsroom("build", "--conf=siteconf.py").fails().stderr
    assert "  followup   Write a follow-up" in newsroom("--help").succeeds().stdout
    said = newsroom("withdraw", "--help").succeeds().stdout
    assert said.startswith("usage: newsroom withdraw [PATH] [REASON] [--options]\n")
