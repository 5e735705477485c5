"""Incident post types for Pelican: threads, bylines and evidence.

``register()`` imports the rest only when called: ``invoke check`` never pays for Pelican.
"""


def register() -> None:
    """Connect the plugin to Pelican's signals (Pelican calls this once)."""
    from .host.plugin import register as connect

    connect()
