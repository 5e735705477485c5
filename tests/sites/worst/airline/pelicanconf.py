"""An airline and a passenger dragged off: a first statement that is taken back, a dated promise."""

SITENAME = "Prairie Union newsroom"
SITEURL = "https://news.prairieunion.example"
TIMEZONE = "America/Chicago"
DEFAULT_LANG = "en-us"
DEFAULT_CATEGORY = ""
THEME = "../../../../theme"
RELATIVE_URLS = True
PLUGINS = ["newsroom"]

NEWSROOM_COMPANY = "Prairie Union Airlines"
NEWSROOM_CONTACT = {
    "name": "Dolores Whitfield",
    "role": "Vice President, Communications",
    "mail": "media@prairieunion.example",
    "telephone": "+1 312 555 0148",
}
NEWSROOM_FEED_TAG = "prairieunion.example,2015"
