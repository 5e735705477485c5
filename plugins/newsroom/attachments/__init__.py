"""Files that go with a text besides pictures: what they are, and what they say besides."""
