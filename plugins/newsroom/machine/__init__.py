"""What machines read: feeds, structured data, cards, plain text, sitemaps."""
