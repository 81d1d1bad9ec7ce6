"""Steadies a picture by its reprojected history, within a limit that no history can exceed."""

from typing import Final

LIMIT: Final = 6
"""Levels of 255 by which a history may differ and still count; half of that is the most it can move a
pixel. A wrong history is therefore harmless at once, and a small flicker is halved every frame."""
