"""Packs a frame's channels into the body's input."""
