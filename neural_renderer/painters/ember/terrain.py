"""The ember painter's terrain: repeating textures, each drawn once. Lengths are pixels at 32 px a tile.

A sheet covers two tiles, but four for the hills and sixteen for the sky. What always glows at the same
place is on a sheet; what glows by chance comes from the noise. Read next: `materials`.
"""

from __future__ import annotations

import numpy as np

from reskin.neural_renderer.noise import hash01
from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, channels, mix, ramp, rgb, single, smooth
from reskin.neural_renderer.painters.kit.sheets import Sheet, scatter

SIZE = 64.0


def ember_heat(t: Array) -> Array:
    """The colour of what glows, from dark (0) through red and orange to white-hot (1)."""
    return ramp(
        t, (0.0, (0.0, 0.0, 0.0)), (0.22, (0.34, 0.03, 0.03)), (0.48, (0.92, 0.20, 0.03)),
        (0.75, (1.0, 0.58, 0.12)), (1.0, (1.0, 0.94, 0.66)),
    )  # fmt: skip


def dirt() -> Sheet:
    """Dark chocolate ash with clods and slag, each lit from the upper left."""
    s = Sheet(SIZE, rgb(0.20, 0.130, 0.115))
    s.over(rgb(0.31, 0.195, 0.150), smooth(-1.2, 1.4, s.cloud(301, 3.5, 1.8)))
    s.over(rgb(0.105, 0.080, 0.100), smooth(0.4, 1.7, s.cloud(302, 2.2)) * 0.85)
    s.relief(s.cloud(303, 1.3) * 0.6 + s.cloud(304, 3.0), 0.62)
    for a, b, c, d in scatter(305, 17):
        rx, ry = 1.6 + 3.2 * c, 1.4 + 2.0 * c
        s.shade(1 - 0.50 * smooth(0.0, 0.7, s.lump(a * SIZE + 1.0, b * SIZE + 1.3, rx + 0.9, ry + 0.9)))
        height = s.lump(a * SIZE, b * SIZE, rx, ry)
        dx, dy = s.offset(a * SIZE, b * SIZE)
        slag = mix(rgb(0.23, 0.21, 0.26), rgb(0.36, 0.25, 0.22), d)
        s.over(slag * (0.92 - 0.42 * (dx / rx + dy / ry))[..., None], smooth(0.0, 0.45, height))
    for a, b, c, _ in scatter(306, 30):
        s.over(rgb(0.52, 0.37, 0.29), smooth(0, 0.8, s.lump(a * SIZE, b * SIZE, 0.7 + 0.4 * c, 0.7)) * 0.6)
    return s


def stone() -> Sheet:
    """Only the grain of basalt: its blocks come from the cell noise."""
    s = Sheet(SIZE, rgb(0.235, 0.225, 0.285))
    s.over(rgb(0.30, 0.28, 0.33), smooth(-1.2, 1.2, s.cloud(311, 4, 1.5)))
    s.relief(s.cloud(312, 1.0) * 0.45 + s.cloud(313, 2.4) * 0.8, 0.55)
    for a, b, c, _ in scatter(314, 34):
        s.over(rgb(0.08, 0.075, 0.12), smooth(0, 1, s.lump(a * SIZE, b * SIZE, 0.6 + 0.9 * c, 0.6)) * 0.65)
    return s


def sand() -> Sheet:
    """Black sand in ripples with plum hollows and warm crests."""
    s = Sheet(SIZE, rgb(0.30, 0.22, 0.24))
    bend = np.sin(2 * np.pi * (s.x / 32 + s.y / 64)) + 0.5 * s.wave(64, 0.2)
    phase = single((s.y + 1.1 * bend + 1.0 * s.cloud(321, 5)) / 8) % 1
    s.color = ramp(
        phase, (0, (0.66, 0.45, 0.31)), (0.28, (0.50, 0.33, 0.26)), (0.75, (0.32, 0.205, 0.20)),
        (0.92, (0.37, 0.235, 0.21)), (1, (0.66, 0.45, 0.31)),
    )  # fmt: skip
    s.relief(s.cloud(322, 0.8) * 0.3 + s.cloud(325, 5), 0.34)
    for a, b, _, d in scatter(324, 44):
        grain = rgb(0.80, 0.62, 0.50) if d > 0.7 else rgb(0.10, 0.07, 0.12)
        s.over(grain, smooth(0, 1, s.lump(a * SIZE, b * SIZE, 0.6, 0.6)) * 0.55)
    return s


def ore() -> Sheet:
    """Masks for ore, a geode a tile: red is how much crystal, green a facet's light, blue the glow."""
    s = Sheet(SIZE, rgb(0, 0, 0))
    for tile in range(4):
        for k, (a, b, c, d) in enumerate(scatter(331 + tile, 9)):
            turn = 2 * np.pi * (k + 0.7 * a) / 7
            reach = 5.6 + 2.0 * b if k < 7 else 12.0 + 2 * b
            cx = tile % 2 * 32 + 16 + reach * np.sin(turn)
            cy = tile // 2 * 32 + 16.5 - 0.85 * reach * np.cos(turn)
            length = 4.4 + 2.2 * c if k < 7 else 2.6
            _crystal(s, *s.offset(cx, cy), turn + 0.5 * (d - 0.5), length)
    return s


def _crystal(s: Sheet, dx: Array, dy: Array, lean: float, length: float) -> None:
    """A pointed crystal that grows away from the geode's middle; two faces and a bright ridge."""
    along = (dx * np.sin(lean) - dy * np.cos(lean)) / length
    across = (dx * np.cos(lean) + dy * np.sin(lean)) / (length * 0.46)
    width = np.clip((1.0 - along) / 0.8, 0, 1) * np.clip((1.1 + along) / 0.25, 0, 1)
    cover = smooth(-0.06, 0.18, np.minimum(width, 0.95) - np.abs(across))
    side = np.cos(lean) * across + np.sin(lean) * 0.5
    facet = np.where(side < 0, 0.80, 0.34) + 0.14 * np.clip(along, -1, 1)
    facet = np.where(np.abs(across) < 0.13, 1.0, facet)
    s.color[..., 2] = np.maximum(s.color[..., 2], np.exp(-(dx * dx + dy * dy) / (length * 1.7) ** 2))
    rim = smooth(-0.5, -0.2, np.minimum(width, 1) - np.abs(across)) * (np.abs(along) < 1.2)
    s.over(channels(0.4 * rim, 0, s.color[..., 2]), rim * (1 - cover) * 0.8)
    s.over(channels(1, facet, s.color[..., 2]), cover)


def wood() -> Sheet:
    """Scorched upright boards: red-brown hearts, black edges and checked char."""
    s = Sheet(SIZE, rgb(0.3, 0.18, 0.13))
    boards = s.bond(64.0, 64 / 7, 341, turn=True)
    s.color = mix(rgb(0.27, 0.145, 0.105), rgb(0.46, 0.255, 0.155), boards.tone)
    bend = s.x + 0.8 * s.cloud(342, 5)
    grain = np.sin(2 * np.pi * (bend / 2.9 + boards.tone * 7 + 0.7 * np.sin(2 * np.pi * s.y / 64)))
    s.shade(1 + 0.14 * grain + 0.06 * s.cloud(343, 0.5, 0.5))
    s.relief(s.cloud(344, 1.6, 0.35), 0.42)
    for a, b, c, _ in scatter(345, 6):
        cx = (np.floor(a * 7) + 0.5) * 64 / 7
        ring = s.ring(cx, b * 64, 1.8 + c, 3.0 + c)
        s.shade(1 - 0.55 * smooth(1.0, 0.2, ring) - 0.25 * smooth(0.25, 0.0, np.abs(ring - 1)))
    s.over(rgb(0.86, 0.50, 0.26), smooth(2.3, 0.9, boards.y) * 0.34)
    s.shade(1 - 0.62 * smooth(5.6, 8.4, boards.y) - 0.5 * smooth(1.0, 0.2, boards.top))
    return s


def leaves() -> Sheet:
    """Layers of pointed leaves, black-red at the root, glowing along the rims."""
    s = Sheet(SIZE, rgb(0.085, 0.030, 0.045))
    for row in range(12):
        for a, b, c, d in scatter(352 + row, 8):
            dx, dy = s.offset(a * SIZE, (row + 0.9 * b) * SIZE / 12)
            _leaf(s, dx, dy, 2.2 * (d - 0.5), 5.4 + 2.6 * c, a * 7 % 1)
    return s


def _leaf(s: Sheet, dx: Array, dy: Array, lean: float, length: float, tone: float) -> None:
    """One leaf that hangs down, lit on its left half, with a midrib."""
    along = (-dx * np.sin(lean) + dy * np.cos(lean)) / length
    across = (dx * np.cos(lean) + dy * np.sin(lean)) / (length * 0.52)
    half = np.clip(1 - along * along, 0, 1) * (1.0 - 0.25 * along)
    inside = half - np.abs(across)
    s.shade(1 - 0.45 * smooth(-0.40, 0.1, inside) * (1 - smooth(0.0, 0.1, inside)))
    color = ramp(
        single(along * 0.5 + 0.5), (0, (0.20, 0.045, 0.06)), (0.55, (0.52, 0.10, 0.06)),
        (1, (0.86, 0.27, 0.07)),
    )  # fmt: skip
    color = color * (0.78 + 0.42 * tone) * np.where(across < 0, 1.12, 0.80)[..., None]
    color = mix(color, rgb(0.98, 0.52, 0.14), smooth(0.30, 0.05, inside) * smooth(-0.2, 0.8, along) * 0.8)
    color = mix(color, rgb(0.16, 0.03, 0.05), smooth(0.14, 0.02, np.abs(across)) * 0.6)
    s.over(color, smooth(-0.05, 0.08, inside))


def brick() -> Sheet:
    """Oxblood bricks with bevels; the mortar is near black, and `brick_mortar` says where it may glow."""
    s = Sheet(SIZE, rgb(0.3, 0.12, 0.11))
    c = s.bond(16.0, 8.0, 361)
    s.color = ramp(c.tone, (0, (0.255, 0.085, 0.105)), (0.5, (0.385, 0.125, 0.110)), (1, (0.49, 0.195, 0.13)))
    s.shade(1 + 0.07 * s.cloud(362, 0.6) + 0.09 * s.cloud(363, 2.5))
    s.over(rgb(0.95, 0.52, 0.30), smooth(2.2, 1.1, c.lit) * 0.42)
    s.shade(1 - 0.48 * smooth(2.8, 1.0, c.unlit))
    s.over(rgb(0.055, 0.035, 0.06), smooth(1.2, 0.6, c.edge + 0.15 * s.cloud(364, 1.2)))
    return s


def brick_mortar() -> Sheet:
    """Where brick's joints are, as grey: 1 in the joint, falling over the brick's rim."""
    s = Sheet(SIZE, rgb(0, 0, 0))
    edge = s.bond(16.0, 8.0, 361).edge + 0.15 * s.cloud(364, 1.2)
    s.over(WHITE, 0.72 * smooth(1.25, 0.35, edge) + 0.28 * smooth(3.4, 0.8, edge))
    return s


def metal() -> Sheet:
    """Hammered iron plates, one a tile but staggered, riveted, with a sheen."""
    s = Sheet(SIZE, rgb(0.3, 0.3, 0.36))
    x, y = (s.x + 16 * (np.floor(s.y / 32) % 2)) % 32, s.y % 32
    sheen = single(np.sin(2 * np.pi * (x + y) / 64 + 0.9))
    s.color = mix(rgb(0.175, 0.185, 0.235), rgb(0.42, 0.40, 0.43), 0.5 + 0.5 * sheen)
    s.relief(s.cloud(372, 1.7) * 0.8, 0.30)
    s.shade(1 + 0.04 * s.cloud(371, 0.5, 6))
    lit, unlit = np.minimum(x, y), np.minimum(32 - x, 32 - y)
    edge = np.minimum(lit, unlit)
    s.over(rgb(1.0, 0.66, 0.40), smooth(2.0, 0.8, lit) * 0.55)
    s.shade(1 - 0.55 * smooth(2.4, 0.9, unlit) - 0.45 * smooth(0.8, 0.2, edge))
    for cx in (4.5, 16.0, 27.5):
        for cy in (4.5, 27.5):
            radius = np.hypot(x - cx, y - cy)
            s.shade(1 - 0.6 * smooth(2.8, 1.6, np.hypot(x - cx - 0.6, y - cy - 0.8)))
            turned = single(0.5 + (x - cx + y - cy) / 5)
            s.over(mix(rgb(0.98, 0.76, 0.54), rgb(0.20, 0.19, 0.26), turned), smooth(2.0, 1.5, radius))
    return s


def glass() -> Sheet:
    """Leaded panes, 16 px lozenges, as shades of grey: light in each pane, black lead between."""
    s = Sheet(SIZE, rgb(0.5, 0.5, 0.5))
    p, q = (s.x + s.y) / 16 % 1, (s.x - s.y) / 16 % 1
    edge = np.minimum(np.minimum(p, 1 - p), np.minimum(q, 1 - q)) * 16 / np.sqrt(2)
    s.color = s.color * (0.75 + 0.55 * (1 - p))[..., None] * (0.9 + 0.06 * s.cloud(381, 3))[..., None]
    s.over(WHITE, smooth(2.6, 1.4, single(np.minimum(p, q) * 11.3)) * 0.55)
    s.over(rgb(0.0, 0.0, 0.0), smooth(1.05, 0.55, single(edge)))
    return s


def road() -> Sheet:
    """The heads of basalt columns: hexagons of 16 px, each at its own height."""
    s = Sheet(SIZE, rgb(0.2, 0.2, 0.25))
    best, second = np.full_like(s.x, 99.0), np.full_like(s.x, 99.0)
    tone, lean = np.zeros_like(s.x), np.zeros_like(s.x)
    places = [(16 * i + 8 * (j % 2), 16 * j) for j in range(4) for i in range(4)]
    for (cx, cy), (a, b, c, _) in zip(places, scatter(391, 16), strict=True):
        dx, dy = s.offset(cx + 1.6 * (a - 0.5), cy + 1.6 * (b - 0.5))
        far = np.hypot(dx, dy)
        tone, lean = np.where(far < best, c, tone), np.where(far < best, (dx + dy) / 16, lean)
        second = np.where(far < best, best, np.minimum(second, far))
        best = np.minimum(best, far)
    edge = single(second - best)
    s.color = mix(rgb(0.150, 0.145, 0.195), rgb(0.265, 0.235, 0.265), single(tone))
    s.shade(1 - 0.34 * lean)
    s.relief(s.cloud(392, 0.8) * 0.4 + s.cloud(393, 2), 0.34)
    s.over(rgb(0.78, 0.50, 0.36), smooth(4.2, 1.9, edge) * smooth(0.05, -0.4, single(lean)) * 0.42)
    s.over(rgb(0.035, 0.03, 0.055), smooth(2.0, 0.9, edge))
    return s


def wall() -> Sheet:
    """Old masonry in long courses, indigo and worn: it stays behind the scene."""
    s = Sheet(SIZE, rgb(0.09, 0.09, 0.14))
    c = s.bond(64 / 3, 64 / 5, 401)
    s.color = mix(rgb(0.082, 0.080, 0.140), rgb(0.128, 0.112, 0.175), c.tone)
    s.relief(s.cloud(402, 1.4) * 0.6 + s.cloud(403, 4), 0.34)
    s.over(rgb(0.36, 0.24, 0.30), smooth(2.6, 1.2, c.lit) * 0.30)
    s.shade(1 - 0.45 * smooth(3.0, 1.0, c.unlit))
    s.over(rgb(0.030, 0.028, 0.060), smooth(1.3, 0.6, c.edge + 0.25 * s.cloud(404, 1.5)))
    return s


def floor() -> Sheet:
    """Herringbone parquet of smoked oak, with a warm sheen."""
    s = Sheet(SIZE, rgb(0.3, 0.2, 0.17))
    w = 64 / 6
    i, j = np.floor(s.x / w), np.floor(s.y / w)
    d = (i - j) % 6
    flat = d < 3
    along = np.where(flat, d * w + s.x % w, (5 - d) * w + s.y % w)
    across = np.where(flat, s.y % w, s.x % w)
    first = np.where(flat, (i - d) % 6 * 8 + j, i * 8 + (j - 5 + d) % 6 + 64)
    tone: Array = single(hash01(first.astype(np.int64), 411))
    s.color = ramp(tone, (0, (0.255, 0.140, 0.105)), (0.5, (0.345, 0.195, 0.130)), (1, (0.445, 0.270, 0.170)))
    grain = np.sin(2 * np.pi * (across / 2.4 + tone * 5 + 0.5 * np.sin(2 * np.pi * (along / 32 + tone))))
    s.shade(1 + 0.075 * grain + 0.05 * s.cloud(412, 0.6))
    edge = np.minimum(np.minimum(across, w - across), np.minimum(along, 3 * w - along))
    s.over(rgb(1.0, 0.64, 0.36), smooth(2.4, 0.9, np.minimum(across, along)) * 0.36)
    s.shade(1 - 0.34 * smooth(2.6, 0.8, np.minimum(w - across, 3 * w - along)))
    s.over(rgb(0.075, 0.045, 0.055), smooth(0.85, 0.3, edge))
    return s


def grass() -> Sheet:
    """Rows of scorched blades: dark olive roots, rust, and tips that still burn."""
    s = Sheet(SIZE, rgb(0.07, 0.055, 0.055))
    for row in range(8):
        for a, b, c, d in scatter(421 + row, 24):
            t, dx, blade = s.blade(a * SIZE, row * 8 + 8 + 3 * b, 7 + 7 * c, (d - 0.45) * 6, 1.4)
            tone = ramp(
                single(t), (0, (0.085, 0.090, 0.070)), (0.45, (0.30, 0.215, 0.095)),
                (0.75, (0.66, 0.30, 0.07)), (1, (1.0, 0.56, 0.14)),
            )  # fmt: skip
            s.over(tone * (0.85 + 0.3 * a - 0.18 * smooth(-0.6, 0.6, dx))[..., None], blade)
    return s


def snow() -> Sheet:
    """Drifts of pale ash: soft swells, warm crests, violet hollows and flakes of soot."""
    s = Sheet(SIZE, rgb(0.5, 0.47, 0.50))
    s.color = ramp(
        s.cloud(435, 7, 2.2), (-2, (0.40, 0.38, 0.47)), (0, (0.52, 0.49, 0.55)), (1.2, (0.64, 0.58, 0.59)),
        (2.2, (0.76, 0.67, 0.62)),
    )  # fmt: skip
    s.relief(s.cloud(431, 4, 2.2) * 2.2, 0.36)
    s.relief(s.cloud(432, 0.9) * 0.35 + s.cloud(433, 3) * 0.6, 0.32)
    for a, b, c, _ in scatter(434, 22):
        s.over(rgb(0.30, 0.28, 0.36), smooth(0, 1, s.lump(a * SIZE, b * SIZE, 0.6 + 0.7 * c, 0.6)) * 0.6)
    return s


def hill() -> Sheet:
    """Four tiles of far volcanoes: jagged ridges in red haze, with lava that runs down their flanks."""
    s = Sheet(128.0, rgb(0.3, 0.1, 0.12))
    turn = 2 * np.pi * s.x / 128
    lines = []
    for y, h, p in ((4.0, 30.0, 0.1), (70.0, 24.0, 0.62)):
        peaks = (
            np.abs(np.sin(np.pi * (s.x / 64 + p))) * 0.62
            + np.abs(np.sin(np.pi * (s.x * 3 / 128 + 2.3 * p))) * 0.38
        )
        lines.append(y + h * peaks + 1.0 * np.sin(5 * turn + 9 * p) + 0.5 * np.sin(11 * turn))
    depths = np.stack([(s.y - line) % 128 for line in lines])
    below, which = depths.min(0), depths.argmin(0)
    s.color = ramp(below, (0, (0.120, 0.052, 0.100)), (16, (0.150, 0.060, 0.098)), (40, (0.25, 0.085, 0.100)),
                   (66, (0.44, 0.155, 0.105)))  # fmt: skip
    s.relief(s.cloud(441, 4, 0.45) * 1.6 + s.cloud(442, 1.5, 0.6) * 0.6, 0.30)
    s.over(rgb(0.90, 0.36, 0.14), smooth(2.6, 0.4, below) * 0.55)
    for ridge, peak, b, d in ((0, 0.45, 0.2, 0.3), (0, 0.93, 0.9, 0.7), (1, 0.20, 0.8, 0.6)):
        t = below / 38
        path = (
            peak * 128
            + 13 * (b - 0.5) * t * t
            + 1.3 * np.sin(s.y / 4.1 + 6 * b)
            + 0.6 * np.sin(s.y / 1.9 + 9 * d)
        )
        off = np.abs((s.x - path + 64) % 128 - 64) * np.where(which == ridge, 1, 99)
        fade = smooth(1.1, 0.3, t)
        s.over(rgb(0.84, 0.18, 0.05), smooth(7.0, 0.5, off) * fade * 0.50)
        s.over(rgb(1.0, 0.66, 0.22), smooth(0.8 + 0.9 * t, 0.3 + 0.4 * t, off) * fade)
    return s


def sky() -> Sheet:
    """Sixteen tiles of night, in tiles: indigo above, red haze, fire at the horizon, and back again."""
    return Sheet.sky(
        (0, (0.030, 0.030, 0.095)), (1.4, (0.065, 0.045, 0.130)), (2.8, (0.17, 0.06, 0.150)),
        (4.2, (0.42, 0.11, 0.115)), (5.6, (0.78, 0.27, 0.09)), (7.2, (1.0, 0.50, 0.15)),
        (9.5, (1.0, 0.60, 0.24)), (11.8, (0.72, 0.22, 0.10)), (13.8, (0.20, 0.06, 0.13)),
        (16, (0.030, 0.030, 0.095)),
    )  # fmt: skip
