"""What entries said before, from the git history of their files."""
