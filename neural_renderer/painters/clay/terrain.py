"""The clay painter's terrain: repeating textures, each modelled once. Lengths are pixels at 32 px a tile.

A sheet covers two tiles, but four for the hills and sixteen for the sky. Read next: `materials`.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from reskin.neural_renderer.painters.kit.brushes import Array, channels, mix, ramp, rgb, single, smooth
from reskin.neural_renderer.painters.kit.models import Finish, Model
from reskin.neural_renderer.painters.kit.sheets import Sheet, crest, in_each_tile, scatter

SIZE: Final = 64.0
MATTE: Final = Finish(shade=(0.40, 0.30, 0.40), contrast=0.95, gloss=0.16, sharpness=7, hollow=0.65, wide=2.0)
"""Plasticine under a softbox: a broad faint sheen, warm dark hollows."""


def _knead(s: Model, seed: int, lump: float = 0.9, prints: int = 4, size: float = 9.0) -> None:
    """Uneven thickness, smears, and fingerprints pressed in, on a sheet of `SIZE` units or in its scale."""
    unit = s.size / SIZE
    s.height = single(
        s.height + unit * (lump * s.cloud(seed, 5 * unit) + 0.16 * lump * s.cloud(seed + 1, 1.2 * unit, 2.5))
    )
    for a, b, c, d in scatter(seed + 2, prints):
        clay_thumbprint(s, a * s.size, b * s.size, size * (0.8 + 0.4 * c) * unit, d * 3)


def clay_thumbprint(s: Model, cx: float, cy: float, size: float, turn: float, ridge: float = 2.5) -> None:
    """A fingerprint: a shallow dent with ridges that loop about its core, `ridge` output pixels apart."""
    u, v = s.turned(cx, cy, turn)
    inside = 1 - np.hypot(u / 0.78, v) / size
    loop = np.hypot(u, v + 0.40 * size)
    press = smooth(0.0, 0.50, single(inside))
    rings = np.cos(2 * np.pi * loop / (ridge * s.pixel))
    s.height = single(s.height + press * (0.20 * s.pixel * rings - 0.7 * s.pixel))


def _ball(
    s: Model, color: Array, cx: float, cy: float, radius: float, lift: float = 0.7, floor: float = 0.0
) -> None:
    """A pressed ball of clay."""
    s.raised(color, s.ellipse(cx, cy, radius, radius * 0.9), radius, radius * lift, floor)


def grass() -> Sheet:
    """Green clay, with blades poked and pulled up by a tool."""
    s = Model(SIZE, rgb(0.30, 0.56, 0.20))
    s.over(rgb(0.40, 0.64, 0.22), smooth(-1, 1.4, s.cloud(701, 5)))
    for row in range(7):
        for a, b, c, d in scatter(702 + row, 11):
            cx, cy, high = a * SIZE, (row + b) * SIZE / 7, 5.0 + 3.0 * c
            tone = mix(rgb(0.28, 0.54, 0.17), rgb(0.52, 0.74, 0.28), d)
            lean = 2.4 * (d - 0.5)
            dx, dy = s.offset(cx, cy)
            t = np.clip(-dy / high, 0, 1)
            inside = single(
                np.where((dy < 0) & (dy > -high), 1.9 * (1 - 0.8 * t) - np.abs(dx - lean * t), -9)
            )
            s.raised(tone, inside - 0.2, 1.6, 1.9, 0.3)
    _knead(s, 711, 0.5, 2, 8)
    s.light(Finish(shade=(0.20, 0.30, 0.24), contrast=0.95, gloss=0.16, sharpness=8, hollow=0.60))
    return s


def dirt() -> Sheet:
    """Brown clay, kneaded, with pressed pebbles of other lumps and tool marks."""
    s = Model(SIZE, rgb(0.55, 0.34, 0.22))
    s.over(rgb(0.63, 0.41, 0.26), smooth(-0.6, 1.4, s.cloud(721, 4.5, 1.8)))
    s.over(rgb(0.45, 0.26, 0.18), smooth(0.5, 1.8, s.cloud(722, 5.0, 1.8)))
    _knead(s, 723, 1.1, 4, 9.5)
    for a, b, c, d in scatter(731, 13):
        tone = ramp(d, (0, (0.42, 0.25, 0.18)), (0.5, (0.70, 0.50, 0.34)), (1, (0.62, 0.43, 0.31)))
        _ball(s, tone, a * SIZE, b * SIZE, 1.7 + 1.9 * c, 0.75)
    for a, b, c, d in scatter(732, 6):
        dx, dy = 2.5 * float(np.cos(d * 3)), 2.5 * float(np.sin(d * 3))
        s.press(None, s.bar(a * SIZE - dx, b * SIZE - dy, a * SIZE + dx, b * SIZE + dy, 1.6 + c), -1.2, 0.9)
    s.light(MATTE)
    return s


def sand() -> Sheet:
    """Butter-yellow clay combed in waves and stippled."""
    s = Model(SIZE, rgb(0.93, 0.77, 0.48))
    bend = 2.0 * s.wave(32) + 1.5 * s.wave(64, 0.2)
    comb = np.cos(2 * np.pi * (s.y + bend) / 8)
    s.color = mix(rgb(0.89, 0.70, 0.42), rgb(0.97, 0.83, 0.56), single(0.5 + 0.5 * comb))
    s.height = single(1.1 * np.abs(comb) ** 0.7 * np.sign(comb))
    _knead(s, 741, 0.5, 2, 9)
    for a, b, c, _ in scatter(745, 40):
        s.press(None, s.ellipse(a * SIZE, b * SIZE, 0.9 + 0.4 * c, 0.9), -1.2, 0.9)
    s.light(Finish(shade=(0.56, 0.36, 0.30), contrast=0.90, gloss=0.16, sharpness=7, hollow=0.55))
    return s


def stone() -> Sheet:
    """Grey lumps rolled by hand and pressed together."""
    s = Model(SIZE, rgb(0.24, 0.25, 0.31))
    for k, (a, b, c, d) in enumerate(scatter(751, 20)):
        cx, cy = (k % 4 + 0.15 + 0.7 * a + 0.5 * (k // 4 % 2)) * 16, (k // 4 + 0.2 + 0.6 * b) * 12.8
        tone = ramp(d, (0, (0.46, 0.49, 0.56)), (0.5, (0.57, 0.60, 0.65)), (1, (0.67, 0.66, 0.67)))
        inside = s.ellipse(cx, cy, 8.6 + 1.5 * c, 6.8 + 1.2 * b, 0.8 * (c - 0.5))
        s.raised(tone, inside, 5.5, 3.6, 0.5 * d)
    _knead(s, 755, 0.4, 0)
    s.light(Finish(shade=(0.26, 0.25, 0.36), contrast=1.0, gloss=0.18, sharpness=7, hollow=0.7, wide=2.0))
    return s


def ore() -> Sheet:
    """Masks for ore: red is how much nugget, green the light on it, blue how dark its socket is."""
    s = Model(SIZE, rgb(0, 0, 0))
    for k, (cx, cy, c, d) in enumerate(
        in_each_tile(761, (9.0, 23.0, 11.0, 23.5), (9.0, 10.5, 22.5, 23.5), 3)
    ):
        size = 4.2 + 2.2 * c * (1.1 - 0.25 * (k % 4))
        inside = s.ellipse(cx, cy, size * 1.1, size * 0.92, d * 3)
        s.color[..., 2] = np.maximum(s.color[..., 2], smooth(-2.0, -0.3, inside))
        cover = s.raised(None, inside, size * 0.75, 3.4)
        s.over(channels(1, 0.62, s.color[..., 2]), cover)
    light, gloss = s.lit(Finish(shade=(0, 0, 0), contrast=1.1, sharpness=14, hollow=0.3))
    s.color[..., 1] = single(np.clip(s.color[..., 1] * light + 0.40 * gloss * (s.color[..., 0] > 0.5), 0, 1))
    return s


def wood() -> Sheet:
    """Wood: upright rolls of clay laid side by side, scored by a needle, with pressed knots."""
    s = Model(SIZE, rgb(0.40, 0.24, 0.15))
    c = s.bond(64.0, 10.6667, 771, turn=True)
    tone = mix(rgb(0.58, 0.36, 0.21), rgb(0.76, 0.52, 0.31), c.tone)
    s.raised(tone, single(np.minimum(c.y, 10.6667 - c.y) - 0.3), 5.0, 3.6)
    score = np.cos(2 * np.pi * (c.y / 2.6667 + 0.35 * np.sin(2 * np.pi * (s.y / 64 + c.tone)) + c.tone))
    s.height = single(s.height - 0.55 * smooth(0.45, 0.9, single(score)))
    s.shade(1 - 0.14 * smooth(0.45, 0.9, single(score)))
    _knead(s, 772, 0.5, 2, 8)
    for a, b, d, _ in scatter(776, 6):
        cx, cy = float(np.floor(a * 6) * 10.6667 + 5.3), b * SIZE
        s.raised(rgb(0.46, 0.27, 0.16), s.ellipse(cx, cy, 2.6 + d, 3.2 + d), 2.0, 1.0, 3.0)
        s.press(None, s.ellipse(cx, cy, 1.2 + 0.5 * d, 1.5 + 0.6 * d), -1.2, 1.0)
    s.light(Finish(shade=(0.34, 0.20, 0.20), contrast=1.0, gloss=0.16, sharpness=8, hollow=0.6))
    return s


def leaves() -> Sheet:
    """Discs of green clay, each pressed on by a thumb, like scales."""
    s = Model(SIZE, rgb(0.12, 0.34, 0.18))
    for row in range(8):
        for a, b, c, d in scatter(781 + row, 8):
            cx, cy = a * SIZE, (row + 0.8 * b) * 8
            tone = ramp(d, (0, (0.17, 0.46, 0.22)), (0.5, (0.27, 0.58, 0.25)), (1, (0.45, 0.70, 0.28)))
            radius = 4.6 + 1.8 * c
            inside = s.ellipse(cx, cy, radius, radius * 0.92)
            s.raised(tone, inside, 2.4, 2.4, single(0.8 - 0.14 * s.offset(cx, cy)[1]))
            dent = smooth(0.0, 2.5, single(inside - 1.6))
            rings = np.cos(2 * np.pi * s.ellipse(cx + 1.0, cy + 2.0, radius, radius) / 2.7)
            s.height = single(s.height + dent * (0.07 * rings - 1.0))
    s.light(Finish(shade=(0.10, 0.22, 0.24), contrast=1.0, gloss=0.18, sharpness=7, hollow=0.65, wide=2.0))
    return s


def brick() -> Sheet:
    """Terracotta slabs, no two alike, in pale clay."""
    s = Model(SIZE, rgb(0.76, 0.70, 0.64))
    s.height = single(0.35 * s.cloud(791, 1.2))
    c = s.bond(16.0, 8.0, 792)
    tone = ramp(c.tone, (0, (0.62, 0.25, 0.18)), (0.5, (0.78, 0.37, 0.25)), (1, (0.87, 0.50, 0.35)))
    inside = single(c.inset(2.6) - 0.8 + 0.22 * s.cloud(793, 2))
    s.raised(tone, inside, 2.2, 2.5)
    s.height = single(s.height + 0.5 * (c.tone - 0.5) * (c.x - 8) / 8)
    _knead(s, 794, 0.4, 4, 6.5)
    s.light(Finish(shade=(0.36, 0.18, 0.20), contrast=1.0, gloss=0.16, sharpness=8, hollow=0.6))
    return s


def metal() -> Sheet:
    """Silver-grey slabs, one a tile, with rolled rims and ball rivets."""
    s = Model(SIZE, rgb(0.36, 0.39, 0.46))
    x, y = s.x % 32, s.y % 32
    edge = single(np.minimum(np.minimum(x, 32 - x), np.minimum(y, 32 - y)))
    s.color = mix(rgb(0.56, 0.61, 0.69), rgb(0.70, 0.74, 0.80), smooth(-1, 1, s.cloud(801, 6)))
    s.height = single(2.2 * np.sqrt(np.clip(1 - (1 - edge / 3).clip(0, 1) ** 2, 0, 1)))
    s.height = single(s.height - 1.1 * smooth(1.2, 0.3, np.abs(edge - 7.5)))
    _knead(s, 802, 0.5, 3, 9)
    for cx in (4.6, 27.4, 36.6, 59.4):
        for cy in (4.6, 27.4, 36.6, 59.4):
            _ball(s, rgb(0.80, 0.83, 0.88), cx, cy, 2.5, 0.8, 2.0)
    s.light(Finish(shade=(0.30, 0.31, 0.44), contrast=1.0, gloss=0.34, sharpness=14, hollow=0.6))
    return s


def glass() -> Sheet:
    """A window of cellophane in a clay frame, one a tile: red is its light, blue where the frame is."""
    s = Model(SIZE, rgb(0.55, 0.55, 0.0))
    x, y = s.x % 32, s.y % 32
    slant = single(x + 0.8 * y + 1.6 * s.cloud(811, 4))
    for centre, width in ((12.0, 3.0), (19.0, 1.2), (42.0, 2.4)):
        s.over(rgb(1, 1, 0), smooth(width + 1, width - 1, np.abs(slant - centre)) * 0.6)
    edge = single(np.minimum(np.minimum(x, 32 - x), np.minimum(y, 32 - y)) + 0.2 * s.cloud(812, 2))
    cover = s.raised(None, single(3.0 - edge), 1.6, 2.0)
    s.over(rgb(0.7, 0.7, 1), cover)
    light, gloss = s.lit(MATTE)
    s.color[..., 0] = np.clip(s.color[..., 0] * light + 0.10 * gloss, 0, 1)
    return s


def road() -> Sheet:
    """A road of flat charcoal pats, rounded by hand."""
    s = Model(SIZE, rgb(0.20, 0.20, 0.26))
    c = s.bond(21.3333, 12.8, 821)
    tone = mix(rgb(0.36, 0.36, 0.42), rgb(0.50, 0.49, 0.53), c.tone)
    inside = single(c.inset(4.2) - 0.7 + 0.3 * s.cloud(822, 3))
    s.raised(tone, inside, 3.4, 2.4)
    _knead(s, 823, 0.6, 5, 7.5)
    s.light(Finish(shade=(0.28, 0.26, 0.36), contrast=0.95, gloss=0.16, sharpness=7, hollow=0.6))
    return s


def wall() -> Sheet:
    """The wall behind: aubergine clay smeared on with a thumb, quiet and dark."""
    s = Model(SIZE, rgb(0.29, 0.20, 0.30))
    c = s.bond(32.0, 16.0, 831)
    s.color = mix(rgb(0.25, 0.17, 0.28), rgb(0.33, 0.23, 0.33), smooth(-1.2, 1.2, s.cloud(832, 5, 2)))
    s.color = single(s.color * (0.92 + 0.16 * c.tone)[..., None])
    s.raised(None, single(c.edge - 0.6 + 0.35 * s.cloud(833, 3)), 3.6, 1.9)
    _knead(s, 834, 0.8, 7, 8.5)
    s.light(Finish(shade=(0.34, 0.26, 0.40), contrast=0.95, gloss=0.12, sharpness=7, hollow=0.55, wide=2.2))
    return s


def floor() -> Sheet:
    """A floor of square pats, cream and sienna by turns, not quite straight."""
    s = Model(SIZE, rgb(0.45, 0.32, 0.25))
    x, y = s.x % 16, s.y % 16
    odd = (np.floor(s.x / 16) + np.floor(s.y / 16)) % 2 > 0.5
    warm = smooth(-1, 1, s.cloud(841, 4))
    tone = np.where(
        odd[..., None],
        mix(rgb(0.90, 0.80, 0.63), rgb(0.95, 0.86, 0.71), warm),
        mix(rgb(0.78, 0.52, 0.36), rgb(0.84, 0.59, 0.42), warm),
    )
    left, top = np.minimum(x, 16 - x), np.minimum(y, 16 - y)
    corner = np.hypot(np.maximum(2.6 - left, 0), np.maximum(2.6 - top, 0))
    inside = single(
        np.where((left < 2.6) & (top < 2.6), 2.6 - corner, np.minimum(left, top))
        - 0.5
        + 0.2 * s.cloud(842, 2.5)
    )
    s.raised(tone, inside, 2.2, 1.8)
    _knead(s, 843, 0.5, 5, 7)
    s.light(Finish(shade=(0.46, 0.32, 0.32), contrast=0.9, gloss=0.16, sharpness=7, hollow=0.55))
    return s


def snow() -> Sheet:
    """White clay in folds, full of prints."""
    s = Model(SIZE, rgb(0.95, 0.95, 0.96))
    bend = 3.0 * s.wave(64) + 1.5 * s.wave(32, 0.3) + 1.2 * s.cloud(851, 5)
    s.height = single(2.6 * np.abs(np.sin(np.pi * (s.y + bend) / 21.3333)) ** 0.8)
    _knead(s, 852, 0.8, 6, 9)
    s.light(Finish(shade=(0.56, 0.58, 0.76), contrast=0.95, gloss=0.14, sharpness=7, hollow=0.5, wide=2.0))
    return s


def clay_marbled() -> Sheet:
    """Masks for liquids: red is a swirl of two clays, green the light on its ridges."""
    s = Model(SIZE, rgb(0, 0, 0))
    warp = 4.0 * s.cloud(861, 7) + 1.6 * s.cloud(862, 3.0)
    swirl = np.sin(2 * np.pi * (s.y + warp) / 16 + 0.8 * s.wave(64))
    s.height = single(1.3 * swirl)
    _knead(s, 863, 0.5, 2, 8)
    light, gloss = s.lit(Finish(shade=(0, 0, 0), contrast=1.0, sharpness=16, hollow=0.4))
    s.color = channels(0.5 + 0.5 * swirl, 0.62 * light, gloss)
    return s


def hill() -> Sheet:
    """Four tiles of far land: three rolled slabs over each other, with thumbprints and balls for trees."""
    s = Model(128.0, rgb(0.62, 0.70, 0.52))
    turn = 2 * np.pi * s.x / 128
    crests = (
        (10.0, 5.0, 0.3, (0.60, 0.72, 0.50)),
        (52.0, 6.0, 2.6, (0.52, 0.68, 0.56)),
        (94.0, 5.0, 4.4, (0.70, 0.73, 0.47)),
    )
    lines = [crest(turn, y, h, p, 0.5) for y, h, p, _ in crests]
    depth = np.stack([(s.y - line) % 128 for line in lines])
    below, which = single(depth.min(0)), depth.argmin(0)
    for k, (_, _, _, slab) in enumerate(crests):
        s.over(rgb(*slab), (which == k).astype(np.float32))
    s.height = single(7 * np.sqrt(np.clip(1 - (1 - below / 9).clip(0, 1) ** 2, 0, 1)) - 0.16 * below)
    s.shade(1.04 - 0.004 * below)
    _knead(s, 871, 0.9, 9, 9)
    for k, (y, h, p, _) in enumerate(crests):
        for a, b, c, d in scatter(875 + k, 6):
            cx = (a * 0.7 + 0.3 * k) % 1 * 128
            at = 2 * np.pi * cx / 128
            foot = crest(at, y, h, p, 0.5) + 3 + 8 * b
            size = 4.5 + 2.5 * c
            s.press(rgb(0.52, 0.42, 0.33), s.bar(cx, foot - 5, cx, foot, 2.6), 1.6, 1.3)
            tone = mix(rgb(0.42, 0.60, 0.40), rgb(0.60, 0.70, 0.40), d)
            s.raised(tone, s.ellipse(cx, foot - 5 - size * 0.6, size, size * 1.05), size, 5.0, 4.0)
    s.light(Finish(shade=(0.44, 0.46, 0.54), contrast=0.75, gloss=0.10, sharpness=7, hollow=0.45, wide=2.4))
    return s


def sky() -> Sheet:
    """Sixteen tiles, in tiles: dusty blue above, cream and apricot towards the horizon."""
    return Sheet.sky(
        (0, (0.38, 0.60, 0.76)), (1.6, (0.48, 0.69, 0.80)), (3.4, (0.64, 0.78, 0.80)),
        (5.2, (0.85, 0.83, 0.74)), (7.0, (0.94, 0.80, 0.66)), (10.0, (0.93, 0.84, 0.74)),
        (13.5, (0.58, 0.74, 0.80)), (16, (0.38, 0.60, 0.76)),
    )  # fmt: skip
