"""A newsroom whose texts show and hand out files: figures, documents, recordings."""

SITENAME = "Harrow Lifts newsroom"
TIMEZONE = "Europe/London"
THEME = "simple"
PLUGINS = ["newsroom"]

NEWSROOM_COMPANY = "Harrow Lifts"
NEWSROOM_FEED_TAG = "harrowlifts.example,2022"
