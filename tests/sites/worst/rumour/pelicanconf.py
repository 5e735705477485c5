"""Two rumours: one found to be false, and one that nobody can prove or refute."""

SITENAME = "Harrow & Lathe newsroom"
SITEURL = "https://news.harrowlathe.example"
TIMEZONE = "America/New_York"
DEFAULT_LANG = "en"
DEFAULT_CATEGORY = ""
THEME = "../../../../theme"
RELATIVE_URLS = True
PLUGINS = ["newsroom"]

NEWSROOM_COMPANY = "Harrow & Lathe"
NEWSROOM_CONTACT = {
    "name": "Ruben Salcedo",
    "role": "Head of Communications",
    "mail": "press@harrowlathe.example",
    "telephone": "+1 617 555 0119",
}
NEWSROOM_FEED_TAG = "harrowlathe.example,2018"
