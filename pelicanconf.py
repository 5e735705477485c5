"""The newsroom's settings, for writing and previewing. See docs/settings.md.

It names nothing that is in content/, so the same site builds any content folder.
"""

SITENAME = "Alder & Quince newsroom"
SITESUBTITLE = "What we do, what went wrong, and what we did about it. Signed by name."
SITEURL = ""
TIMEZONE = "Europe/London"
DEFAULT_LANG = "en"

PATH = "content"
OUTPUT_PATH = "output"
THEME = "theme"
# Pages look right when opened from the disk.
RELATIVE_URLS = True

PLUGIN_PATHS = ["plugins"]
PLUGINS = ["newsroom"]

# An entry without Category has none; Pelican's own themes need one for each.
DEFAULT_CATEGORY = ""

NEWSROOM_COMPANY = "Alder & Quince"
NEWSROOM_CONTACT = {
    "name": "Samir Haddad",
    "role": "Press Officer",
    "mail": "press@alderandquince.example",
    "telephone": "+44 1632 960144",
    "hours": "Monday to Friday, 08:00 to 18:00; on call at all other hours",
}

# The authority of every feed id. Never change it, even when the address changes.
NEWSROOM_FEED_TAG = "newsroom.alderandquince.example,2024"
NEWSROOM_LOGO = "logo.png"
NEWSROOM_LOGO_FILES = ["logo.svg", "logo.png", "logo-2048.png"]
NEWSROOM_PRINCIPLES = "about/"
# Where else readers find the public keys of those who sign.
NEWSROOM_KEYS_ELSEWHERE = ["https://www.alderandquince.example/keys/"]
