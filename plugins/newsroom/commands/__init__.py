"""What a writer works with: commands that ask, make and change content files."""
