"""Share images: text in any script, set and drawn with the fonts that are shipped."""
