"""A picture as browsers show it: upright, in the web's own colour space, and nothing hidden."""

from __future__ import annotations

import io

from PIL import Image, ImageChops, ImageCms

from .opening import decoding, orientation_of

_TURNS = {  # Exif 2.3, table 4
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = 5  # from here on, width and height are exchanged
_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # by the colour space of a profile


def is_sideways(picture: Image.Image) -> bool:
    """Tell whether a picture is shown with its width and height exchanged."""
    return orientation_of(picture) >= _SIDEWAYS


@decoding()
def as_shown(picture: Image.Image, notes: list[str] | None = None) -> Image.Image:
    """Turn a loaded picture upright, in sRGB: RGB, or RGBA if any of it is clear.

    What was changed is added to ``notes``. Raises ImageError for a damaged picture.
    """
    said: list[str] = [] if notes is None else notes
    turn = _TURNS.get(orientation_of(picture))
    alpha = _alpha(picture)
    shown = _in_srgb(_flat(picture), picture.info.get("icc_profile"), said)
    if alpha is not None and alpha.getextrema() != (255, 255):
        shown.putalpha(alpha)
        shown = blanked(shown)
    if turn is None:
        return shown
    said.append("turned upright")
    return shown.transpose(turn)


def blanked(picture: Image.Image) -> Image.Image:
    """Take the colours away where a picture is fully transparent: there nothing is seen."""
    if picture.mode != "RGBA":
        return picture
    seen = picture.getchannel("A").point(lambda alpha: 255 if alpha else 0)
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
    """Tell whether a loaded picture holds colours where it is fully transparent; one is none.

    An eraser often takes away the opacity and leaves what was erased. Only a PNG is looked
    at: others are lossy, or have one such colour, or blank it anyway.
    """
    if picture.format != "PNG" or not picture.has_transparency_data:
        return False
    clear = picture.convert("RGBA").getchannel("A").point(lambda alpha: 255 * (not alpha))
    if not clear.getbbox():
        return False
    if picture.mode == "P":  # entries of one colour are still told apart by their numbers
        return sum(map(bool, Image.Image.histogram(picture, clear))) > 1
    hidden = picture.convert("RGBA").convert("RGB").histogram(clear)
    return sum(map(bool, hidden)) > 3


@decoding()
def without_hidden(picture: Image.Image) -> Image.Image:
    """Copy a loaded picture, in the mode that it has, without the colours that it hides."""
    if not hides_colours(picture):
        return picture.copy()
    if picture.mode != "P":
        return blanked(picture.convert("RGBA")).convert(picture.mode)
    clear = [at for at, alpha in enumerate(picture.info["transparency"]) if not alpha]
    return picture.point([clear[0] if at in clear else at for at in range(256)])


def _flat(picture: Image.Image) -> Image.Image:
    """Return the colours alone: L, RGB or CMYK."""
    if picture.mode.startswith("I"):
        return _halves(picture)[0]
    if picture.mode in ("1", "LA"):
        return picture.convert("L")
    if picture.mode in ("L", "RGB", "CMYK"):
        return picture.copy()
    return (picture.convert("RGBA") if picture.has_transparency_data else picture).convert("RGB")


def _alpha(picture: Image.Image) -> Image.Image | None:
    """Return how opaque each place is; None if nothing is clear."""
    if not picture.has_transparency_data:
        return None
    if not picture.mode.startswith("I"):
        return picture.convert("RGBA").getchannel("A")
    key = int(picture.info["transparency"])
    upper, lower = _halves(picture)
    return ImageChops.lighter(
        upper.point(lambda value: 255 * (value != key >> 8)),
        lower.point(lambda value: 255 * (value != key & 255)),
    )


def _halves(picture: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Return grey of 16 bits as its upper and lower 8: Pillow would cut it off at 255."""
    data = picture.convert("I;16").tobytes()
    upper, lower = (Image.frombytes("L", picture.size, data[start::2]) for start in (1, 0))
    return upper, lower


def _in_srgb(flat: Image.Image, profile: bytes | None, notes: list[str]) -> Image.Image:
    """Convert colours to sRGB, by their profile if it is sound and fits them."""
    if not profile:
        return flat.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = _MODES[source.profile.xcolor_space.strip()]
        if mode == "RGB" and flat.mode == "L":
            flat = flat.convert("RGB")
        if mode != flat.mode:
            raise ValueError(f"a profile for {mode}")
        target = ImageCms.createProfile("sRGB")
        shown = ImageCms.profileToProfile(flat, source, target, outputMode="RGB")
        if shown is None:
            raise ValueError("no picture")
        if shown.tobytes() != flat.convert("RGB").tobytes():
            name = ImageCms.getProfileDescription(source).strip()
            notes.append(f"converted from {name or 'another colour space'} to sRGB")
        return shown
    except (ImageCms.PyCMSError, OSError, ValueError, KeyError):
        notes.append("its colour profile could not be used and was left out")
        return flat.convert("RGB")
