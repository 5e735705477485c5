"""A picture as browsers show it: upright, in the web's own colour space, and nothing hidden."""

from __future__ import annotations

import io
from contextlib import suppress

from PIL import Image, ImageCms

from .opening import decoding, orientation_of

_TURNS = (  # for 2 to 8, Exif 2.3, table 4
    Image.Transpose.FLIP_LEFT_RIGHT,
    Image.Transpose.ROTATE_180,
    Image.Transpose.FLIP_TOP_BOTTOM,
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
)


@decoding()
def as_shown(picture: Image.Image, notes: list[str] | None = None) -> Image.Image:
    """Turn a loaded picture upright, in sRGB: RGB, or RGBA if any of it is clear.

    What was changed is added to ``notes``. Raises ImageError for a damaged picture.
    """
    said: list[str] = [] if notes is None else notes
    turn, profile = orientation_of(picture), picture.info.get("icc_profile")
    alpha = picture.convert("RGBA").getchannel("A") if picture.has_transparency_data else None
    shown = _in_srgb(_flat(picture), profile, said)
    if alpha is not None and alpha.getextrema() != (255, 255):
        shown.putalpha(alpha)
        shown = blanked(shown)
    if turn == 1:
        return shown
    said.append("turned upright")
    return shown.transpose(_TURNS[turn - 2])


def blanked(picture: Image.Image) -> Image.Image:
    """Take the colours away where a picture is fully transparent: there nothing is seen."""
    if picture.mode != "RGBA":
        return picture
    seen = picture.getchannel("A").point(lambda alpha: 255 * (alpha > 0))
    return Image.composite(picture, Image.new("RGBA", picture.size), seen)


def narrowed(picture: Image.Image, width: int) -> Image.Image:
    """Make a picture smaller, to a width in pixels."""
    if width == picture.width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return blanked(picture.resize((width, height), Image.Resampling.LANCZOS))


def encoded(picture: Image.Image, form: str, **options: int) -> bytes:
    """Encode the bare pixels: a new image has no metadata to carry over."""
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    made = io.BytesIO()
    bare.save(made, form, **options)
    return made.getvalue()


@decoding()
def hides_colours(picture: Image.Image) -> bool:
    """Tell whether a loaded PNG holds several colours where it is fully transparent.

    An eraser often takes away the opacity and leaves what was erased.
    """
    if picture.format != "PNG" or not picture.has_transparency_data:
        return False
    shown = picture.convert("RGBA")
    clear = shown.getchannel("A").point(lambda alpha: 255 * (alpha == 0))
    bands = shown.convert("RGB").split()
    return any(sum(map(bool, band.histogram(clear))) > 1 for band in bands)


def _flat(picture: Image.Image) -> Image.Image:
    """Return the colours alone: L, RGB or CMYK."""
    if picture.mode in ("L", "RGB", "CMYK"):
        return picture.copy()
    if picture.mode in ("1", "LA"):
        return picture.convert("L")
    return (picture.convert("RGBA") if picture.has_transparency_data else picture).convert("RGB")


def _in_srgb(flat: Image.Image, profile: bytes | None, notes: list[str]) -> Image.Image:
    """Convert colours to sRGB, by their profile if it is sound and fits them."""
    if not profile:
        return flat.convert("RGB")
    with suppress(ImageCms.PyCMSError, OSError, ValueError):
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if flat.mode == "L" and source.profile.xcolor_space.strip() == "RGB":
            flat = flat.convert("RGB")
        target = ImageCms.createProfile("sRGB")
        shown = ImageCms.profileToProfile(flat, source, target, outputMode="RGB")
        if shown is not None:
            notes.append("converted to sRGB by its colour profile")
            return shown
    notes.append("its colour profile could not be used and was left out")
    return flat.convert("RGB")
