"""`head` on a CPU: surfaces are sampled and the per-pixel network runs in one pass, block by block.

A block is a stretch of up to BLOCK pixels of one row. Surfaces are sampled pixel by pixel, all
channels of a pixel in one register; where a stretch of one material reads whole texels one after
another (world tiles at their native size, scrolled by whole pixels) they are read without
interpolation. What a pixel hands to the network is bytes, four to a word: features as the body gives
them, surface and meeting as they are rounded here, the tint. In the first layer a register holds a word
of neighbouring pixels, and multiplies its four bytes at once; the second layer is in float32.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from reskin.kernels import FEATURES, HEAD_PARTS, HIDDEN, NOISES, OUTPUTS, PATCH, SURFACE
from reskin.kernels.border import DIRECTIONS, PROFILE, REACH
from reskin.kernels.simd.contiguous import dense
from reskin.kernels.simd.threads import Rows
from reskin.kernels.simd.vectors import (
    LANES,
    address,
    at_most,
    byte_of,
    dot,
    dot_table,
    load,
    load_words,
    mul_add,
    not_finite,
    relu,
    spread,
    store,
    store_levels,
    times,
    to_floats,
)

BLOCK: Final = 64
_PITCH = BLOCK + 32
"""Pixels that a block has room for; a register may reach beyond the block."""
_SURFACE_AT = NOISES * _PITCH
_RGB_AT = _SURFACE_AT + SURFACE * _PITCH
_WORDS_AT = _RGB_AT + 3 * _PITCH
_GROUPS = FEATURES // 4
"""Words of features a pixel; the tint follows them."""
_LEVELS_AT = _WORDS_AT + (_GROUPS + 1) * _PITCH
_LEVELS = SURFACE + PROFILE
"""Bytes of surface and meeting a pixel."""
_BETWEEN_AT = _LEVELS_AT + _LEVELS // 4 * _PITCH
_FIRST_AT = _BETWEEN_AT + 2 * _PITCH
_WORK = _FIRST_AT + _PITCH
_MIX = (NOISES + 1) * SURFACE
_INPUT_WORDS = _GROUPS + 1 + _LEVELS // 4
_UNIT = 2 + OUTPUTS
_JIT: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
_INNER: dict[str, Any] = {**_JIT, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

assert SURFACE == PROFILE == 8  # as the tiles below are written
assert OUTPUTS == PATCH == 4
assert FEATURES == 12
assert HIDDEN % 4 == BLOCK % LANES == 0


class Tables(NamedTuple):
    """A theme's head, laid out for the kernel; made by `tables`.

    texels uint8 [M,T,T,SURFACE]; noises uint8 [N,N,NOISES]; gain float32 [SURFACE]; mix float32
    [M,NOISES+1,SURFACE], the bias in the last row; places float32 [M,4]: noise texels a tile in x and
    in y, texture texels a tile, and the texels by which a level of noise displaces the texture; own, other
    float32 [M,4,REACH,PROFILE]: profiles of borders, in 0..255; scale: levels of the surface's range a
    level of 0..255; first: the weights of the first layer as `dot` reads them; units float32
    [HIDDEN,2+OUTPUTS], in levels of all inputs but the surface: what a level of the surface is worth, the
    bias, and the hidden unit's weights to the outputs; last float32 [OUTPUTS]: the outputs' biases. Inputs
    and outputs are in 0..255, the share of the tint from 0 to 1.
    """

    texels: NDArray[np.uint8]
    noises: NDArray[np.uint8]
    gain: NDArray[np.float32]
    mix: NDArray[np.float32]
    places: NDArray[np.float32]
    own: NDArray[np.float32]
    other: NDArray[np.float32]
    scale: NDArray[np.float32]
    first: NDArray[np.int32]
    units: NDArray[np.float32]
    last: NDArray[np.float32]


def tables(
    tensors: dict[str, NDArray[Any]],
    noises: NDArray[np.uint8],
    noise_scale: NDArray[np.float32],
    noise_texels_per_tile: int,
) -> Tables:
    """Lay out a pack's tensors. `tensors` as in `neural_renderer.theme.pack.TENSORS`; noises uint8
    [N,N,NOISES], kept as they are if they are `dense`; noise_scale float32 [M,2]."""
    textures, span, warp = tensors["textures"], tensors["span"], tensors["warp"]  # [M,S,T,T], [M], [M]
    size = textures.shape[-1]
    level = np.float32(255)
    features, place, meeting, tint = np.split(tensors["head.0.weight"], HEAD_PARTS, axis=1)
    nothing = np.zeros((HIDDEN, 1), np.int8)
    weights = np.hstack((features, tint, nothing, place, meeting))
    rest, surface = tensors["head.0.step"].T
    bias, second = tensors["head.0.bias"] * level, tensors["head.1.weight"].T
    # A relu passes a positive factor on: a unit counts in levels of the rest, its weights make up for it.
    units = np.column_stack((surface / rest, bias / rest, second * rest[:, None]))
    units[:, -1] /= level  # the share of the tint
    last = tensors["head.1.bias"].copy()
    last[:3] *= level
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
        scale=dense(1 / tensors["highs"][-1:], np.float32),
        first=dense(dot_table(weights), np.int32),
        units=dense(units, np.float32),
        last=dense(last, np.float32),
    )


def head_cpu(
    material: NDArray[np.uint8],
    anchor: NDArray[np.float32],
    features: NDArray[np.uint8],
    near: NDArray[np.uint8],
    across: NDArray[np.uint8],
    tint: NDArray[np.uint32],
    t: Tables,
    offsets: NDArray[np.float32],
    red_shift: int,
    out: NDArray[np.uint32],
) -> Rows:
    """What paints rows first..end of `out`, uint32 [H,W] packed with red at bit `red_shift` and 255 on top,
    and returns how many of their pixels were not finite.

    material uint8 [H,W]; anchor float32 [H,W,2]; features uint8 [H/4,W/4,4,FEATURES/4,4,4]: row in the
    patch, group of features, column in the patch, feature in the group; near, across uint8 [4,H,W] as
    `border_cpu` gives them, tint uint32 [H,W] as `ingest_cpu` does; offsets float32 [M,2], tiles: the anchor
    of a material is read this much less to the right and down.
    """
    width = material.shape[1]
    words = dense(features, np.uint8).view(np.uint32)
    planes = dense(near, np.uint8), dense(across, np.uint8), dense(tint, np.uint32)
    arrays = dense(material, np.uint8), dense(anchor, np.float32), words, *planes, out, *t, offsets
    flat = [array.reshape(-1) for array in arrays]

    def rows(first: int, end: int) -> int:
        memory = np.zeros(_WORK + 16, np.float32)
        work = memory[-memory.ctypes.data % 64 // 4 :]  # a register from two cache lines takes twice as long
        views = work, work.view(np.uint32), work.view(np.uint8)
        return int(_rows(first, end, width, red_shift, *flat, t.texels.shape[1], t.noises.shape[0], *views))

    return rows


@numba.njit(**_INNER)
def _whole_texels(anchor, n, scale_x, scale_y, back_x, back_y):
    """Whether n pixels read one texel after another, exactly."""
    u, v = anchor[0] * scale_x - back_x, anchor[1] * scale_y - back_y
    odd = (u != np.floor(u)) | (v != np.floor(v))
    for x in range(n):
        odd |= (anchor[2 * x] * scale_x - back_x - u != np.float32(x)) | (anchor[2 * x + 1] != anchor[1])
    return not odd


@numba.njit(**_INNER)
def _texel(u, v, size):
    """Column and row of the whole texel at u, v in a table that repeats; `size` is a power of two."""
    return int(np.floor(u)) & (size - 1), int(np.floor(v)) & (size - 1)


@numba.njit(**_INNER)
def _locate(u, v, size, x, part, first):
    """Note for pixel x, at u, v in a table that repeats, its upper left texel and how far beyond it lies."""
    left, top = np.floor(u), np.floor(v)
    part[x], part[_PITCH + x] = u - left, v - top
    column, row = np.int32(left) & np.int32(size - 1), np.int32(top) & np.int32(size - 1)
    first[x] = np.uint32(row * np.int32(size) + column)


@numba.njit(**_INNER)
def _four_texels(x, size, part, first):
    """Flat numbers of the four texels around pixel x, and their bilinear weights."""
    corner, fx, fy = np.int64(first[x]), part[x], part[_PITCH + x]
    left, top = corner & (size - 1), corner & -size
    right, bottom = (left + 1) & (size - 1), (top + size) & (size * size - 1)
    both = fx * fy
    weights = np.float32(1) - fx - (fy - both), fx - both, fy - both, both
    return (top + left, top + right, bottom + left, bottom + right), weights


@numba.njit(**_INNER)
def _blend(w, a, b, c, d):
    return mul_add(w[3], d, mul_add(w[2], c, mul_add(w[1], b, times(w[0], a))))


@numba.njit(**_INNER)
def _read_noise(anchor, n, scale_x, scale_y, back_x, back_y, whole, noises, size, part, first, out):
    """The noises at n pixels: out [n,NOISES]."""
    if whole:
        column, row = _texel(anchor[0] * scale_x - back_x, anchor[1] * scale_y - back_y, size)
        for x in range(n):
            at = row * size + ((column + x) & (size - 1))
            store(out, x * NOISES, load(noises, at * NOISES, NOISES))
        return
    for x in range(n):
        _locate(
            anchor[2 * x] * scale_x - back_x, anchor[2 * x + 1] * scale_y - back_y, size, x, part, first
        )  # fmt: skip
    for x in range(n):
        (a, b, c, d), w = _four_texels(x, size, part, first)
        value = _blend(
            w, load(noises, a * NOISES, NOISES), load(noises, b * NOISES, NOISES),
            load(noises, c * NOISES, NOISES), load(noises, d * NOISES, NOISES),
        )  # fmt: skip
        store(out, x * NOISES, value)


@numba.njit(**_INNER)
def _read_texture(
    anchor, n, scale, back_x, back_y, whole, warp, noise, texels, size, gain, bias, part, first, out
):  # fmt: skip
    """gain * texture + bias at n pixels, displaced by the last two noises: out [n,SURFACE]."""
    if whole:
        column, row = _texel(anchor[0] * scale - back_x, anchor[1] * scale - back_y, size)
        for x in range(n):
            at = row * size + ((column + x) & (size - 1))
            store(out, x * SURFACE, mul_add(gain, load(texels, at * SURFACE, SURFACE), bias))
        return
    back_x, back_y = back_x + warp * np.float32(127.5), back_y + warp * np.float32(127.5)
    for x in range(n):
        right, down = warp * noise[x * NOISES + NOISES - 2], warp * noise[x * NOISES + NOISES - 1]
        u, v = anchor[2 * x] * scale - back_x + right, anchor[2 * x + 1] * scale - back_y + down
        _locate(u, v, size, x, part, first)
    for x in range(n):
        (a, b, c, d), w = _four_texels(x, size, part, first)
        value = _blend(
            w, load(texels, a * SURFACE, SURFACE), load(texels, b * SURFACE, SURFACE),
            load(texels, c * SURFACE, SURFACE), load(texels, d * SURFACE, SURFACE),
        )  # fmt: skip
        store(out, x * SURFACE, mul_add(gain, value, bias))


@numba.njit(**_INNER)
def _mix(n, mix, noise, surface):
    """Add mix . noise to the surface of n pixels, eight at a time; those beyond them are written later."""
    for x in range(0, n, 8):
        own = address(surface, x * SURFACE)
        a, b, c, d = load(own, 0, 8), load(own, 8, 8), load(own, 16, 8), load(own, 24, 8)
        e, f, g, h = load(own, 32, 8), load(own, 40, 8), load(own, 48, 8), load(own, 56, 8)
        for i in range(NOISES):
            weight, at = load(mix, i * SURFACE, 8), x * NOISES + i
            a, b = mul_add(noise[at], weight, a), mul_add(noise[at + NOISES], weight, b)
            c, d = mul_add(noise[at + 2 * NOISES], weight, c), mul_add(noise[at + 3 * NOISES], weight, d)
            e, f = mul_add(noise[at + 4 * NOISES], weight, e), mul_add(noise[at + 5 * NOISES], weight, f)
            g, h = mul_add(noise[at + 6 * NOISES], weight, g), mul_add(noise[at + 7 * NOISES], weight, h)
        store(own, 0, a)
        store(own, 8, b)
        store(own, 16, c)
        store(own, 24, d)
        store(own, 32, e)
        store(own, 40, f)
        store(own, 48, g)
        store(own, 56, h)


@numba.njit(**_INNER)
def _surface(
    m, anchor, n, texels, noises, gain, mix, places, offsets, size, noise_size, part, first, noise, surface
):  # fmt: skip
    """The surface of n pixels of material m: surface [n,SURFACE]; part, first, noise are room to work in.

    A texel's centre lies half a texel from its edge: `back` is that and the drift, in texels.
    """
    nx, ny, scale, warp = places[4 * m], places[4 * m + 1], places[4 * m + 2], places[4 * m + 3]
    mixed, own = address(mix, m * _MIX), address(texels, m * size * size * SURFACE)
    half, right, down = np.float32(0.5), offsets[2 * m], offsets[2 * m + 1]
    back_x, back_y = half + right * nx, half + down * ny
    whole = _whole_texels(anchor, n, nx, ny, back_x, back_y)
    _read_noise(
        anchor, n, nx, ny, back_x, back_y, whole, address(noises, 0), noise_size, part, first, noise
    )  # fmt: skip
    if scale != nx or scale != ny:
        back_x, back_y = half + right * scale, half + down * scale
        whole = _whole_texels(anchor, n, scale, scale, back_x, back_y)
    weight, bias = load(gain, 0, SURFACE), load(mixed, NOISES * SURFACE, SURFACE)
    copied = whole and warp == 0
    _read_texture(
        anchor, n, scale, back_x, back_y, copied, warp, noise, own, size, weight, bias, part, first, surface
    )  # fmt: skip
    _mix(n, mixed, noise, surface)


@numba.njit(**_INNER)
def _unpack(features, word, last, n, tint, words):
    """Body features and tint of a block into their planes of words."""
    for x in range(0, n, PATCH):
        patch = min(word + x * FEATURES, last)
        for group in range(_GROUPS):
            store(words, group * _PITCH + x, load_words(features, patch + PATCH * group, 1, 4))
    for x in range(n):
        words[_GROUPS * _PITCH + x] = tint[x]


@numba.njit(**_INNER)
def _meet(n, material, near, across, plane, own, other, surface, scale, levels):
    """Where surfaces meet borders: what `head_reference` makes of the two, as bytes [n,SURFACE + PROFILE].
    Returns how many pixels are not finite.

    A profile is that of all borders within reach, added up.
    """
    one, most, row = np.float32(1), np.float32(255), DIRECTIONS * REACH
    bad = 0
    for x in range(n):
        total = spread(np.float32(0), 8)
        for way in range(DIRECTIONS):
            at = way * plane + x
            if near[at] > 0:
                line = way * REACH + int(near[at]) - 1
                total = mul_add(one, load(own, (int(material[x]) * row + line) * PROFILE, 8), total)
                total = mul_add(one, load(other, (int(across[at]) * row + line) * PROFILE, 8), total)
        here, to = load(surface, x * SURFACE, 8), x * _LEVELS
        bad += not_finite(here, total)
        store_levels(levels, to, at_most(times(scale, relu(here)), most))
        store_levels(levels, to + SURFACE, at_most(relu(mul_add(one, here, total)), most))
    return bad


@numba.njit(**_INNER)
def _hidden(f, g, h, t, s, u, m, v, first, unit, units):
    """One hidden unit of LANES pixels, from their words of features, tint, surface and meeting."""
    at, values = unit * _INPUT_WORDS, address(units, unit * _UNIT)
    rest = spread(np.int32(0), LANES)
    place = dot(dot(rest, s, first, at + 4), u, first, at + 5)
    rest = dot(dot(dot(rest, f, first, at), g, first, at + 1), h, first, at + 2)
    rest = dot(dot(dot(rest, t, first, at + 3), m, first, at + 6), v, first, at + 7)
    here = mul_add(values[0], to_floats(place), spread(values[1], LANES))
    return relu(mul_add(np.float32(1), to_floats(rest), here))


@numba.njit(**_INNER)
def _add(weight, h, r, g, b, t):
    """What one hidden unit adds to the colours and to the share of the tint."""
    r, g = mul_add(weight[0], h, r), mul_add(weight[1], h, g)
    return r, g, mul_add(weight[2], h, b), mul_add(weight[3], h, t)


@numba.njit(**_INNER)
def _colour(words, levels, first, units, last, n, rgb):
    """The two layers, for one register of pixels and four hidden units at a time: rgb [3,_PITCH]."""
    for x in range(0, n, LANES):
        f, g = load_words(words, x, 1, LANES), load_words(words, _PITCH + x, 1, LANES)
        h, tint = load_words(words, 2 * _PITCH + x, 1, LANES), load_words(words, 3 * _PITCH + x, 1, LANES)
        at = address(levels, x * _LEVELS // 4)
        s, u = load_words(at, 0, 4, LANES), load_words(at, 1, 4, LANES)
        m, v = load_words(at, 2, 4, LANES), load_words(at, 3, 4, LANES)
        red, green = spread(last[0], LANES), spread(last[1], LANES)
        blue, share = spread(last[2], LANES), spread(last[3], LANES)
        for unit in range(0, HIDDEN, 4):
            i = _hidden(f, g, h, tint, s, u, m, v, first, unit, units)
            j = _hidden(f, g, h, tint, s, u, m, v, first, unit + 1, units)
            k = _hidden(f, g, h, tint, s, u, m, v, first, unit + 2, units)
            l = _hidden(f, g, h, tint, s, u, m, v, first, unit + 3, units)
            w = address(units, unit * _UNIT + 2)
            red, green, blue, share = _add(w, i, red, green, blue, share)
            red, green, blue, share = _add(address(w, _UNIT), j, red, green, blue, share)
            red, green, blue, share = _add(address(w, 2 * _UNIT), k, red, green, blue, share)
            red, green, blue, share = _add(address(w, 3 * _UNIT), l, red, green, blue, share)
        store(rgb, x, mul_add(share, byte_of(tint, 0), red))
        store(rgb, _PITCH + x, mul_add(share, byte_of(tint, 1), green))
        store(rgb, 2 * _PITCH + x, mul_add(share, byte_of(tint, 2), blue))


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
    first, end, width, red_shift, material, anchor, features, near, across, tint, out, texels, noises, gain,
    mix, places, own, other, scale, layer, units, last, offsets, size, noise_size, work, work_words,
    work_bytes,
):  # fmt: skip
    """Rows first..end of the picture; returns how many pixels were not finite."""
    theme = address(texels, 0), address(noises, 0), address(gain, 0), address(mix, 0), address(places, 0)
    shifts, between = address(offsets, 0), (address(work, _BETWEEN_AT), address(work_words, _FIRST_AT))
    noise, surface, rgb = address(work, 0), address(work, _SURFACE_AT), address(work, _RGB_AT)
    words, levels = address(work_words, _WORDS_AT), address(work_bytes, 4 * _LEVELS_AT)
    patches = -(-width // PATCH)
    bad = 0
    for y in range(first, end):
        row = (y // PATCH * patches * PATCH + y % PATCH) * FEATURES
        for left in range(0, width, BLOCK):
            n, at = min(BLOCK, width - left), y * width + left
            word, end_word = row + left * FEATURES, row + (patches - 1) * PATCH * FEATURES
            _unpack(address(features, 0), word, end_word, n, address(tint, at), words)
            kinds = address(material, at)
            start = 0
            while start < n:
                stop = start + 1
                while stop < n and kinds[stop] == kinds[start]:
                    stop += 1
                place = address(anchor, 2 * (at + start))
                into = address(surface, start * SURFACE)
                _surface(
                    kinds[start], place, stop - start, *theme, shifts, size, noise_size, *between, noise, into
                )
                start = stop
            lost = _meet(
                n, kinds, address(near, at), address(across, at), material.size, address(own, 0),
                address(other, 0), surface, scale[0], levels,
            )  # fmt: skip
            _colour(
                words, address(work_words, _LEVELS_AT), address(layer, 0), address(units, 0),
                address(last, 0), n, rgb,
            )  # fmt: skip
            bad += max(lost, _write(rgb, n, red_shift, address(out, at)))
    return bad
