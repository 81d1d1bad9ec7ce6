"""Writes a frame's channels from the number of the row that each pixel shows, and what is known of rows."""
