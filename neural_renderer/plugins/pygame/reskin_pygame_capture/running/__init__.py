"""A game's process under `reskin run`: from its start to the picture of each frame.

Read `start` (before the game is imported), `session` (what happens at each frame), `renderer_link` (frames to
the renderer, pictures back), `choices` and `hotkeys` (what the player wants), `event_hooks` (the queue of
events), `idle_time` (how long a picture may be waited for), `figures` (what is counted).

`headless`: runs without a window. `own_modules` and `tracebacks` keep out of the game's way.
"""
