"""Small functions on arrays: blends, ramps, blurs and shapes. Lengths are output pixels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]
Field = NDArray[np.floating]

SCALE: Final = 2
"""Samples per output pixel along each axis."""


def single(field: Field) -> Array:
    """The same values as float32."""
    return field.astype(np.float32)


def smooth(low: float | Array, high: float | Array, x: Array | float) -> Array:
    """Smoothstep: 0 at `low`, 1 at `high`; falls where low > high."""
    t = np.clip((np.asarray(x, np.float32) - low) / (np.asarray(high, np.float32) - low), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def rgb(*values: float) -> Array:
    """A colour 0..1 that broadcasts over [H,W,3]."""
    return np.array(values, np.float32)


WHITE: Final = rgb(1, 1, 1)
WHITE.setflags(write=False)


def mix(a: Array, b: Array, t: Array | float) -> Array:
    """Blend colours [...,3] by t [...] (0 gives a, 1 gives b)."""
    weight = np.asarray(t, np.float32)
    weight = weight[..., None] if weight.ndim == 2 else weight
    return (a + (b - a) * weight).astype(np.float32)


def ramp(x: Array | float, *stops: tuple[float, Sequence[float]]) -> Array:
    """Colours [...,3] by linear interpolation of x between (position, rgb) stops."""
    at = np.float32(x) if isinstance(x, float) else x
    positions = [p for p, _ in stops]
    return np.stack([np.interp(at, positions, [c[i] for _, c in stops]) for i in range(3)], -1).astype(
        np.float32
    )


def channels(red: Field | float, green: Field | float, blue: Field | float) -> Array:
    """Three masks as the channels of a colour [...,3]."""
    return single(np.stack(np.broadcast_arrays(red, green, blue), -1))


def saturate(color: Array, amount: float) -> Array:
    """Colours [...,3] further from their grey: by `amount` times as much."""
    grey = color.mean(-1, keepdims=True)
    return grey + amount * (color - grey)


def vivid(color: Array, amount: float, gain: float, floor: float, slope: float) -> Array:
    """Colours as something that shines shows them: saturated by `amount`, and brighter by
    gain / (floor + slope * peak), so that dark ones gain most."""
    peak = color.max(-1, keepdims=True)
    return single(np.clip(saturate(color, amount), 0, 1) * (gain / (floor + slope * peak)))


def blur(field: Array, sigma: float) -> Array:
    """Gaussian blur of [H,W] or [H,W,C]; sigma in output pixels, at most about 7."""
    axes = (sigma * SCALE, sigma * SCALE) + (0,) * (field.ndim - 2)
    return ndimage.gaussian_filter(field.astype(np.float32), axes, mode="nearest", truncate=2.5)


def shift(field: Array, dx: float, dy: float) -> Array:
    """Move [H,W] by whole samples, in output pixels to the right and down, replicating the border."""
    sx, sy = round(dx * SCALE), round(dy * SCALE)
    h, w = field.shape[:2]
    return field[np.clip(np.arange(h) - sy, 0, h - 1)][:, np.clip(np.arange(w) - sx, 0, w - 1)]


def disc(u: Array, v: Array, cx: float, cy: float, radius: float, soft: float = 0.03) -> Array:
    """Coverage 0..1 of a disc in any units."""
    return smooth(radius + soft, radius - soft, np.hypot(u - cx, v - cy))


def box(u: Array, v: Array, x0: float, y0: float, x1: float, y1: float, soft: float = 0.02) -> Array:
    """Coverage 0..1 of an axis-aligned box in any units."""
    inside_x = smooth(x0 - soft, x0 + soft, u) * smooth(x1 + soft, x1 - soft, u)
    return inside_x * smooth(y0 - soft, y0 + soft, v) * smooth(y1 + soft, y1 - soft, v)


def stroke(
    u: Array, v: Array, x0: float, y0: float, x1: float, y1: float, width: float, soft: float = 0.02
) -> Array:
    """Coverage 0..1 of a straight stroke with round ends, in any units."""
    dx, dy = x1 - x0, y1 - y0
    t = np.clip(((u - x0) * dx + (v - y0) * dy) / (dx * dx + dy * dy), 0, 1)
    return smooth(width / 2 + soft, width / 2 - soft, np.hypot(u - x0 - t * dx, v - y0 - t * dy))


def either(*shapes: Array) -> Array:
    """Several shapes as one, by their coverage or by the distance within them."""
    return reduce(np.maximum, shapes)
