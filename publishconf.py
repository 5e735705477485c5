"""The settings for production: absolute URLs, feeds, no drafts. See docs/settings.md."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
from pelicanconf import *  # noqa: F403

SITEURL = "https://newsroom.alderandquince.example"
RELATIVE_URLS = False

NEWSROOM_DRAFTS = False

# A browser keeps styles and scripts for ever: their names change with what is in them.
NEWSROOM_HASHED_NAMES = True
