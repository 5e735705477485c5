"""A data breach that looked over and grew twice, months apart, and a look-alike of its own site."""

SITENAME = "Ledgerwell newsroom"
SITEURL = "https://news.ledgerwell.example"
TIMEZONE = "America/New_York"
DEFAULT_LANG = "en"
DEFAULT_CATEGORY = ""
THEME = "../../../../theme"
RELATIVE_URLS = True
PLUGINS = ["newsroom"]

NEWSROOM_COMPANY = "Ledgerwell"
NEWSROOM_CONTACT = {
    "name": "Imani Brooks",
    "role": "Head of Communications",
    "mail": "press@ledgerwell.example",
    "telephone": "+1 404 555 0162",
}
NEWSROOM_FEED_TAG = "ledgerwell.example,2014"
