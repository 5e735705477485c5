"""A picture file rid of what it says besides the picture: where, when, by whom, with what."""

from __future__ import annotations

from pathlib import Path

from ..files import write_whole
from ..images.extras import DamagedError, extras, kind_of, without
from ..images.opening import ImageError, open_picture
from ..images.unseen import hides_colours, without_hidden
from ..model.header import parse
from ..model.problems import CommandError

HIDDEN = "colours where it is fully transparent"


def strip(path: Path) -> list[str]:
    """Take the metadata out of a PNG, JPEG, WebP, AVIF, GIF or SVG, and write it back whole.

    What is seen stays as it is: pixels, colour profile, orientation. Of a PNG the colours go
    that nobody sees. Returns what was taken out, and what is to be done now; a file with
    nothing to take out is not written. Raises CommandError if it cannot be read, is damaged
    or is no such image.
    """
    try:
        data = path.read_bytes()
        found = extras(data)
        hidden = kind_of(data) == "PNG" and hides_colours(open_picture(data))
        bare = without_hidden(without(data, found)) if hidden else without(data, found)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    except DamagedError as error:
        raise CommandError(f"{path} {error}: save it again as an image") from None
    except ImageError as error:
        raise CommandError(f"{path} {error}") from None
    if not found and not hidden:
        return [f"kept     {path}: it carries nothing besides the picture"]
    if left := extras(bare):
        raise CommandError(
            f"{path} cannot be rid of {left[0].what}: save it again from an image editor,"
            " without metadata"
        )
    taken = [*dict.fromkeys(extra.what for extra in found), *([HIDDEN] if hidden else [])]
    write_whole(path, bare)
    return [
        f"changed  {path}",
        *(f"         without {what}" for what in taken),
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
