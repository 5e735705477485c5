"""Builds after any sequence of edits: each is, byte for byte, a clean one.

Hypothesis makes the sequences, always the same ones; a failure says the steps that lead to it,
made as few as it could. INCREMENTAL_SEED=<number> makes others. The steps: incremental_steps.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, currently_in_test_context, given, note, seed, settings
from hypothesis import strategies as st

from tests import twins
from tests.history_steps import HISTORY
from tests.incremental_steps import NEWSROOM, Steps
from tests.sites import ROOT
from tests.twins import Twin

SEED = int(os.environ.get("INCREMENTAL_SEED", "20260315"))
SEQUENCES, SEQUENCES_FULL = 5, 300
ASKED = os.environ.get("INCREMENTAL_SEQUENCES")
LENGTHS, LENGTHS_FULL = (0, 1, 1, 1, 2), (0, 1, 2, 3, 5)
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
ALL: Steps = NEWSROOM | HISTORY
NUMBER = st.integers(0, 23)
Plan = list[tuple[str, int, int]]


@st.composite
def plans(draw: st.DrawFn, steps: Steps, lengths: tuple[int, ...]) -> Plan:
    """Steps by name, each with two numbers: which file it is about, and what becomes of it."""
    names = draw(st.permutations(sorted(steps)))[: draw(st.sampled_from(lengths))]
    return [(name, draw(NUMBER), draw(NUMBER)) for name in names]


def follow(twin: Twin, kept: Twin, steps: Steps, plan: Plan) -> None:
    """Make the steps one after another, and build both ways after each."""
    twin.come_back(kept)
    for name, which, what in plan:
        say(f"{name}: {steps[name](twin, which, what)}")
        if not builds_as_pelican(twin, name):
            twin.take_back(kept)
            say("all of it taken back")
            assert builds_as_pelican(twin, "all of it taken back")


def say(what: str) -> None:
    """Note a step, for who reads of a sequence that failed."""
    if currently_in_test_context():
        note(what)


def builds_as_pelican(twin: Twin, after: str) -> bool:
    """Build both ways: the output is the same, or both builds fail and it is as it was."""
    before = twins.read(twin.output)
    clean, built = twin.stock(), twin.build()
    if clean.code == 0:
        built.succeeds()
        twin.compare(after, built)
        return True
    assert built.code != 0, f"a clean build fails:\n{clean.stderr}"
    assert twins.read(twin.output) == before, "the output of a failed build has changed"
    return False


def follow_all(twin: Twin, steps: Steps, sequences: int, full: bool) -> None:
    """Follow many sequences from the same start, each with a seed of its own.

    From one seed Hypothesis makes variations of what it has had, and of the first ones the
    simplest. Two examples are the empty sequence, which costs nothing, and one at random.
    """
    twin.check("nothing")
    kept, how = twin.keep("kept"), " and --full" if full else ""
    for number in range(int(ASKED) if ASKED else sequences):

        @seed(SEED + number)
        @settings(
            max_examples=2,
            phases=(Phase.generate, Phase.shrink),
            database=None,
            deadline=None,
            suppress_health_check=QUIET,
        )
        @given(plans(steps, LENGTHS_FULL if full else LENGTHS))
        def follows(plan: Plan) -> None:
            note(f"made by INCREMENTAL_SEED={SEED + number} INCREMENTAL_SEQUENCES=1{how}")  # noqa: B023
            follow(twin, kept, steps, plan)

        follows()


@pytest.fixture
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Twin]:
    """The small newsroom, as it is published."""
    return lambda theme: Twin.copy(
        "bakery",
        tmp_path_factory.mktemp("newsroom"),
        theme=theme,
        keeps_compiled=True,
    )


def test_sequences(newsroom: Callable[[str], Twin], full: bool) -> None:
    follow_all(newsroom(str(ROOT / "theme")), ALL, SEQUENCES_FULL if full else SEQUENCES, full)


@pytest.mark.full
def test_every_step_once(newsroom: Callable[[str], Twin]) -> None:
    """Each alone, so that none is left out by chance, and none fails in Pelican itself."""
    twin = newsroom("simple")
    twin.check("nothing")
    kept = twin.keep("kept")
    for number, name in enumerate(sorted(ALL)):
        one, other = number % 24, (number + 1) % 24
        follow(twin, kept, ALL, [(name, one, other), (name, other, one)])
