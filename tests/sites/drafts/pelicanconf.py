"""Everything here that is not public says CANARY; see test_leaks.py."""

SITENAME = "Copperline Kettles newsroom"
SITEURL = "https://copperline.example"
TIMEZONE = "UTC"
THEME = "simple"
PLUGINS = ["newsroom"]
NEWSROOM_FEED_TAG = "copperline.example,2019"
