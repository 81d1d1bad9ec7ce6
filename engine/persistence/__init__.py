"""Snapshots, saves and replays.

Read in this order: `snapshot`, `migrations`, `command_log`; for saves `save`, `savefile`, `journal` and
`scavenge`; for replays `replay` and `playback`.
"""
