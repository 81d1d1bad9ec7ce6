"""The world behind things and effects, so that the ground keeps its snow or icing under who stands on it,
and each material of it in its own colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS
from reskin.neural_renderer.painters.kit.gbuffer import REACH, SCALE, Array, GBuffer, Mask
from reskin.neural_renderer.painters.kit.sheets import Strip

SKYWARD: Final = ("sky", "hill")
LOOSE: Final = ("effect", "light")


def among(material: NDArray[np.int16], *names: str) -> Mask:
    """Where a material is one of `names`."""
    return np.isin(material, [MATERIAL_INDEX[name] for name in names])


def loose(g: GBuffer) -> Mask:
    """What moves in front of the world, and must not take the snow from the ground behind it."""
    return g.is_thing | g.mask(*LOOSE)


def look_through(g: GBuffer) -> NDArray[np.int16]:
    """The material of the world, behind things and effects too.

    There it is that of the nearest pixel of the world in the row; but the sky, where there is sky
    above and on one side: so the ground keeps its snow under who stands at the foot of a wall.
    """
    hidden, sky = loose(g), MATERIAL_INDEX["sky"]
    left, to_left = _last(g.material, hidden, 1)
    right, to_right = _last(g.material[:, ::-1], hidden[:, ::-1], 1)
    right, to_right = right[:, ::-1], to_right[:, ::-1]
    above, to_above = _last(g.material, hidden, 0)
    found = np.minimum(to_left, to_right) <= REACH
    world = np.where(found, np.where(to_left <= to_right, left, right), sky)
    beside = (among(left, *SKYWARD) & (to_left <= REACH)) | (among(right, *SKYWARD) & (to_right <= REACH))
    exposed = hidden & beside & among(above, *SKYWARD) & (to_above <= 1.5 * REACH)
    return np.where(exposed, sky, world).astype(np.int16)


def _last(material: NDArray[np.int16], hidden: Mask, axis: int) -> tuple[NDArray[np.int16], Array]:
    """The last material of the world before each sample along an axis, and how many pixels before."""
    length = material.shape[axis]
    index = np.arange(length).reshape((-1, 1) if axis == 0 else (1, -1))
    last = np.maximum.accumulate(np.where(hidden, -1, index), axis=axis)
    distance = np.where(last < 0, 4 * REACH, (index - last) / SCALE)
    return np.take_along_axis(material, np.maximum(last, 0), axis=axis), distance.astype(np.float32)


def by_material(
    g: GBuffer,
    world: NDArray[np.int16],
    paint: Mapping[str, Callable[[Strip], Array]],
    own_top: Sequence[str],
    above: Mask,
) -> Array:
    """Every material in its own colours, [H,W,3].

    A strip's `up` is the distance up to `above`; for materials of `own_top` to whatever else the world
    shows there, and for hills to the sky.
    """
    color = np.zeros((*g.shape, 3), np.float32)
    surface_of = {name: ~among(world, name) for name in own_top} | {"hill": among(world, "sky")}
    to_above = g.up(above)
    for index in np.unique(g.material):
        name = MATERIALS[index]
        where = g.material == index
        up = g.up(surface_of[name]) if name in surface_of else to_above
        strip = Strip(g.noise[where][None], g.texture[where][None], g.color[where][None],
                      up[where][None], g.border[where][None], int(index))  # fmt: skip
        color[where] = paint[name](strip)[0]
    return color
