"""Completes the channels of a frame: the G-buffer, which is all that the network is told of each pixel.

A channel that the frame lacks is filled with a guess: the material whose prototype colour is nearest, the
pixel's place on the screen as its anchor, no motion, no identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS, Frame, to_rgb
from reskin.kernels.ingest.cpu import surface_ids_cpu
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.errors import InputError

PROTOTYPE_COLORS: Final[dict[str, str]] = {
    "unknown": "#ff00ff", "sky": "#87c8eb", "hill": "#7fae98", "grass": "#5ab446", "dirt": "#865a3c",
    "sand": "#dcc88c", "stone": "#82828c", "ore": "#5ac8dc", "wood": "#785028", "leaves": "#287832",
    "water": "#326ed2", "lava": "#f05a14", "snow": "#f0f4fa", "brick": "#b4503c", "metal": "#a0a8b4",
    "glass": "#b4dce6", "road": "#46464c", "wall": "#5a5046", "floor": "#b4a082", "door": "#6e4628",
    "chest": "#c88c32", "coin": "#fad228", "player": "#d23232", "friend": "#32aa8c", "enemy": "#8c3296",
    "animal": "#c8a078", "vehicle": "#3c64b4", "tool": "#8c96a0", "food": "#e66e6e",
    "projectile": "#fff08c", "effect": "#fffac8", "light": "#fff5b4",
}  # fmt: skip
"""A typical flat colour of each material in a prototype."""

FAR: Final = 1e6
"""Tiles from the origin beyond which float32 cannot tell the texels of a surface apart."""


@dataclass(frozen=True, eq=False)
class GBuffer:
    """The complete channels of one frame.

    material uint8 [H,W]; anchor float32 [H,W,2], tiles; offsets float32 [M,2], tiles by which each
    material's texture has scrolled; motion float16 [H,W,2] px, or None: nothing moved. `albedo`
    and `surface_id` are computed when asked for.
    """

    frame: Frame
    material: NDArray[np.uint8]
    anchor: NDArray[np.float32]
    offsets: NDArray[np.float32]
    motion: NDArray[np.float16] | None

    @cached_property
    def albedo(self) -> NDArray[np.uint8]:
        """uint8 [H,W,3], RGB: the plain colour of `ALBEDO_MATERIALS`, black elsewhere."""
        shown = materials.SHOWS_ALBEDO[self.material][..., None]
        albedo: NDArray[np.uint8] = to_rgb(self.frame.color, self.frame.layout) * shown
        return albedo

    @cached_property
    def surface_id(self) -> NDArray[np.uint32]:
        """uint32 [H,W]: the material in the low byte, the identity above it. Pixels with the same number
        show the same surface."""
        return surface_ids_cpu(self.material, self.frame.identity)


def features(frame: Frame, scroll: NDArray[np.int64] | None = None) -> GBuffer:
    """Complete a frame's channels.

    scroll int64 [M,2]: noise texels that each material has scrolled, as `Theme.scroll_offset` gives them.
    Raises InputError for a material outside the vocabulary, or an anchor that is not finite or too far.
    """
    material = frame.material
    if material is None:
        material = guess_material(to_rgb(frame.color, frame.layout))
    if int(material.max()) >= len(MATERIALS):
        raise InputError(
            f"material must be below {len(MATERIALS)}, found {int(material.max())}; "
            "see reskin.engine.frame.MATERIALS for the vocabulary"
        )
    anchor = screen_anchor(frame) if frame.anchor is None else frame.anchor.astype(np.float32, copy=False)
    if not -FAR < float(anchor.min()) <= float(anchor.max()) < FAR:  # false for a NaN
        raise InputError(
            f"anchor must be finite and within {FAR:.0f} tiles of the origin, found {float(anchor.min())} to "
            f"{float(anchor.max())}; give every pixel a place in tiles"
        )
    return GBuffer(frame, material, anchor, scrolled_tiles(scroll), frame.motion)


def scrolled_tiles(scroll: NDArray[np.int64] | None) -> NDArray[np.float32]:
    """float32 [M,2]: tiles by which each material's texture has scrolled. scroll: as for `features`."""
    scrolled = np.zeros_like(materials.PERIOD) if scroll is None else scroll
    return (scrolled / noise.TEXELS_PER_TILE).astype(np.float32)


def guess_material(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The material whose prototype colour is nearest: uint8 [H,W] from uint8 [H,W,3].

    Colours are compared at 5 bits a channel through a table, so that flat-coloured pictures cost
    one look-up a pixel.
    """
    index = (
        (rgb[..., 0].astype(np.uint16) >> 3 << 10)
        | (rgb[..., 1].astype(np.uint16) >> 3 << 5)
        | (rgb[..., 2] >> 3)
    )
    found: NDArray[np.uint8] = _nearest_prototype()[index]
    return found


def prototype_colors() -> NDArray[np.float32]:
    """`PROTOTYPE_COLORS` as numbers: float32 [M,3] RGB, 0..255."""
    colors = PROTOTYPE_COLORS.values()
    return np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colors], np.float32)


def screen_anchor(frame: Frame) -> NDArray[np.float32]:
    """float32 [H,W,2]: the pixel's place on the screen in tiles, for want of a world."""
    y, x = np.mgrid[0 : frame.height, 0 : frame.width].astype(np.float32)
    return ((np.stack((x, y), -1) + np.float32(0.5)) / np.float32(frame.tile)).astype(np.float32)


_table: list[NDArray[np.uint8]] = []


def _nearest_prototype() -> NDArray[np.uint8]:
    """uint8 [32768]: the nearest prototype of every 15-bit colour; made at the first call."""
    if not _table:
        levels = (np.arange(32, dtype=np.float32) * 8 + 4) / 255
        cube = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), -1).reshape(-1, 1, 3)
        prototypes = prototype_colors() / 255
        # Weighted RGB distance: the eye is most sensitive to green, least to blue.
        distance = ((cube - prototypes) ** 2 * np.array([0.3, 0.5, 0.2], np.float32)).sum(-1)
        _table.append(distance.argmin(1).astype(np.uint8))
    return _table[0]


assert tuple(PROTOTYPE_COLORS) == MATERIALS
