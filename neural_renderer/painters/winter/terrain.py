"""The winter painter's terrain: repeating textures, each drawn once. Lengths are pixels at 32 px a tile.

A sheet covers two tiles, but four for the hills and sixteen for the sky. Read next: `materials`.
"""

from __future__ import annotations

import numpy as np

from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, channels, mix, ramp, rgb, single, smooth
from reskin.neural_renderer.painters.kit.sheets import Sheet, crest, scatter

FROST = rgb(0.86, 0.92, 1.0)
SNOW = rgb(0.95, 0.97, 1.0)
SIZE = 64.0


def dirt() -> Sheet:
    """Frozen chocolate earth with rounded pebbles, crumbs and a few frosted grains."""
    s = Sheet(SIZE, rgb(0.40, 0.27, 0.23))
    s.over(rgb(0.51, 0.36, 0.28), smooth(-1.2, 1.4, s.cloud(1, 3.5, 1.8)))
    s.over(rgb(0.29, 0.20, 0.21), smooth(0.5, 1.7, s.cloud(2, 2.2)) * 0.8)
    s.relief(s.cloud(3, 1.3) * 0.5 + s.cloud(4, 3.0), 0.55)
    for a, b, c, d in scatter(11, 15):
        rx, ry = 1.8 + 2.6 * c, 1.5 + 1.7 * c
        s.shade(1 - 0.42 * smooth(0.0, 0.7, s.lump(a * SIZE + 0.9, b * SIZE + 1.2, rx + 0.9, ry + 0.9)))
        height = s.lump(a * SIZE, b * SIZE, rx, ry)
        dx, dy = s.offset(a * SIZE, b * SIZE)
        stone = mix(rgb(0.50, 0.44, 0.47), rgb(0.62, 0.55, 0.54), d)
        stone = single(stone * (0.92 - 0.13 * (dx / rx + dy / ry))[..., None])
        s.over(stone, smooth(0.0, 0.45, height))
        s.over(FROST, smooth(0.35, 0.95, height) * smooth(0.1, -0.8, dy / ry) * 0.55)
    for a, b, c, _ in scatter(12, 26):
        s.over(rgb(0.66, 0.62, 0.68), smooth(0, 0.8, s.lump(a * SIZE, b * SIZE, 0.7 + 0.4 * c, 0.7)) * 0.6)
    return s


def sand() -> Sheet:
    """Frosted dunes: warm pale ripples with soft crests and a few dark grains."""
    s = Sheet(SIZE, rgb(0.86, 0.76, 0.65))
    bend = np.sin(2 * np.pi * (s.x / 32 + s.y / 64)) + 0.5 * s.wave(64, 0.2)
    phase = single((s.y + 2.2 * bend + 0.5 * s.cloud(21, 6)) / 8) % 1
    s.color = ramp(
        phase, (0, (0.96, 0.89, 0.79)), (0.3, (0.90, 0.80, 0.69)), (0.75, (0.80, 0.69, 0.61)),
        (1, (0.96, 0.89, 0.79)),
    )  # fmt: skip
    s.relief(s.cloud(22, 0.8) * 0.25 + s.cloud(25, 5), 0.3)
    s.over(FROST, smooth(0.8, 2.0, s.cloud(23, 4)) * 0.4)
    for a, b, _, _ in scatter(24, 30):
        s.over(rgb(0.62, 0.52, 0.50), smooth(0, 1, s.lump(a * SIZE, b * SIZE, 0.7, 0.6)) * 0.5)
    return s


def stone() -> Sheet:
    """Only the grain of cold rock: its cobbles come from the cell noise."""
    s = Sheet(SIZE, rgb(0.48, 0.52, 0.60))
    s.over(rgb(0.58, 0.60, 0.67), smooth(-1.2, 1.2, s.cloud(31, 4, 1.5)))
    s.relief(s.cloud(32, 1.0) * 0.35 + s.cloud(33, 2.4) * 0.7, 0.42)
    for a, b, c, _ in scatter(34, 18):
        s.over(rgb(0.34, 0.39, 0.52), smooth(0, 1, s.lump(a * SIZE, b * SIZE, 0.8 + c, 0.7)) * 0.5)
    return s


def ore() -> Sheet:
    """Masks for ore, a cluster a tile: red is how much crystal, green a facet's light, blue the glow."""
    s = Sheet(SIZE, rgb(0, 0, 0))
    for tile in range(4):
        for k, (a, b, c, d) in enumerate(scatter(41 + tile, 7)):
            lean = (-0.95, 0.95, -0.40, 0.46, 0.02, 0.0, 0.0)[k] + 0.35 * (a - 0.5)
            root_x, root_y, length = 16 + 7 * lean, 22.0 - 2.5 * abs(lean), 5.2 + 1.8 * b + 2.0 * (k == 4)
            if k > 4:
                root_x, root_y, length, lean = 6 + 20 * a, 7.0 + 3 * b if k == 5 else 27.0, 3.0 + c, d - 0.5
            cx = tile % 2 * 32 + root_x + length * np.sin(lean)
            cy = tile // 2 * 32 + root_y - length * np.cos(lean)
            _crystal(s, *s.offset(cx, cy), lean, length)
    return s


def _crystal(s: Sheet, dx: Array, dy: Array, lean: float, length: float) -> None:
    """One six-sided crystal with a bright left face, a dark right face and a pointed tip."""
    along = (dx * np.sin(lean) - dy * np.cos(lean)) / length
    across = (dx * np.cos(lean) + dy * np.sin(lean)) / (length * 0.50)
    width = np.clip((1.0 - along) / 0.55, 0, 1) * np.clip((1.0 + along) / 0.2, 0, 1)
    cover = smooth(-0.06, 0.16, np.minimum(width, 1) - np.abs(across))
    facet = np.where(across < -0.25, 0.78, np.where(across < 0.30, 0.56, 0.24))
    facet = np.where(along > 0.45, facet + 0.24 - 0.2 * (across > 0), facet)
    facet = np.where(np.abs(across + 0.25) < 0.13, 1.0, facet)
    s.color[..., 2] = np.maximum(s.color[..., 2], np.exp(-(dx * dx + dy * dy) / (length * 1.5) ** 2))
    outline = smooth(-0.45, -0.15, np.minimum(width, 1) - np.abs(across)) * (np.abs(along) < 1.15)
    glow = s.color[..., 2]
    s.over(channels(0.5 * outline, 0, glow), outline * (1 - cover) * 0.7)
    s.over(channels(1, facet, glow), cover)


def wood() -> Sheet:
    """Upright boards of warm bark brown, each with its own tone, grain, knots and rounded edges."""
    s = Sheet(SIZE, rgb(0.5, 0.34, 0.24))
    boards = s.bond(64.0, 8.0, 51, turn=True)
    s.color = mix(rgb(0.48, 0.30, 0.21), rgb(0.69, 0.47, 0.31), boards.tone)
    bend = s.x + 0.7 * s.cloud(52, 5)
    grain = np.sin(2 * np.pi * (bend / 3.2 + boards.tone * 7 + 0.6 * np.sin(2 * np.pi * s.y / 64)))
    s.shade(1 + 0.10 * grain + 0.05 * s.cloud(53, 0.5, 0.5))
    s.relief(s.cloud(54, 1.6, 0.35), 0.35)
    for a, b, c, _ in scatter(55, 6):
        cx = np.floor(a * 8) * 8 + 4
        ring = s.ring(cx, b * 64, 1.9 + c, 2.8 + c)
        s.shade(1 - 0.40 * smooth(1.0, 0.2, ring) - 0.22 * smooth(0.25, 0.0, np.abs(ring - 1)))
    s.over(rgb(0.92, 0.68, 0.44), smooth(2.6, 1.0, boards.y) * 0.34)
    s.shade(1 - 0.40 * smooth(5.4, 7.6, boards.y) - 0.45 * smooth(0.9, 0.2, boards.top))
    return s


def leaves() -> Sheet:
    """Sprays of fir needles, dark at the root and frosted at the tips."""
    s = Sheet(SIZE, rgb(0.05, 0.19, 0.21))
    for row in range(10):
        for a, b, c, d in scatter(62 + row, 8):
            dx, dy = s.offset(a * SIZE, (row + 0.9 * b) * SIZE / 10)
            reach = 7.5 + 3.5 * c
            radius, angle = single(np.hypot(dx, dy) / reach), single(np.arctan2(dx, dy) - 0.6 * (d - 0.5))
            rim = 0.66 + 0.34 * np.abs(np.cos(angle * 4 + 9 * d))
            spray = smooth(1.08, 0.92, radius / rim) * smooth(1.45, 1.25, np.abs(angle))
            needles = 0.84 + 0.24 * np.cos(angle * 16 + 9 * d)
            tone = ramp(
                radius, (0, (0.07, 0.24, 0.25)), (0.5, (0.16, 0.46, 0.39)), (0.85, (0.33, 0.63, 0.53)),
                (1.05, (0.74, 0.90, 0.88)),
            )  # fmt: skip
            s.shade(1 - 0.20 * smooth(1.25, 0.8, np.hypot(dx, dy - 2.0) / reach) * (1 - spray))
            s.over(tone * (needles * (1.08 - 0.22 * np.clip(dx / reach, -1, 1)))[..., None], spray)
    return s


def brick() -> Sheet:
    """Reddish bricks, bevelled, each with its own tone; pale mortar and frost on many upper edges."""
    s = Sheet(SIZE, rgb(0.6, 0.3, 0.28))
    c = s.bond(16.0, 8.0, 71)
    s.color = ramp(c.tone, (0, (0.46, 0.20, 0.22)), (0.5, (0.62, 0.29, 0.26)), (1, (0.72, 0.39, 0.31)))
    s.shade(1 + 0.05 * s.cloud(72, 0.6) + 0.06 * s.cloud(73, 2.5))
    s.over(rgb(0.96, 0.66, 0.50), smooth(2.3, 1.1, c.lit) * 0.42)
    s.shade(1 - 0.34 * smooth(2.6, 1.0, c.unlit))
    wobble = 0.25 * s.cloud(74, 1.2)
    mortar = smooth(1.15, 0.55, c.edge + wobble * 0.5)
    s.fade(rgb(0.60, 0.63, 0.76), rgb(0.80, 0.84, 0.94), smooth(-1, 1, s.cloud(75, 2)), mortar)
    crust = smooth(3.0, 2.2, c.y + wobble * 2 + 2.4 * (c.tone < 0.45)) * smooth(0.3, 0.8, c.y)
    s.over(SNOW, crust * smooth(0.2, 1.6, c.left) * 0.92)
    return s


def metal() -> Sheet:
    """Riveted plates of blue steel, one a tile, with a cold sheen and frost in the corners."""
    s = Sheet(SIZE, rgb(0.5, 0.58, 0.70))
    x, y = s.x % 32, s.y % 32
    sheen = single(np.sin(2 * np.pi * (x + y) / 64 + 0.9))
    s.color = mix(rgb(0.36, 0.43, 0.57), rgb(0.68, 0.75, 0.86), 0.5 + 0.5 * sheen)
    s.shade(1 + 0.035 * s.cloud(81, 0.5, 6))
    lit, unlit = np.minimum(x, y), np.minimum(32 - x, 32 - y)
    edge = np.minimum(lit, unlit)
    s.over(rgb(0.90, 0.94, 1.0), smooth(2.2, 0.9, lit) * 0.6)
    s.shade(1 - 0.45 * smooth(2.4, 0.9, unlit) - 0.30 * smooth(0.7, 0.2, edge))
    s.shade(1 - 0.20 * smooth(0.8, 0.2, np.abs(edge - 7.5)))
    for cx in (4.5, 27.5):
        for cy in (4.5, 27.5):
            radius = np.hypot(x - cx, y - cy)
            s.shade(1 - 0.5 * smooth(2.9, 1.7, np.hypot(x - cx - 0.6, y - cy - 0.8)))
            turned = single(0.5 + (x - cx + y - cy) / 5)
            s.over(mix(rgb(0.88, 0.92, 0.98), rgb(0.42, 0.48, 0.62), turned), smooth(2.1, 1.6, radius))
    return s


def glass() -> Sheet:
    """Slanting glints for a pane, one a tile, as shades of grey."""
    s = Sheet(SIZE, rgb(0.40, 0.40, 0.40))
    x, y = s.x % 32, s.y % 32
    slant = x + y * 0.75
    for centre, width in ((12.0, 3.0), (18.0, 1.2), (41.0, 2.2)):
        s.over(WHITE, smooth(width + 1.0, width - 1.0, np.abs(slant - centre)) * 0.45)
    s.shade(1.14 - 0.008 * (x + y))
    edge = np.minimum(np.minimum(x, 32 - x), np.minimum(y, 32 - y))
    s.over(rgb(0.95, 0.95, 0.95), smooth(1.6, 0.8, edge) * 0.8)
    return s


def road() -> Sheet:
    """Dark setts with trodden snow in the joints."""
    s = Sheet(SIZE, rgb(0.3, 0.34, 0.46))
    c = s.bond(64 / 6, 8.0, 101)
    corner = np.maximum(0, 3 - c.left) * np.maximum(0, 3 - c.top)
    round_edge = c.edge - 0.12 * corner + 0.25 * s.cloud(102, 1.2)
    s.color = mix(rgb(0.27, 0.31, 0.43), rgb(0.41, 0.45, 0.57), c.tone)
    s.shade(1 + 0.06 * s.cloud(103, 0.7))
    s.over(rgb(0.66, 0.69, 0.80), smooth(3.2, 1.4, c.lit) * 0.5)
    s.shade(1 - 0.36 * smooth(3.4, 1.4, c.unlit))
    s.fade(rgb(0.66, 0.73, 0.88), SNOW, smooth(-1, 1, s.cloud(104, 2.5)), smooth(1.5, 0.8, round_edge))
    return s


def wall() -> Sheet:
    """Dressed slate in long courses, deep blue, quiet enough to stand behind the scene."""
    s = Sheet(SIZE, rgb(0.26, 0.29, 0.42))
    c = s.bond(32.0, 16.0, 111)
    s.color = mix(rgb(0.18, 0.20, 0.32), rgb(0.25, 0.27, 0.40), c.tone)
    s.relief(s.cloud(112, 1.6) * 0.6 + s.cloud(113, 4), 0.30)
    s.over(rgb(0.50, 0.54, 0.72), smooth(2.8, 1.3, c.lit) * 0.32)
    s.shade(1 - 0.38 * smooth(3.0, 1.2, c.unlit))
    s.over(rgb(0.10, 0.11, 0.21), smooth(1.2, 0.6, c.edge + 0.2 * s.cloud(114, 1.5)))
    uneven = c.y + 0.8 * s.cloud(115, 1.6) + 2.0 * (c.tone < 0.6)
    s.over(FROST, smooth(3.4, 2.0, uneven) * smooth(0.7, 1.2, c.y) * 0.45)
    return s


def floor() -> Sheet:
    """Honey-coloured floorboards with nails: the warm inside of the house."""
    s = Sheet(SIZE, rgb(0.6, 0.4, 0.24))
    c = s.bond(64.0, 8.0, 121)
    s.color = mix(rgb(0.62, 0.42, 0.26), rgb(0.80, 0.58, 0.37), c.tone)
    grain = np.sin(2 * np.pi * (s.y / 2.67 + 0.35 * s.cloud(122, 2.2, 5)))
    s.shade(1 + 0.055 * grain + 0.03 * s.cloud(123, 0.5, 5))
    s.over(rgb(1.0, 0.82, 0.56), smooth(2.2, 0.9, c.y) * 0.40)
    s.shade(1 - 0.30 * smooth(5.9, 7.4, c.y))
    s.shade(1 - 0.5 * smooth(0.9, 0.3, c.top) - 0.45 * smooth(0.9, 0.3, c.left))
    nail = np.hypot(c.left - 3.2, c.y - 4)
    s.over(rgb(0.28, 0.18, 0.16), smooth(1.1, 0.6, nail))
    return s


def grass() -> Sheet:
    """Frozen turf: rows of teal blades with pale tips, the lower rows in shade."""
    s = Sheet(SIZE, rgb(0.10, 0.24, 0.25))
    for row in range(8):
        for a, b, c, d in scatter(131 + row, 26):
            t, dx, blade = s.blade(a * SIZE, row * 8 + 8 + 3 * b, 7 + 6 * c, (d - 0.45) * 5, 1.5)
            tone = mix(rgb(0.10, 0.29, 0.29), rgb(0.32, 0.58, 0.47) + 0.10 * (a - 0.5), t)
            tone = mix(tone, rgb(0.74, 0.86, 0.88), smooth(0.55, 1.0, t) * 0.75)
            s.over(tone * (1.08 - 0.14 * smooth(-0.6, 0.6, dx))[..., None], blade)
    return s


def snow() -> Sheet:
    """Drifts: long soft waves with bright crests and blue hollows."""
    s = Sheet(SIZE, rgb(0.86, 0.90, 0.99))
    bend = 0.16 * s.wave(64) + 0.10 * s.wave(32, 0.3)
    phase = (s.y / 16 + bend + 0.10 * s.cloud(141, 6)) % 1
    s.color = ramp(phase, (0, (1.0, 0.985, 0.97)), (0.14, (0.95, 0.965, 1.0)), (0.6, (0.84, 0.89, 0.99)),
                   (0.88, (0.73, 0.81, 0.98)), (1, (1.0, 0.985, 0.97)))  # fmt: skip
    s.over(rgb(0.90, 0.935, 1.0), 0.45 + 0.12 * s.cloud(143, 9).clip(-2, 2))
    s.relief(s.cloud(142, 0.9) * 0.25, 0.28)
    return s


def hill() -> Sheet:
    """Four tiles of far snowfields: three ridges with bright crests and stands of hazy firs."""
    s = Sheet(128.0, rgb(0.7, 0.75, 0.9))
    crests = [(14.0, 4.0, 0.3), (56.0, 5.5, 2.6), (98.0, 4.5, 4.4)]
    turn = 2 * np.pi * s.x / 128
    lines = [crest(turn, y, h, p, 0.45) for y, h, p in crests]
    below = np.min([(s.y - line) % 128 for line in lines], axis=0)
    s.color = ramp(below, (0, (0.985, 0.955, 0.95)), (4, (0.90, 0.90, 0.97)), (18, (0.76, 0.80, 0.94)),
                   (44, (0.66, 0.71, 0.89)))  # fmt: skip
    s.relief(s.cloud(151, 6, 1.8) * 1.5, 0.22)
    for k, (y, h, p) in enumerate(crests):
        for a, b, c, d in scatter(152 + k, 15):
            cx = (a * 0.62 + 0.2 * k + 0.1) % 1 * 128
            turned = 2 * np.pi * cx / 128
            foot = crest(turned, y, h, p, 0.45) + 1 + 7 * b
            _fir(s, cx, foot, 14 + 16 * c, d)
    return s


def _fir(s: Sheet, cx: float, foot: float, height: float, tone: float) -> None:
    """A far fir in three tiers, with snow on its lit side."""
    dx, dy = s.offset(cx, foot)
    t = 1 + dy / height
    tier = (t * 3.2) % 1
    half = single(height * (0.20 * t + 0.12 * tier) * (t > 0))
    cover = smooth(0.5, -0.5, np.abs(dx) - half) * ((t > 0) & (dy < 0))
    color = mix(rgb(0.27, 0.39, 0.56), rgb(0.38, 0.50, 0.66), tone)
    snowy = smooth(0.75, 0.25, tier) * smooth(0.35, -0.5, single(dx / np.maximum(half, 1)))
    color = mix(color, rgb(0.92, 0.92, 0.98), snowy * 0.75)
    color = mix(color, rgb(0.72, 0.77, 0.91), smooth(0.55, 1.0, t) * 0.7)
    s.over(color, cover * 0.92)


def sky() -> Sheet:
    """Sixteen tiles of dusk, in tiles: periwinkle above, peach at the horizon, and back again."""
    return Sheet.sky(
        (0, (0.30, 0.36, 0.70)), (1.2, (0.40, 0.45, 0.78)), (2.4, (0.57, 0.55, 0.84)),
        (3.6, (0.80, 0.67, 0.84)), (4.8, (0.98, 0.78, 0.76)), (6.2, (1.0, 0.86, 0.70)),
        (11.5, (0.99, 0.88, 0.76)), (13.6, (0.66, 0.62, 0.82)), (16, (0.30, 0.36, 0.70)),
    )  # fmt: skip
