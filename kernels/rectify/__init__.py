"""Steadies a picture by its reprojected history, within a limit that no history can exceed."""

from typing import Final

LIMIT: Final = 9
"""Levels of 255 by which a history may differ and still count; two thirds of that is the most it can
move a pixel. A wrong history is nearly harmless at once and fades within some frames."""
HOLD: Final = 2
"""A pixel that is no more than this from its history stays as it was: what is left of a flicker. So a
scene that stands still is constant from its third frame on: 6 levels off, 4, 2, 2."""
