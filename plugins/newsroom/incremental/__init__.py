"""Incremental builds: what is kept from one build to the next, and how output gets into place."""
