"""Programs of others: whatever they print, they come to an end."""

from __future__ import annotations

import sys

import pytest
from newsroom.model.problems import CommandError
from newsroom.publish.programs import run

LOUD = "import sys; a, b = sys.stdout, sys.stderr; [print('x' * 99, file=f) for f in (%s) * 3000]"


@pytest.mark.parametrize("order", ["a, b", "b, a"])
def test_a_program_may_fill_both_its_pipes(order: str) -> None:
    heard: list[str] = []
    done = run([sys.executable, "-c", LOUD % order], "never read " * 99_999, hears=heard.append)
    assert (done.code, len(done.printed), len(done.errors)) == (0, 300_000, 300_000)
    assert len(heard) == 6000


def test_a_program_that_says_nothing_is_ended() -> None:
    with pytest.raises(CommandError, match=r"has said nothing for 0\.01 minutes"):
        run([sys.executable, "-c", "import signal; signal.pause()"], minutes=0.01)


def test_whoever_stops_listening_ends_the_program() -> None:
    def stop(_line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run([sys.executable, "-c", "while True: print(1)"], hears=stop)
