"""SSH signatures of what is said: read, and held against the keys of who signs."""
