"""A picture as browsers show it: upright, and in the web's own colour space."""

from __future__ import annotations

import io

from PIL import Image, ImageCms, ImageOps

ORIENTATION = 0x0112  # Exif 2.3, table 4; from 5 on, width and height are exchanged
SIDEWAYS = 5


def is_sideways(picture: Image.Image) -> bool:
    """Whether a picture is shown with its width and height exchanged."""
    return int(picture.getexif().get(ORIENTATION, 1)) >= SIDEWAYS


def as_shown(picture: Image.Image) -> Image.Image:
    """A picture upright in sRGB, transparent where it is: mode RGB or RGBA."""
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):
        return from_16_bit(upright)
    if "A" in upright.getbands() or "transparency" in upright.info:
        return upright.convert("RGBA")
    return in_srgb(upright)


def from_16_bit(picture: Image.Image) -> Image.Image:
    """Grey of 16 bit in RGB: the upper 8 are kept, which Pillow would not do."""
    return picture.convert("I").point(lambda value: value * (1 / 256) + 0).convert("RGB")


def in_srgb(picture: Image.Image) -> Image.Image:
    """A picture without transparency, in RGB, by its colour profile if that is sound."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile, or one for another kind of picture
    return picture.convert("RGB")
