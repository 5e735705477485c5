"""A newsroom to begin with: somebody who signs, and nothing said yet.

`steps/` holds what is published one after the other; see test_feed_story.py.
"""

SITENAME = "Copperline Kettles newsroom"
SITEURL = "https://copperline.example"
TIMEZONE = "Europe/London"
THEME = "simple"
PLUGINS = ["newsroom"]

NEWSROOM_COMPANY = "Copperline Kettles"
NEWSROOM_FEED_TAG = "copperline.example,2019"
