"""A flour mill: rumours and what was found of them, related incidents, posts with pictures."""

SITENAME = "Penhallow Mill news"
SITEURL = "https://news.penhallowmill.example"
TIMEZONE = "Europe/London"
DEFAULT_LANG = "en"
THEME = "simple"
PLUGINS = ["newsroom"]

NEWSROOM_COMPANY = "Penhallow Mill"
NEWSROOM_FEED_TAG = "penhallowmill.example,2025"
NEWSROOM_CONTACT = {
    "name": "Wenna Tyack",
    "role": "Press Officer",
    "mail": "press@penhallowmill.example",
}
NEWSROOM_LOGO_FILES = ["logo.svg", "logo-2048.png"]
