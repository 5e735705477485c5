"""An outage: when it began and ended, a fix declared too early, and no original to answer."""

SITENAME = "Tallow Pay status and news"
SITEURL = "https://news.tallowpay.example"
TIMEZONE = "Europe/London"
DEFAULT_LANG = "en"
THEME = "simple"
PLUGINS = ["newsroom"]

NEWSROOM_COMPANY = "Tallow Pay"
NEWSROOM_FEED_TAG = "tallowpay.example,2024"
