"""The brick painter's materials: how each is built of bricks, plates and tiles.

Each function paints the pixels of the material of its name: see `kit.pixels`. A layout lies on a lattice of
16 px and repeats over two tiles. Bricks of straight rows take their tone from the TILE noise; those of
shifted rows lie across two tiles, so theirs comes from their number. Read next: `painter`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import ndimage

from reskin.neural_renderer.noise import E24, N10, N24, N64, SH, TILE
from reskin.neural_renderer.painters.bricks.terrain import (
    brick_bond,
    brick_embossed,
    brick_inset,
    brick_lit,
    brick_plate,
    brick_studs,
    brick_tile,
    each_brick,
    ore_gem,
)
from reskin.neural_renderer.painters.kit.brushes import (
    WHITE,
    Array,
    Mask,
    blur,
    mix,
    ramp,
    rgb,
    saturate,
    smooth,
)
from reskin.neural_renderer.painters.kit.pixels import Pixels

_STEEL: Final = (
    (0, (0.86, 0.89, 0.92)), (38, (0.68, 0.71, 0.76)), (53, (0.80, 0.83, 0.87)), (96, (0.55, 0.58, 0.64)),
)  # fmt: skip
"""The reflection that runs across a metal plate."""
_HEAVENS: Final = (
    (0, (0.45, 0.71, 0.93)), (128, (0.58, 0.80, 0.96)), (256, (0.79, 0.91, 0.98)), (384, (0.85, 0.94, 0.97)),
    (512, (0.45, 0.71, 0.93)),
)  # fmt: skip
"""The sky's gradient down its own 512 px, closed so that a tall world shows no seam."""
_CLOUDS: Final = (
    (3, 5, 3), (1, 6, 7), (0, 7, 9), (1, 8, 6), (17, 2, 2), (15, 3, 6), (16, 4, 7),
    (24, 9, 4), (22, 10, 8), (21, 11, 10), (23, 12, 5), (10, 13, 3), (8, 14, 6), (9, 15, 6),
)  # fmt: skip
"""Rows of white bricks in the sky: column, row and length on its 32 x 32 lattice of half tiles."""


def sky(s: Pixels) -> Array:
    """Big pale plates out of focus: one texel of the sky is 8 px, so nothing here is sharper."""
    color = ramp(s.y, *_HEAVENS)
    color = color + 0.035 * (s[N64][..., None] - 0.5)
    cell = _sky_cells()
    shade, cloud = _texels(blur(cell, 0.5), s.x - 5, s.y - 11), smooth(0.3, 0.7, _texels(cell, s.x, s.y))
    color = color * (1 - 0.10 * shade[..., None] * (1 - cloud[..., None]) * rgb(1.2, 1.0, 0.6))
    below = 1 - _texels(cell, s.x, s.y + 14)
    color = mix(color, mix(rgb(0.97, 0.985, 1.0), rgb(0.86, 0.92, 0.98), below), cloud * 0.92)
    column, row = s.x % 64, s.y % 32
    seam = np.minimum(np.minimum(column, 64 - column) * 1.2, np.minimum(row, 32 - row))
    u, v = s.x % 32 - 16, s.y % 32 - 16
    r = np.hypot(u, v)
    top = smooth(11.5, 8, r) * smooth(26, -22, u + v)
    cast = smooth(15, 9, np.hypot(u - 2.5, v - 3)) * smooth(8, 11.5, r)
    return mix(color * (1 - 0.035 * smooth(4, 0, seam) - 0.05 * cast)[..., None], WHITE, 0.16 * top)


def hill(s: Pixels) -> Array:
    """Plates of 4/3 tiles, so that they coincide with the hill's own TILE noise."""
    pitch = 128 / 3
    hue = s[TILE]
    color = ramp(hue, (0, (0.43, 0.66, 0.60)), (0.5, (0.50, 0.72, 0.62)), (1, (0.60, 0.78, 0.64)))
    color = color + 0.05 * (s[N64][..., None] - 0.5)
    color = brick_lit(color, brick_plate(s.x % pitch, s.y % pitch, pitch, pitch, soft=1.7), 0.42)
    return brick_lit(color, brick_studs(s.x, s.y, pitch / 2, 7.0, soft=1.6), 0.5)


def _sky_cells() -> Array:
    cell = np.zeros((32, 32), np.float32)
    for column, row, length in _CLOUDS:
        cell[row, np.arange(column, column + length) % 32] = 1
    return np.kron(cell, np.ones((2, 2), np.float32))


def _texels(table: Array, x: Array, y: Array) -> Array:
    """Bilinear and periodic, as a network samples its textures; 8 px a texel."""
    place = [(y % 512) / 8 - 0.5, (x % 512) / 8 - 0.5]
    return ndimage.map_coordinates(table, place, order=1, mode="grid-wrap").astype(np.float32)


def grass(s: Pixels) -> Array:
    """1 x 1 plates with lighter studs; the row under the sky is a brighter plate."""
    tint = s[TILE]
    color = ramp(tint, (0, (0.15, 0.53, 0.17)), (0.6, (0.25, 0.64, 0.18)), (1, (0.42, 0.73, 0.18)))
    color = color * (0.94 + 0.14 * each_brick(s.x, s.y, 16, 16, seed=1))[..., None]
    color = brick_lit(color, brick_plate(s.x % 16, s.y % 16, 16, 16))
    color = brick_lit(color, brick_studs(s.x, s.y, 16, 5.2, lift=0.20))
    cap = smooth(6.4, 5.6, s.up)
    lip = mix(rgb(0.40, 0.78, 0.20), rgb(0.62, 0.90, 0.30), smooth(5, 0.5, s.up))
    lip = lip * (1 - 0.30 * smooth(1.0, 0.3, np.minimum(s.x % 16, 16 - s.x % 16)))[..., None]
    color = color * (1 - 0.42 * smooth(10, 6, s.up) * smooth(5.5, 6.2, s.up))[..., None]
    return mix(color, lip, cap)


def dirt(s: Pixels) -> Array:
    """2 x 2 bricks in earth colours; every fourth is two plates laid side by side."""
    tint = s[TILE]
    color = ramp(tint, (0, (0.36, 0.20, 0.11)), (0.55, (0.51, 0.30, 0.16)), (1, (0.66, 0.43, 0.24)))
    color = color * (0.95 + 0.10 * s[N24])[..., None]
    split = (s.x >= 32) != (s.y >= 32)
    whole, halves = brick_plate(s.x % 32, s.y % 32, 32, 32), brick_plate(s.x % 32, s.y % 16, 32, 16)
    color = brick_lit(color, (np.where(split, halves[0], whole[0]), np.where(split, halves[1], whole[1])))
    return brick_lit(color, brick_studs(s.x, s.y, 16, 5.0))


def sand(s: Pixels) -> Array:
    """Tan plates: jumpers with a single stud, between them four small ones."""
    tint = s[TILE]
    color = ramp(tint, (0, (0.80, 0.66, 0.40)), (0.5, (0.90, 0.78, 0.52)), (1, (0.96, 0.87, 0.64)))
    color = color + 0.05 * (s[SH][..., None] - 0.5)
    jumper = (s.x >= 32) == (s.y >= 32)
    color = brick_lit(color, brick_plate(s.x % 32, s.y % 32, 32, 32))
    one, four = brick_studs(s.x, s.y, 32, 6.4), brick_studs(s.x, s.y, 16, 4.0)
    return brick_lit(color, (np.where(jumper, one[0], four[0]), np.where(jumper, one[1], four[1])), 0.85)


def snow(s: Pixels) -> Array:
    tint = s[TILE]
    color = ramp(tint, (0, (0.80, 0.88, 0.97)), (0.5, (0.90, 0.94, 0.99)), (1, (0.96, 0.97, 0.99)))
    shade, gloss = brick_plate(s.x % 32, s.y % 32, 32, 32)
    bump, glint = brick_studs(s.x, s.y, 16, 5.2)
    cool = rgb(1.18, 1.0, 0.72)  # white casts blue shadows
    color = color * (1 - 0.75 * (1 - shade * np.minimum(bump, 1))[..., None] * cool)
    return mix(color, WHITE, np.maximum(gloss, glint))


def stone(s: Pixels) -> Array:
    """2 x 1 bricks with studs, in running bond."""
    b = brick_bond(s.x, s.y, 32, 16)
    grey = np.where(b.shifted, 0.12 + 0.7 * b.tone, s[TILE])
    color = ramp(grey, (0, (0.40, 0.43, 0.48)), (0.5, (0.55, 0.58, 0.62)), (1, (0.70, 0.72, 0.74)))
    color = color + 0.04 * (s[N64][..., None] - 0.5)
    return brick_lit(brick_lit(color, brick_plate(b.x, b.y, 32, 16)), brick_studs(s.x, s.y, 16, 5.0))


def brick(s: Pixels) -> Array:
    """Small masonry bricks seen from the side: no studs, light joints."""
    b = brick_bond(s.x, s.y, 16, 8)
    color = ramp(b.tone, (0, (0.60, 0.11, 0.09)), (0.6, (0.76, 0.18, 0.12)), (1, (0.88, 0.32, 0.17)))
    tone = np.where(b.shifted, s[N24], s[TILE])
    color = color * (1.02 + 0.16 * tone - 0.025 * b.y)[..., None]
    color = mix(color, rgb(1.0, 0.72, 0.60), 0.55 * smooth(1.9, 1.2, np.minimum(b.x, b.y)))
    color = mix(color, rgb(0.30, 0.04, 0.05), 0.50 * smooth(1.9, 1.1, np.minimum(16 - b.x, 8 - b.y)))
    return mix(color, rgb(0.36, 0.10, 0.10), smooth(0.8, 0.3, brick_inset(b.x, b.y, 16, 8)))


def wall(s: Pixels) -> Array:
    """2 x 1 bricks seen from the side, here and there a pair with a stud on its face. Dark and calm,
    because figures stand before it."""
    b = brick_bond(s.x, s.y, 32, 16)
    blue = np.where(b.shifted, 0.1 + 0.8 * b.tone, s[TILE])
    color = ramp(blue, (0, (0.17, 0.21, 0.32)), (0.5, (0.22, 0.27, 0.39)), (1, (0.29, 0.34, 0.47)))
    faced = b.tone > 0.72
    single = brick_plate(b.x % 16, b.y, 16, 16)
    whole = brick_plate(b.x, b.y, 32, 16)
    color = brick_lit(
        color, (np.where(faced, single[0], whole[0]), np.where(faced, single[1], whole[1])), 0.75
    )
    color = mix(color, WHITE, 0.06 * smooth(6, 3.5, b.y) * smooth(2, 3, b.y) * ~faced)
    shade, gloss = brick_studs(s.x, s.y, 16, 4.4)
    return brick_lit(color, (np.where(faced, shade, 1), np.where(faced, gloss, 0)), 0.6)


def wood(s: Pixels) -> Array:
    """Planks of four studs' length with a printed grain and a peg at either end."""
    b = brick_bond(s.x, s.y, 64, 16, offset=32)
    color = ramp(b.tone, (0, (0.46, 0.26, 0.12)), (0.5, (0.58, 0.35, 0.16)), (1, (0.68, 0.44, 0.22)))
    color = color * (0.90 + 0.18 * s[N64])[..., None]
    bend = b.y + 1.6 * np.sin((b.x + 9 * b.row) * (2 * np.pi / 64)) * np.sin(np.pi * b.y / 16)
    grain = smooth(0.9, 0.3, np.abs(bend % 4 - 2))
    knot = np.hypot((b.x - 40) * 0.55, b.y - 8)
    rings = smooth(0.8, 0.3, np.abs(knot % 2.4 - 1.2)) * smooth(4.4, 3.6, knot)
    grain = np.maximum(grain * smooth(3.6, 4.6, knot), rings)
    color = color * (1 - 0.24 * grain - 0.10 * (s[SH] - 0.5))[..., None]
    color = brick_lit(color, brick_plate(b.x, b.y, 64, 16))
    end = np.minimum(b.x, 64 - b.x)
    peg = np.hypot(end - 5.5, b.y - 8)
    color = color * (1 - 0.45 * smooth(3.2, 2.2, peg))[..., None]
    return mix(color, rgb(0.86, 0.66, 0.40), 0.8 * smooth(2.2, 1.4, np.hypot(end - 5.2, b.y - 7.6)))


def leaves(s: Pixels) -> Array:
    """Small round studs in hexagonal packing, lit as clumps by the broad relief."""
    pitch = 64 / 7
    x: Array = np.where(s.y % 16 >= 8, s.x + pitch / 2, s.x)
    tone = 0.42 * each_brick(x, s.y, pitch, 8, seed=5) + 0.42 * s[N24] + 0.5 * (s[E24] - 0.42)
    color = ramp(tone, (0, (0.03, 0.29, 0.14)), (0.45, (0.08, 0.44, 0.17)), (1, (0.30, 0.64, 0.20)))
    u, v = x % pitch - pitch / 2, s.y % 8 - 4
    r = np.hypot(u, v)
    color = mix(color * 1.22, color * 0.80, smooth(-6, 6, u + v))
    color = color * (1 - 0.62 * smooth(3.6, 4.9, r))[..., None]
    rim = smooth(0.9, 0.3, np.abs(r - 3.3)) * np.clip(-(u + v) / 4.2, 0, 1)
    color = mix(color, rgb(0.75, 0.95, 0.55), 0.45 * rim)
    return mix(color, WHITE, 0.55 * smooth(1.5, 0.5, np.hypot(u + 1.2, v + 1.3)))


def ore(s: Pixels) -> Array:
    """Dark bricks set with transparent crystals in the plain colour: one large, or three small."""
    b = brick_bond(s.x, s.y, 32, 16)
    value = np.where(b.shifted, b.tone, s[TILE])
    color = ramp(value, (0, (0.27, 0.29, 0.34)), (1, (0.40, 0.42, 0.47)))
    color = brick_lit(brick_lit(color, brick_plate(b.x, b.y, 32, 16)), brick_studs(s.x, s.y, 16, 4.8), 0.8)
    x, y, one = s.x % 32, s.y % 32, (s.x >= 32) == (s.y >= 32)
    gems: tuple[tuple[Mask, float, float, float], ...] = (
        (one, 16, 16, 10.5), (~one, 10, 11.5, 7), (~one, 23, 14, 6), (~one, 14.5, 23.5, 6),
    )  # fmt: skip
    pure = np.clip(saturate(s.color, 1.6), 0.05, 1)  # purer than the game's, which mixes in its rock
    for where, cx, cy, size in gems:
        color = ore_gem(color, pure, (x - cx) / size, (y - cy) / size, where, 1 / size)
    return color


def water(s: Pixels) -> Array:
    """Clear blue plates: bright rims, hollow studs, a slanting gleam; the surface row is the brightest."""
    color = mix(rgb(0.30, 0.72, 0.98), rgb(0.05, 0.35, 0.80), smooth(2, 22, s.up))
    color = color + 0.06 * (s[SH][..., None] - 0.5) + 0.07 * (s[TILE][..., None] - 0.5)
    x, y = s.x % 32, s.y % 16
    edge = brick_inset(x, y, 32, 16)
    color = mix(color, rgb(0.55, 0.86, 1.0), 0.42 * smooth(2.6, 1.2, edge))
    color = color * (1 - 0.35 * smooth(0.9, 0.3, edge))[..., None]
    u, v = s.x % 16 - 8, y - 8
    r = np.hypot(u, v)
    color = color * (1 - 0.14 * smooth(5.4, 4.4, np.hypot(u - 1, v - 1.3)))[..., None]
    ring = smooth(1.2, 0.4, np.abs(r - 4.3)) * np.clip(0.30 - 0.55 * (u + v) / 8, 0, 1)
    color = mix(color, rgb(0.80, 0.96, 1.0), ring)
    color = mix(color, WHITE, 0.85 * smooth(1.6, 0.6, np.hypot(u + 1.9, v + 2.0)))
    slant = (s.x + s.y) % 64
    gleam = np.maximum(smooth(8, 7, np.abs(slant - 20)), 0.7 * smooth(2, 1, np.abs(slant - 33)))
    color = mix(color, WHITE, 0.20 * gleam)
    surface = mix(rgb(0.93, 1.0, 1.0), rgb(0.50, 0.88, 1.0), smooth(1.0, 5.5, s.up))
    return mix(color, surface, smooth(6, 5, s.up) * 0.92)


def lava(s: Pixels) -> Array:
    """Clear orange plates lit from within."""
    heat = 0.65 * s[N24] + 0.35 * s[N10] + 0.25 * smooth(12, 0, s.up)
    color = ramp(heat, (0.1, (0.80, 0.12, 0.02)), (0.5, (0.98, 0.36, 0.03)), (0.9, (1.0, 0.70, 0.12)))
    x, y = s.x % 32, s.y % 32
    edge = brick_inset(x, y, 32, 32)
    color = mix(color, rgb(1.0, 0.86, 0.30), 0.70 * smooth(3.6, 1.2, edge))
    color = color * (1 - 0.40 * smooth(0.9, 0.3, edge)[..., None] * rgb(0.4, 1, 1))
    u, v = s.x % 16 - 8, s.y % 16 - 8
    r = np.hypot(u, v)
    ring = smooth(1.3, 0.4, np.abs(r - 4.6)) * np.clip(0.6 - 0.5 * (u + v) / 8, 0, 1)
    color = mix(color, rgb(1.0, 0.93, 0.50), 0.75 * ring)
    color = mix(color, rgb(1.0, 0.80, 0.25), 0.30 * smooth(4.6, 1, r))
    color = mix(color, WHITE, 0.85 * smooth(1.6, 0.6, np.hypot(u + 1.9, v + 2.0)))
    surface = mix(rgb(1.0, 0.98, 0.72), rgb(1.0, 0.78, 0.18), smooth(0.8, 4.5, s.up))
    return mix(color, surface, smooth(5.5, 4.5, s.up))


def glass(s: Pixels) -> Array:
    """A clear tile that lets the plain colour through, with a white frame and two slanting glints."""
    x, y = s.x % 32, s.y % 32
    color = mix(s.color * (1.05 - 0.003 * (x + y))[..., None], WHITE, 0.28)
    glint = smooth(4.5, 3.7, np.abs(x + y - 22)) + smooth(1.6, 0.9, np.abs(x + y - 31))
    color = mix(color, WHITE, 0.50 * glint)
    edge = brick_inset(x, y, 32, 32)
    color = mix(color, WHITE, 0.55 * smooth(3.4, 2.6, edge) + 0.2 * smooth(3, 1, np.minimum(x, y)))
    color = color * (1 - 0.25 * smooth(1.4, 0.6, np.abs(edge - 4)) * smooth(20, 40, x + y))[..., None]
    return color * (1 - 0.40 * smooth(1.0, 0.3, edge))[..., None]


def metal(s: Pixels) -> Array:
    """Silver plates: a raised panel, brushed, with a rivet in each corner."""
    x, y = s.x % 32, s.y % 32
    color = ramp(x + 2 * y, *_STEEL)
    color = color + 0.07 * (s[SH][..., None] - 0.5) + 0.10 * (s[TILE][..., None] - 0.5)
    color = brick_lit(color, brick_plate(x, y, 32, 32))
    frame = brick_inset(x, y, 32, 32) - 9
    color = color * (1 - 0.22 * smooth(1.1, 0.4, np.abs(frame)))[..., None]
    bright = smooth(1.0, 0.3, np.abs(np.minimum(x, y) - 10.3)) * smooth(0, 0.7, frame)
    color = mix(color, WHITE, 0.35 * bright)
    u: Array = np.where(x < 16, x - 5.5, x - 26.5)
    v: Array = np.where(y < 16, y - 5.5, y - 26.5)
    color = color * (1 - 0.50 * smooth(3.4, 1.8, np.hypot(u - 0.7, v - 0.9)))[..., None]
    dome = mix(rgb(0.98, 0.99, 1.0), rgb(0.56, 0.58, 0.64), smooth(-3, 3, u + v))
    color = mix(color, dome, smooth(2.6, 1.9, np.hypot(u, v)))
    return mix(color, WHITE, 0.8 * smooth(1.2, 0.4, np.hypot(u + 0.8, v + 0.8)))


def floor(s: Pixels) -> Array:
    """Smooth tiles, chequered, each with a printed inlay; calm, because figures walk on it."""
    dark = (s.x >= 32) != (s.y >= 32)
    color = np.where(dark[..., None], rgb(0.66, 0.60, 0.55), rgb(0.80, 0.75, 0.68))
    color = color * (0.94 + 0.11 * s[TILE])[..., None]
    x, y = s.x % 32, s.y % 32
    diamond = np.abs(x - 16) + np.abs(y - 16)
    inlay = smooth(1.4, 0.6, np.abs(diamond - 9.5)) + smooth(4.2, 3.2, diamond)
    color = color * (1 - 0.13 * inlay)[..., None]
    return brick_lit(color, brick_tile(x, y, 32, 32), 0.9)


def road(s: Pixels) -> Array:
    """Dark tiles; one in four is a drain. No painted lines: the game draws its own."""
    x, y = s.x % 32, s.y % 32
    tint = s[TILE]
    color = ramp(tint, (0, (0.21, 0.23, 0.26)), (1, (0.31, 0.33, 0.37)))
    color = color + 0.03 * (s[N10][..., None] - 0.5)
    width, height = np.abs(x - 16), np.abs(y - 16)
    slot = smooth(1.5, 0.8, np.abs(x % 8 - 4)) * smooth(6.6, 5.8, height) * smooth(11.5, 10.8, width)
    color = color * (1 - 0.40 * slot * (s.y >= 32) * (s.x >= 32))[..., None]
    return brick_lit(color, brick_tile(x, y, 32, 32), 0.85)


def unknown(s: Pixels) -> Array:
    color = s.color + 0.05 * (each_brick(s.x, s.y, 32, 32, seed=9) - 0.5)[..., None]
    return brick_embossed(
        brick_embossed(color, brick_plate(s.x % 32, s.y % 32, 32, 32)), brick_studs(s.x, s.y, 16, 5.0)
    )


def effect(s: Pixels) -> Array:
    """Clear sparks: white hot inside, the plain colour at the border."""
    color = mix(s.color, WHITE, 0.12 + 0.62 * smooth(0.5, 5, s.border))
    return brick_lit(color, brick_studs(s.x, s.y, 16, 5.0), 0.45)


def light(s: Pixels) -> Array:
    """A lamp: warm and almost white, the plain colour only in its rim."""
    color = mix(s.color, rgb(1, 0.93, 0.66), 0.35)
    color = mix(color, rgb(1, 1, 0.93), 0.95 * smooth(0.3, 4.5, s.border))
    return brick_lit(color, brick_studs(s.x, s.y, 16, 5.0), 0.22)
