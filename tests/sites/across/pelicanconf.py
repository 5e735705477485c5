"""An incident across New Year. `steps/` holds what is published in the new one."""

SITENAME = "Copperline Kettles newsroom"
SITEURL = "https://copperline.example"
TIMEZONE = "Europe/London"
THEME = "simple"
PLUGINS = ["newsroom"]
FEED_MAX_ITEMS = 1

NEWSROOM_FEED_TAG = "copperline.example,2019"
