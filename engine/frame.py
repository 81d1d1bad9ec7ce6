"""The contract between the skeleton and the muscle: one finished frame of a game.

Letters: H height, W width. Arrays are [H, W, channel], the origin is at the top left, x runs to the right.
A `Frame` is only data: it is checked once, when it is made, and is read-only by convention.
Read next: `engine.draw.canvas`, which makes frames, and `neural_renderer.restyler`, which reads them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from reskin.engine.errors import FrameError

Layout = Literal["BGRX", "RGBA"]

MATERIALS: Final[tuple[str, ...]] = (
    "unknown", "sky", "hill", "grass", "dirt", "sand", "stone", "ore",
    "wood", "leaves", "water", "lava", "snow", "brick", "metal", "glass",
    "road", "wall", "floor", "door", "chest", "coin", "player", "friend",
    "enemy", "animal", "vehicle", "tool", "food", "projectile", "effect", "light",
)  # fmt: skip
"""The materials that every game and theme share. Append only: the tables of a theme follow this order."""

MATERIAL_INDEX: Final[dict[str, int]] = {name: i for i, name in enumerate(MATERIALS)}

THINGS: Final[frozenset[str]] = frozenset(
    ["door", "chest", "coin", "player", "friend", "enemy", "animal", "vehicle", "tool", "food", "projectile"]
)
"""Materials of things, as in panoptic segmentation: their anchor runs from 0 to 1 over the thing's box, so
that a face is drawn once. The other materials are terrain, with anchors in tiles."""


def material_index(name: str) -> int:
    """Index of a material by name. Raises FrameError, which lists the materials, if there is none."""
    try:
        return MATERIAL_INDEX[name]
    except KeyError:
        raise FrameError(f"unknown material {name!r}; expected one of: {', '.join(MATERIALS)}") from None


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame: the plain picture, and what the engine knows of each pixel.

    | channel  | type                       | meaning                                                 |
    |----------|----------------------------|---------------------------------------------------------|
    | color    | uint8 [H,W,4], sRGB        | the plain picture without the HUD; `layout` says the order |
    | material | uint8 [H,W]                | index into `MATERIALS`                                  |
    | identity | uint16 [H,W]               | which thing this pixel shows; 0 is the background       |
    | motion   | float16 [H,W,2]            | this pixel's position minus its position a frame ago, px |
    | anchor   | float16 or float32 [H,W,2] | where on its surface the pixel's centre lies, in tiles   |
    | depth    | float16 [H,W]              | nearer is smaller                                       |
    | hud      | uint8 [H,W,4] premultiplied | same layout, alpha last; `out = hud + (1 - alpha) * styled` |
    | detail   | uint8 [H,W]                | how bright the plain pixel is among those of its kind |
    | overlay  | int16 [H,W,6]              | what night, rain, fog and shadows do to the pixel         |

    The last two are for games whose plain picture has textures, faces and light of its own. detail is `128 +
    32 log2(ratio)`, rounded and clipped to 1..255. ratio: the luminance of the pixel in its source image over
    the mean of those of its material there, both of levels, (77 R + 150 G + 29 B) / 256. 128 changes nothing.
    0 keeps the paint: the result is exactly the plain colour, under the HUD. overlay is a factor in 256ths
    for each of the first three channels of the layout, then an offset in levels for each: `out = factor *
    styled / 256 + offset`. `color` has the overlay on it already.

    `tick` is the simulation's tick. `cut` says that this frame does not continue the one before. `tile` is
    the size of one world tile in px. Every channel but `color` may be None. Raises FrameError if a channel is
    not as this table says.
    """

    color: NDArray[np.uint8]
    material: NDArray[np.uint8] | None = None
    identity: NDArray[np.uint16] | None = None
    motion: NDArray[np.float16] | None = None
    anchor: NDArray[np.float16] | NDArray[np.float32] | None = None
    depth: NDArray[np.float16] | None = None
    hud: NDArray[np.uint8] | None = None
    detail: NDArray[np.uint8] | None = None
    overlay: NDArray[np.int16] | None = None
    tick: int = 0
    cut: bool = False
    tile: float = 32.0
    layout: Layout = "BGRX"

    def __post_init__(self) -> None:
        if self.layout not in ("BGRX", "RGBA"):
            raise FrameError(f"layout must be 'BGRX' or 'RGBA', got {self.layout!r}")
        if not isinstance(self.tile, int | float | np.number) or not 0.01 <= self.tile <= 1e6:
            raise FrameError(f"tile must be a number of pixels from 0.01 to a million, got {self.tile!r}")
        _check("color", self.color, None, (4,), ("uint8",))
        size = self.color.shape[:2]
        _check("material", self.material, size, (), ("uint8",))
        _check("identity", self.identity, size, (), ("uint16",))
        _check("motion", self.motion, size, (2,), ("float16",))
        _check("anchor", self.anchor, size, (2,), ("float16", "float32"))
        _check("depth", self.depth, size, (), ("float16",))
        _check("hud", self.hud, size, (4,), ("uint8",))
        _check("detail", self.detail, size, (), ("uint8",))
        _check("overlay", self.overlay, size, (6,), ("int16",))

    @property
    def height(self) -> int:
        return int(self.color.shape[0])

    @property
    def width(self) -> int:
        return int(self.color.shape[1])

    def rgb(self) -> NDArray[np.uint8]:
        """The plain picture as a new uint8 [H,W,3] RGB array."""
        return to_rgb(self.color, self.layout)

    def replace(self, **changes: Any) -> Frame:
        """A frame with some channels changed, checked again."""
        return replace(self, **changes)


class PostRenderer(Protocol):
    """Anything that makes a picture of a frame. The picture has the frame's layout, and the HUD over it."""

    def __call__(self, frame: Frame, /) -> NDArray[np.uint8]: ...


def to_rgb(picture: NDArray[np.uint8], layout: Layout) -> NDArray[np.uint8]:
    """uint8 [H,W,4] in `layout` to a new contiguous uint8 [H,W,3] RGB array."""
    order = picture[..., 2::-1] if layout == "BGRX" else picture[..., :3]
    return np.ascontiguousarray(order)


def compose_hud(picture: NDArray[np.uint8], hud: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """Draw a premultiplied HUD over a uint8 [H,W,4] picture, in place: `hud + (1 - alpha) * picture`.

    Where alpha is 255 the result is exactly the HUD's colour. The fourth channel of the result is 255.
    Returns `picture`. Raises FrameError if it has another shape or type than the HUD.
    """
    if hud is not None:
        from reskin.engine.hud_pixels import (
            compose_hud_pixels,  # loads Numba, which a frame itself does not need
        )

        _check("picture", picture, hud.shape[:2], (4,), ("uint8",))  # the compiled loop would read beyond it
        compose_hud_pixels(picture, hud)
    return picture


def plain_picture(frame: Frame) -> NDArray[np.uint8]:
    """The frame without any restyling: its colour with the HUD over it, as a new array."""
    return compose_hud(frame.color.copy(), frame.hud)


_NATIVE: Final = {name: np.dtype(name) for name in ("uint8", "uint16", "int16", "float16", "float32")}


def _check(
    name: str,
    value: Any,
    size: tuple[int, ...] | None,
    tail: tuple[int, ...],
    dtypes: tuple[str, ...],
) -> None:
    if value is None and name != "color":
        return
    if isinstance(value, np.ndarray):
        wrong_size = value.shape[:2] != size if size is not None else 0 in value.shape[:2]
        wrong_shape = value.ndim != 2 + len(tail) or value.shape[2:] != tail or wrong_size
        # The name of a type takes 3 µs to make up.
        if not wrong_shape and any(value.dtype == _NATIVE[name] for name in dtypes):
            return
    expected = f"{' or '.join(dtypes)} [{', '.join(map(str, (size or ('H', 'W')) + tail))}]"
    if not isinstance(value, np.ndarray):
        raise FrameError(f"{name} must be a NumPy array, {expected}; got {type(value).__name__}")
    found = f"{value.dtype} {list(value.shape)}{'' if value.dtype.isnative else ', bytes swapped'}"
    remedy = "" if wrong_shape else "; convert it with .astype()"
    raise FrameError(f"{name} must be {expected}, got {found}{remedy}")
