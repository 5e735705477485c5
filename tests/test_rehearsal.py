"""The picture of the rehearsal in the docs is the one that it names."""

from __future__ import annotations

from hashlib import sha256

from tests.sites import ROOT


def test_the_picture_of_the_rehearsal_is_the_one_that_it_names() -> None:
    picture = (ROOT / "docs/images/borrowed-photo.png").read_bytes()
    text = (ROOT / "docs/by-hand.md").read_text("utf-8")
    assert "cp docs/images/borrowed-photo.png content/incidents/borrowed-photo/original.png" in text
    assert f"Sha256: {sha256(picture).hexdigest()[:8]}…" in text
