"""Frames of a game that was not written for Reskin, made from its draw calls.

Read `messages` (what the game's process tells), then `observation` (what is asked of, and told to, whoever
knows the materials), then `frames` (from a message to a frame, on one page).
"""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # a library prints nothing
