"""Steadies a picture by its reprojected history, within a limit that holds for any history."""

from typing import Final

LIMIT: Final = 9
"""Levels of 255 to which the difference from the history is cut; a pixel moves by two thirds of that at most.
So a wrong history does little harm at once, and fades within some frames."""
HOLD: Final = 2
"""A pixel that differs from its history by no more than this takes the history's value, so that small flicker
disappears. A scene that stands still is constant from its third frame on: 6 levels off, 4, 2, 2."""
