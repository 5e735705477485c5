"""A food recall: two posts on two networks, three batches, resolved, reopened, resolved again."""

SITENAME = "Larkfield newsroom"
SITEURL = "https://news.larkfield.example"
TIMEZONE = "Europe/London"
DEFAULT_LANG = "en"
DEFAULT_CATEGORY = ""
THEME = "../../../../theme"
RELATIVE_URLS = True
PLUGINS = ["newsroom"]

NEWSROOM_COMPANY = "Larkfield Chocolate"
NEWSROOM_CONTACT = {
    "name": "Niamh Corrigan",
    "role": "Press Officer",
    "mail": "press@larkfield.example",
    "telephone": "+44 1632 960230",
}
NEWSROOM_FEED_TAG = "larkfield.example,2021"
