"""`head` on a CPU: surfaces are sampled and the per-pixel network runs in one pass, block by block.

A block is a stretch of up to BLOCK pixels of one row. Surfaces are sampled pixel by pixel, all
channels of a pixel in one register; where a stretch of one material reads whole texels one after
another (world tiles at their native size, scrolled by whole pixels) they are read without
interpolation. Eight pixels at a time are then turned into planes of float32, one plane an input, so
that in the network a register holds neighbouring pixels, and every sum stays in one.

640x360 takes 5 ms of one core with AVX-512, 6 with AVX2: 2 for the network, the rest for the surfaces.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from kernels import FEATURES, HEAD_INPUTS, HIDDEN, NOISES, OUTPUTS, PATCH, SURFACE
from kernels.border import DIRECTIONS, PROFILE, REACH
from kernels.dense import dense
from kernels.lanes import (
    LANES,
    address,
    at_most,
    load,
    load_four_words,
    mul_add,
    relu,
    spread,
    store,
    store_columns,
    times,
)
from kernels.threads import by_rows

BLOCK: Final = 64
_PITCH = BLOCK + 32
"""Floats of a plane; a register may reach beyond the block."""
_NOISE_AT = HEAD_INPUTS * _PITCH
_TEXTURE_AT = _NOISE_AT + NOISES * _PITCH
_RGB_AT = _TEXTURE_AT + SURFACE * _PITCH
_WORK = _RGB_AT + 3 * _PITCH
_MIX = (NOISES + 1) * SURFACE
_JIT: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
_INNER: dict[str, Any] = {**_JIT, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

assert SURFACE == PROFILE == 8  # as the tiles below are written
assert OUTPUTS == 4
assert HIDDEN % 4 == BLOCK % (2 * LANES) == 0


class Tables(NamedTuple):
    """A theme's head, laid out for the kernel; made by `tables`.

    texels uint8 [M,T,T,SURFACE]; noises uint8 [N,N,NOISES]; gain float32 [SURFACE]; mix float32
    [M,NOISES+1,SURFACE], the bias in the last row; places float32 [M,4]: noise texels a tile in x and
    in y, texture texels a tile, and the texels by which a level of noise displaces the texture; own, other
    float32 [M,4,REACH,PROFILE]: profiles of borders, in 0..255; first
    float32 [HEAD_INPUTS+1,HIDDEN] and second [HIDDEN+1,OUTPUTS]: the two layers, the bias in the last row,
    for inputs and outputs in 0..255, the share of the tint from 0 to 1.
    """

    texels: NDArray[np.uint8]
    noises: NDArray[np.uint8]
    gain: NDArray[np.float32]
    mix: NDArray[np.float32]
    places: NDArray[np.float32]
    own: NDArray[np.float32]
    other: NDArray[np.float32]
    first: NDArray[np.float32]
    second: NDArray[np.float32]


def tables(
    tensors: dict[str, NDArray[Any]],
    noises: NDArray[np.uint8],
    noise_scale: NDArray[np.float32],
    noise_texels_per_tile: int,
) -> Tables:
    """Lay out a pack's tensors. `tensors` as in `neural_renderer.theme.TENSORS`; noises uint8
    [N,N,NOISES], kept as they are if they are `dense`; noise_scale float32 [M,2]."""
    textures, span, warp = tensors["textures"], tensors["span"], tensors["warp"]  # [M,S,T,T], [M], [M]
    size = textures.shape[-1]
    weight = tensors["head.0.weight"].T.copy()
    level = np.float32(255)
    weight[:FEATURES] *= tensors["highs"][-1]  # features come as bytes of 0..high
    last = np.vstack((tensors["head.1.weight"].T, tensors["head.1.bias"] * level))
    last[:, 3] /= level
    return Tables(
        texels=dense(textures.transpose(0, 2, 3, 1), np.uint8),
        noises=dense(noises, np.uint8),
        gain=dense(tensors["gain"], np.float32),
        mix=dense(np.concatenate((tensors["mix"], tensors["mix_bias"][:, None] * level), 1), np.float32),
        places=dense(
            np.column_stack((noise_scale * noise_texels_per_tile, size / span, warp / span * size / level)),
            np.float32,
        ),
        own=dense(tensors["own"] * level, np.float32),
        other=dense(tensors["other"] * level, np.float32),
        first=dense(np.vstack((weight, tensors["head.0.bias"] * level)), np.float32),
        second=dense(last, np.float32),
    )


def head_cpu(
    material: NDArray[np.uint8],
    anchor: NDArray[np.float32],
    features: NDArray[np.uint8],
    near: NDArray[np.uint8],
    across: NDArray[np.uint8],
    tint: NDArray[np.uint32],
    t: Tables,
    red_shift: int,
) -> tuple[NDArray[np.uint32], int]:
    """The picture, uint32 [H,W] packed with red at bit `red_shift` and 255 on top, and how many
    pixels were not finite.

    material uint8 [H,W]; anchor float32 [H,W,2]; features uint8 [H/4,W/4,4,FEATURES,4]: row in the
    patch, feature, column in the patch; near, across uint8 [4,H,W] as `border_cpu` gives them,
    tint uint32 [H,W] as `ingest_cpu` does.
    """
    height, width = material.shape
    out = np.empty((height, width), np.uint32)
    words = dense(features, np.uint8).view(np.uint32)
    planes = dense(near, np.uint8), dense(across, np.uint8), dense(tint, np.uint32)
    arrays = dense(material, np.uint8), dense(anchor, np.float32), words, *planes, out, *t
    flat = [array.reshape(-1) for array in arrays]

    def rows(first: int, end: int) -> int:
        work = np.zeros(_WORK + 16, np.float32)
        aligned = work[-work.ctypes.data % 64 // 4 :]  # a register from two cache lines takes twice as long
        return int(_rows(first, end, width, red_shift, *flat, t.texels.shape[1], t.noises.shape[0], aligned))

    return out, by_rows(rows, height)


@numba.njit(**_INNER)
def _whole_texels(anchor, n, scale_x, scale_y):
    """Whether n pixels read one texel after another, exactly."""
    half = np.float32(0.5)
    u, v = anchor[0] * scale_x - half, anchor[1] * scale_y - half
    odd = (u != np.floor(u)) | (v != np.floor(v))
    for x in range(n):
        odd |= (anchor[2 * x] * scale_x - half - u != np.float32(x)) | (anchor[2 * x + 1] != anchor[1])
    return not odd


@numba.njit(**_INNER)
def _texel(u, v, size):
    """Column and row of the whole texel at u, v in a table that repeats; `size` is a power of two."""
    return int(np.floor(u)) & (size - 1), int(np.floor(v)) & (size - 1)


@numba.njit(**_INNER)
def _four_texels(u, v, size):
    """Flat numbers of the four texels around u, v, and their bilinear weights."""
    fx, fy = u - np.floor(u), v - np.floor(v)
    column, row = _texel(u, v, size)
    left, top = column, row * size
    right, bottom = (left + 1) & (size - 1), (top + size) & (size * size - 1)
    both = fx * fy
    weights = np.float32(1) - fx - (fy - both), fx - both, fy - both, both
    return (top + left, top + right, bottom + left, bottom + right), weights


@numba.njit(**_INNER)
def _blend(w, a, b, c, d):
    return mul_add(w[3], d, mul_add(w[2], c, mul_add(w[1], b, times(w[0], a))))


@numba.njit(**_INNER)
def _read_noise(anchor, n, scale_x, scale_y, whole, noises, size, out):
    """The noises at n pixels: out [n,NOISES]."""
    half = np.float32(0.5)
    column, row = _texel(anchor[0] * scale_x - half, anchor[1] * scale_y - half, size)
    for x in range(n):
        if whole:
            at = row * size + ((column + x) & (size - 1))
            value = load(noises, at * NOISES, NOISES)
        else:
            u, v = anchor[2 * x] * scale_x - half, anchor[2 * x + 1] * scale_y - half
            (a, b, c, d), w = _four_texels(u, v, size)
            value = _blend(
                w, load(noises, a * NOISES, NOISES), load(noises, b * NOISES, NOISES),
                load(noises, c * NOISES, NOISES), load(noises, d * NOISES, NOISES),
            )  # fmt: skip
        store(out, x * NOISES, value)


@numba.njit(**_INNER)
def _read_texture(anchor, n, scale, whole, warp, noise, texels, size, gain, bias, out):
    """gain * texture + bias at n pixels, displaced by the last two noises: out [n,SURFACE]."""
    half, middle = np.float32(0.5), np.float32(127.5)
    column, row = _texel(anchor[0] * scale - half, anchor[1] * scale - half, size)
    for x in range(n):
        if whole:
            at = row * size + ((column + x) & (size - 1))
            value = load(texels, at * SURFACE, SURFACE)
        else:
            u = anchor[2 * x] * scale - half + warp * (noise[x * NOISES + NOISES - 2] - middle)
            v = anchor[2 * x + 1] * scale - half + warp * (noise[x * NOISES + NOISES - 1] - middle)
            (a, b, c, d), w = _four_texels(u, v, size)
            value = _blend(
                w, load(texels, a * SURFACE, SURFACE), load(texels, b * SURFACE, SURFACE),
                load(texels, c * SURFACE, SURFACE), load(texels, d * SURFACE, SURFACE),
            )  # fmt: skip
        store(out, x * SURFACE, mul_add(gain, value, bias))


@numba.njit(**_INNER)
def _mix(n, mix, noise, texture, out):
    """texture + mix . noise of n pixels, eight at a time, as SURFACE planes."""
    for x in range(0, n, 8):
        own = address(texture, x * SURFACE)
        a, b, c, d = load(own, 0, 8), load(own, 8, 8), load(own, 16, 8), load(own, 24, 8)
        e, f, g, h = load(own, 32, 8), load(own, 40, 8), load(own, 48, 8), load(own, 56, 8)
        for i in range(NOISES):
            weight, at = load(mix, i * SURFACE, 8), x * NOISES + i
            a, b = mul_add(noise[at], weight, a), mul_add(noise[at + NOISES], weight, b)
            c, d = mul_add(noise[at + 2 * NOISES], weight, c), mul_add(noise[at + 3 * NOISES], weight, d)
            e, f = mul_add(noise[at + 4 * NOISES], weight, e), mul_add(noise[at + 5 * NOISES], weight, f)
            g, h = mul_add(noise[at + 6 * NOISES], weight, g), mul_add(noise[at + 7 * NOISES], weight, h)
        store_columns(out, x, _PITCH, a, b, c, d, e, f, g, h)


@numba.njit(**_INNER)
def _surface(m, anchor, n, texels, noises, gain, mix, places, size, noise_size, work, start):
    """The surface of n pixels of material m, `start` pixels into the block."""
    nx, ny, scale, warp = places[4 * m], places[4 * m + 1], places[4 * m + 2], places[4 * m + 3]
    noise, texture = address(work, _NOISE_AT), address(work, _TEXTURE_AT)
    mixed, own = address(mix, m * _MIX), address(texels, m * size * size * SURFACE)
    whole = _whole_texels(anchor, n, nx, ny)
    _read_noise(anchor, n, nx, ny, whole, address(noises, 0), noise_size, noise)
    if scale != nx or scale != ny:
        whole = _whole_texels(anchor, n, scale, scale)
    weight, bias = load(gain, 0, SURFACE), load(mixed, NOISES * SURFACE, SURFACE)
    _read_texture(anchor, n, scale, whole and warp == 0, warp, noise, own, size, weight, bias, texture)
    _mix(n, mixed, noise, texture, address(work, FEATURES * _PITCH + start))


@numba.njit(**_INNER)
def _unpack(words, word, last, n, tint, inputs):
    """Body features and tint of a block into their planes."""
    for x in range(0, n, 16):  # four patches
        a = word + x * FEATURES
        b, c, d = min(a + 4 * FEATURES, last), min(a + 8 * FEATURES, last), min(a + 12 * FEATURES, last)
        for f in range(FEATURES):
            store(inputs, f * _PITCH + x, load_four_words(words, a + f, b + f, c + f, d + f))
    to = (FEATURES + SURFACE + PROFILE) * _PITCH
    for x in range(n):
        c = np.int32(tint[x])
        inputs[to + x] = c & 255
        inputs[to + _PITCH + x] = (c >> 8) & 255
        inputs[to + 2 * _PITCH + x] = (c >> 16) & 255


@numba.njit(**_INNER)
def _profile(n, material, near, across, plane, own, other, rows, out):
    """The profiles of all borders within reach of n pixels, added up, as PROFILE planes."""
    one, row = np.float32(1), DIRECTIONS * REACH
    for x in range(n):
        total = spread(np.float32(0), 8)
        for way in range(DIRECTIONS):
            at = way * plane + x
            if near[at] > 0:
                line = way * REACH + int(near[at]) - 1
                total = mul_add(one, load(own, (int(material[x]) * row + line) * PROFILE, 8), total)
                total = mul_add(one, load(other, (int(across[at]) * row + line) * PROFILE, 8), total)
        store(rows, x * PROFILE, total)
    for x in range(0, n, 8):
        a = address(rows, x * PROFILE)
        store_columns(
            out, x, _PITCH, load(a, 0, 8), load(a, 8, 8), load(a, 16, 8), load(a, 24, 8),
            load(a, 32, 8), load(a, 40, 8), load(a, 48, 8), load(a, 56, 8),
        )  # fmt: skip


@numba.njit(**_INNER)
def _meet(n, inputs):
    """Where surfaces meet borders: their planes become what `head_reference` makes of the two."""
    one, most = np.float32(1), np.float32(255)
    for c in range(FEATURES, FEATURES + SURFACE):
        surface, border = address(inputs, c * _PITCH), address(inputs, (c + SURFACE) * _PITCH)
        for x in range(0, n, LANES):
            here = load(surface, x, LANES)
            store(border, x, at_most(relu(mul_add(one, here, load(border, x, LANES))), most))
            store(surface, x, relu(here))


@numba.njit(**_INNER)
def _add(weight, h, r, g, b, t):
    """What one hidden unit adds to the colours and to the share of the tint."""
    h = relu(h)
    r, g = mul_add(weight[0], h, r), mul_add(weight[1], h, g)
    return r, g, mul_add(weight[2], h, b), mul_add(weight[3], h, t)


@numba.njit(**_INNER)
def _finish(tint, x, r, g, b, t, rgb):
    """Add the tint to LANES colours and put them down."""
    store(rgb, x, mul_add(t, load(tint, x, LANES), r))
    store(rgb, _PITCH + x, mul_add(t, load(tint, _PITCH + x, LANES), g))
    store(rgb, 2 * _PITCH + x, mul_add(t, load(tint, 2 * _PITCH + x, LANES), b))


@numba.njit(**_INNER)
def _colour(inputs, first, second, n, rgb):
    """The two layers, for two registers of pixels and four hidden units at a time: rgb [3,_PITCH]."""
    tint = address(inputs, (HEAD_INPUTS - 3) * _PITCH)
    for x in range(0, n, 2 * LANES):
        end = address(second, OUTPUTS * HIDDEN)
        r, g, b, t = (
            spread(end[0], LANES),
            spread(end[1], LANES),
            spread(end[2], LANES),
            spread(end[3], LANES),
        )
        r2, g2, b2, t2 = r, g, b, t
        for unit in range(0, HIDDEN, 4):
            w = address(first, HEAD_INPUTS * HIDDEN + unit)
            h, i, j, k = spread(w[0], LANES), spread(w[1], LANES), spread(w[2], LANES), spread(w[3], LANES)
            h2, i2, j2, k2 = h, i, j, k
            for c in range(HEAD_INPUTS):
                p, q = load(inputs, c * _PITCH + x, LANES), load(inputs, c * _PITCH + x + LANES, LANES)
                w = address(first, c * HIDDEN + unit)
                h, h2 = mul_add(w[0], p, h), mul_add(w[0], q, h2)
                i, i2 = mul_add(w[1], p, i), mul_add(w[1], q, i2)
                j, j2 = mul_add(w[2], p, j), mul_add(w[2], q, j2)
                k, k2 = mul_add(w[3], p, k), mul_add(w[3], q, k2)
            w = address(second, OUTPUTS * unit)
            r, g, b, t = _add(w, h, r, g, b, t)
            r2, g2, b2, t2 = _add(w, h2, r2, g2, b2, t2)
            w = address(w, OUTPUTS)
            r, g, b, t = _add(w, i, r, g, b, t)
            r2, g2, b2, t2 = _add(w, i2, r2, g2, b2, t2)
            w = address(w, OUTPUTS)
            r, g, b, t = _add(w, j, r, g, b, t)
            r2, g2, b2, t2 = _add(w, j2, r2, g2, b2, t2)
            w = address(w, OUTPUTS)
            r, g, b, t = _add(w, k, r, g, b, t)
            r2, g2, b2, t2 = _add(w, k2, r2, g2, b2, t2)
        _finish(tint, x, r, g, b, t, rgb)
        _finish(tint, x + LANES, r2, g2, b2, t2, rgb)


@numba.njit(**_INNER)
def _write(rgb, n, red_shift, out):
    """Round n pixels into out; returns how many were not finite."""
    low, high, half, huge = np.float32(0), np.float32(255), np.float32(0.5), np.float32(1e30)
    blue_shift = 16 - red_shift
    bad = 0
    for x in range(n):
        red, green, blue = rgb[x], rgb[_PITCH + x], rgb[2 * _PITCH + x]
        bad += 0 if abs(red + green + blue) < huge else 1  # a NaN is not below anything
        r = int(min(max(red, low), high) + half)
        g = int(min(max(green, low), high) + half)
        b = int(min(max(blue, low), high) + half)
        out[x] = np.uint32((r << red_shift) | (g << 8) | (b << blue_shift) | 0xFF000000)
    return bad


@numba.njit(**_JIT)
def _rows(
    first, end, width, red_shift, material, anchor, words, near, across, tint, out,
    texels, noises, gain, mix, places, own, other, layer, last_layer, size, noise_size, work,
):  # fmt: skip
    """Rows first..end of the picture; returns how many pixels were not finite."""
    theme = address(texels, 0), address(noises, 0), address(gain, 0), address(mix, 0), address(places, 0)
    inputs, rgb = address(work, 0), address(work, _RGB_AT)
    patches = -(-width // PATCH)
    bad = 0
    for y in range(first, end):
        row = (y // PATCH * patches * PATCH + y % PATCH) * FEATURES
        for left in range(0, width, BLOCK):
            n, at = min(BLOCK, width - left), y * width + left
            kinds = address(material, at)
            start = 0
            while start < n:
                stop = start + 1
                while stop < n and kinds[stop] == kinds[start]:
                    stop += 1
                place = address(anchor, 2 * (at + start))
                _surface(kinds[start], place, stop - start, *theme, size, noise_size, inputs, start)
                start = stop
            word, last = row + left * FEATURES, row + (patches - 1) * PATCH * FEATURES
            _profile(
                n, kinds, address(near, at), address(across, at), material.size, address(own, 0),
                address(other, 0), address(work, _TEXTURE_AT), address(inputs, (FEATURES + SURFACE) * _PITCH),
            )  # fmt: skip
            _meet(n, inputs)
            _unpack(address(words, 0), word, last, n, address(tint, at), inputs)
            _colour(inputs, address(layer, 0), address(last_layer, 0), n, rgb)
            bad += _write(rgb, n, red_shift, address(out, at))
    return bad
