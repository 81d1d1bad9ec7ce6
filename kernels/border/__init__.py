"""Finds, at each pixel and in four directions, the next border of what is shown and the material beyond it.

Ink lines, rims, caps of snow and shadows follow borders. As it learns textures that stick to anchors, a theme
learns profiles of each material's borders: numbers for every distance from a border, for a material on this
side of it and on the far side, which are added up. Distances alone were not enough: a network that had to
make lines of one pixel from ramps, and to find in the body's features which thing is in front, drew no line
after an hour of training.
"""

from typing import Final

REACH: Final = 24
"""Pixels from which on a border is far. The nearness is REACH right at a border, 1 less a pixel, 0 if far."""
DIRECTIONS: Final = 4
LEFT, RIGHT, UP, DOWN = range(DIRECTIONS)
PROFILE: Final = 8
"""Channels of a border's profile."""
