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

from reskin.engine.errors import FrameError, did_you_mean

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
        near, known = did_you_mean(name, MATERIALS), ", ".join(MATERIALS)
        raise FrameError(f"unknown material {name!r}{near}; expected one of: {known}") from None


Size = tuple[int, ...]

CHANNELS: Final[dict[str, tuple[Size, tuple[str, ...]]]] = {
    "color": ((4,), ("uint8",)),
    "material": ((), ("uint8",)),
    "identity": ((), ("uint16",)),
    "motion": ((2,), ("float16",)),
    "anchor": ((2,), ("float16", "float32")),
    "depth": ((), ("float16",)),
    "hud": ((4,), ("uint8",)),
    "detail": ((), ("uint8",)),
    "overlay": ((6,), ("int16",)),
}
"""The channels of a frame: their shape after [H,W], and the types that they may have. `Frame` says what they
mean; `engine.gpu_frame.GpuFrame` has the same ones in a GPU's memory."""


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
        check_settings(self.layout, self.tile)
        size: tuple[int, ...] | None = None
        for name in CHANNELS:
            _check(name, getattr(self, name), size)
            size = size or self.color.shape[:2]

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

        _check_picture(picture, hud.shape[:2])
        compose_hud_pixels(picture, hud)
    return picture


def _check_picture(picture: NDArray[np.uint8], size: Size) -> None:
    """The compiled loop would read beyond a picture that is too small."""
    if not isinstance(picture, np.ndarray) or picture.shape != (*size, 4) or picture.dtype != np.uint8:
        found = f"{getattr(picture, 'dtype', type(picture).__name__)} {list(getattr(picture, 'shape', ()))}"
        raise FrameError(f"picture must be uint8 [{', '.join(map(str, (*size, 4)))}], got {found}")


def plain_picture(frame: Frame) -> NDArray[np.uint8]:
    """The frame without any restyling: its colour with the HUD over it, as a new array."""
    return compose_hud(frame.color.copy(), frame.hud)


_NATIVE: Final = {name: np.dtype(name) for name in ("uint8", "uint16", "int16", "float16", "float32")}


def check_settings(layout: str, tile: float) -> None:
    """Raise FrameError for a layout or a size of a tile that no frame may have."""
    if layout not in ("BGRX", "RGBA"):
        raise FrameError(f"layout must be 'BGRX' or 'RGBA', got {layout!r}")
    if not isinstance(tile, int | float | np.number) or not 0.01 <= tile <= 1e6:
        raise FrameError(f"tile must be a number of pixels from 0.01 to a million, got {tile!r}")


def check_channel(name: str, shape: tuple[int, ...], dtype: np.dtype[Any], size: Size | None) -> None:
    """Raise FrameError if an array of this shape and type cannot be the channel `name`.

    size: (H, W) of the frame; None for `color`, which sets it.
    """
    tail, dtypes = CHANNELS[name]
    wrong_size = shape[:2] != size if size is not None else 0 in shape[:2]
    wrong_shape = len(shape) != 2 + len(tail) or shape[2:] != tail or wrong_size
    # The name of a type takes 3 µs to make up.
    if not wrong_shape and any(dtype == _NATIVE[native] for native in dtypes):
        return
    found = f"{dtype} {list(shape)}{'' if dtype.isnative else ', bytes swapped'}"
    remedy = "" if wrong_shape else "; convert it with .astype()"
    raise FrameError(f"{name} must be {expected_of(name, size)}, got {found}{remedy}")


def expected_of(name: str, size: Size | None) -> str:
    """The type and shape of a channel in words, such as `uint8 [360, 640, 4]`."""
    tail, dtypes = CHANNELS[name]
    return f"{' or '.join(dtypes)} [{', '.join(map(str, (size or ('H', 'W')) + tail))}]"


def _check(name: str, value: Any, size: Size | None) -> None:
    if value is None and name != "color":
        return
    if not isinstance(value, np.ndarray):
        raise FrameError(
            f"{name} must be a NumPy array, {expected_of(name, size)}; got {type(value).__name__}"
        )
    check_channel(name, value.shape, value.dtype, size)
