"""The least that a site must say: everything else is the plugin's default."""

SITENAME = "Brightside Buses"
TIMEZONE = "Europe/London"
THEME = "simple"
PLUGINS = ["newsroom"]

NEWSROOM_FEED_TAG = "brightside.example,2019"
