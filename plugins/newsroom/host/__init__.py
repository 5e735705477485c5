"""The adapter to Pelican: the only package that knows its generators, writer and signals."""
