"""Finds foreign code in a build: if there is any, nothing it can affect is kept.

Other plugins and extensions may read the clock, the environment or a database, so their results
may differ from build to build. We cannot see what code does, only whose it is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from blinker import Signal
from jinja2 import Environment
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.filters import FILTERS
from jinja2.tests import TESTS
from markdown import Extension, Markdown
from pelican import signals
from pelican.utils import DateFormatter

from .digests import libraries

OURS = __name__.rpartition(".incremental")[0] + "."
# A receiver of one of these signals can change neither what is read nor what is written.
QUIET = (
    "initialized", "get_generators", "get_writer", "generator_init", "readers_init",
    "article_generator_init", "page_generator_init", "static_generator_init",
)  # fmt: skip
OPTIONS = {"extensions", "extension_configs", "output_format", "tab_length"}
# These extensions read other files, whose changes we would not see.
OPENING = ("pymdownx.snippets", "pymdownx.b64")


def listener() -> str:
    """Describe the first receiver of another plugin that may change the output; empty if none."""
    for name, signal in vars(signals).items():
        if name in QUIET or not isinstance(signal, Signal):
            continue
        for receiver in signal.receivers_for(None):
            module = getattr(receiver, "__module__", type(receiver).__module__)
            if not f"{module}.".startswith(OURS):
                return f"{module}.{getattr(receiver, '__qualname__', repr(receiver))} hears {name}"
    return ""


def own_code(env: Environment) -> str:
    """Describe code that templates can call and that is not Jinja's or Pelican's; empty if none."""
    tables: tuple[tuple[str, Mapping[str, Any], Mapping[str, Any]], ...] = (
        ("filter", env.filters, FILTERS),
        ("test", env.tests, TESTS),
        ("global", env.globals, DEFAULT_NAMESPACE),
    )
    for sort, table, usual in tables:
        for name, value in table.items():
            is_pelicans = name == "plugin_enabled" or type(value) is DateFormatter
            if not is_pelicans and value is not usual.get(name):
                return f"templates have the {sort} {name}, which is not Jinja's"
    for extension in env.extensions.values():
        if not type(extension).__module__.startswith("jinja2."):
            return f"templates have the extension {type(extension).__qualname__}"
    return "templates have a finalize" if env.finalize is not None else ""


def knows_markdown(options: Mapping[str, Any]) -> bool:
    """Whether Markdown, with these options, always makes the same HTML of the same source."""
    configs = options.get("extension_configs", {})
    try:
        json.dumps(configs)  # plain data, no functions
        names = (*options.get("extensions", ()), *configs)
        return options.keys() <= OPTIONS and all(
            _is_known(Markdown().build_extension(name, {})) for name in names
        )
    except Exception:  # the build will say what is wrong with an extension
        return False


def _is_known(extension: Extension) -> bool:
    """Whether an extension is Markdown's, PyMdown's or ours, and opens no files."""
    module = type(extension).__module__
    file = getattr(sys.modules.get(module), "__file__", None) or ""
    known = module.startswith(("markdown.extensions.", "pymdownx.")) and module not in OPENING
    return f"{module}.".startswith(OURS) or (known and file.startswith(libraries()))
