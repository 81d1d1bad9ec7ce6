"""Colours as games write them, parsed into tuples and cached."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from reskin.engine.errors import DrawError

Color = str | Sequence[int]
"""`(r, g, b)` or `(r, g, b, a)` with 0..255, or `"#rrggbb"`, or `"#rrggbbaa"`."""

Rgb = tuple[int, int, int]
Rgba = tuple[int, int, int, int]


def rgb(color: Color) -> Rgb:
    """The colour as `(r, g, b)`; an alpha is ignored. Raises DrawError."""
    try:
        return _parse(color)[:3]
    except TypeError:  # unhashable: a list or an array
        return _parse(tuple(color))[:3]


def rgba(color: Color) -> Rgba:
    """The colour as `(r, g, b, a)`, a = 255 where it has none. Raises DrawError."""
    try:
        return _parse(color)
    except TypeError:  # unhashable: a list or an array
        return _parse(tuple(color))


@lru_cache(maxsize=4096)
def _parse(color: Color) -> Rgba:
    if isinstance(color, str):
        digits = color.removeprefix("#")
        try:
            values = tuple(bytes.fromhex(digits))
        except ValueError:
            values = ()
    else:
        values = tuple(int(value) for value in color)
    if len(values) == 3:
        values = (*values, 255)
    if len(values) != 4 or not all(0 <= value <= 255 for value in values):
        raise DrawError(f"color must be '#rrggbb' or (r, g, b) with 0..255, got {color!r}")
    return values[0], values[1], values[2], values[3]
