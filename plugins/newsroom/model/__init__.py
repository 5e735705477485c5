"""What the newsroom is: entries, incidents, citations, authors. The standard library only."""
