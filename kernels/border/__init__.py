"""How near each pixel is to the next border of what it shows: to the left, to the right, above and below.

Ink lines, rims, caps of snow and shadows follow borders. The body knows borders by patches of 4 px;
these distances place them to the pixel, and, unlike the body, they know one thing from another of the
same material.
"""

from typing import Final

REACH: Final = 24
"""Pixels from which on a border is far: nearness 0. Right at a border it is REACH."""
DIRECTIONS: Final = 4
"""Left, right, up, down."""
PLANES: Final = 2 * DIRECTIONS
"""What a network is told: for each direction the nearness, linear over REACH, then likewise halved from
pixel to pixel. From the first alone no line of ink was learnt: to single out one pixel of a ramp takes a
weight that training does not find."""
