"""What the newsroom says itself, in each language."""
