"""Data that ships with the code: `themes/<name>/` holds a theme's pack, weights and preview."""
