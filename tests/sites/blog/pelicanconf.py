"""An ordinary Pelican site that a newsroom has come to: see the last five lines."""

SITENAME = "Tarnside Honey"
SITEURL = "https://tarnside.example"
AUTHOR = "Elin Marsh"
TIMEZONE = "Europe/London"
DEFAULT_LANG = "en"
THEME = "notmyidea"

STATIC_PATHS = ["", "extra"]
EXTRA_PATH_METADATA = {"extra/robots.txt": {"path": "robots.txt"}}
TEMPLATE_PAGES = {"templates/all.txt": "all.txt"}
OUTPUT_SOURCES = True

DEFAULT_PAGINATION = 2
YEAR_ARCHIVE_SAVE_AS = "{date:%Y}/index.html"
FEED_ALL_RSS = "feeds/all.rss.xml"
CATEGORY_FEED_ATOM = "feeds/{slug}.atom.xml"
TAG_FEED_ATOM = "feeds/tags/{slug}.atom.xml"
AUTHOR_FEED_ATOM = "feeds/by/{slug}.atom.xml"
DEFAULT_METADATA = {"status": "published"}

PLUGINS = ["newsroom"]
NEWSROOM_POSTS = "pelican"
NEWSROOM_COMPANY = "Tarnside Honey"
NEWSROOM_FEED_TAG = "tarnside.example,2024"
NEWSROOM_STYLESHEET = True
