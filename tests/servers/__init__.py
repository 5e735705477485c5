"""Real web servers for the tests, on free ports of this machine."""
