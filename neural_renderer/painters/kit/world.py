"""The world behind things and effects, so that the ground keeps its snow under a figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIAL_INDEX
from reskin.neural_renderer.painters.kit.brushes import SCALE, Array, Mask
from reskin.neural_renderer.painters.kit.gbuffer import REACH, FineGBuffer

BACKDROP: Final = ("sky", "hill")
"""What lies far behind everything else."""
EFFECTS: Final = ("effect", "light")
"""What is drawn in front of the world, as things are."""


def is_any(material: NDArray[np.int16], *names: str) -> Mask:
    """Where a material is one of `names`."""
    return np.isin(material, [MATERIAL_INDEX[name] for name in names])


def in_front(g: FineGBuffer) -> Mask:
    """Where a thing or an effect hides the world."""
    return g.is_thing | g.mask(*EFFECTS)


def world_behind(g: FineGBuffer) -> NDArray[np.int16]:
    """The material of the world, behind things and effects too.

    There it is that of the nearest pixel of the world in the same row; but the sky, where sky or hills lie
    above and on one side: so the ground keeps its snow under a figure at the foot of a wall.
    """
    hidden, sky = in_front(g), MATERIAL_INDEX["sky"]
    left, to_left = _last(g.material, hidden, 1)
    right, to_right = _last(g.material[:, ::-1], hidden[:, ::-1], 1)
    right, to_right = right[:, ::-1], to_right[:, ::-1]
    above, to_above = _last(g.material, hidden, 0)
    found = np.minimum(to_left, to_right) <= REACH
    world = np.where(found, np.where(to_left <= to_right, left, right), sky)
    beside = (is_any(left, *BACKDROP) & (to_left <= REACH)) | (is_any(right, *BACKDROP) & (to_right <= REACH))
    exposed = hidden & beside & is_any(above, *BACKDROP) & (to_above <= 1.5 * REACH)
    return np.where(exposed, sky, world).astype(np.int16)


def _last(material: NDArray[np.int16], hidden: Mask, axis: int) -> tuple[NDArray[np.int16], Array]:
    """The last material of the world before each sample along an axis, and how many pixels before."""
    length = material.shape[axis]
    index = np.arange(length).reshape((-1, 1) if axis == 0 else (1, -1))
    last = np.maximum.accumulate(np.where(hidden, -1, index), axis=axis)
    distance = np.where(last < 0, 4 * REACH, (index - last) / SCALE)
    return np.take_along_axis(material, np.maximum(last, 0), axis=axis), distance.astype(np.float32)


def up_to(g: FineGBuffer, world: NDArray[np.int16], own_surface: Sequence[str]) -> dict[str, Array]:
    """Distances up for `by_material`: for each material of `own_surface` to whatever else the world shows
    above it, and for hills to the sky."""
    distances = {name: g.up(~is_any(world, name)) for name in own_surface}
    return distances | {"hill": g.up(is_any(world, "sky"))}
