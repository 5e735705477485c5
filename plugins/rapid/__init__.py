"""Fast builds for any Pelican site: reads and renders in parallel, and only what can have changed.

The output is, byte for byte, that of a clean build without this plugin. See docs/rapid.md.
"""


def register() -> None:
    """Connect to Pelican's signals; all else is imported only then."""
    from .plugin import register as connect

    connect()
