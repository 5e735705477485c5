"""A newsroom with plans: what each build shows depends on when it is made.

test_due.py says at which moments. Cards are off: no card depends on the time.
"""

SITENAME = "Harbour Lane Ferries newsroom"
SITEURL = "https://harbourlane.example"
TIMEZONE = "Europe/London"
THEME = "simple"
PLUGINS = ["newsroom"]

NEWSROOM_COMPANY = "Harbour Lane Ferries"
NEWSROOM_FEED_TAG = "harbourlane.example,2019"
NEWSROOM_CARDS = False
