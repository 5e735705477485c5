"""A small newsroom with one of everything, for builds that follow upon one another.

The tests give the theme with `-t`. Cards are off: they take longer than all the rest.
"""

SITENAME = "Saltmarsh Bakery newsroom"
SITEURL = "https://saltmarsh.example"
TIMEZONE = "Europe/London"
DEFAULT_LANG = "en"
DEFAULT_CATEGORY = ""
PATH = "content"
PLUGINS = ["newsroom"]
THEME_TEMPLATES_OVERRIDES = ["templates"]

NEWSROOM_COMPANY = "Saltmarsh Bakery"
NEWSROOM_CONTACT = {
    "name": "Wen Alder",
    "role": "Press Officer",
    "mail": "press@saltmarsh.example",
}
NEWSROOM_FEED_TAG = "saltmarsh.example,2021"
NEWSROOM_CARDS = False
NEWSROOM_DRAFTS = False
