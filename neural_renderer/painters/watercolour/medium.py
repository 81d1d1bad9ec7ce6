"""What watercolour is made of: paper, transparent pigments, ink, and small periodic plates of brushwork.

Washes are kept as absorbance: glazes add, a reserved white is a multiplication by zero, and
`on_paper` turns the sum into light. Plates are drawn once a process, repeat every two tiles, and
are read at texture coordinates, so that whatever is on them can be learnt as a texture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer import noise
from reskin.neural_renderer.painters.kit.gbuffer import Array, mix, rgb, smooth

Field = NDArray[np.floating]

PAPER: Final = rgb(0.992, 0.970, 0.926)
PERIOD: Final = 64.0
"""A plate's side in pixels at 32 px a tile: the span of a terrain texture."""
_CELLS: Final = 128  # samples along a plate: two a pixel


def pigment(red: float, green: float, blue: float) -> Array:
    """Absorbance [3] of a wash that shows this colour on the paper."""
    return absorb(rgb(red, green, blue))


def absorb(colour: Array) -> Array:
    """Absorbance of colours [...,3] in 0..1."""
    return (-np.log(np.clip(colour / PAPER, 0.05, 1))).astype(np.float32)


def on_paper(absorbance: Array) -> Array:
    """Light [...,3] that comes back from the paper through all washes."""
    return (PAPER * np.exp(-absorbance)).astype(np.float32)


INK: Final = pigment(0.235, 0.185, 0.225)
BARE: Final = np.zeros(3, np.float32)
SHADE: Final = pigment(0.66, 0.67, 0.86)


@dataclass(frozen=True, eq=False)
class Spot:
    """The pixels of one material, as columns [K,1] so that every brush of `base` applies.

    n [K,1,16] noise; u, v tiles on the texture; x, y the same in pixels at 32 px a tile; up, border
    px; plain [K,1,3] the game's own colour, for `tinted` alone.
    """

    n: Array
    u: Array
    v: Array
    up: Array
    border: Array
    plain: Array

    @property
    def x(self) -> Array:
        return self.u * np.float32(32)

    @property
    def y(self) -> Array:
        return self.v * np.float32(32)

    def plate(self, plate: Array) -> Array:
        """Read a plate [128,128,C] at the texture: [K,1,C], bilinear, periodic."""
        at_x, at_y = self.x * 2 - 0.5, self.y * 2 - 0.5
        x0, y0 = np.floor(at_x).astype(np.int64), np.floor(at_y).astype(np.int64)
        fx, fy = (at_x - x0)[..., None], (at_y - y0)[..., None]
        x0, y0, x1, y1 = x0 % _CELLS, y0 % _CELLS, (x0 + 1) % _CELLS, (y0 + 1) % _CELLS
        top = plate[y0, x0] * (1 - fx) + plate[y0, x1] * fx
        return (top * (1 - fy) + (plate[y1, x0] * (1 - fx) + plate[y1, x1] * fx) * fy).astype(np.float32)


def two(s: Spot, warm: Array, cool: Array) -> Array:
    """A wash of two pigments that part slowly over the sheet: [K,1,3]."""
    return mix(cool, warm, smooth(0.15, 0.85, 0.62 * s.n[..., noise.N64] + 0.38 * s.n[..., noise.N24]))


def tinted(s: Spot, strength: Field | float) -> Array:
    """The game's own colour at a strength 0..1, mixed with the paper as light: [K,1,3]."""
    return absorb(mix(PAPER, s.plain, np.asarray(strength, np.float32)))


def lay(under: Array, over: Array, cover: Field | float) -> Array:
    """Replace a wash by another where `cover` is 1."""
    return mix(under, over, np.asarray(cover, np.float32))


# ---- plates -------------------------------------------------------------------------------------


@cache
def grain() -> Array:
    """Pigment settled in the tooth of the paper: [128,128,1], zero mean, about -1..1."""
    return (0.6 * _band(21, 4.2) + 0.4 * _band(22, 9.0))[..., None]


@cache
def dabs(seed: int, pitch: float, long: float, wide: float, angle: float, spread: float) -> Array:
    """Overlapping brush dabs, radii `long` x `wide` px, on a jittered grid: [128,128,3].

    Channels: tone of the topmost dab 0..1; its dark pigment rim 0..1; how many dabs lie there, 0..1.
    """
    count = round(PERIOD / pitch)
    y, x = (np.mgrid[0:_CELLS, 0:_CELLS] + 0.5) / 2
    tone, rim, cover = np.full((_CELLS, _CELLS), 0.5), np.zeros((_CELLS, _CELLS)), np.zeros((_CELLS, _CELLS))
    order = np.argsort(noise.hash01(np.arange(count * count), seed + 90))
    wander = noise.hash01(np.arange(count * count * 4), seed).reshape(-1, 4)
    for i in order:
        jx, jy, turn, value = wander[i]
        dx = (x - (i % count + jx) * pitch + PERIOD / 2) % PERIOD - PERIOD / 2
        dy = (y - (i // count + jy) * pitch + PERIOD / 2) % PERIOD - PERIOD / 2
        c, s = np.cos(angle + spread * (turn - 0.5)), np.sin(angle + spread * (turn - 0.5))
        along, across = (dx * c + dy * s) / long, (dy * c - dx * s) / wide
        d = np.hypot(along, across * (1 + 0.35 * np.abs(along)))
        body = np.clip((1.12 - d) / 0.3, 0, 1)
        tone += (value - tone) * body
        rim += (np.clip((d - 0.55) / 0.4, 0, 1) - rim) * body
        cover += 0.5 * body
    return np.stack([tone, rim, np.clip(cover, 0, 1)], -1).astype(np.float32)


@cache
def hatching() -> Array:
    """Short parallel pen strokes from the upper right to the lower left: [128,128,1] coverage."""
    return dabs(61, 5.33, 4.2, 0.75, -0.9, 0.22)[..., 2:] ** 0.7


def _band(seed: int, period: float) -> Array:
    """Periodic noise around `period` px, zero mean, about -1..1."""
    white = noise.hash01(np.arange(_CELLS * _CELLS), seed).reshape(_CELLS, _CELLS) - 0.5
    f = np.fft.fftfreq(_CELLS, 0.5)
    radius = np.hypot(f[:, None], f[None]) * period
    field = np.fft.ifft2(np.fft.fft2(white) * np.exp(-(((radius - 1) / 0.4) ** 2))).real
    return np.clip(field / (2.2 * field.std()), -1, 1).astype(np.float32)


# ---- drawing on a grid ----------------------------------------------------------------------------


def cells(
    x: Array, y: Array, wide: float, high: float, stagger: float, seed: int
) -> tuple[Array, Array, Array, Array]:
    """A wall of blocks `wide` x `high` px: place within the block (from its upper left), distance to
    its joints in px, and a value of the block 0..1."""
    row = np.floor(y / high)
    along = x + stagger * (row % 2)
    lx, ly = along % wide, y % high
    joint = np.minimum(np.minimum(lx, wide - lx), np.minimum(ly, high - ly))
    name = (row % round(PERIOD / high)) * 16 + np.floor((along % PERIOD) / wide)
    return lx, ly, joint, noise.hash01(name.astype(np.int64), seed).astype(np.float32)


def stroke(
    u: Array, v: Array, x0: float, y0: float, x1: float, y1: float, width: float, soft: float = 0.02
) -> Array:
    """Coverage of a straight pen or brush stroke with round ends, `width` across."""
    dx, dy = x1 - x0, y1 - y0
    t = np.clip(((u - x0) * dx + (v - y0) * dy) / (dx * dx + dy * dy), 0, 1)
    return smooth(width / 2 + soft, width / 2 - soft, np.hypot(u - x0 - t * dx, v - y0 - t * dy))


def oval(u: Array, v: Array, cx: float, cy: float, rx: float, ry: float, soft: float = 0.03) -> Array:
    """Coverage of an upright ellipse."""
    return smooth(1 + soft / rx, 1 - soft / rx, np.hypot((u - cx) / rx, (v - cy) / ry))


def arc(u: Array, v: Array, cx: float, cy: float, rx: float, ry: float, width: float, low: bool) -> Array:
    """Coverage of the lower (a smile) or upper half of an ellipse's outline."""
    ring = smooth(width, 0.3 * width, np.abs(np.hypot((u - cx) / rx, (v - cy) / ry) - 1) * min(rx, ry))
    return ring * (smooth(cy - 0.02, cy + 0.02, v) if low else smooth(cy + 0.02, cy - 0.02, v))
