"""Steadies a picture by its reprojected history, within a limit that no history can exceed."""

from typing import Final

LIMIT: Final = 6
"""Levels of 255 by which a history may differ and still count; half of that is the most it can move a
pixel, so that a wrong history is harmless at once."""
HOLD: Final = LIMIT // 2
"""A pixel that is no more than this from its history stays as it was: small flicker is not shown."""
