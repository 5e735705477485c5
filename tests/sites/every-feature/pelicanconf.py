"""An allotment society's site, with every feature of Pelican that makes output.

The tests give the theme with `-t`, and variants with `-e`. No two sources have the same
date: Pelican would put them in the order in which it finds them, which no clean build repeats.
"""

from garden import barrow_loads, feet, is_long, season

SITENAME = "Hollin Lane Allotments"
SITESUBTITLE = "Forty plots behind the railway"
SITEURL = "https://hollinlane.example"
FEED_DOMAIN = SITEURL
TIMEZONE = "Europe/London"
DEFAULT_LANG = "en"
AUTHOR = "The committee"
PATH = "content"
PLUGINS: list[str] = []

THEME_TEMPLATES_OVERRIDES = ["templates"]
JINJA_FILTERS = {"feet": feet, "season": season}
JINJA_GLOBALS = {"barrow_loads": barrow_loads, "plots": 40}
JINJA_TESTS = {"long": is_long}

ARTICLE_EXCLUDES = ["extra", "shared", "pages"]
STATIC_PATHS = ["images", "extra"]
STATIC_EXCLUDES = ["extra/signs"]
EXTRA_PATH_METADATA = {
    "extra/robots.txt": {"path": "robots.txt"},
    "images/gate.svg": {"alt": "The gate"},
}
TEMPLATE_PAGES = {"extra/signs/noticeboard.html": "noticeboard.html"}
DIRECT_TEMPLATES = ["index", "tags", "categories", "authors", "archives", "shed"]
PAGINATED_TEMPLATES = {
    "index": None,
    "tag": None,
    "category": 2,
    "author": None,
    "archives": 4,
    "period_archives": 3,
}
DEFAULT_PAGINATION = 3
DEFAULT_ORPHANS = 1
PAGINATION_PATTERNS = (
    (1, "{name}{extension}", "{name}{extension}"),
    (2, "{name}/page/{number}/", "{name}/page/{number}/index.html"),
)

ARTICLE_URL = "{date:%Y}/{slug}.html"
ARTICLE_SAVE_AS = "{date:%Y}/{slug}.html"
ARTICLE_LANG_URL = "{lang}/{date:%Y}/{slug}.html"
ARTICLE_LANG_SAVE_AS = "{lang}/{date:%Y}/{slug}.html"
YEAR_ARCHIVE_URL = "{date:%Y}/"
YEAR_ARCHIVE_SAVE_AS = "{date:%Y}/index.html"
MONTH_ARCHIVE_URL = "{date:%Y}/{date:%m}/"
MONTH_ARCHIVE_SAVE_AS = "{date:%Y}/{date:%m}/index.html"
DAY_ARCHIVE_URL = "{date:%Y}/{date:%m}/{date:%d}/"
DAY_ARCHIVE_SAVE_AS = "{date:%Y}/{date:%m}/{date:%d}/index.html"

FEED_ATOM = "feeds/atom.xml"
FEED_RSS = "feeds/rss.xml"
FEED_ALL_ATOM = "feeds/all.atom.xml"
FEED_ALL_RSS = "feeds/all.rss.xml"
CATEGORY_FEED_ATOM = "feeds/category/{slug}.atom.xml"
CATEGORY_FEED_RSS = "feeds/category/{slug}.rss.xml"
AUTHOR_FEED_ATOM = "feeds/author/{slug}.atom.xml"
AUTHOR_FEED_RSS = "feeds/author/{slug}.rss.xml"
TAG_FEED_ATOM = "feeds/tag/{slug}.atom.xml"
TAG_FEED_RSS = "feeds/tag/{slug}.rss.xml"
TRANSLATION_FEED_ATOM = "feeds/{lang}.atom.xml"
TRANSLATION_FEED_RSS = "feeds/{lang}.rss.xml"
FEED_MAX_ITEMS = 5
RSS_FEED_SUMMARY_ONLY = False

SUMMARY_MAX_LENGTH = 12
DEFAULT_DATE_FORMAT = "%d %B %Y"
DATE_FORMATS = {"fr": ("C.UTF-8", "%d/%m/%Y"), "cy": "%Y-%m-%d"}
LOCALE = ["C.UTF-8"]
DEFAULT_METADATA = {"soil": "clay"}
FILENAME_METADATA = r"(?P<date>\d{4}-\d{2}-\d{2})_(?P<slug>.*)"
PATH_METADATA = r"pages/plots/(?P<plot>[a-z]+)\..*"
FORMATTED_FIELDS = ["summary", "thanks"]

MENUITEMS = (
    ("Waiting list", "/pages/the-waiting-list.html"),
    ("Gate code", "/drafts/pages/the-gate.html"),
)
LINKS = (("Seed library", "https://seedlibrary.example/"),)
SOCIAL = (("Chirrup", "https://chirrup.example/hollinlane"),)
