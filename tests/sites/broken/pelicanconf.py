SITENAME = "Copperline Kettles newsroom"
SITEURL = "https://copperline.example"
TIMEZONE = "UTC"
THEME = "simple"
PLUGINS = ["newsroom"]

NEWSROOM_FEED_TAG = "copperline.example,2019"
