"""Snapshots, saves and replays. Read `snapshot`, then `save` and `replay`; `journal` writes a save while the
game goes on, and `scavenge` reads what is left of a damaged one.
"""
