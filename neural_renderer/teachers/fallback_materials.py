"""What no keyframe shows: a missing material borrows the surface of its nearest kin, in a colour of its own.

Whatever a training never saw stays as it was drawn at random, a grey smear. Sand that nobody painted looks
better as pale dirt. How pale follows from the rest: how the artist's colours go with a prototype's.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS
from reskin.neural_renderer import materials
from reskin.neural_renderer.features import prototype_colors
from reskin.neural_renderer.theme.pack import Theme

KIN: Final[dict[str, tuple[str, ...]]] = {
    "sky": ("hill", "water"), "hill": ("grass", "leaves", "sky"), "grass": ("leaves", "dirt"),
    "dirt": ("sand", "stone", "wall", "grass"), "sand": ("dirt", "snow", "stone"),
    "stone": ("wall", "brick", "dirt"), "wood": ("door", "brick", "dirt", "wall"), "leaves": ("grass",),
    "water": ("sky", "lava"), "lava": ("water",), "snow": ("sand", "grass", "dirt"),
    "brick": ("stone", "wall", "wood"), "metal": ("stone", "wall", "brick"),
    "road": ("stone", "floor", "dirt"), "wall": ("brick", "stone", "wood"), "floor": ("wood", "road", "wall"),
    "door": ("chest",), "chest": ("door",), "coin": ("food", "tool"), "player": ("friend", "enemy", "animal"),
    "friend": ("player", "enemy", "animal"), "enemy": ("animal", "friend", "player"),
    "animal": ("enemy", "friend", "player"), "tool": ("coin", "food"), "food": ("coin", "tool"),
}  # fmt: skip
"""Whose surface suits a material, the best first. Tinted ones take the unknown's: it knows colours."""

LEAST, MOST = 0.4, 1.8
"""Limits of the factor on a borrowed surface's colours."""
_BORROWED: Final = ("embed", "textures", "mix", "mix_bias", "span", "warp", "own", "other")
"""Tensors of a pack with a row for each material."""


def stand_in(material: int, shown: NDArray[np.bool_]) -> int:
    """The material whose surface a missing one borrows; shown bool [M]."""
    name = MATERIALS[material]
    if name in materials.ALBEDO_MATERIALS:
        return MATERIAL_INDEX["unknown"]
    for kin in KIN[name]:
        if shown[MATERIAL_INDEX[kin]]:
            return MATERIAL_INDEX[kin]
    alike = shown & (materials.IS_THING[material] == materials.IS_THING)
    alike[MATERIAL_INDEX["unknown"]] = False
    if not alike.any():
        return MATERIAL_INDEX["unknown"]
    far = ((prototypes() - prototypes()[material]) ** 2).sum(1)
    return int(np.where(alike, far, np.inf).argmin())


def fill_in(theme: Theme, shown: NDArray[np.bool_], painted: NDArray[np.floating]) -> Theme:
    """The theme with a surface for every material: shown bool [M], those that were learnt; painted float
    [M,3], the mean colour 0..1 of each of them, as the artist has it."""
    tensors = {name: tensor.copy() for name, tensor in theme.tensors.items()}
    color_scale = dict(theme.color_scale)
    follow = _follow(prototypes()[shown], painted[shown])
    for material in np.flatnonzero(~shown):
        kin = stand_in(int(material), shown)
        for name in _BORROWED:
            tensors[name][material] = tensors[name][kin]
        if MATERIALS[material] not in materials.ALBEDO_MATERIALS and shown[kin]:
            asked = painted[kin] + (prototypes()[material] - prototypes()[kin]) @ follow
            factor = np.clip(asked / np.maximum(painted[kin], 0.05), LEAST, MOST)
            color_scale[MATERIALS[material]] = tuple(round(float(f), 3) for f in factor)
    return replace(theme, tensors=tensors, color_scale=color_scale)


def _follow(plain: NDArray[np.floating], painted: NDArray[np.floating]) -> NDArray[np.float64]:
    """float [3,3]: how the painted colour changes with the plain one; by ridge regression, for materials
    are few."""
    x, y = plain - plain.mean(0), painted - painted.mean(0)
    return np.asarray(np.linalg.solve(x.T @ x + 0.15 * np.eye(3), x.T @ y))


def prototypes() -> NDArray[np.float64]:
    """float [M,3], RGB 0..1: a typical flat colour of each material."""
    return prototype_colors().astype(np.float64) / 255
