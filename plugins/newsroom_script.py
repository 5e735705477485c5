"""Start the console script ``newsroom``: of this working tree, or of the plugin as installed."""

from importlib import import_module
from importlib.util import find_spec


def main() -> int:
    """Run what was typed after ``newsroom``, and return the exit code."""
    package = "newsroom" if find_spec("newsroom") else "pelican.plugins.newsroom"
    code: int = import_module(f"{package}.commands.line").main()
    return code
