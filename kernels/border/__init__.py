"""How near each pixel is to the next border of what it shows, in four directions, and what lies beyond.

Ink lines, rims, caps of snow and shadows follow borders. Like the textures that hang on anchors, a
theme learns a profile of each material's borders: numbers for every distance from them, its own and
those of what lies beyond, added up. Distances alone were not enough: a network that was to find lines
of one pixel in ramps, and who stands before whom in the body's features, drew none in an hour.
"""

from typing import Final

REACH: Final = 24
"""Pixels from which on a border is far: nearness 0. Right at a border it is REACH."""
DIRECTIONS: Final = 4
LEFT, RIGHT, UP, DOWN = range(DIRECTIONS)
PROFILE: Final = 8
"""Channels of a border's profile."""
