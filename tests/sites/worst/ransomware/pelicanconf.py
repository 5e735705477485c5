"""Ransomware at a manufacturer, in two languages: forty updates, and a cause that changed twice."""

SITENAME = "Aurelle newsroom"
SITEURL = "https://news.aurelle.example"
TIMEZONE = "Europe/Paris"
DEFAULT_LANG = "en"
DEFAULT_CATEGORY = ""
THEME = "../../../../theme"
RELATIVE_URLS = True
PLUGINS = ["newsroom"]

NEWSROOM_COMPANY = "Aurelle"
NEWSROOM_CONTACT = {
    "name": "Camille Aubry",
    "role": "Head of Communications",
    "mail": "press@aurelle.example",
    "telephone": "+33 1 99 00 42 10",
}
NEWSROOM_FEED_TAG = "aurelle.example,2012"
