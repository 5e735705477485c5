"""A content folder, read and held against the rules."""
