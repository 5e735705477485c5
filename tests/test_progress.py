"""Long work says on a terminal how far it is, and nowhere else."""

from __future__ import annotations

import sys

import pytest
from newsroom.progress import progress


def test_at_a_terminal_the_line_is_written_anew(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    progress("files", 1, 2)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    for done in (1, 2):
        progress("pictures", done, 2)
    assert capsys.readouterr().err == "\rpictures: 1 of 2\x1b[K\rpictures: 2 of 2\x1b[K\n"
