"""Evidence in: one door for screenshots and portraits.

Whatever format a picture comes in, a plain sRGB PNG without metadata goes on;
what was received is kept beside the content folder, under ``evidence/``, which
never enters the history. The bytes of a published picture are never touched
again, so that its hash stays good.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageCms, ImageDraw, ImageOps, UnidentifiedImageError

from ..files import write_whole
from ..reading.screenshots import FORMATS, MAX_PIXELS, MAX_SIDE

SHOWN_WIDTH = 2400
PORTRAIT_SIDE = 640

_SRGB = ImageCms.createProfile("sRGB")


class EvidenceError(ValueError):
    """A picture that cannot be taken in; the message names the file and the remedy."""


@dataclass(frozen=True)
class Evidence:
    """A picture taken in.

    ``png`` are the bytes to publish; ``width`` and ``height`` their size in
    pixels; ``sha256`` and ``source_sha256`` hex digests of those bytes and of
    the file as received. ``notes`` say in words what was changed.
    """

    png: bytes
    width: int
    height: int
    sha256: str
    source_sha256: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Box:
    """A part of a picture, in its pixels, from the upper left corner."""

    left: int
    top: int
    width: int
    height: int

    @classmethod
    def read(cls, text: str) -> Box:
        """Read ``left,top,width,height``. Raises EvidenceError for anything else."""
        try:
            left, top, width, height = (int(part) for part in text.split(","))
        except ValueError:
            raise EvidenceError(
                f"the box {text!r} is not four whole numbers: left,top,width,height in pixels"
            ) from None
        if left < 0 or top < 0 or width < 1 or height < 1:
            raise EvidenceError(f"the box {text!r} must lie in the picture: no negative numbers")
        return cls(left, top, width, height)


def take_in(data: bytes, name: str, longest: int = SHOWN_WIDTH) -> Evidence:
    """Make a picture as received fit to be published.

    The format is told by the bytes, not by ``name``. Turned upright as its
    Exif says, converted to sRGB, at most ``longest`` pixels wide. Raises
    EvidenceError for what is no picture, is damaged, or is absurdly large.
    """
    notes: list[str] = []
    picture = _upright(_open(data, name, notes), notes)
    picture = _in_srgb(picture, name, notes)
    if picture.width > longest:
        height = max(1, round(picture.height * longest / picture.width))
        notes.append(f"made smaller, from {picture.width} to {longest} pixels wide")
        picture = picture.resize((longest, height), Image.Resampling.LANCZOS)
    return _evidence(picture, hashlib.sha256(data).hexdigest(), notes)


def portrait(data: bytes, name: str) -> Evidence:
    """A photo of a person, cropped to a square. Raises EvidenceError like ``take_in``."""
    taken = take_in(data, name)
    with Image.open(io.BytesIO(taken.png)) as picture:
        side = min(*picture.size, PORTRAIT_SIDE)
        square = ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)
        return _evidence(square, taken.source_sha256, list(taken.notes))


def redact(data: bytes, name: str, boxes: Sequence[Box]) -> Evidence:
    """Cover parts of a published picture with solid black.

    ``source_sha256`` is that of ``data``. Raises EvidenceError for a box that
    lies outside the picture.
    """
    picture = _open(data, name, [])
    draw = ImageDraw.Draw(picture)
    for box in boxes:
        if box.left >= picture.width or box.top >= picture.height:
            raise EvidenceError(
                f"the box {box.left},{box.top},{box.width},{box.height} lies outside {name},"
                f" which is {picture.width} by {picture.height} pixels"
            )
        right, bottom = box.left + box.width - 1, box.top + box.height - 1
        draw.rectangle((box.left, box.top, right, bottom), fill=_black(picture))
    return _evidence(picture, hashlib.sha256(data).hexdigest(), [])


def keep_received(folder: Path, data: bytes, name: str, at: datetime) -> Path:
    """Keep a file as received, under a name that says when; returns where.

    The same bytes are kept once.
    """
    digest = hashlib.sha256(data).hexdigest()
    for kept in folder.glob(f"*-{digest[:12]}-*"):
        return kept
    safe = "".join(c if c.isalnum() or c in "._-" else "-" for c in Path(name).name)
    path = folder / f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest[:12]}-{safe}"
    write_whole(path, data)
    return path


def _open(data: bytes, name: str, notes: list[str]) -> Image.Image:
    """A loaded picture, if it is one. The size is checked before anything is unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
        width, height = picture.size
        if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
            raise EvidenceError(
                f"{name} is {width} by {height} pixels, which is no screenshot: crop it to at"
                f" most {MAX_SIDE} a side and {MAX_PIXELS // 1_000_000} million in all"
            )
        if getattr(picture, "n_frames", 1) > 1:
            notes.append("moving picture: its first frame was taken")
            picture.seek(0)
        picture.load()
    except UnidentifiedImageError:
        raise EvidenceError(f"{name} is not an image: use one of {', '.join(FORMATS)}") from None
    except Image.DecompressionBombError:
        raise EvidenceError(f"{name} is too large to be a screenshot: crop it") from None
    except (OSError, SyntaxError, ValueError) as error:
        if isinstance(error, EvidenceError):
            raise
        raise EvidenceError(f"{name} is damaged ({error}): save it again") from None
    return picture


def _upright(picture: Image.Image, notes: list[str]) -> Image.Image:
    turned = ImageOps.exif_transpose(picture)
    if turned.size != picture.size or turned.getexif().get(0x0112) != picture.getexif().get(0x0112):
        notes.append("turned upright")
    return turned


def _in_srgb(picture: Image.Image, name: str, notes: list[str]) -> Image.Image:
    """The picture as RGB, or RGBA where it has transparency, in sRGB."""
    profile = picture.info.get("icc_profile")
    clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    alpha = picture.convert("RGBA").getchannel("A") if clear else None
    flat = picture if picture.mode in ("RGB", "CMYK", "L") else picture.convert("RGB")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(flat, source, _SRGB, outputMode="RGB")
            if converted is not None and converted.tobytes() != flat.convert("RGB").tobytes():
                description = ImageCms.getProfileDescription(source).strip()
                notes.append(f"converted from {description or 'another colour space'} to sRGB")
            flat = converted or flat
        except (ImageCms.PyCMSError, OSError, ValueError):
            notes.append("its colour profile could not be read and was left out")
    flat = flat.convert("RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        flat.putalpha(alpha)
    return flat


def _black(picture: Image.Image) -> tuple[int, ...]:
    return (0, 0, 0, 255)[: len(picture.getbands())]


def _evidence(picture: Image.Image, source: str, notes: list[str]) -> Evidence:
    """Encode the bare pixels: a new image has no metadata to carry over."""
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    buffer = io.BytesIO()
    bare.save(buffer, "PNG", optimize=True)
    png = buffer.getvalue()
    digest = hashlib.sha256(png).hexdigest()
    return Evidence(png, bare.width, bare.height, digest, source, tuple(notes))
