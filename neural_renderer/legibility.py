"""The legibility guard: in every theme, what a player must see keeps the contrast that the game gave it,
and what is written can be read."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS, Frame
from reskin.kernels.guard.cpu import contrasts_cpu, guard_cpu
from reskin.kernels.hud_ground.cpu import hud_ground_cpu

GUARDED: Final = ("coin", "player", "enemy", "door", "projectile", "chest")
"""Materials that a player must see."""

IS_GUARDED: Final = np.array([m in GUARDED for m in MATERIALS])
"""bool [M]: `GUARDED` as a table."""

IS_GUARDED.setflags(write=False)


def keep_legible(picture: NDArray[np.uint8], frame: Frame, bar: float) -> None:
    """Raise the contrast of every guarded thing with its surroundings, in place and as little as possible.

    picture uint8 [H,W,4], contiguous, the restyled frame without its HUD; bar: the contrast that is enough,
    CIEDE2000, 0 or more. A thing that had less in the plain frame needs no more than it had there. A frame
    without materials or identities is left as it is. See `kernels.guard` for the method.
    """
    if frame.material is not None and frame.identity is not None and bar > 0:
        guard_cpu(picture, frame.color, frame.material, frame.identity, IS_GUARDED, bar, _red(frame))


def keep_readable(
    picture: NDArray[np.uint8], plain: NDArray[np.uint8], hud: NDArray[np.uint8] | None
) -> None:
    """Bring the ground around the HUD nearer to the plain one where the HUD could not be read, in place.

    picture uint8 [H,W,4], contiguous, the restyled frame without its HUD; plain uint8 [H,W,4] and hud, in
    its layout. See `kernels.hud_ground` for the method. For 640x480 px 0.03 ms with an empty HUD, and 0.1 to
    0.5 with twenty words, by how many of them need it.
    """
    if hud is not None:
        hud_ground_cpu(picture, plain, hud)


def thing_contrasts(
    picture: NDArray[np.uint8], frame: Frame
) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
    """The surface_id, uint32 [N], of each guarded thing in a frame, and its contrast with its surroundings in
    a picture uint8 [H,W,4], CIEDE2000 float64 [N].

    Nothing for a frame without materials or identities. Things without surroundings are left out.
    """
    if frame.material is None or frame.identity is None:
        return np.empty(0, np.uint32), np.empty(0)
    surface_ids, contrast = contrasts_cpu(picture, frame.material, frame.identity, IS_GUARDED, _red(frame))
    seen = ~np.isnan(contrast)
    return surface_ids[seen], contrast[seen]


def _red(frame: Frame) -> int:
    """Which of a pixel's four bytes is red."""
    return 2 if frame.layout == "BGRX" else 0
