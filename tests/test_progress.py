"""Long work says how far it is: at a terminal all the time, elsewhere now and then."""

from __future__ import annotations

import pytest
from newsroom.progress import Progress


def test_at_a_terminal_the_line_is_written_anew(capsys: pytest.CaptureFixture[str]) -> None:
    told = Progress(terminal=True)
    for done in (1, 1, 2):
        told("pictures", done, 2)
    assert capsys.readouterr().err == "\rpictures: 1 of 2\x1b[K\rpictures: 2 of 2\x1b[K\n"


@pytest.mark.parametrize(("ends", "said"), [(True, "files: 2 of 2\n"), (False, "")])
def test_elsewhere_little_is_said(
    ends: bool, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = Progress(ends, terminal=False)
    for done in (1, 2):
        told("files", done, 2)
    assert capsys.readouterr().err == said


def test_elsewhere_what_takes_long_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    told = Progress(ends=False, terminal=False)
    told.at -= 60
    for done in (1, 2, 3):
        told("pictures", done, 9)
    assert capsys.readouterr().err == "pictures: 1 of 9\n"
