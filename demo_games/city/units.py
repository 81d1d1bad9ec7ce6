"""Lengths, angles and headings. Positions are in 1/256 px, a tick being 1/60 s; y points down.

An angle is an integer, 4096 to a full turn, 0 to the east and clockwise on the screen. A heading is one
of the four along streets: 0 east, 1 south, 2 west, 3 north. The rules use no floats.
"""

from __future__ import annotations

from typing import Final

TILE: Final = 32
SUB: Final = 256
TURN: Final = 4096
UNIT: Final = 1024
"""The length of a direction."""
LANE: Final = 16
"""Px from the middle of a street to the middle of its right lane."""
HEADINGS: Final = ((1, 0), (0, 1), (-1, 0), (0, -1))

_QUARTER = (1024, 1019, 1004, 980, 946, 903, 851, 792, 724, 650, 569, 483, 392, 297, 200, 100)
_HALF = (*_QUARTER, 0, *(-c for c in _QUARTER[:0:-1]))
_COSINE: Final = (*_HALF, *(-c for c in _HALF), _QUARTER[0])


def direction(angle: int) -> tuple[int, int]:
    """The direction of an angle, of length 1024 to within 0.2 %.

    >>> direction(0), direction(1024), direction(2048)
    ((1024, 0), (0, 1024), (-1024, 0))
    """
    return _cosine(angle), _cosine(angle - TURN // 4)


def _cosine(angle: int) -> int:
    step, rest = divmod(angle % TURN, 64)
    return (_COSINE[step] * (64 - rest) + _COSINE[step + 1] * rest) // 64


def nearest_heading(angle: int) -> int:
    """The heading that is closest to an angle."""
    return (angle + TURN // 8) % TURN // (TURN // 4)


def right_lane(heading: int) -> tuple[int, int]:
    """From the middle of a street to the middle of the lane for a heading, px. Traffic keeps to the right."""
    dx, dy = HEADINGS[heading]
    return -dy * LANE, dx * LANE
