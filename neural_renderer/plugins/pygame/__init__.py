"""Pygame games that nobody changed: `reskin run`.

Three processes. The *supervisor* (`supervisor`) is the command itself. The *game's process* imports
`reskin_pygame_capture` and nothing else of ours. The *renderer* (`renderer`) gets the game's frames through
shared memory, and sends pictures back.

This folder holds no module named `pygame`: in the game's process `import pygame` finds the game's.
"""
