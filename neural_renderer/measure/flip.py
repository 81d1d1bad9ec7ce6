"""LDR-FLIP: how different two pictures look to a person who flips between them.

Andersson et al. 2020, "FLIP: A Difference Evaluator for Alternating Images", HPG. Written from the paper,
whose section numbers are given below. All its kernels are separable, or a sum of two separable ones.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.guard.colour import TO_XYZ, WHITE
from reskin.neural_renderer.errors import InputError
from reskin.neural_renderer.measure.image_metrics import Picture

Field = NDArray[np.float64]

PIXELS_PER_DEGREE = 67.0
"""A 4K screen 0.7 m wide, seen from 0.7 m."""
CSF = (((1.0, 0.0047),), ((1.0, 0.0053),), ((34.1, 0.04), (13.5, 0.025)))
"""(a, b) of each Gaussian a √(π/b) exp(-π²x²/b), x in degrees: of Y, Cx and Cz (4.1.1)."""
COLOUR_EXPONENT, FEATURE_EXPONENT = 0.7, 0.5
CUT, CUT_TO = 0.4, 0.95
"""Colour differences from 0 to CUT of the greatest one are mapped to 0..CUT_TO (4.1.3)."""
FEATURE_DEGREES = 0.082
"""Width of the edges and points that are detected (4.2)."""


def flip(a: Picture, b: Picture, pixels_per_degree: float = PIXELS_PER_DEGREE) -> float:
    """Mean FLIP of two float sRGB pictures [H,W,3] in 0..1: 0 for equal pictures, at most 1.

    Raises InputError if their shapes differ or they are not RGB pictures.
    """
    return float(flip_map(a, b, pixels_per_degree).mean())


def flip_map(a: Picture, b: Picture, pixels_per_degree: float = PIXELS_PER_DEGREE) -> Field:
    """FLIP of each pixel, [H,W] 0..1."""
    if a.shape != b.shape or a.ndim != 3 or a.shape[2] != 3:
        raise InputError(f"FLIP compares two RGB pictures [H,W,3] of one size, got {a.shape} and {b.shape}")
    opponent = _opponent(a), _opponent(b)
    colour = _colour_difference(*(_seen(picture, pixels_per_degree) for picture in opponent))
    luma = [(picture[..., 0] + 16) / 116 for picture in opponent]
    (edge_a, point_a), (edge_b, point_b) = (_features(field, pixels_per_degree) for field in luma)
    feature = np.maximum(abs(edge_a - edge_b), abs(point_a - point_b)) / math.sqrt(2)
    return np.asarray(colour ** (1 - np.clip(feature, 0, 1) ** FEATURE_EXPONENT))


def _opponent(picture: Picture) -> Field:
    """sRGB to YCxCz, the space in which the contrast sensitivity of the eye is known."""
    s = np.clip(picture.astype(np.float64), 0, 1)
    linear = np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4)
    x, y, z = np.moveaxis(linear @ TO_XYZ.T / WHITE, -1, 0)
    return np.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), -1)


def _seen(opponent: Field, pixels_per_degree: float) -> Field:
    """The detail that the eye resolves, in Hunt-adjusted L*a*b* (4.1.1, 4.1.2)."""
    radius = math.ceil(3 * math.sqrt(0.04 / (2 * math.pi**2)) * pixels_per_degree)
    x = np.arange(-radius, radius + 1) / pixels_per_degree
    filtered = np.empty_like(opponent)
    for channel, gaussians in enumerate(CSF):
        kernels = [np.exp(-((math.pi * x) ** 2) / b) for _, b in gaussians]
        weights = [
            a * math.sqrt(math.pi / b) * k.sum() ** 2 for (a, b), k in zip(gaussians, kernels, strict=True)
        ]
        filtered[..., channel] = sum(
            weight / sum(weights) * _filter(opponent[..., channel], k / k.sum(), k / k.sum())
            for weight, k in zip(weights, kernels, strict=True)
        )
    y = (filtered[..., 0] + 16) / 116
    xyz = np.stack((y + filtered[..., 1] / 500, y, y - filtered[..., 2] / 200), -1) * WHITE
    return _hunt(np.clip(xyz @ np.linalg.inv(TO_XYZ).T, 0, 1))


def _hunt(linear: Field) -> Field:
    """Linear RGB to L*a*b* with the Hunt effect: dark colours have less chroma."""
    t = linear @ TO_XYZ.T / WHITE
    delta = 6 / 29
    f = np.where(t > delta**3, np.cbrt(t), t / (3 * delta**2) + 4 / 29)
    light = 116 * f[..., 1] - 16
    return np.stack(
        (light, 5 * light * (f[..., 0] - f[..., 1]), 2 * light * (f[..., 1] - f[..., 2])), -1
    )  # 0.01 L* × 500 and × 200


def _hyab(a: Field, b: Field) -> Field:
    """HyAB distance: city-block in lightness, Euclidean in chroma."""
    difference = a - b
    return np.asarray(np.abs(difference[..., 0]) + np.hypot(difference[..., 1], difference[..., 2]))


def _colour_difference(a: Field, b: Field) -> Field:
    """HyAB distance to the power 0.7, with large differences compressed, 0..1 (4.1.3)."""
    green, blue = _hunt(np.array([0.0, 1, 0])), _hunt(np.array([0.0, 0, 1]))
    greatest = float(_hyab(green, blue)) ** COLOUR_EXPONENT
    found = _hyab(a, b) ** COLOUR_EXPONENT / greatest
    rest = CUT_TO + (found - CUT) / (1 - CUT) * (1 - CUT_TO)
    return np.asarray(np.clip(np.where(found < CUT, found * CUT_TO / CUT, rest), 0, 1))


def _features(luma: Field, pixels_per_degree: float) -> tuple[Field, Field]:
    """Strength of edges and of points, [H,W] each (4.2)."""
    sigma = 0.5 * FEATURE_DEGREES * pixels_per_degree
    radius = math.ceil(3 * sigma)
    x = np.arange(-radius, radius + 1, dtype=np.float64)
    bell = np.exp(-(x**2) / (2 * sigma**2))
    edge, point = x * bell, (x**2 / sigma**2 - 1) * bell
    found = []
    for kernel in (edge, point):  # positive weights sum to 1, negative ones to -1
        positive, negative = np.maximum(kernel, 0), np.maximum(-kernel, 0)
        shape = positive / positive.sum() - negative / negative.sum()
        across, down = _filter(luma, shape, bell / bell.sum()), _filter(luma, bell / bell.sum(), shape)
        found.append(np.hypot(across, down))
    return found[0], found[1]


def _filter(field: Field, across: Field, down: Field) -> Field:
    from scipy.ndimage import correlate1d

    rows = correlate1d(field, across, axis=1, mode="nearest")
    return np.asarray(correlate1d(rows, down, axis=0, mode="nearest"))
