"""A picture file rid of what it says besides the picture: where, when, by whom, with what."""

from __future__ import annotations

from pathlib import Path

from ..files import write_whole
from ..model.header import parse
from ..model.problems import CommandError
from ..publish.extras import DamagedError, extras, without


def strip(path: Path) -> list[str]:
    """Take the metadata out of a PNG, JPEG, WebP, AVIF, GIF or SVG, and write it back whole.

    Its pixels, its colour profile and its orientation stay as they are. Returns what was
    taken out, and what is to be done now; a file with nothing to take out is not written.
    Raises CommandError if it cannot be read, is damaged or is no such image.
    """
    try:
        data = path.read_bytes()
        found = extras(data)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    except DamagedError as error:
        raise CommandError(f"{path} {error}: save it again as an image") from None
    if not found:
        return [f"kept     {path}: it carries nothing besides the picture"]
    bare = without(data, found)
    if left := extras(bare):
        raise CommandError(
            f"{path} cannot be rid of {left[0].what}: save it again from an image editor,"
            " without metadata"
        )
    write_whole(path, bare)
    return [
        f"changed  {path}",
        *(f"         without {what}" for what in dict.fromkeys(extra.what for extra in found)),
        *_hashes_to_renew(path),
        "If it was committed before, the history still holds it as it was.",
    ]


def _hashes_to_renew(path: Path) -> list[str]:
    """What to do about each citation whose screenshot this is: it keeps the file's hash."""
    cited = [
        file
        for file in sorted(path.parent.glob("*.cite.md"))
        if any(
            field.value.strip() == path.name
            for field in parse(file.read_text("utf-8", "replace")).named("Screenshot")
        )
    ]
    return [
        f"Its hash has changed: run invoke check, and put the line Sha256 that it gives into {file}"
        for file in cited
    ]
