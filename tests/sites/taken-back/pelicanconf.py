"""A company that takes back what it said: the end of one incident, all of another, a first word."""

SITENAME = "Copperline Kettles newsroom"
TIMEZONE = "Europe/London"
THEME = "simple"
PLUGINS = ["newsroom"]

NEWSROOM_COMPANY = "Copperline Kettles"
NEWSROOM_FEED_TAG = "copperline.example,2019"
