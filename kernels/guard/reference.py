"""`guard` in NumPy, thing by thing. The CPU kernel beside it must give the same picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.guard import AIM, BRIGHTEST, DARKEST, FAR, HALO, HALVINGS, HUED, MOST, RING, SWEEPS
from reskin.kernels.guard.colour import BYTE, LIGHT, LIGHTS, ciede2000, from_lab, lab

Mask = NDArray[np.bool_]
Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Piece:
    """A thing in a frame: its surface id, its pixels, those around it, and a weight for the correction there.

    body, ring bool [H,W]; weight float64 [H,W]: largest beside the thing, 0 from HALO on, and 0 on the thing,
    on others with its surface id and on other guarded things. The largest weight is 1, or less if the thing
    is smaller than its ring: a speck between other things must not light up all that is around it.
    """

    surface_id: int
    body: Mask
    ring: Mask
    weight: Vector


def guard_reference(
    picture: NDArray[np.uint8],
    plain: NDArray[np.uint8],
    surface_id: NDArray[np.uint32],
    guarded: Mask,
    bar: float,
) -> NDArray[np.uint8]:
    """The picture with the contrast of every guarded thing raised to its bar: uint8 [H,W,3].

    picture, plain uint8 [H,W,3] RGB: restyled and plain; key uint32 [H,W], the material in the lowest byte;
    guarded bool [M]; bar: CIEDE2000 that is always enough. A thing's bar is the lesser of it and of the
    contrast in the plain picture.
    """
    out = picture.copy()
    found = list(guarded_pieces(surface_id, guarded))
    for sweep in range(SWEEPS):
        for piece in found:
            _correct(out, plain, piece, bar, sweep)
    return out


def contrast_reference(picture: NDArray[np.uint8], piece: Piece) -> float:
    """CIEDE2000 between a thing and its surroundings in a picture uint8 [H,W,3], RGB."""
    light = LIGHT[picture].astype(np.float64)
    return _difference(light[piece.body].mean(0), light[piece.ring].mean(0))


def guarded_pieces(surface_id: NDArray[np.uint32], guarded: Mask) -> Iterator[Piece]:
    """The guarded things that have surroundings, by surface id and then in reading order."""
    to_see = guarded[surface_id & 255]
    bodies = []
    left = to_see.copy()
    while left.any():
        first = int(left.argmax())
        value = int(surface_id.reshape(-1)[first])
        body = _grown(np.arange(surface_id.size).reshape(surface_id.shape) == first, surface_id == value)
        left &= ~body
        bodies.append((value, first, body))
    for value, _, body in sorted(bodies, key=lambda found: found[:2])[:MOST]:
        away, same = _distance(body), surface_id == value
        ring = (away <= 3 * RING) & ~same
        if ring.any():
            most = min(1.0, body.sum() / ring.sum())
            yield Piece(value, body, ring, np.where(same | to_see, 0.0, most * guard_falloff(away)))


def guard_falloff(away: NDArray[np.int64]) -> Vector:
    """The weight of a correction at a distance in thirds of a pixel: 1 at 3, smoothly down to 0."""
    rest = np.clip((3 * HALO + 3 - away) / (3 * HALO), 0, 1)
    return np.asarray(rest * rest * (3 - 2 * rest))


def _grown(body: Mask, within: Mask) -> Mask:
    """Grow a region to its eight neighbours, inside a mask, until it fills its connected piece."""
    while True:
        padded = np.pad(body, 1)
        height, width = body.shape
        nearby = [padded[y : y + height, x : x + width] for y in range(3) for x in range(3)]
        grown = within & np.any(nearby, 0)
        if (grown == body).all():
            return body
        body = grown


def _distance(body: Mask) -> NDArray[np.int64]:
    """Chamfer distance to the nearest pixel of a mask, in thirds of a pixel, at most 3 * HALO + 3."""
    height, width = body.shape
    padded, found = np.pad(body, HALO), np.full(body.shape, 3 * HALO + 3)
    for y in range(2 * HALO + 1):
        for x in range(2 * HALO + 1):
            least, most = sorted((abs(y - HALO), abs(x - HALO)))
            there = padded[y : y + height, x : x + width]
            found = np.where(there, np.minimum(found, 3 * most + least), found)
    return found


def _correct(out: NDArray[np.uint8], plain: NDArray[np.uint8], piece: Piece, bar: float, sweep: int) -> None:
    """Move a thing's colour away from its surroundings, and lighten or darken these, just enough for the
    bar."""
    bar = min(bar, contrast_reference(plain, piece))
    now = contrast_reference(out, piece)
    if now >= bar:
        return
    before, light = LIGHT[plain].astype(np.float64), LIGHT[out].astype(np.float64)
    body, ring = light[piece.body].mean(0), light[piece.ring].mean(0)
    if sweep < HUED:
        there = _lab(before[piece.body].mean(0)) - _lab(before[piece.ring].mean(0))
        way = _way(_lab(body) - _lab(ring), there, now / bar)
    else:
        way = np.array((guard_direction(_lab(body)[0], _lab(ring)[0]), 0.0, 0.0))
    gain = guard_odds(np.array(from_lab(tuple(_lab(body) + FAR * way)))) / guard_odds(body)
    around = np.array(from_lab(tuple(_lab(ring) - FAR * way * (1, 0, 0))))
    weight = piece.weight[piece.ring][:, None]
    step = (weight * (around - light[piece.ring])).mean(0)

    def led(share: float) -> NDArray[np.uint8]:
        raised = guard_odds(light[piece.body]) * gain**share
        return _bytes(raised / (1 + raised))

    def contrast(share: float) -> float:
        return _difference(LIGHT[led(share)].astype(np.float64).mean(0), ring + share * step)

    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if contrast(middle) < AIM * bar else (low, middle)
    out[piece.body] = led(high)
    halo = piece.weight > 0
    out[halo] = _bytes(light[halo] + high * piece.weight[halo][:, None] * (around - light[halo]))


def guard_odds(light: Vector) -> Vector:
    """p / (1 - p) of linear light 0..1."""
    p = np.clip(light, DARKEST, BRIGHTEST)
    return np.asarray(p / (1 - p))


def _bytes(light: Vector) -> NDArray[np.uint8]:
    return np.asarray(BYTE[np.floor(light * LIGHTS + 0.5).astype(int)])


def _way(now: Vector, plain: Vector, done: float) -> Vector:
    """The direction in which to move a thing's colour, of length 1: away from its surroundings, and the less
    it differs from them, the more in the direction of the plain picture. `done` 0..1: its contrast over its
    bar."""
    way = done * now / max(float(np.linalg.norm(now)), 1e-6)
    way = way + (1 - done) * plain / max(float(np.linalg.norm(plain)), 1e-6)
    return np.asarray(way / max(float(np.linalg.norm(way)), 1e-6))


def guard_direction(body: float, ring: float) -> float:
    """Whether a thing should become lighter, 1, or darker, -1: the way it already differs, unless there is
    much more room the other way."""
    return 1.0 if body - ring + (50 - ring) / 5 >= 0 else -1.0


def _lab(color: Vector) -> Vector:
    return np.array(lab(tuple(color)))


def _difference(a: Vector, b: Vector) -> float:
    return float(ciede2000(tuple(_lab(a)), tuple(_lab(b))))
