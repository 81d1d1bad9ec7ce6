"""A game's process under `reskin run`: from its start to the picture of each frame.

Read `start` (before the game is imported), `session` (what happens at each frame), `renderer_link` (frames to
the renderer, pictures back), `figures` (what is counted).
"""
