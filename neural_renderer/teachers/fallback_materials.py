"""Fallbacks for materials that no keyframe shows: each gets the surface of a similar material, in another
colour.

The surface of a material that a training never saw stays at its random start, a grey smear. Sand that nobody
painted looks better as dirt in a paler colour. That colour is predicted from how the artist's colours of the
other materials depend on the plain ones.
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

FALLBACKS: Final[dict[str, tuple[str, ...]]] = {
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
"""For each material, those whose surface suits it, the best first. Materials that show their albedo take the
surface of `unknown`, which shows it, too."""

LEAST, MOST = 0.4, 1.8
"""Limits of the factor on the colours of a borrowed surface."""
_BORROWED: Final = ("embed", "textures", "mix", "mix_bias", "span", "warp", "own", "other")
"""Tensors of a pack with a row for each material."""


def fallback_material(material: int, shown: NDArray[np.bool_]) -> int:
    """The material whose surface a missing one gets; shown bool [M]: those that were learnt."""
    name = MATERIALS[material]
    if name in materials.ALBEDO_MATERIALS:
        return MATERIAL_INDEX["unknown"]
    for similar in FALLBACKS[name]:
        if shown[MATERIAL_INDEX[similar]]:
            return MATERIAL_INDEX[similar]
    possible = shown & (materials.IS_THING[material] == materials.IS_THING)
    possible[MATERIAL_INDEX["unknown"]] = False
    if not possible.any():
        return MATERIAL_INDEX["unknown"]
    distance = ((fallback_colors() - fallback_colors()[material]) ** 2).sum(1)
    return int(np.where(possible, distance, np.inf).argmin())


def with_fallback_materials(theme: Theme, shown: NDArray[np.bool_], painted: NDArray[np.floating]) -> Theme:
    """The theme with a surface for every material.

    shown bool [M]: the materials that were learnt; painted float [M,3] 0..1: the mean painted colour of each.
    """
    tensors = {name: tensor.copy() for name, tensor in theme.tensors.items()}
    color_scale = dict(theme.color_scale)
    predict = _color_map(fallback_colors()[shown], painted[shown])
    for material in np.flatnonzero(~shown):
        source = fallback_material(int(material), shown)
        for name in _BORROWED:
            tensors[name][material] = tensors[name][source]
        if MATERIALS[material] not in materials.ALBEDO_MATERIALS and shown[source]:
            expected = painted[source] + (fallback_colors()[material] - fallback_colors()[source]) @ predict
            factor = np.clip(expected / np.maximum(painted[source], 0.05), LEAST, MOST)
            color_scale[MATERIALS[material]] = tuple(round(float(f), 3) for f in factor)
    return replace(theme, tensors=tensors, color_scale=color_scale)


def _color_map(plain: NDArray[np.floating], painted: NDArray[np.floating]) -> NDArray[np.float64]:
    """float [3,3]: the linear map from changes of the plain colour to changes of the painted one, by ridge
    regression, as there are few materials."""
    x, y = plain - plain.mean(0), painted - painted.mean(0)
    return np.asarray(np.linalg.solve(x.T @ x + 0.15 * np.eye(3), x.T @ y))


def fallback_colors() -> NDArray[np.float64]:
    """`prototype_colors` in 0..1: float64 [M,3]."""
    return prototype_colors().astype(np.float64) / 255
