"""Incident post types for Pelican: threads, bylines and evidence.

``register()`` is all that Pelican needs. It imports the rest only when
called, so that ``invoke check`` never pays for importing Pelican.
"""


def register() -> None:
    """Connect the plugin to Pelican's signals (Pelican calls this once)."""
    from .host.plugin import register as connect

    connect()
