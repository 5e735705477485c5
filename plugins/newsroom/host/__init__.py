"""The edge to Pelican."""
