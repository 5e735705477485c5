"""How fast a large newsroom is built, against other ways: ``python -m tests.bench``."""
