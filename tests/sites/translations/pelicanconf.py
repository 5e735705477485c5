SITENAME = "Copperline Kettles newsroom"
TIMEZONE = "Europe/Paris"
THEME = "simple"
PLUGINS = ["newsroom"]

NEWSROOM_FEED_TAG = "copperline.example,2019"
