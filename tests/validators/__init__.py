"""Validators that others wrote, and the published grammars, for what a build makes.

Each returns complaints, a line each; none at all means that it is valid.
"""

from tests.validators.feeds import atom, feed, json_feed
from tests.validators.pages import html, html_validate, microformats
from tests.validators.sitemaps import sitemap
from tests.validators.structured import Node, json_ld
from tests.validators.typed import typed
from tests.validators.vocabulary import vocabulary

__all__ = [
    "Node",
    "atom",
    "feed",
    "html",
    "html_validate",
    "json_feed",
    "json_ld",
    "microformats",
    "sitemap",
    "typed",
    "vocabulary",
]
