"""Everything here that is not public says CANARY; see test_leaks.py."""

SITENAME = "Copperline Kettles newsroom"
SITEURL = "https://copperline.example"
TIMEZONE = "UTC"
THEME = "simple"
PLUGINS = ["newsroom"]
CATEGORY_FEED_ATOM = "feeds/{slug}.atom"
AUTHOR_FEED_ATOM = "feeds/author-{slug}.atom"
TAG_FEED_ATOM = "feeds/tag-{slug}.atom"
TRANSLATION_FEED_ATOM = "feeds/all-{lang}.atom"
