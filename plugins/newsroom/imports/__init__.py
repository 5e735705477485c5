"""What a newsroom had elsewhere, made into content files: read, converted, written."""
