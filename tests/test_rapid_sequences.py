"""`rapid` after any sequence of edits: each build is, byte for byte, a clean one.

Hypothesis makes the sequences, always the same ones; a failure says the steps that lead to it,
made as few as it could. RAPID_SEED=<number> makes others. The steps are in rapid_steps.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, currently_in_test_context, given, note, seed, settings
from hypothesis import strategies as st

from tests import twins
from tests.rapid_steps import ANY_SITE, NEWSROOM, Steps
from tests.sites import ROOT
from tests.twins import Twin

SEED = int(os.environ.get("RAPID_SEED", "20260315"))
# How many, on a site with every feature and on a newsroom; without --full, or one's own number.
SEQUENCES = (18, 12)
SEQUENCES_FULL = (150, 150)
ASKED = os.environ.get("RAPID_SEQUENCES")
LENGTHS, LENGTHS_FULL = (0, 1, 1, 1, 2), (0, 1, 2, 3, 5)
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
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
    clean, built = twin.stock(), twin.rapid()
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
            note(f"made by RAPID_SEED={SEED + number} RAPID_SEQUENCES=1{how}")  # noqa: B023
            follow(twin, kept, steps, plan)

        follows()


@pytest.fixture
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Twin]:
    """The small newsroom, as it is published."""
    return lambda theme: Twin.copy(
        "rapid-newsroom",
        tmp_path_factory.mktemp("newsroom"),
        theme=theme,
        plugins=("newsroom",),
        keeps_compiled=True,
    )


def test_on_a_site_with_every_feature(tmp_path_factory: pytest.TempPathFactory, full: bool) -> None:
    twin = Twin.copy("every-feature", tmp_path_factory.mktemp("every"))
    twin.detach()
    follow_all(twin, ANY_SITE, (SEQUENCES_FULL if full else SEQUENCES)[0], full)


def test_on_a_newsroom(newsroom: Callable[[str], Twin], full: bool) -> None:
    sequences = (SEQUENCES_FULL if full else SEQUENCES)[1]
    follow_all(newsroom(str(ROOT / "theme")), NEWSROOM, sequences, full)


def test_every_step_once(
    newsroom: Callable[[str], Twin], tmp_path_factory: pytest.TempPathFactory, full: bool
) -> None:
    """Each alone, so that none is left out by chance, and none fails in Pelican itself."""
    if not full:
        return
    every = Twin.copy("every-feature", tmp_path_factory.mktemp("every"))
    every.detach()
    for twin, steps in ((every, ANY_SITE), (newsroom("simple"), NEWSROOM)):
        twin.check("nothing")
        kept = twin.keep("kept")
        for number, name in enumerate(sorted(steps)):
            one, other = number % 24, (number + 1) % 24
            follow(twin, kept, steps, [(name, one, other), (name, other, one)])
