"""Frames of a game that was not written for Reskin, made from its draw calls.

Read `messages` (what the game's process tells), then `observation` (what is asked of, and told to, whoever
knows the materials).
"""
