"""Start the console script ``newsroom``: of this working tree, or of the plugin as installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec


def main() -> None:
    """Run what was typed after ``newsroom``, and exit."""
    package = "newsroom" if find_spec("newsroom") else "pelican.plugins.newsroom"
    import_module(f"{package}.commands.line").main()
