"""Pygame games that nobody changed.

This folder alone is put on the game's `sys.path`, so that the game can import `reskin_pygame_capture` and
nothing else of ours. It holds no module named `pygame`: in the game's process `import pygame` finds the
game's.
"""
