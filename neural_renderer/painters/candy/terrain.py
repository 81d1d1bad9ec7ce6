"""The candy painter's terrain: repeating textures, each modelled once. Lengths are pixels at 32 px a tile.

A sheet covers two tiles, but four for the hills and sixteen for the sky. Read next: `materials`.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.neural_renderer.painters.kit.brushes import WHITE, channels, mix, ramp, rgb, single, smooth
from reskin.neural_renderer.painters.kit.models import Finish, Model
from reskin.neural_renderer.painters.kit.sheets import Sheet, crest, in_each_tile, scatter

SIZE: Final = 64.0
CREAM: Final = rgb(1.0, 0.95, 0.88)
_GUMS: Final = (
    (0.60, 0.44, 0.86), (0.52, 0.52, 0.92), (0.76, 0.48, 0.86), (0.88, 0.52, 0.80),
    (0.48, 0.62, 0.94), (0.70, 0.62, 0.96),
)  # fmt: skip
SPRINKLES: Final = (
    (1.0, 0.93, 0.42), (0.45, 0.88, 0.98), (1.0, 0.42, 0.62), (1.0, 1.0, 1.0), (0.62, 0.95, 0.60),
    (0.75, 0.55, 1.0),
)  # fmt: skip


def _sprinkle(s: Model, cx: float, cy: float, angle: float, color: int, long: float = 3.2) -> None:
    """A short coloured rod."""
    dx, dy = long / 2 * float(np.cos(angle)), long / 2 * float(np.sin(angle))
    inside = s.bar(cx - dx, cy - dy, cx + dx, cy + dy, 2.3)
    s.press(rgb(*SPRINKLES[color % len(SPRINKLES)]), inside, 1.1, 1.0)


def grass() -> Sheet:
    """Strawberry icing in soft swirls, with hundreds and thousands."""
    s = Model(SIZE, rgb(0.98, 0.46, 0.66))
    s.over(rgb(1.0, 0.60, 0.76), smooth(-1.0, 1.2, s.cloud(201, 5)))
    s.height = single(1.6 * s.cloud(202, 4.0, 1.6))
    for a, b, c, d in scatter(203, 22):
        _sprinkle(s, a * SIZE, b * SIZE, c * np.pi, int(d * 6))
    s.light(Finish(shade=(0.66, 0.20, 0.46), contrast=0.9, gloss=0.8, sharpness=46, hollow=0.4))
    return s


def dirt() -> Sheet:
    """Chocolate cake: airy sponge with chips, and one layer of cream and jam that wanders along."""
    s = Model(SIZE, rgb(0.56, 0.31, 0.21))
    s.over(rgb(0.70, 0.42, 0.27), smooth(-1.0, 1.3, s.cloud(211, 2.6)))
    s.over(rgb(0.44, 0.22, 0.17), smooth(0.4, 1.8, s.cloud(217, 4.0)) * 0.6)
    s.height = single(0.22 * s.cloud(212, 0.7) + 0.8 * s.cloud(213, 2.2))
    for a, b, c, d in scatter(214, 46):
        r = 0.7 + 1.1 * c * d
        s.press(None, s.ellipse(a * SIZE, b * SIZE, r * 1.25, r), -1.2, r)
    for a, b, c, d in scatter(215, 10):
        inside = s.ellipse(a * SIZE, b * SIZE, 2.4 + 1.2 * c, 1.9 + 0.8 * c, d * 3)
        s.raised(rgb(0.27, 0.11, 0.10), inside, 1.6, 1.8)
    wave = 3.4 * s.wave(64) + 1.0 * s.wave(32, 0.3) + 0.5 * s.cloud(218, 4)
    dy = single((s.y - 40 - wave + 32) % 64 - 32)
    s.raised(rgb(0.96, 0.32, 0.52), single(2.2 - np.abs(dy - 4.4)), 1.8, 1.0)
    s.raised(rgb(1.0, 0.92, 0.88), single(3.3 - np.abs(dy)), 2.8, 2.6)
    s.light(Finish(shade=(0.38, 0.14, 0.18), contrast=1.0, gloss=0.45, sharpness=22, hollow=0.7))
    return s


def sand() -> Sheet:
    """Demerara sand: sparkling grains over soft dunes."""
    s = Model(SIZE, rgb(0.98, 0.83, 0.60))
    wave = np.sin(2 * np.pi * (s.y / 16 + 0.16 * s.wave(64) + 0.08 * s.wave(32)))
    s.color = mix(rgb(0.96, 0.76, 0.52), rgb(1.0, 0.91, 0.74), single(0.5 + 0.5 * wave))
    s.height = single(1.1 * wave + 0.26 * s.cloud(222, 0.65))
    for a, b, c, d in scatter(223, 70):
        grain = mix(rgb(1.0, 0.95, 0.84), rgb(0.92, 0.62, 0.36), d)
        s.press(grain, s.ellipse(a * SIZE, b * SIZE, 0.9 + 0.5 * c, 0.8, d * 3), 0.9, 0.8)
    s.light(Finish(shade=(0.62, 0.36, 0.34), contrast=0.8, gloss=0.6, sharpness=30, hollow=0.4))
    return s


def stone() -> Sheet:
    """Rock of sugared gumdrops and jelly beans in violets, pressed together in layers."""
    s = Model(SIZE, rgb(0.20, 0.09, 0.32))
    for k, (count, radius, seed) in enumerate(((40, 5.6, 231), (34, 6.0, 232), (26, 6.2, 233))):
        for a, b, c, d in scatter(seed, count):
            color = rgb(*_GUMS[int(d * len(_GUMS)) % len(_GUMS)]) * (0.78 + 0.13 * k)
            r = radius * (0.75 + 0.45 * c)
            s.raised(color, s.ellipse(a * SIZE, b * SIZE, r * 1.18, r * 0.86, 5 * d + c), r, 3.4, 1.2 * k)
    s.height = single(s.height + 0.10 * s.cloud(234, 0.55))
    s.light(Finish(shade=(0.30, 0.14, 0.46), contrast=0.85, gloss=0.85, sharpness=34, hollow=0.55))
    return s


def ore() -> Sheet:
    """Masks for ore, cut sweets a tile: red is how much sweet, green its light, blue a halo."""
    s = Model(SIZE, rgb(0, 0, 0))
    for cx, cy, c, d in in_each_tile(241, (9.5, 22.5, 15.5), (10.0, 12.5, 23.5), 3):
        size = 5.0 + 1.8 * c
        dx, dy = s.offset(cx, cy)
        angle = np.arctan2(dy, dx) + d * 3
        ring = np.hypot(dx, dy) / (1 + 0.045 * np.cos(6 * angle))
        inside = single(size - ring)
        glow = single(np.exp(-((ring / (size * 1.7)) ** 2)))
        s.color[..., 2] = np.maximum(s.color[..., 2], glow)
        s.over(channels(0.4, 0, s.color[..., 2]), smooth(-1.6, -0.2, inside))
        cover = s.raised(None, inside, size * 0.55, 3.2)
        color = channels(1, 0.5 + 0.10 * np.cos(6 * angle) * (ring > size * 0.45), glow)
        s.over(color, cover)
    light, gloss = s.lit(Finish(shade=(0, 0, 0), contrast=0.9, sharpness=40, hollow=0.2))
    s.color[..., 1] = np.clip(s.color[..., 1] * light + 0.75 * gloss * (s.color[..., 0] > 0.5), 0, 1)
    return s


def wood() -> Sheet:
    """Wafer biscuits: upright bars with an embossed lattice and a line of cream between."""
    s = Model(SIZE, CREAM)
    c = s.bond(32.0, 16.0, 251, turn=True)
    toast = mix(rgb(0.86, 0.56, 0.27), rgb(0.97, 0.73, 0.42), c.tone)
    toast = mix(toast, rgb(0.72, 0.40, 0.18), smooth(0.6, 2.0, s.cloud(252, 4)) * 0.5)
    u, v = (c.x % 8) - 4, (c.y - 1.0) % 7 - 3.5
    cell = single(3.1 - np.maximum(np.abs(u), np.abs(v) * 1.02))
    s.raised(toast, single(c.edge - 0.9), 1.5, 2.4)
    s.height = single(s.height - 1.5 * smooth(0.0, 1.8, cell) * smooth(0.9, 1.8, c.edge))
    s.shade(1 - 0.16 * smooth(0.2, 1.8, cell) * smooth(0.9, 1.8, c.edge))
    s.height = single(s.height + 0.12 * s.cloud(253, 0.6))
    s.light(Finish(shade=(0.50, 0.24, 0.14), contrast=1.1, gloss=0.25, sharpness=16, hollow=0.55))
    return s


def leaves() -> Sheet:
    """Foliage of mint jelly drops, the small ones behind, each with a highlight."""
    s = Model(SIZE, rgb(0.03, 0.42, 0.40))
    for k, (count, radius, seed) in enumerate(((60, 4.2, 260), (56, 4.4, 261), (44, 4.6, 262))):
        for a, b, c, d in scatter(seed, count):
            color = ramp(
                d, (0, (0.08, 0.66, 0.56)), (0.5, (0.24, 0.82, 0.62)),
                (1, (0.60, 0.95, 0.66))
            ) * (0.60 + 0.20 * k)  # fmt: skip
            r = radius * (0.75 + 0.5 * c)
            s.raised(color, s.ellipse(a * SIZE, b * SIZE, r, r * 0.92), r, 2.8, 1.2 * k)
    s.light(Finish(shade=(0.06, 0.34, 0.44), contrast=0.95, gloss=0.95, sharpness=40, hollow=0.55))
    return s


def brick() -> Sheet:
    """Bricks of nougat and raspberry fondant, pillowed, in white icing."""
    s = Model(SIZE, rgb(1.0, 0.93, 0.93))
    c = s.bond(16.0, 8.0, 271)
    s.color = single(s.color * (1 - 0.04 * s.cloud(272, 1)[..., None].clip(-1, 1)))
    body = ramp(
        c.tone, (0, (0.86, 0.16, 0.36)), (0.45, (0.96, 0.30, 0.48)), (0.75, (1.0, 0.46, 0.58)),
        (1, (1.0, 0.60, 0.62)),
    )  # fmt: skip
    inside = single(c.inset(2.2) - 0.75)
    s.raised(body, inside, 2.2, 2.4)
    s.height = single(s.height + 0.10 * s.cloud(273, 1.2))
    s.light(Finish(shade=(0.46, 0.06, 0.26), contrast=1.0, gloss=0.85, sharpness=34, hollow=0.40))
    return s


def metal() -> Sheet:
    """Silver sweet-paper, quilted, with a sugar pearl at every knot."""
    s = Model(SIZE, rgb(0.76, 0.78, 0.92))
    u, v = (s.x + s.y) / 16, (s.x - s.y) / 16
    fu, fv = np.abs(u % 1 - 0.5), np.abs(v % 1 - 0.5)
    s.height = single(
        3.4 * np.sqrt(np.clip(1 - (np.maximum(fu, fv) * 2) ** 2, 0, 1)) + 0.25 * s.cloud(281, 0.9)
    )
    s.over(rgb(0.95, 0.80, 0.95), smooth(-0.5, 1.5, s.cloud(282, 5)) * 0.5)
    for cx in range(0, 64, 16):
        for cy in range(0, 64, 16):
            s.raised(rgb(1.0, 0.94, 0.97), s.ellipse(cx, cy, 2.4, 2.4), 2.4, 2.6)
            s.raised(rgb(1.0, 0.94, 0.97), s.ellipse(cx + 8, cy + 8, 2.4, 2.4), 2.4, 2.6)
    s.light(Finish(shade=(0.36, 0.32, 0.58), contrast=1.25, gloss=0.9, sharpness=24, hollow=0.5))
    return s


def glass() -> Sheet:
    """Sugar glass, one pane a tile, as grey: bubbles, a bevel and slanting glints."""
    s = Model(SIZE, rgb(0.40, 0.40, 0.40))
    x, y = s.x % 32, s.y % 32
    edge = np.minimum(np.minimum(x, 32 - x), np.minimum(y, 32 - y))
    s.shade(1.20 - 0.008 * (x + y))
    for centre, width in ((13.0, 3.2), (20.0, 1.2), (44.0, 2.4)):
        s.over(WHITE, smooth(width + 1, width - 1, np.abs(x + 0.8 * y - centre)) * 0.5)
    for a, b, c, _ in scatter(291, 12):
        s.raised(None, s.ellipse(a * SIZE, b * SIZE, 1 + c, 1 + c), 1 + c, 1.0)
    s.height = single(s.height + 2.0 * np.sqrt(np.clip(1 - (1 - edge / 4).clip(0, 1) ** 2, 0, 1)))
    s.light(Finish(shade=(0.35, 0.35, 0.35), contrast=0.8, gloss=0.8, sharpness=30, hollow=0.2))
    return s


def road() -> Sheet:
    """A road of liquorice cobbles, plum black, with sugar in the joints and a comfit here and there."""
    s = Model(SIZE, rgb(0.74, 0.58, 0.76))
    c = s.bond(16.0, 64 / 6, 301)
    body = mix(rgb(0.30, 0.17, 0.34), rgb(0.42, 0.25, 0.45), c.tone)
    for low, color in ((0.90, rgb(0.62, 0.34, 0.62)), (0.95, rgb(0.30, 0.42, 0.66))):
        body = mix(body, color, (c.tone > low).astype(np.float32))
    inside = single(c.inset(3.2) - 0.7)
    s.raised(body, inside, 3.2, 2.6)
    s.height = single(s.height + 0.2 * s.cloud(302, 0.7) * (inside < 0))
    s.light(Finish(shade=(0.30, 0.14, 0.36), contrast=0.95, gloss=0.50, sharpness=24, hollow=0.45))
    return s


def wall() -> Sheet:
    """Tablets of dark chocolate: the wall behind, quiet and deep."""
    s = Model(SIZE, rgb(0.26, 0.12, 0.17))
    c = s.bond(64 / 3, 16.0, 311)
    s.color = mix(rgb(0.30, 0.12, 0.15), rgb(0.39, 0.17, 0.18), c.tone)
    s.over(rgb(0.48, 0.22, 0.20), (c.tone > 0.80).astype(np.float32) * 0.6)
    inside = single(c.inset(3.0) - 0.6)
    s.raised(None, inside, 3.6, 2.6)
    s.height = single(s.height - 0.7 * smooth(0, 1.6, single(inside - 3.6)) + 0.10 * s.cloud(312, 1.6))
    s.shade(1 - 0.35 * smooth(0.8, 0.0, inside))
    s.light(Finish(shade=(0.26, 0.12, 0.24), contrast=1.15, gloss=0.42, sharpness=26, hollow=0.45))
    return s


def floor() -> Sheet:
    """A waffle floor: square wells between soft ridges, honey in some."""
    s = Model(SIZE, rgb(0.95, 0.70, 0.38))
    s.color = mix(rgb(0.90, 0.62, 0.31), rgb(1.0, 0.79, 0.48), smooth(-1.5, 1.5, s.cloud(321, 3)))
    x, y = s.x % 16 - 8, s.y % 16 - 8
    well = single(6.0 - np.maximum(np.abs(x), np.abs(y)))
    s.height = single(-2.2 * smooth(-1.4, 1.6, well) + 0.14 * s.cloud(322, 0.8))
    s.shade(1 - 0.16 * smooth(-0.5, 2.0, well))
    for a, b, c, d in scatter(323, 4):
        cx, cy = 8 + 16 * int(a * 4), 8 + 16 * int(b * 4)
        s.raised(rgb(0.93, 0.52, 0.12), s.ellipse(cx, cy, 3.6 + c, 3.6 + d), 2.0, 1.2, -2.4)
    s.light(Finish(shade=(0.56, 0.26, 0.14), contrast=1.05, gloss=0.35, sharpness=22, hollow=0.40))
    return s


def snow() -> Sheet:
    """Whipped cream: piped ridges that roll over each other, a few sugar pearls."""
    s = Model(SIZE, rgb(1.0, 0.965, 0.94))
    bend = 2.6 * s.wave(32) + 2.0 * s.wave(64, 0.2) + 1.0 * s.cloud(333, 6)
    phase = single(((s.y + bend) / 21.333) % 1)
    s.height = single(4.6 * np.sqrt(np.clip(1 - (2 * phase - 1) ** 2, 0, 1)) + 0.5 * s.cloud(331, 3))
    s.soften(0.8)
    for a, b, c, d in scatter(332, 9):
        pearl = s.ellipse(a * SIZE, b * SIZE, 1.2 + 0.4 * c, 1.2 + 0.4 * c)
        s.press(rgb(1.0, 0.62 + 0.3 * d, 0.80), pearl, 1.4, 1.2)
    s.light(Finish(shade=(0.66, 0.44, 0.76), contrast=1.15, gloss=0.6, sharpness=26, hollow=0.4))
    return s


def hill() -> Sheet:
    """Four tiles of far ice-cream dunes in pastel layers, with wafers and lollies on their crests."""
    s = Sheet(128.0, rgb(0.98, 0.80, 0.86))
    turn = 2 * np.pi * s.x / 128
    crests = ((10.0, 5.0, 0.3, (1.0, 0.88, 0.90), (0.95, 0.70, 0.82)),
    (52.0, 6.0, 2.6, (0.86, 0.96, 0.93), (0.66, 0.86, 0.88)),
              (94.0, 5.0, 4.4, (1.0, 0.95, 0.84), (0.98, 0.80, 0.74)))  # fmt: skip
    lines = [crest(turn, y, h, p, 0.5) for y, h, p, _, _ in crests]
    depth = np.stack([(s.y - line) % 128 for line in lines])
    below, which = depth.min(0), depth.argmin(0)
    for k, (_, _, _, light, dark) in enumerate(crests):
        s.fade(rgb(*light), rgb(*dark), smooth(0, 42, single(below)), (which == k).astype(np.float32))
    s.over(rgb(1, 0.99, 0.97), smooth(4.2, 1.4, single(below)) * 0.9)
    s.shade(1 - 0.05 * smooth(4, 6, single(below)) * smooth(12, 6, single(below)))
    stripe = single(np.sin(2 * np.pi * (below + 2.0 * np.sin(turn * 3)) / 14))
    s.shade(1 + 0.025 * stripe)
    for k, (y, h, p, _, _) in enumerate(crests):
        for a, b, c, d in scatter(342 + k, 5):
            cx = ((a + k * 0.31) % 1) * 128
            t = 2 * np.pi * cx / 128
            foot = crest(t, y, h, p, 0.5) + 2 + 6 * b
            _lolly(s, cx, foot, 11 + 7 * c, d)
    return s


def _lolly(s: Sheet, cx: float, foot: float, height: float, hue: float) -> None:
    """A far lollipop: a pale stick and a striped disc, veiled by the haze."""
    dx, dy = s.offset(cx, foot)
    s.over(rgb(1, 0.97, 0.96), smooth(1.3, 0.6, np.abs(dx)) * ((dy < 0) & (dy > -height)) * 0.85)
    ex, ey = s.offset(cx, foot - height)
    radius = 4.2 + 1.8 * hue
    ring = single(np.hypot(ex, ey))
    swirl = 0.5 + 0.5 * np.sin(np.arctan2(ey, ex) * 2 + ring * 1.3)
    tone = ((0.98, 0.52, 0.68), (0.62, 0.74, 0.98), (0.98, 0.72, 0.50), (0.56, 0.86, 0.80))[int(hue * 3.99)]
    cover = smooth(radius + 0.7, radius - 0.7, ring) * 0.85
    s.over(mix(rgb(*tone), rgb(1, 0.96, 0.97), single(swirl)), cover)
    s.over(WHITE, smooth(1.6, 0.4, single(np.hypot(ex + 0.4 * radius, ey + 0.4 * radius))) * 0.7)


def sky() -> Sheet:
    """Sixteen tiles, in tiles: sky-blue soda above, bubblegum pink below, cream at the horizon."""
    return Sheet.sky(
        (0, (0.42, 0.68, 0.98)), (1.6, (0.58, 0.78, 1.0)), (3.2, (0.80, 0.80, 0.99)),
        (4.8, (1.0, 0.78, 0.90)), (6.4, (1.0, 0.86, 0.86)), (9.0, (1.0, 0.92, 0.84)),
        (12.0, (0.98, 0.80, 0.90)), (14.0, (0.68, 0.74, 0.98)), (16, (0.42, 0.68, 0.98)),
    )  # fmt: skip
