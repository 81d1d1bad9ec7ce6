"""The ink painter's terrain: repeating textures, each brushed once. Lengths are pixels at 32 px a tile.

A sheet covers two tiles, but four for the hills and sixteen for the sky. Read next: `materials`.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from reskin.neural_renderer.painters.ink.medium import INDIGO, MOSS, OCHRE, SUMI, WARM, Page
from reskin.neural_renderer.painters.kit.brushes import WHITE, channels, mix, rgb, single, smooth
from reskin.neural_renderer.painters.kit.sheets import Bond, Sheet, in_each_tile, scatter

SIZE: Final = 64.0


def grass() -> Sheet:
    """Grass: thin moss, and rows of blades flicked upwards, dark at the root."""
    s = Page(SIZE)
    s.wash(MOSS, 0.42 + 0.10 * s.cloud(401, 4))
    s.wash(OCHRE, 0.18)
    for row in range(5):
        for a, b, c, d in scatter(402 + row, 13):
            lean, size = -np.pi / 2 + 1.1 * (d - 0.5), (5 + 3.5 * c, 0.75 + 0.4 * c)
            cover = s.brush(a * SIZE, (row + b) * SIZE / 5, lean, size, a * 9, 0.55, 0.10 * (b - 0.5))
            s.wash(MOSS if (a + c) % 0.4 < 0.24 else SUMI, cover * (0.55 + 0.55 * d))
    return s


def dirt() -> Sheet:
    """Thin brown in long dry sweeps of a wide brush, drifts of dots, and a few round pebbles."""
    s = Page(SIZE)
    s.wash(WARM, 0.20 + 0.05 * s.cloud(411, 6, 2.2))
    s.wash(OCHRE, 0.24)
    for a, b, c, d in scatter(413, 24):
        size = (12 + 11 * d, 1.6 + 2.4 * c)
        cover = s.brush(a * SIZE, b * SIZE, 0.22 * (c - 0.5), size, a * 5, 1.0, 0.05 * (a - 0.5))
        s.wash(WARM, cover * (0.16 + 0.30 * d))
    for a, b, c, d in scatter(414, 9):
        dx, dy = s.offset(a * SIZE, b * SIZE)
        wide = 2.3 + 1.9 * c
        radius = single(np.hypot(dx / wide, dy / (wide * (0.62 + 0.15 * d))))
        s.lift(smooth(1.05, 0.85, radius) * 0.75)
        density = 0.45 * smooth(1.0, 0.7, radius) * smooth(-0.3, 1.0, single((dx + 1.6 * dy) / (2 * wide)))
        s.wash(WARM, density)
        pressed = smooth(-1.2, 1.2, single((dx + 1.5 * dy) / wide))
        s.wash(SUMI, 1.7 * smooth(0.26, 0.08, np.abs(radius - 1)) * (0.25 + 0.75 * pressed))
    for a, b, c, d in scatter(415, 9):
        for k in range(6):
            x, y = a * SIZE + 7 * np.sin(2.4 * k + 9 * c), b * SIZE + 2.6 * np.sin(4.1 * k + 7 * d)
            s.wash(SUMI, 1.1 * s.drop(float(x), float(y), 0.45 + 0.12 * (k % 4), 0.45 + 0.08 * (k % 3)))
    return s


def sand() -> Sheet:
    """Sand raked in long curves around a few stones' places, pale ochre."""
    s = Page(SIZE)
    s.wash(OCHRE, 0.24 + 0.05 * s.cloud(421, 5))
    bend = 3.2 * s.wave(64) + 1.4 * s.wave(32, 0.2) + 0.35 * s.cloud(422, 4)
    line = np.abs(((s.y + bend) / 5.3333 + 0.5) % 1 - 0.5) * 5.3333
    s.wash(WARM, 0.42 * smooth(1.0, 0.2, single(line - 0.25 * s.cloud(423, 1.2, 3))))
    s.lift(smooth(0.9, 0.2, single(np.abs(line - 1.6))) * 0.55)
    for a, b, c, _ in scatter(424, 34):
        s.wash(WARM, 0.5 * s.drop(a * SIZE, b * SIZE, 0.5 + 0.3 * c, 0.5))
    return s


def stone() -> Sheet:
    """Rock: boulders with a swelling contour, paper where the light falls, axe-cut strokes in the shade."""
    s = Page(SIZE)
    x, y = s.x + 1.6 * s.cloud(434, 3.5), s.y + 1.6 * s.cloud(435, 3.5)
    near, second = np.full_like(s.x, 99.0), np.full_like(s.x, 99.0)
    shade, tone = np.zeros_like(s.x), np.zeros_like(s.x)
    for k, (a, b, c, d) in enumerate(scatter(436, 16)):
        cx, cy = (k % 4 + 0.15 + 0.7 * a) * 16 + 8 * (k // 4 % 2), (k // 4 + 0.2 + 0.6 * b) * 16
        dx, dy = (x - cx + 32) % 64 - 32, (y - cy + 32) % 64 - 32
        away = np.hypot(dx, dy * 1.25) - 2.5 * c
        closer = away < near
        second = np.where(closer, near, np.minimum(second, away))
        shade, tone = np.where(closer, 0.5 * dx + 0.8 * dy, shade), np.where(closer, d, tone)
        near = np.where(closer, away, near)
    edge, dark = single((second - near) / 2), smooth(-2.0, 7.0, single(shade))
    s.wash(SUMI, 0.10 + 0.26 * tone + 0.55 * dark * (0.8 + 0.2 * s.cloud(431, 2)))
    s.wash(INDIGO, 0.05 + 0.10 * dark)
    for a, b, c, d in scatter(432, 54):
        lean, size = 2.0 + 0.6 * (d - 0.5), (3.2 + 3.4 * c, 0.7 + 1.0 * c)
        cover = s.brush(a * SIZE, b * SIZE, lean, size, a * 8, 0.9, 0.15 * (b - 0.5))
        s.wash(SUMI, cover * smooth(0.5, 1.6, edge) * (0.10 + 0.95 * dark) * (0.4 + 0.5 * d))
    width = 0.85 + 0.75 * dark + 0.30 * s.cloud(437, 3)
    s.wash(SUMI, 2.2 * smooth(0.35, -0.35, single(edge - width)))
    for a, b, c, _ in scatter(433, 16):
        s.wash(SUMI, 1.1 * s.drop(a * SIZE, b * SIZE, 0.7 + 0.5 * c, 0.7))
    return s


def ore() -> Sheet:
    """Masks for ore: red is how much of the plain colour, green its depth, blue the ink around it."""
    s = Sheet(SIZE, rgb(0, 0, 0))
    for cx, cy, c, d in in_each_tile(441, (9.0, 22.5, 12.0, 24.0), (9.5, 10.0, 23.0, 22.5), 2):
        size = 4.2 + 1.8 * c
        dx, dy = s.offset(cx, cy)
        slant = 0.5 * (d - 0.5)
        u, v = dx + slant * dy, dy - slant * dx
        radius = single((np.abs(u) * 0.95 + np.abs(v) * 0.72 + 0.25 * np.hypot(u, v)) / size)
        cover, line = smooth(1.02, 0.92, radius), smooth(1.45, 1.22, radius)
        depth = (
            0.45
            + 0.55 * smooth(-0.3 * size, 0.5 * size, single(u + 0.5 * v))
            - 0.45 * smooth(0.5, 0.2, single(np.hypot(u + 0.3 * size, v + 0.3 * size) / size))
        )
        s.color[..., 2] = np.maximum(s.color[..., 2] * (1 - cover), line * (1 - cover))
        s.over(channels(1, depth, 0), cover)
    return s


def wood() -> Sheet:
    """Upright boards, each one pull of a wide half-dry brush, with ink in the joints."""
    s = Page(SIZE)
    c = s.bond(64.0, 10.6667, 451, turn=True)
    s.wash(OCHRE, 0.36 + 0.16 * c.tone)
    s.wash(WARM, 0.34 + 0.30 * c.tone + 0.08 * s.cloud(452, 3))
    hair = np.sin(s.x * 2.9 + 9 * c.tone + 0.6 * s.cloud(453, 6)) + 0.8 * np.sin(s.x * 5.3 + 31 * c.tone)
    reach = 0.5 + 0.5 * np.sin(2 * np.pi * (s.y / 64 + c.tone))
    s.lift(smooth(0.3, 1.2, single(hair - 0.9 + 1.2 * reach)) * 0.35)
    s.wash(WARM, 0.45 * smooth(0.5, 1.5, single(-hair)))
    for a, b, d, _ in scatter(454, 5):
        cx = np.floor(a * 6) * 10.6667 + 5.3
        s.wash(
            SUMI,
            0.8 * s.drop(float(cx), b * SIZE, 1.2 + d, 2.0 + d)
            + 0.4 * s.drop(float(cx), b * SIZE, 2.4 + d, 3.6 + d),
        )
    s.wash(SUMI, 1.5 * smooth(0.9, 0.2, single(np.minimum(c.y, 10.6667 - c.y) + 0.25 * s.cloud(455, 1, 0.3))))
    return s


def leaves() -> Sheet:
    """Pine: fans of needles over thin washes, pale ones behind, burnt ink before."""
    s = Page(SIZE)
    s.wash(MOSS, 0.34 + 0.10 * s.cloud(465, 5))
    for layer, (count, reach, depth) in enumerate(((34, 9.0, 0.45), (34, 8.5, 0.75), (26, 8.0, 1.3))):
        for a, b, c, d in scatter(461 + layer, count):
            dx, dy = s.offset(a * SIZE, b * SIZE)
            radius, angle = (
                single(np.hypot(dx, dy * 1.15) / (reach * (0.8 + 0.4 * c))),
                np.arctan2(dx, -dy) - 0.5 * (d - 0.5),
            )
            fan = smooth(1.55, 1.30, single(np.abs(angle))) * smooth(
                1.04, 0.92, radius + 0.10 * single(np.sin(angle * 23 + 9 * c))
            )
            needles = smooth(-0.1, 0.5, single(np.sin(angle * 17 + 7 * d) + 0.05 - 0.35 * radius))
            density = fan * (0.06 + 0.94 * needles) * depth * 1.5 * smooth(1.3, 0.5, radius)
            s.wash(MOSS if layer < 2 and c < 0.6 else SUMI, density)
    return s


def brick() -> Sheet:
    """Brick: washes of ochre and brown, a tone each, drawn round with a fine brush."""
    s = Page(SIZE)
    x, y = s.x + 0.5 * np.sin(s.y * np.pi / 16), s.y + 0.6 * np.sin(s.x * np.pi / 16 + 2)
    c = Bond(single(x), single(y), 16.0, 8.0, 471)
    inside = smooth(0.4, 1.5, single(c.edge))
    s.wash(OCHRE, inside * (0.30 + 0.30 * c.tone))
    s.wash(WARM, inside * (0.22 + 0.72 * c.tone**2 + 0.10 * s.cloud(472, 2)))
    s.wash(WARM, 0.30 * smooth(3.4, 1.0, single(c.unlit)) * inside)
    line = single(np.abs(c.edge - 0.55) + 0.22 * s.cloud(473, 1.6))
    s.wash(SUMI, 1.15 * smooth(0.75, 0.2, line) * (0.5 + 0.5 * smooth(4, 1, single(c.unlit))))
    return s


def metal() -> Sheet:
    """Lacquered plates: black, with a dry sweep of light across each and pale studs."""
    s = Page(SIZE)
    s.wash(SUMI, 1.05 + 0.10 * s.cloud(481, 4))
    s.wash(INDIGO, 0.22)
    for tile in range(4):
        cx, cy = tile % 2 * 32 + 16, tile // 2 * 32 + 16
        s.lift(s.brush(cx - 1.0, cy - 3, -0.75, (13, 5.5), tile * 2.3, 0.9) * 0.38)
        s.lift(s.brush(cx + 5.0, cy + 6, -0.75, (8, 2.2), tile * 3.1, 0.9) * 0.28)
    x, y = s.x % 32, s.y % 32
    edge = np.minimum(np.minimum(x, 32 - x), np.minimum(y, 32 - y))
    s.lift(smooth(1.0, 0.3, single(np.abs(edge - 2.3))) * 0.40)
    s.wash(SUMI, 1.2 * smooth(1.2, 0.4, edge))
    for px in (6.0, 26.0):
        for py in (6.0, 26.0):
            s.lift(smooth(2.0, 1.4, single(np.hypot(x - px, y - py))) * 0.75)
            s.wash(SUMI, 0.9 * smooth(2.0, 1.2, single(np.hypot(x - px - 1.0, y - py - 1.0))))
    return s


def glass() -> Sheet:
    """A paper screen's bars, two panes a tile, as ink."""
    s = Page(SIZE)
    s.color = np.ones_like(s.color)
    x, y = s.x % 16, s.y % 16
    edge = np.minimum(np.minimum(x, 16 - x), np.minimum(y, 16 - y)) + 0.15 * s.cloud(491, 1.5)
    s.wash(WARM, 1.3 * smooth(1.2, 0.5, single(edge)) + 0.16 * smooth(4, 1, single(np.minimum(x, y))))
    return s


def road() -> Sheet:
    """A road of worn flagstones in grey washes with inked joints."""
    s = Page(SIZE)
    x, y = (
        s.x + 1.0 * np.sin(s.y * np.pi / 16) + 0.7 * s.cloud(501, 4),
        s.y + 1.2 * np.sin(s.x * np.pi / 16 + 1),
    )
    c = Bond(single(x), single(y), 21.3333, 12.8, 502)
    inside = smooth(0.7, 2.2, single(c.edge))
    s.wash(SUMI, 0.52 * (1 - inside) + inside * (0.24 + 0.42 * c.tone + 0.08 * s.cloud(503, 2.5)))
    s.wash(INDIGO, 0.10)
    s.wash(SUMI, 0.42 * smooth(4.2, 1.0, single(c.unlit)) * inside)
    for a, b, d, e in scatter(504, 16):
        s.wash(SUMI, 0.30 * s.brush(a * SIZE, b * SIZE, 0.3 * (d - 0.5), (4 + 5 * e, 1.2), a * 7, 0.9))
    s.wash(SUMI, 1.0 * smooth(1.2, 0.3, single(c.edge + 0.3 * s.cloud(505, 1.2))))
    return s


def wall() -> Sheet:
    """The wall behind: wet dark ink with indigo, large stones that can hardly be told apart."""
    s = Page(SIZE)
    c = s.bond(32.0, 16.0, 511)
    s.wash(SUMI, 1.02 + 0.16 * c.tone + 0.10 * s.cloud(512, 6) + 0.05 * s.cloud(513, 1.6))
    s.wash(INDIGO, 0.34)
    for a, b, d, e in scatter(514, 14):
        s.wash(SUMI, 0.20 * s.brush(a * SIZE, b * SIZE, 0.4 * (d - 0.5), (9 + 8 * e, 3.0), a * 5, 0.85))
        s.lift(s.brush(b * SIZE, a * SIZE, 0.3 * (e - 0.5), (6 + 6 * d, 1.6), b * 5, 1.0) * 0.07)
    joint = single(c.edge + 0.35 * s.cloud(515, 1.6))
    s.wash(SUMI, 0.55 * smooth(1.3, 0.4, joint))
    s.lift(smooth(1.2, 0.3, single(np.abs(np.minimum(c.x, c.y) - 2.0) + 0.3 * s.cloud(516, 1.5))) * 0.10)
    return s


def floor() -> Sheet:
    """Straw mats, woven fine, with dark cloth borders."""
    s = Page(SIZE)
    s.wash(OCHRE, 0.30 + 0.04 * s.cloud(521, 3))
    s.wash(MOSS, 0.14)
    c = s.bond(64.0, 32.0, 522)
    weave = np.sin(2 * np.pi * s.y / 2.6667) * (0.7 + 0.3 * np.sin(2 * np.pi * s.x / 10.6667))
    s.wash(WARM, 0.10 + 0.10 * weave + 0.05 * s.cloud(523, 0.7, 3))
    border = smooth(3.0, 2.2, single(c.top + 0.1 * s.cloud(524, 2)))
    s.wash(INDIGO, 0.75 * border)
    s.wash(SUMI, 0.50 * border + 0.9 * smooth(0.6, 0.2, single(c.edge)))
    s.lift(
        border
        * smooth(0.4, 0.8, single(np.sin(2 * np.pi * s.x / 5.3333)))
        * smooth(1.2, 0.6, single(np.abs(c.top - 1.4)))
        * 0.5
    )
    return s


def snow() -> Sheet:
    """Bare paper: only its hollows are touched, with the thinnest blue ink and a few dots."""
    s = Page(SIZE)
    s.color = mix(s.color, rgb(1, 0.995, 0.975), 0.8)
    bend = 0.16 * s.wave(64) + 0.10 * s.wave(32, 0.3) + 0.05 * s.cloud(531, 5)
    phase = single((s.y / 21.3333 + bend) % 1)
    hollow = smooth(0.35, 0.92, phase) * smooth(1.0, 0.94, phase)
    s.wash(INDIGO, 0.12 * hollow)
    s.wash(SUMI, 0.10 * hollow)
    s.wash(
        SUMI,
        0.30 * smooth(0.025, 0.008, single(np.abs(phase - 0.96))) * smooth(-0.4, 0.8, s.cloud(532, 4, 1.5)),
    )
    for a, b, c, _ in scatter(533, 16):
        s.wash(SUMI, 0.55 * s.drop(a * SIZE, b * SIZE, 0.5 + 0.4 * c, 0.5))
    return s


def water() -> Sheet:
    """Masks for water: red are drawn lines of waves, green is lighter foam beside them."""
    s = Sheet(SIZE, rgb(0, 0, 0))
    for a, b, c, d in scatter(541, 9):
        dx, dy = s.offset(a * SIZE, b * SIZE)
        reach = 9 + 8 * c
        fade = smooth(1.0, 0.55, single(np.abs(dx) / reach))
        for k in range(3):
            curve = dy + 1.5 * np.cos(dx * 0.36 + d * 6) + 3.0 * k - 3.0 + 0.3 * s.cloud(542, 4)
            width = 0.85 - 0.18 * k
            s.color[..., 0] = np.maximum(
                s.color[..., 0], smooth(width, 0.2, np.abs(curve)) * fade * (1 - 0.25 * k)
            )
            s.color[..., 1] = np.maximum(s.color[..., 1], smooth(1.1, 0.3, np.abs(curve - 1.5)) * fade * 0.8)
    return s


def hill() -> Sheet:
    """Four tiles of far mountains: three ranges, dark against the mist of the one behind, with pines."""
    s = Page(128.0)
    t = 2 * np.pi * s.x / 128
    crests = ((8.0, 0.3, 0.55), (50.0, 2.6, 0.62), (92.0, 4.4, 0.58))
    jag = s.cloud(551, 2.2)
    shape = [
        y + 7.0 * np.sin(t + p) + 4.0 * np.sin(2 * t + 2.3 * p) + 2.2 * np.sin(5 * t + p)
        for y, p, _ in crests
    ]
    lines = [line + 0.8 * jag for line in shape]
    below = single(np.min([(s.y - line) % 128 for line in lines], axis=0))
    s.wash(SUMI, 0.50 * smooth(40, 0, below) * smooth(-0.5, 1.2, below))
    s.wash(INDIGO, 0.22 * smooth(46, 0, below))
    s.wash(SUMI, 0.40 * smooth(3.4, 0.4, below) * smooth(-0.6, 0.6, s.cloud(552, 5)))
    for k, (a, b, c, d) in enumerate(scatter(553, 42)):
        y, p, _ = crests[k % 3]
        at = 2 * np.pi * a
        top = _crest(at, y, p)
        cover = s.brush(
            a * 128, top + 6 + 16 * b, 1.75 + 0.5 * (d - 0.5), (4 + 6 * c, 1.2 + 1.4 * c), a * 9, 0.9, 0.15
        )
        s.wash(SUMI, cover * (0.16 + 0.20 * d))
    for k in range(3):
        y, p, _ = crests[k]
        for a, b, c, d in scatter(556 + k, 9):
            cx = (a * 0.5 + 0.33 * k) % 1
            _pine(s, cx * 128, _crest(2 * np.pi * cx, y, p) + 1 + 5 * b, 9 + 7 * c, d)
    return s


def _crest(turn: Any, y: float, p: float) -> Any:
    """The height of a range, at `turn` radians."""
    return y + 7.0 * np.sin(turn + p) + 4.0 * np.sin(2 * turn + 2.3 * p) + 2.2 * np.sin(5 * turn + p)


def _pine(s: Page, cx: float, foot: float, height: float, tone: float) -> None:
    """A far pine: a flick for the trunk and three flat dabs."""
    s.wash(SUMI, 0.55 * s.brush(cx, foot - height / 2, -1.45, (height / 2, 0.7), tone * 9, 0.3))
    for k in range(3):
        wide = (0.42 - 0.10 * k) * height
        y = foot - height * (0.38 + 0.26 * k)
        density = (0.45 + 0.35 * tone) * s.drop(cx + 0.8 * (k % 2) - 0.4, y, wide, 0.11 * height, 0.08, 0.3)
        s.wash(SUMI, density)


def sky() -> Sheet:
    """Sixteen tiles, in tiles: a blue-grey wash let down from above, a little dawn, bare paper."""
    return Sheet.sky(
        (0, (0.62, 0.68, 0.73)), (1.4, (0.76, 0.79, 0.79)), (3.0, (0.92, 0.905, 0.865)),
        (4.6, (0.965, 0.93, 0.87)), (6.0, (0.965, 0.875, 0.805)), (8.0, (0.965, 0.91, 0.85)),
        (11.5, (0.965, 0.935, 0.875)), (14.0, (0.80, 0.82, 0.81)), (16, (0.62, 0.68, 0.73)),
    )  # fmt: skip


def ink_paper_grain() -> Sheet:
    """The paper's own grain and fibres, about 1."""
    s = Sheet(SIZE, WHITE)
    s.shade(1 + 0.020 * s.cloud(571, 0.6) + 0.014 * s.cloud(572, 1.6))
    for a, b, c, d in scatter(573, 30):
        dx, dy = s.offset(a * SIZE, b * SIZE)
        turn, long = d * np.pi, 3 + 5 * c
        along, across = dx * np.cos(turn) + dy * np.sin(turn), dy * np.cos(turn) - dx * np.sin(turn)
        s.shade(1 - 0.07 * smooth(0.55, 0.2, np.abs(across - 0.02 * along**2)) * (np.abs(along) < long))
    return s
