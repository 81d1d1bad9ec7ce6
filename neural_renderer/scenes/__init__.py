"""Frames to learn from: of random scenes (`scenes`), and of games played by their bots (`frame_sources`)."""
