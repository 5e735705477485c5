"""The company's logo: the one that machines are told of, and the files of it to take along."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from ..images.opening import ImageError
from ..images.screenshots import PictureFolder
from ..model.settings import Settings, SettingsError
from ..view.parts import Picture
from .assets import Assets

VECTOR = ".svg"


def logo(settings: Settings, assets: Assets) -> tuple[Path, Picture] | tuple[None, None]:
    """Return the file of the theme's logo, and where Pelican publishes it.

    Raises SettingsError if it is no image.
    """
    if not settings.logo:
        return None, None
    picture = _opened("NEWSROOM_LOGO", settings.logo, settings.company, assets)
    return assets.in_theme(settings.logo), picture


def logo_files(settings: Settings, assets: Assets) -> tuple[Picture, ...]:
    """Return the files of the logo to take along; a vector has no size in pixels."""
    if settings.logo_files:
        name, files = "NEWSROOM_LOGO_FILES", settings.logo_files
    else:
        name, files = "NEWSROOM_LOGO", (settings.logo,) if settings.logo else ()
    return tuple(_opened(name, file, settings.company, assets) for file in files)


def _opened(setting: str, name: str, alt: str, assets: Assets) -> Picture:
    has_it = (folder for folder in assets.folders if (folder / name).is_file())
    folder = next(has_it, assets.folders[0])
    url, width, height = quote(f"{assets.place}/{name}"), 0, 0
    try:
        if not (name.lower().endswith(VECTOR) and (folder / name).is_file()):
            image = PictureFolder(folder).glance(name)
            width, height = image.width, image.height
    except ImageError as error:
        message = f"{setting}: {name!r} in the theme's static folder {error}"
        raise SettingsError(message) from None
    return Picture(name, url, width, height, alt)
