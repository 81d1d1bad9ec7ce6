"""The neon painter's terrain: repeating textures, each drawn once. Lengths are pixels at 32 px a tile.

A sheet covers two tiles, but four for the hills and sixteen for the sky. No pattern is one tile wide:
lattices of 64/3, or of 16 or 32 px turned by 45 degrees, hide the tiles. Read next: `materials`.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import Delaunay

from reskin.neural_renderer.noise import hash01
from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, channels, mix, ramp, rgb, single, smooth
from reskin.neural_renderer.painters.kit.sheets import Sheet, in_each_tile, scatter

SIZE = 64.0


def _tube(
    s: Sheet, away: Array, color: Array, width: float = 1.0, gain: float = 1.0, reach: float = 5.0
) -> None:
    """A glowing line on a sheet: `away` is the distance from its middle, `width` its half width."""
    halo = smooth(reach, 0, away)
    s.color = single(s.color + color * (0.42 * gain * halo * halo)[..., None])
    s.over(mix(color, WHITE, 0.45 * gain), smooth(width + 0.45, width - 0.35, away) * gain)


def _segment(s: Sheet, x0: float, y0: float, x1: float, y1: float) -> Array:
    """Distance to a stretch of line on a sheet that repeats."""
    dx, dy = s.offset((x0 + x1) / 2, (y0 + y1) / 2)
    vx, vy = (x1 - x0) / 2, (y1 - y0) / 2
    t = np.clip((dx * vx + dy * vy) / max(vx * vx + vy * vy, 1e-6), -1, 1)
    return single(np.hypot(dx - t * vx, dy - t * vy))


def _facets(s: Sheet, count: int, seed: int, jitter: float) -> tuple[Array, Array]:
    """A mesh of triangles between `count` x `count` scattered knots, each at its own height.

    Returns the light on each facet, -1..1, with the lamp at the upper left, and the distance to the lines.
    """
    pitch = s.size / count
    chance = hash01(np.arange(3 * count * count), seed).reshape(-1, 3)
    row, column = np.divmod(np.arange(count * count), count)
    knots = np.stack([column + 0.5, row + 0.5, 0 * row], -1) * pitch
    knots += (chance - 0.5) * np.array([jitter * pitch, jitter * pitch, 2 * pitch])
    laps = [knots + np.array([x, y, 0]) * s.size for y in (-1, 0, 1) for x in (-1, 0, 1)]
    around = np.concatenate(laps)
    mesh = Delaunay(around[:, :2])
    place = np.stack([s.x, s.y], -1).reshape(-1, 2)
    corner = around[mesh.simplices[mesh.find_simplex(place)]]
    away = np.full(len(place), 99.0)
    for k in range(3):
        side, to = corner[:, (k + 1) % 3, :2] - corner[:, k, :2], place - corner[:, k, :2]
        away = np.minimum(away, np.abs(side[:, 0] * to[:, 1] - side[:, 1] * to[:, 0]) / np.hypot(*side.T))
    u, v = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    area = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    slope = (u[:, 2] * (v[:, 1] - v[:, 0]) - v[:, 2] * (u[:, 1] - u[:, 0])) / area
    return single(np.clip(slope, -1, 1).reshape(s.x.shape)), single(away.reshape(s.x.shape))


def dirt() -> Sheet:
    """A plum circuit board: traces that run straight and turn by 45 degrees, pads and chips."""
    s = Sheet(SIZE, rgb(0.085, 0.030, 0.125))
    s.over(rgb(0.125, 0.040, 0.160), smooth(-0.8, 1.2, s.cloud(501, 4)))
    s.relief(s.cloud(503, 1.2) * 0.5, 0.4)
    for a, b, c, d in scatter(502, 5):
        dx, dy = s.offset(a * SIZE, b * SIZE)
        inside = np.minimum(4.5 + 3.5 * c - np.abs(dx), 3.5 + 2 * d - np.abs(dy))
        s.over(rgb(0.045, 0.018, 0.085), smooth(-0.5, 0.5, inside + 1))
        s.over(rgb(0.30, 0.10, 0.40), smooth(0.9, 0.2, np.abs(inside - 0.4)))
        s.over(rgb(0.20, 0.08, 0.28), smooth(0.6, 0.2, np.abs(dy)) * smooth(0, 1.5, inside - 1))
    return s


def dirt_traces() -> Sheet:
    """Where a circuit board glows: red is the light of its traces, green that of its pads."""
    s = Sheet(SIZE, rgb(0, 0, 0))
    red, green = rgb(1, 0, 0), rgb(0.6, 1, 0)
    for k, (a, b, c, d) in enumerate(scatter(504, 22)):
        x, y = (3 * k % 16) * 4 + 2, (k * 16 / 22 + 2 * a) * 4
        run, turn = 7.0 + 9 * c, (1 if d > 0.5 else -1) * (3.0 + 5 * b)
        along = ((run, 0.0), (0.0, run))[k % 2]
        bend = (abs(turn), turn) if k % 2 == 0 else (turn, abs(turn))
        middle = x + along[0], y + along[1]
        end = middle[0] + bend[0], middle[1] + bend[1]
        away = np.minimum(_segment(s, x, y, *middle), _segment(s, *middle, *end))
        s.over(red, smooth(1.05, 0.35, away) * 0.9)
        for px, py in ((x, y), end):
            ring = np.hypot(*s.offset(px, py))
            s.over(green, smooth(1.9, 1.2, ring))
            s.over(rgb(0, 0, 0), smooth(1.0, 0.4, ring) * 0.8)
    return s


def stone() -> Sheet:
    """The grain of dark blue glass: its crystals come from the cell noise."""
    s = Sheet(SIZE, rgb(0.075, 0.110, 0.290))
    s.over(rgb(0.115, 0.155, 0.380), smooth(-1.2, 1.2, s.cloud(511, 4, 1.5)))
    s.relief(s.cloud(512, 1.2) * 0.4 + s.cloud(513, 3), 0.40)
    return s


def sand() -> Sheet:
    """Golden contour lines over violet dunes, like sound waves, and grains that glint."""
    s = Sheet(SIZE, rgb(0.16, 0.085, 0.060))
    turn = 2 * np.pi / 64
    wave = (
        2.6 * np.sin(turn * (s.x + s.y)) + 1.4 * np.sin(turn * (2 * s.x - s.y) + 1.0) + 0.6 * s.cloud(521, 5)
    )
    phase = single((s.y + wave) / (64 / 9)) % 1
    s.color = mix(rgb(0.250, 0.125, 0.165), rgb(0.105, 0.045, 0.110), phase)
    s.relief(s.cloud(522, 0.8) * 0.25, 0.4)
    away = np.minimum(phase, 1 - phase) * 64 / 9
    _tube(s, single(away), rgb(1.0, 0.78, 0.22), 0.40, 0.52, 2.6)
    for a, b, _, d in scatter(523, 40):
        away = np.hypot(*s.offset(a * SIZE, b * SIZE))
        _tube(s, single(away), rgb(1.0, 0.75, 0.35), 0.25, 0.25 + 0.3 * d, 1.6)
    return s


def ore() -> Sheet:
    """Masks for ore, three cut gems a tile: red is how much gem, green a facet's light, blue the glow."""
    s = Sheet(SIZE, rgb(0, 0, 0))
    for cx, cy, c, d in in_each_tile(531, (9.5, 22.0, 14.5), (10.5, 14.0, 23.5), 3):
        _gem(s, *s.offset(cx, cy), 4.6 + 2.2 * c, 0.5 * (d - 0.5))
    return s


def _gem(s: Sheet, dx: Array, dy: Array, size: float, lean: float) -> None:
    """A brilliant: a flat crown with a table above a pointed pavilion."""
    x, y = dx + lean * dy, dy - lean * dx
    s.color[..., 2] = np.maximum(s.color[..., 2], np.exp(-(dx * dx + dy * dy) / (size * 1.6) ** 2))
    half = np.where(
        y < -0.25 * size, size * (1.05 + 0.75 * (y / size + 0.25)), size * (0.93 - 0.86 * y / size) / 1.12
    )
    inside = np.minimum(half - np.abs(x), y + 0.8 * size)
    rib = np.abs(np.abs(x) - np.where(y < -0.25 * size, 0.45 * size, 0.42 * (0.97 * size - y)))
    facet = np.where(y < -0.25 * size, 0.82, 0.50) + np.where(
        x < -0.2 * size, 0.16, np.where(x > 0.25 * size, -0.22, 0.0)
    )
    facet = np.where((rib < 0.45) | (np.abs(y + 0.25 * size) < 0.5) | (inside < 0.9), 1.0, facet)
    glow = s.color[..., 2]
    s.over(channels(0, 0, glow), smooth(-1.6, -0.4, inside))
    s.over(channels(1, facet, glow), smooth(-0.4, 0.3, inside))


def wood() -> Sheet:
    """Dark boards with an orange filament in most joints and faint rings of light."""
    s = Sheet(SIZE, rgb(0.14, 0.06, 0.05))
    boards = s.bond(64.0, 64 / 6, 541, turn=True)
    s.color = mix(rgb(0.115, 0.046, 0.055), rgb(0.21, 0.090, 0.065), boards.tone)
    grain = np.sin(
        2
        * np.pi
        * (s.x / 2.7 + boards.tone * 7 + 0.9 * np.sin(2 * np.pi * s.y / 64) + 0.25 * s.cloud(542, 4))
    )
    s.shade(1 + 0.18 * grain)
    s.relief(s.cloud(543, 1.6, 0.35), 0.4)
    s.shade(1.25 - 0.11 * np.abs(boards.y - 64 / 12))
    _tube(s, boards.top, rgb(1.0, 0.40, 0.10), 0.40, 0.58, 3.4)
    for a, b, c, _ in scatter(544, 5):
        cx = (np.floor(a * 6) + 0.5) * 64 / 6
        ring = s.ring(cx, b * 64, 1.5 + c, 2.6 + c)
        s.shade(1 - 0.5 * smooth(1.0, 0.3, ring))
    return s


def leaves() -> Sheet:
    """Overlapping fans like art-deco scales, each shaded to its root, with mint rims."""
    s = Sheet(SIZE, rgb(0.012, 0.075, 0.085))
    for row in range(12):
        for a, b, c, d in scatter(552 + row, 7):
            dx, dy = s.offset(a * SIZE, (row + 0.9 * b) * SIZE / 12)
            size = 5.4 + 3.2 * c
            lean = 1.0 * (d - 0.5)
            x, y = dx * np.cos(lean) + dy * np.sin(lean), dy * np.cos(lean) - dx * np.sin(lean)
            radius = np.hypot(x, y) / size
            fan = smooth(1.03, 0.97, radius) * (y > -0.35 * size)
            tone = ramp(
                radius, (0, (0.010, 0.060, 0.075)), (0.75, (0.020, 0.185, 0.165)), (1, (0.035, 0.29, 0.235))
            )
            ribs = 0.88 + 0.20 * np.cos(np.arctan2(x, y) * 9)
            s.shade(1 - 0.45 * smooth(1.3, 0.95, radius) * (1 - fan) * (y > -0.2 * size))
            s.over(tone * ribs[..., None] * (0.75 + 0.5 * a), fan)
            s.over(rgb(0.16, 0.95, 0.70), fan * smooth(0.78, 0.95, radius) * (0.42 + 0.5 * b))
    return s


def brick() -> Sheet:
    """Wine-dark bricks between pink tubes; some bricks glow themselves."""
    s = Sheet(SIZE, rgb(0.1, 0.03, 0.1))
    c = s.bond(64 / 3, 64 / 6, 561)
    s.color = mix(rgb(0.075, 0.016, 0.085), rgb(0.215, 0.032, 0.150), c.tone * c.tone)
    s.relief(s.cloud(562, 0.8) * 0.3 + s.cloud(563, 3), 0.35)
    s.over(rgb(0.70, 0.18, 0.50), smooth(3.4, 2.2, c.lit) * smooth(1.2, 2.0, c.edge) * 0.35)
    s.shade(1 - 0.4 * smooth(4.0, 1.5, c.unlit))
    _tube(s, c.edge, rgb(1.0, 0.16, 0.52), 0.45, 0.58, 3.2)
    return s


def metal() -> Sheet:
    """Chrome in long plates: evening sky above, a white horizon, a dark desert below."""
    s = Sheet(SIZE, rgb(0.3, 0.4, 0.6))
    c = s.bond(64.0, 64 / 3, 571)
    t = single(c.y / (64 / 3) + 0.03 * np.sin(2 * np.pi * c.x / 64))
    s.color = ramp(t, (0, (0.06, 0.10, 0.34)), (0.28, (0.30, 0.48, 0.85)), (0.47, (0.90, 0.97, 1.0)),
                   (0.52, (0.12, 0.05, 0.20)), (0.75, (0.36, 0.18, 0.42)),
                   (1, (0.86, 0.55, 0.72)))  # fmt: skip
    s.shade(1 + 0.05 * s.cloud(572, 0.5, 6))
    for at in (8.0, 56.0):
        bolt = np.hypot(c.x - at, c.y - 64 / 6)
        s.over(rgb(0.05, 0.05, 0.14), smooth(3.0, 2.2, bolt))
        s.fade(rgb(0.9, 0.97, 1.0), rgb(0.25, 0.20, 0.45), (c.y - 8) / 5, smooth(2.1, 1.5, bolt))
    s.over(rgb(0.02, 0.02, 0.07), smooth(1.1, 0.4, c.edge))
    s.over(rgb(0.55, 0.85, 1.0), smooth(0.8, 0.3, np.abs(c.y - 1.6)) * smooth(0.5, 1.5, c.left) * 0.8)
    return s


def glass() -> Sheet:
    """Slanting glints for a pane, as shades of grey."""
    s = Sheet(SIZE, rgb(0.34, 0.34, 0.34))
    slant = (s.x + s.y) % 64
    for centre, width in ((9.0, 3.6), (16.5, 1.2), (43.0, 2.4), (50.0, 0.9)):
        s.over(WHITE, smooth(width + 0.8, width - 0.8, np.abs(slant - centre)) * 0.42)
    s.shade(1 + 0.10 * s.cloud(581, 5))
    return s


def road() -> Sheet:
    """Asphalt under a lattice of fine lines with bright crossings."""
    s = Sheet(SIZE, rgb(0.035, 0.040, 0.095))
    s.over(rgb(0.060, 0.062, 0.130), smooth(-1, 1, s.cloud(591, 3)))
    s.relief(s.cloud(592, 0.7) * 0.35, 0.45)
    pitch = 64 / 3
    x, y = np.abs((s.x + pitch / 2) % pitch - pitch / 2), np.abs((s.y + pitch / 2) % pitch - pitch / 2)
    _tube(s, single(np.minimum(x, y)), rgb(0.16, 0.36, 1.0), 0.35, 0.52, 4.0)
    _tube(s, single(np.hypot(x, y)), rgb(0.45, 0.70, 1.0), 1.3, 0.62, 4.0)
    return s


def wall() -> Sheet:
    """Dim honeycomb of indigo, a few cells faintly lit: it stays behind the scene."""
    s = Sheet(SIZE, rgb(0.03, 0.02, 0.07))
    best, second, tone = np.full_like(s.x, 99.0), np.full_like(s.x, 99.0), np.zeros_like(s.x)
    places = [(16 * i + 8 * (j % 2), 16 * j) for j in range(4) for i in range(4)]
    for (cx, cy), (a, _, _, _) in zip(places, scatter(601, 16), strict=True):
        dx, dy = s.offset(cx, cy)
        far = np.hypot(dx, dy)
        tone = np.where(far < best, a, tone)
        second = np.where(far < best, best, np.minimum(second, far))
        best = np.minimum(best, far)
    edge = single((second - best) / 2)
    s.color = mix(rgb(0.030, 0.017, 0.078), rgb(0.070, 0.034, 0.135), single(tone**2))
    s.shade(1.12 - 0.035 * best)
    s.over(rgb(0.022, 0.012, 0.058), smooth(1.5, 0.9, edge))
    s.over(rgb(0.24, 0.13, 0.46), smooth(0.7, 0.25, edge) * 0.62)
    return s


def floor() -> Sheet:
    """A dance floor of lozenges, each with its own colour and a lit heart."""
    s = Sheet(SIZE, rgb(0.08, 0.06, 0.15))
    p, q = (s.x + s.y) / 32, (s.x - s.y) / 32
    cell = (np.floor(p) % 4 * 4 + np.floor(q) % 4).astype(np.int64)
    hue = hash01(cell, 611)
    u, v = p % 1 - 0.5, q % 1 - 0.5
    edge = single((0.5 - np.maximum(np.abs(u), np.abs(v))) * 32 / np.sqrt(2))
    s.color = ramp(single(hue), (0, (0.035, 0.085, 0.260)), (0.35, (0.085, 0.050, 0.290)),
                   (0.7, (0.190, 0.040, 0.270)),
                   (1, (0.020, 0.175, 0.260)))  # fmt: skip
    heart = single(np.clip(1 - np.hypot(u, v) * 1.7, 0, 1))
    s.shade(0.78 + 0.9 * heart)
    cover = smooth(2.0, 1.2, edge) * smooth(0.5, 1.1, edge) * np.where(np.abs(u) > np.abs(v), 0.50, 0.26)
    s.over(rgb(0.42, 0.42, 0.80), cover)
    s.over(rgb(0.012, 0.010, 0.045), smooth(1.05, 0.5, edge))
    return s


def grass() -> Sheet:
    """An equaliser for grass: red is the lamps, green how far down each column reaches, blue their rows."""
    s = Sheet(SIZE, rgb(0, 0, 0))
    column = np.floor(s.x / 4)
    inside = np.minimum(s.x % 4, 4 - s.x % 4)
    row = np.minimum(s.y % 4, 4 - s.y % 4)
    s.color[..., 0] = smooth(0.35, 0.95, inside) * smooth(0.2, 0.8, row)
    s.color[..., 1] = hash01(column.astype(np.int64), 621)
    s.color[..., 2] = smooth(0.35, 0.95, inside)
    return s


def snow() -> Sheet:
    """Facets of lilac ice with white lines."""
    s = Sheet(SIZE, rgb(0.5, 0.5, 0.8))
    light, away = _facets(s, 5, 631, 0.75)
    tone = np.clip(0.48 + 0.42 * light, 0, 1)
    s.color = ramp(single(tone), (0, (0.30, 0.30, 0.66)), (0.5, (0.50, 0.55, 0.86)), (1, (0.78, 0.84, 1.0)))
    s.over(rgb(0.93, 0.98, 1.0), smooth(0.95, 0.3, away) * 0.34)
    return s


def hill() -> Sheet:
    """Four tiles of far mountains as a mesh of light over dark facets."""
    s = Sheet(128.0, rgb(0.08, 0.03, 0.16))
    light, away = _facets(s, 7, 641, 0.80)
    tone = np.clip(0.36 + 0.50 * light, 0, 1)
    s.color = ramp(
        single(tone), (0, (0.028, 0.012, 0.095)), (0.5, (0.085, 0.026, 0.185)), (1, (0.24, 0.055, 0.32))
    )
    line = mix(
        rgb(0.95, 0.18, 0.78), rgb(0.22, 0.40, 1.0), single(0.5 + 0.5 * np.sin(2 * np.pi * (s.y / 128 + 0.2)))
    )
    halo = smooth(5.0, 0, away)
    s.color = single(s.color + line * (0.16 * halo * halo)[..., None])
    s.over(line, smooth(1.25, 0.35, away) * 0.46)
    return s


def sky() -> Sheet:
    """Sixteen tiles of dusk, in tiles: night, violet, hot pink, amber at the horizon, and back again."""
    s = Sheet.sky((0, (0.020, 0.012, 0.080)), (1.5, (0.050, 0.018, 0.165)), (3.0, (0.15, 0.025, 0.300)),
                   (4.6, (0.42, 0.045, 0.430)), (6.0, (0.80, 0.13, 0.460)), (7.6, (1.0, 0.36, 0.38)),
                   (9.6, (1.0, 0.62, 0.36)), (12.0, (0.66, 0.12, 0.46)), (14.0, (0.13, 0.03, 0.28)),
                   (16, (0.020, 0.012, 0.080)))  # fmt: skip
    slit = smooth(0.34, 0.16, np.abs(s.y % 1 - 0.5)) * smooth(4.0, 8.0, s.y) * smooth(12.5, 11.0, s.y)
    s.over(rgb(0.46, 0.045, 0.42), slit * 0.42)
    return s
