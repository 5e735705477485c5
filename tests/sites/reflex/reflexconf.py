"""The site `thread` in Reflex, as docs/themes.md describes. Laid over a copy of that site."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
from pelicanconf import *  # noqa: F403

SITEURL = "https://copperline.example"
SITETITLE = "Copperline Kettles"

THEME = "reflex"
THEME_TEMPLATES_OVERRIDES = ["templates"]
CUSTOM_CSS = "extra/reflex.css"
STATIC_PATHS = ["extra"]
NEWSROOM_STYLESHEET = True

# Reflex's own settings.
CC_LICENSE: dict[str, str] = {}
DISABLE_URL_HASH = True
MAIN_MENU = True
MENUITEMS = [("Incidents", f"{SITEURL}/incidents/"), ("Authors", f"{SITEURL}/authors/")]
ROBOTS = "index, follow"
USE_GOOGLE_FONTS = False
