"""Programs of others: whatever they print, they come to an end, and what they say is one line."""

from __future__ import annotations

import sys

import pytest
from newsroom.publish.programs import run, why

LOUD = "import sys; a, b = sys.stdout, sys.stderr; [print('x' * 99, file=f) for f in (%s) * 3000]"


@pytest.mark.parametrize("order", ["a, b", "b, a"])
def test_a_program_may_fill_both_its_pipes(order: str) -> None:
    done = run([sys.executable, "-c", LOUD % order], "never read " * 99_999)
    assert (done.returncode, len(done.stdout), len(done.stderr)) == (0, 300_000, 300_000)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; print(1); sys.exit('no\\n  room')", "no room"),
        ("import sys; print('no room'); sys.exit(3)", "no room"),
        ("import sys; sys.exit(3)", "exit code 3"),
    ],
)
def test_why_it_failed_is_one_line(code: str, words: str) -> None:
    assert why(run([sys.executable, "-c", code])) == words


def test_a_program_that_is_not_there() -> None:
    done = run(["no-such-program"])
    assert (done.returncode, why(done)) == (127, "no-such-program is not here: install it")


def test_who_has_little_time_has_no_terminal_to_ask_at() -> None:
    done = run([sys.executable, "-c", "import os; print(os.getsid(0) == os.getpid())"], timeout=60)
    assert done.stdout == "True\n"
