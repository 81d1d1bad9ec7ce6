"""Frames and pictures between a game's process and the renderer's, by shared memory on one machine.

`channel` is the game's side and what both sides share; it needs the standard library alone, and may be loaded
by its path. `renderer_side` is the other end, with NumPy arrays.
"""
