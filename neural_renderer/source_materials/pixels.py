"""Statistics of a source image: how much of it is opaque, its hues, its lines, its symmetry.

Large images are looked at through every n-th pixel, and their lines in a square from the middle, so that one
costs less than 1 ms. Hues follow W3C's HSV: 0 red, 60 yellow, 120 green, 240 blue.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.raster.reference import SOLID

SAMPLES: Final = 4096
"""Pixels whose colours are counted, about."""
LINES: Final = 96
"""Side of the square in which lines are looked for, px."""
OPAQUE: Final = SOLID
"""Alpha above which a pixel counts as shown, as in the id map."""

HUES: Final = ("red", "brown", "yellow", "lime", "green", "cyan", "blue", "purple", "grey")
"""Names of the bands of hue. Brown is orange too; grey is what has hardly any hue, or is almost black."""
_BAND_STARTS: Final = (16, 40, 57, 95, 165, 200, 260, 330)
GREY: Final = HUES.index("grey")
_WHITE, _BLACK, _DARK = 16, 32, 64
_BRIGHT: Final = np.array([0.3, 0.59, 0.11], np.float32) / 255
"""Brightness 0..1 of red, green, blue 0..255."""


class Pixels(NamedTuple):
    """What an image looks like. Shares are 0..1 of its opaque pixels, unless a line says otherwise.

    width, height: px. coverage: share of all pixels that is opaque. box: left, top, right, bottom of what
    is opaque, px. corners: share of the fullest corner (a ninth of the image) that is opaque; middle: of
    its centre; upper, lower: of the third at the top and the bottom. red to grey: the bands of `HUES`.
    white, black, dark: by saturation and value. saturation, value: means. mixture: entropy of the bands in
    nats: 0 one hue, 1 three or so. colors: how many different ones, of 4 bits a channel. edges: share of
    neighbouring pixels that differ clearly. row_line, column_line: how much the row (column) that differs
    most differs from the median, in brightness. across, down: mean change of brightness from pixel to
    pixel. top_minus_bottom: brightness. symmetric: mean difference from its mirror image. even_rows: how
    evenly the changes down lie in the upper and the lower half, 0..1; even_columns: left and right.
    joints: by how much its darkest twentieth is darker than its median, as joints between stones are.
    checkered: squares of two colours in turn, as of a board.
    """

    width: int
    height: int
    coverage: float
    box: tuple[int, int, int, int]
    corners: float
    middle: float
    red: float
    brown: float
    yellow: float
    lime: float
    green: float
    cyan: float
    blue: float
    purple: float
    grey: float
    white: float
    black: float
    dark: float
    saturation: float
    value: float
    mixture: float
    colors: int
    edges: float
    row_line: float
    column_line: float
    across: float
    down: float
    top_minus_bottom: float
    symmetric: float
    upper: float = 1.0
    lower: float = 1.0
    even_rows: float = 1.0
    even_columns: float = 1.0
    joints: float = 0.0
    checkered: bool = False

    @property
    def opaque(self) -> bool:
        return self.coverage > 0.985

    @property
    def skyline(self) -> bool:
        """Whether it is full below and has gaps above, as hills, woods and towns have from afar."""
        return self.upper < 0.6 and self.lower > 0.9 and self.coverage < 0.97

    @property
    def rounded(self) -> bool:
        """Whether it is full in the middle and all its corners have gaps, as a bush or a ball."""
        return self.corners < 0.93 and self.middle > 0.9 and self.coverage < 0.95


@lru_cache(maxsize=1)
def _bands() -> NDArray[np.uint8]:
    """uint8 [262144]: for a colour of 6 bits a channel, its band of hue and the flags white, black, dark."""
    level = (np.arange(64, dtype=np.float32) * 4 + 1.5) / 255
    red, green, blue = np.meshgrid(level, level, level, indexing="ij")
    hue, saturation, value = hue_saturation_value(red, green, blue)
    band = np.digitize(hue, _BAND_STARTS)
    band[band == len(_BAND_STARTS)] = 0  # beyond purple it is red again
    band[(hue >= 57) & (hue < 64) & (saturation > 0.75) & (value > 0.85)] = HUES.index("yellow")
    band[(saturation < 0.16) | (value < 0.13)] = GREY
    flags = np.where((saturation < 0.2) & (value > 0.85), _WHITE, 0)
    flags += np.where(value < 0.16, _BLACK, 0) + np.where(value < 0.42, _DARK, 0)
    table: NDArray[np.uint8] = (band + flags).astype(np.uint8).ravel()
    return table


def hue_saturation_value(
    red: NDArray[Any], green: NDArray[Any], blue: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Hue in degrees, 0..360, saturation and value, 0..1, of colours 0..1."""
    high = np.maximum(np.maximum(red, green), blue)
    spread = high - np.minimum(np.minimum(red, green), blue)
    some = np.maximum(spread, 1e-6)
    hue = np.where(
        high == red,
        ((green - blue) / some) % 6,
        np.where(high == green, (blue - red) / some + 2, (red - green) / some + 4),
    )
    return hue * 60, spread / np.maximum(high, 1e-6), high


def look_at(image: NDArray[np.uint8]) -> Pixels:
    """The statistics of an image, uint8 [H,W,4] RGBA."""
    height, width = image.shape[:2]
    step = max(1, round((height * width / SAMPLES) ** 0.5))
    small = image[::step, ::step]
    shown = small[..., 3] > OPAQUE
    count = int(np.count_nonzero(shown))
    colors = small[shown][:, :3] if count else small[..., :3].reshape(-1, 3)
    shares, saturation, value, different = _colors(colors)
    rows, columns = np.flatnonzero(shown.any(1)), np.flatnonzero(shown.any(0))
    box = (0, 0, width, height)
    if count:
        right, bottom = (int(columns[-1]) + 1) * step, (int(rows[-1]) + 1) * step
        box = int(columns[0]) * step, int(rows[0]) * step, min(width, right), min(height, bottom)
    corners, middle = _ninths(shown)
    third = max(1, len(shown) // 3)
    upper, lower = float(shown[:third].mean()), float(shown[-third:].mean())
    mixture = -sum(share * np.log(share) for share in shares[:9] if share > 0)
    edges, row_line, column_line, across, down, fall, even_rows, even_columns, joints = _lines(image)
    bands = dict(zip((*HUES, "white", "black", "dark"), shares, strict=True))
    return Pixels(
        width, height, count / max(1, shown.size), box, corners, middle, **bands,
        saturation=saturation, value=value, mixture=float(mixture), colors=different, edges=edges,
        row_line=row_line, column_line=column_line, across=across, down=down, top_minus_bottom=fall,
        symmetric=_symmetric(small, shown), upper=upper, lower=lower,
        even_rows=even_rows, even_columns=even_columns, joints=joints, checkered=_is_checkered(image),
    )  # fmt: skip


def color_key(image: NDArray[np.uint8]) -> tuple[NDArray[np.bool_] | None, float]:
    """Where an opaque image shows the flat colour of all its corners, bool [H,W], and the share of that; None
    if they differ, or if it is rare."""
    corners = image[[0, 0, -1, -1], [0, -1, 0, -1]]
    if (corners != corners[0]).any() or corners[0, 3] <= OPAQUE:
        return None, 0.0
    where: NDArray[np.bool_] = (image == corners[0]).all(2)
    share = float(where.mean())
    return (where, share) if 0.05 < share < 0.95 else (None, 0.0)


def unlike(one: Pixels, other: Pixels) -> float:
    """How much the hues of two images differ: 0 not at all, 2 completely."""
    return float(sum(abs(getattr(one, hue) - getattr(other, hue)) for hue in HUES)) / 2


def flat_pixels(color: tuple[int, int, int, int], width: int, height: int) -> Pixels:
    """The statistics of a shape that has one colour, 0..255, and fills its box."""
    tile = np.empty((8, 8, 4), np.uint8)
    tile[:] = (*color[:3], 255)
    return look_at(tile)._replace(width=width, height=height, box=(0, 0, width, height))


def _colors(colors: NDArray[np.uint8]) -> tuple[list[float], float, float, int]:
    """Of uint8 [n,3]: shares of the bands, then white, black, dark; mean saturation and value; how many."""
    index = (colors >> 2).astype(np.int32)
    packed = (index[:, 0] << 12) | (index[:, 1] << 6) | index[:, 2]
    found = _bands()[packed]
    count = max(1, len(found))
    shares = (np.bincount(found & 15, minlength=9)[:9] / count).tolist()
    shares += [float(np.count_nonzero(found & flag)) / count for flag in (_WHITE, _BLACK, _DARK)]
    high = colors.max(1).astype(np.float32)
    spread = high - colors.min(1)
    saturation = float((spread / np.maximum(high, 1)).mean()) if count else 0.0
    coarse = index >> 2
    seen = np.zeros(4096, np.bool_)
    seen[(coarse[:, 0] << 8) | (coarse[:, 1] << 4) | coarse[:, 2]] = True
    return shares, saturation, float(high.mean()) / 255, int(np.count_nonzero(seen))


def _ninths(shown: NDArray[np.bool_]) -> tuple[float, float]:
    """How full the fullest corner is, and the centre, each a ninth of the image."""
    height, width = shown.shape
    third, across = max(1, height // 3), max(1, width // 3)
    corners = [
        float(shown[rows, columns].mean())
        for rows in (slice(third), slice(-third, None))
        for columns in (slice(across), slice(-across, None))
    ]
    rows = slice(height // 3, height - height // 3)
    columns = slice(width // 3, width - width // 3)
    return max(corners), float(shown[rows, columns].mean())


def _lines(image: NDArray[np.uint8]) -> tuple[float, float, float, float, float, float, float, float, float]:
    """edges, row_line, column_line, across, down, top_minus_bottom, even_rows, even_columns and joints of the
    middle of an image."""
    height, width = image.shape[:2]
    top, left = max(0, (height - LINES) // 2), max(0, (width - LINES) // 2)
    part = image[top : top + LINES, left : left + LINES]
    shown = part[..., 3] > OPAQUE
    bright = part[..., :3] @ _BRIGHT
    if not shown.any():
        return (0.0,) * 9
    beside, below = shown[:, 1:] & shown[:, :-1], shown[1:] & shown[:-1]
    across, down = np.abs(np.diff(bright, axis=1)) * beside, np.abs(np.diff(bright, axis=0)) * below
    pairs, pairs_below = max(1, int(np.count_nonzero(beside))), max(1, int(np.count_nonzero(below)))
    edges = np.count_nonzero(across > 0.12) / pairs + np.count_nonzero(down > 0.12) / pairs_below
    darkest, middle = (float(level) for level in np.percentile(bright[shown], (5, 50)))
    in_rows, in_columns = np.maximum(shown.sum(1), 1), np.maximum(shown.sum(0), 1)
    kept = bright * shown
    rows = np.abs(kept.sum(1) / in_rows - middle) * (shown.mean(1) > 0.5)
    columns = np.abs(kept.sum(0) / in_columns - middle) * (shown.mean(0) > 0.5)
    third = max(1, len(bright) // 3)
    high, low = bright[:third][shown[:third]], bright[-third:][shown[-third:]]
    fall = float(high.mean() - low.mean()) if high.size and low.size else 0.0
    return (
        float(edges), float(rows.max()), float(columns.max()),
        float(across.sum()) / pairs, float(down.sum()) / pairs_below, fall,
        _evenness(down.sum(1)), _evenness(across.sum(0)), middle - darkest,
    )  # fmt: skip


def _evenness(changes: NDArray[np.float32]) -> float:
    """How much of what changes along an axis lies in the half with less of it: 1 half of it, 0 nothing."""
    half = len(changes) // 2
    one, other = float(changes[:half].sum()), float(changes[len(changes) - half :].sum())
    return 2 * min(one, other) / max(one + other, 1e-6)


def _symmetric(image: NDArray[np.uint8], shown: NDArray[np.bool_]) -> float:
    """The mean difference in brightness from the mirror image."""
    bright = image[..., :3] @ _BRIGHT
    both = shown & shown[:, ::-1]
    return float(np.abs(bright - bright[:, ::-1])[both].mean()) if both.any() else 0.5


def _is_checkered(image: NDArray[np.uint8]) -> bool:
    """Whether an image is squares of two brightnesses in turn, at least four in each direction."""
    height, width = image.shape[:2]
    if min(height, width) < 32:
        return False
    step = max(1, min(height, width) // 160)
    small = image[::step, ::step]
    if (small[..., 3] <= OPAQUE).mean() > 0.03:
        return False
    bright = small[..., :3] @ _BRIGHT
    light = bright > (np.percentile(bright, 10) + np.percentile(bright, 90)) / 2
    # Where most rows change within 3 px, over a line of a grid perhaps, a square ends.
    for across in (light, light.T):
        changes = np.flatnonzero((across[:, 3:] != across[:, :-3]).mean(0) > 0.6)
        ends = [int(changes[0])] if len(changes) else []
        ends += [b for a, b in pairwise(changes.tolist()) if b - a > 3]
        sides = np.diff(ends)
        if len(ends) < 3 or sides.min() < 3 or sides.max() > 1.25 * sides.min() + 2:
            return False
        side = round(float(sides.mean()))
        if (across[:, side:] != across[:, :-side]).mean() < 0.8:
            return False
    return True


def plain_hue(p: Pixels) -> str:
    """The hue of most of an image, if it is a plain one, as of gems and of toy blocks; else ""."""
    amounts = {
        "red": p.red, "orange": p.brown, "yellow": p.yellow, "green": p.lime + p.green, "cyan": p.cyan,
        "blue": p.blue, "purple": p.purple,
    }  # fmt: skip
    hue = max(amounts, key=lambda name: amounts[name])
    if p.saturation < 0.4 or p.coverage < 0.2:
        return ""
    if amounts[hue] > 0.6:
        return hue
    between = {"gold": p.brown + p.yellow, "pink": p.red + p.purple}
    hue = max(between, key=lambda name: between[name])
    return hue if between[hue] > 0.75 else ""
