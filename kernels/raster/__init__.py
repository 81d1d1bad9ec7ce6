"""Draws rows of a draw list into planes: which row each pixel shows, the HUD over it, and the light on it."""
