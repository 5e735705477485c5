"""Image files: opened, cleaned, and made in other formats and sizes."""
