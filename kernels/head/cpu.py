"""`head` on a CPU: surfaces are sampled and the per-pixel network runs in one pass, block by block.

A block is a run of up to BLOCK pixels of one row. Surfaces are sampled pixel by pixel, all channels of a
pixel in one vector. Where a run of one material reads whole texels one after another (world tiles at their
native size, scrolled by whole pixels) they are read without interpolation. The inputs of the network are
bytes, four of a pixel packed into an integer: the body's features, the surface and the edges as they are
rounded here, and the albedo. In the first layer a vector holds such integers of neighbouring pixels, whose
four bytes are multiplied at once; the second layer is in float32.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from reskin.kernels import FEATURES, HEAD_PARTS, HIDDEN, NOISES, OUTPUTS, PATCH, SURFACE
from reskin.kernels.border import DIRECTIONS, PROFILE, REACH
from reskin.kernels.simd.contiguous import contiguous
from reskin.kernels.simd.jit import jit_inner, jit_kernel
from reskin.kernels.simd.threads import Rows
from reskin.kernels.simd.vectors import (
    SIMD_WIDTH,
    address,
    at_most,
    broadcast,
    byte_of,
    dot,
    dot_table,
    load,
    load_ints,
    mul_add,
    not_finite,
    relu,
    store,
    store_levels,
    times,
    to_floats,
)

BLOCK: Final = 64
_PITCH: Final = BLOCK + 32
"""Pixels that a block has memory for; a vector may reach beyond the block."""
_GROUPS: Final = FEATURES // 4
"""Packed features a pixel; the albedo follows them."""
_LEVELS: Final = SURFACE + PROFILE
"""Bytes of surface and edges a pixel."""
_MIX: Final = (NOISES + 1) * SURFACE
_INPUTS: Final = _GROUPS + 1 + _LEVELS // 4
"""Packed inputs of the network a pixel."""
_UNIT: Final = 2 + OUTPUTS
# Where each part of a block's memory begins, in 32 bits; the noise is first. See `_Memory`.
_SURFACE_AT: Final = NOISES * _PITCH
_RGB_AT: Final = _SURFACE_AT + SURFACE * _PITCH
_PACKED_AT: Final = _RGB_AT + 3 * _PITCH
_LEVELS_AT: Final = _PACKED_AT + (_GROUPS + 1) * _PITCH
_BETWEEN_AT: Final = _LEVELS_AT + _LEVELS // 4 * _PITCH
_CORNER_AT: Final = _BETWEEN_AT + 2 * _PITCH
_MEMORY: Final = _CORNER_AT + _PITCH

assert SURFACE == PROFILE == 8  # as the tiles below are written
assert OUTPUTS == PATCH == 4
assert FEATURES == 12
assert HIDDEN % 4 == BLOCK % SIMD_WIDTH == 0


class HeadWeights(NamedTuple):
    """What a theme has learnt for its head, as a pack stores it.

    textures uint8 [M,SURFACE,T,T], repeating; tile_span float32 [M]: tiles that a texture covers; warp
    float32 [M]: tiles by which noise displaces its coordinates; gain float32 [SURFACE]: the textures' weight;
    mix float32 [M,NOISES,SURFACE] and mix_bias float32 [M,SURFACE]: how a material mixes the noises;
    edge_self, edge_other float32 [M,4,REACH,PROFILE]: profiles of borders, see `profile_reference`;
    surface_range float32 [1]: upper end of the surface's 8-bit range; hidden_levels int8 [HIDDEN,HEAD_INPUTS]
    and hidden_step float32 [HIDDEN,2]: see `head_levels` in `reference.py`; hidden_bias float32 [HIDDEN];
    output_weight float32 [OUTPUTS,HIDDEN]; output_bias float32 [OUTPUTS]. All but textures in 0..1.
    """

    textures: NDArray[np.uint8]
    tile_span: NDArray[np.float32]
    warp: NDArray[np.float32]
    gain: NDArray[np.float32]
    mix: NDArray[np.float32]
    mix_bias: NDArray[np.float32]
    edge_self: NDArray[np.float32]
    edge_other: NDArray[np.float32]
    surface_range: NDArray[np.float32]
    hidden_levels: NDArray[np.int8]
    hidden_step: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    output_weight: NDArray[np.float32]
    output_bias: NDArray[np.float32]


class HeadTables(NamedTuple):
    """A theme's head, laid out for the kernel by `lay_out_head`.

    texels uint8 [M,T,T,SURFACE]; noises uint8 [N,N,NOISES]; gain float32 [SURFACE]; mix float32
    [M,NOISES+1,SURFACE], the bias in the last row; places float32 [M,4]: noise texels a tile in x and in y,
    texture texels a tile, and the texels by which a level of noise displaces the texture; edge_self,
    edge_other float32 [M,4,REACH,PROFILE]: profiles of borders; scale float32 [1]: levels of the surface's
    range a level of 0..255; hidden int32: the weights of the first layer as `dot` reads them; units float32
    [HIDDEN,2+OUTPUTS]: what a level of the surface is worth in levels of all other inputs, the bias in these
    levels, and the hidden unit's weights to the outputs; output_bias float32 [OUTPUTS]. Colours and profiles
    are in 0..255, the share of the albedo in 0..1.
    """

    texels: NDArray[np.uint8]
    noises: NDArray[np.uint8]
    gain: NDArray[np.float32]
    mix: NDArray[np.float32]
    places: NDArray[np.float32]
    edge_self: NDArray[np.float32]
    edge_other: NDArray[np.float32]
    scale: NDArray[np.float32]
    hidden: NDArray[np.int32]
    units: NDArray[np.float32]
    output_bias: NDArray[np.float32]


class HeadInputs(NamedTuple):
    """What the head reads of a frame.

    material uint8 [H,W]; anchor float32 [H,W,2], tiles; offsets float32 [M,2], tiles: subtracted from the
    anchors of a material; features uint8 [H/4,W/4,4,FEATURES/4,4,4]: row in the patch, group of features,
    column in the patch, feature in the group; edge_nearness, neighbour uint8 [4,H,W] as `border_cpu` gives
    them; albedo uint32 [H,W] as `ingest_cpu` does.
    """

    material: NDArray[np.uint8]
    anchor: NDArray[np.float32]
    offsets: NDArray[np.float32]
    features: NDArray[np.uint8]
    edge_nearness: NDArray[np.uint8]
    neighbour: NDArray[np.uint8]
    albedo: NDArray[np.uint32]


_DTYPES: Final[tuple[DTypeLike, ...]] = (
    np.uint8,
    np.float32,
    np.float32,
    np.uint8,
    np.uint8,
    np.uint8,
    np.uint32,
)


def lay_out_head(
    w: HeadWeights, noises: NDArray[np.uint8], noise_scale: NDArray[np.float32], noise_texels_per_tile: int
) -> HeadTables:
    """The tables of a theme's weights. noises uint8 [N,N,NOISES], not copied if they are `contiguous`;
    noise_scale float32 [M,2]: noises a tile, in units of `noise_texels_per_tile`."""
    size = w.textures.shape[-1]
    level = np.float32(255)
    rest_step, surface_step = w.hidden_step.T
    bias, second = w.hidden_bias * level, w.output_weight.T
    # A relu passes a positive factor on: a unit counts in `rest_step`, and its output weights make up for it.
    units = np.column_stack((surface_step / rest_step, bias / rest_step, second * rest_step[:, None]))
    units[:, -1] /= level  # the share of the albedo
    last = w.output_bias.copy()
    last[:3] *= level
    texel_scale, warp = size / w.tile_span, w.warp / w.tile_span * size / level
    return HeadTables(
        texels=contiguous(w.textures.transpose(0, 2, 3, 1), np.uint8),
        noises=contiguous(noises, np.uint8),
        gain=contiguous(w.gain, np.float32),
        mix=contiguous(np.concatenate((w.mix, w.mix_bias[:, None] * level), 1), np.float32),
        places=contiguous(
            np.column_stack((noise_scale * noise_texels_per_tile, texel_scale, warp)), np.float32
        ),
        edge_self=contiguous(w.edge_self * level, np.float32),
        edge_other=contiguous(w.edge_other * level, np.float32),
        scale=contiguous(1 / w.surface_range, np.float32),
        hidden=contiguous(dot_table(packed_first_layer(w)), np.int32),
        units=contiguous(units, np.float32),
        output_bias=contiguous(last, np.float32),
    )


def packed_first_layer(w: HeadWeights) -> NDArray[np.int8]:
    """The first layer's weights in the order of a pixel's packed inputs: int8 [HIDDEN,32], features, albedo
    and a zero, surface, edges."""
    features, surface, edges, albedo = np.split(w.hidden_levels, HEAD_PARTS, axis=1)
    return np.hstack((features, albedo, np.zeros((HIDDEN, 1), np.int8), surface, edges))


def head_cpu(inputs: HeadInputs, tables: HeadTables, red_shift: int, out: NDArray[np.uint32]) -> Rows:
    """A function that paints rows first..end of `out` and returns how many of their pixels were not finite.

    out uint32 [H,W], contiguous: packed pixels with red at bit `red_shift` and 255 on top.
    """
    arrays: tuple[NDArray[Any], ...] = inputs
    read = HeadInputs(*map(contiguous, arrays, _DTYPES))
    packed = read.features.view(np.uint32)

    def rows(first: int, end: int) -> int:
        memory = np.zeros(_MEMORY + 16, np.float32)
        memory = memory[-memory.ctypes.data % 64 // 4 :]  # a vector from two cache lines takes twice as long
        views = memory, memory.view(np.uint32), memory.view(np.uint8)
        return int(_rows(first, end, red_shift, read, packed, tables, *views, out))

    return rows


class _Memory(NamedTuple):
    """Pointers to the memory of a block, `_PITCH` pixels each.

    noise float32 [n,NOISES]; surface float32 [n,SURFACE]; rgb float32 [3,_PITCH]; packed uint32
    [_GROUPS + 1,_PITCH]: features and albedo; levels uint8 [n,SURFACE + PROFILE] and the same as
    integers; between float32 [2,_PITCH] and corner uint32 [n]: see `_locate`.
    """

    noise: Any
    surface: Any
    rgb: Any
    packed: Any
    levels: Any
    packed_levels: Any
    between: Any
    corner: Any


class _Theme(NamedTuple):
    """Pointers to the tables that surfaces are sampled from, and the sides of a texture and of the noises."""

    texels: Any
    noises: Any
    gain: Any
    mix: Any
    places: Any
    offsets: Any
    size: Any
    noise_size: Any


class _Borders(NamedTuple):
    """Pointers to what is known of borders, and the pixels of a plane [H,W]."""

    edge_nearness: Any
    neighbour: Any
    edge_self: Any
    edge_other: Any
    plane: Any


class Grid(NamedTuple):
    """How anchors become texels: tiles times `scale` (texels a tile) minus `back` (texels)."""

    scale_x: Any
    scale_y: Any
    back_x: Any
    back_y: Any


@jit_inner
def _whole_texels(anchor, n, grid):
    """Whether n pixels read one texel after another, exactly."""
    u, v = anchor[0] * grid.scale_x - grid.back_x, anchor[1] * grid.scale_y - grid.back_y
    odd = (u != np.floor(u)) | (v != np.floor(v))
    for x in range(n):
        step = anchor[2 * x] * grid.scale_x - grid.back_x - u
        odd |= (step != np.float32(x)) | (anchor[2 * x + 1] != anchor[1])
    return not odd


@jit_inner
def _texel(anchor, grid, size):
    """Column and row of the whole texel at an anchor, in a texture that repeats; `size` is a power of two."""
    u, v = anchor[0] * grid.scale_x - grid.back_x, anchor[1] * grid.scale_y - grid.back_y
    return int(np.floor(u)) & (size - 1), int(np.floor(v)) & (size - 1)


@jit_inner
def _locate(u, v, size, x, memory):
    """Store for pixel x, at u, v in a texture that repeats, the number of its upper left texel in `corner`,
    and how far to the right and below it the pixel lies in `between`, 0..1."""
    left, top = np.floor(u), np.floor(v)
    memory.between[x], memory.between[_PITCH + x] = u - left, v - top
    column, row = np.int32(left) & np.int32(size - 1), np.int32(top) & np.int32(size - 1)
    memory.corner[x] = np.uint32(row * np.int32(size) + column)


@jit_inner
def _four_texels(x, size, memory):
    """Flat numbers of the four texels around pixel x, and their bilinear weights."""
    corner, fx, fy = np.int64(memory.corner[x]), memory.between[x], memory.between[_PITCH + x]
    left, top = corner & (size - 1), corner & -size
    right, bottom = (left + 1) & (size - 1), (top + size) & (size * size - 1)
    both = fx * fy
    weights = np.float32(1) - fx - (fy - both), fx - both, fy - both, both
    return (top + left, top + right, bottom + left, bottom + right), weights


@jit_inner
def _blend(w, a, b, c, d):
    return mul_add(w[3], d, mul_add(w[2], c, mul_add(w[1], b, times(w[0], a))))


@jit_inner
def _read_noise(anchor, n, grid, whole, noises, size, memory):
    """The noises at n pixels, into memory.noise."""
    if whole:
        column, row = _texel(anchor, grid, size)
        for x in range(n):
            at = row * size + ((column + x) & (size - 1))
            store(memory.noise, x * NOISES, load(noises, at * NOISES, NOISES))
        return
    for x in range(n):
        u, v = anchor[2 * x] * grid.scale_x - grid.back_x, anchor[2 * x + 1] * grid.scale_y - grid.back_y
        _locate(u, v, size, x, memory)
    for x in range(n):
        (a, b, c, d), w = _four_texels(x, size, memory)
        value = _blend(
            w, load(noises, a * NOISES, NOISES), load(noises, b * NOISES, NOISES),
            load(noises, c * NOISES, NOISES), load(noises, d * NOISES, NOISES),
        )  # fmt: skip
        store(memory.noise, x * NOISES, value)


@jit_inner
def _read_texture(anchor, n, grid, whole, warp, texels, size, gain, bias, memory, out):
    """gain * texture + bias at n pixels, displaced by the last two noises: out [n,SURFACE]."""
    if whole:
        column, row = _texel(anchor, grid, size)
        for x in range(n):
            at = row * size + ((column + x) & (size - 1))
            store(out, x * SURFACE, mul_add(gain, load(texels, at * SURFACE, SURFACE), bias))
        return
    noise = memory.noise
    back_x, back_y = grid.back_x + warp * np.float32(127.5), grid.back_y + warp * np.float32(127.5)
    for x in range(n):
        right, down = warp * noise[x * NOISES + NOISES - 2], warp * noise[x * NOISES + NOISES - 1]
        u = anchor[2 * x] * grid.scale_x - back_x + right
        v = anchor[2 * x + 1] * grid.scale_y - back_y + down
        _locate(u, v, size, x, memory)
    for x in range(n):
        (a, b, c, d), w = _four_texels(x, size, memory)
        value = _blend(
            w, load(texels, a * SURFACE, SURFACE), load(texels, b * SURFACE, SURFACE),
            load(texels, c * SURFACE, SURFACE), load(texels, d * SURFACE, SURFACE),
        )  # fmt: skip
        store(out, x * SURFACE, mul_add(gain, value, bias))


@jit_inner
def _mix(n, mix, noise, surface):
    """Add mix . noise to the surface of n pixels, eight at a time; those beyond n are overwritten later."""
    for x in range(0, n, 8):
        eight = address(surface, x * SURFACE)
        a, b, c, d = load(eight, 0, 8), load(eight, 8, 8), load(eight, 16, 8), load(eight, 24, 8)
        e, f, g, h = load(eight, 32, 8), load(eight, 40, 8), load(eight, 48, 8), load(eight, 56, 8)
        for i in range(NOISES):
            weight, at = load(mix, i * SURFACE, 8), x * NOISES + i
            a, b = mul_add(noise[at], weight, a), mul_add(noise[at + NOISES], weight, b)
            c, d = mul_add(noise[at + 2 * NOISES], weight, c), mul_add(noise[at + 3 * NOISES], weight, d)
            e, f = mul_add(noise[at + 4 * NOISES], weight, e), mul_add(noise[at + 5 * NOISES], weight, f)
            g, h = mul_add(noise[at + 6 * NOISES], weight, g), mul_add(noise[at + 7 * NOISES], weight, h)
        store(eight, 0, a)
        store(eight, 8, b)
        store(eight, 16, c)
        store(eight, 24, d)
        store(eight, 32, e)
        store(eight, 40, f)
        store(eight, 48, g)
        store(eight, 56, h)


@jit_inner
def _sample(m, anchor, n, theme, memory, out):
    """The surface of n pixels of material m: out [n,SURFACE].

    A texel's centre lies half a texel from its edge: `back` is that and the offset, in texels.
    """
    places, offsets, size = address(theme.places, 4 * m), address(theme.offsets, 2 * m), theme.size
    nx, ny, scale, warp = places[0], places[1], places[2], places[3]
    mix, texels = address(theme.mix, m * _MIX), address(theme.texels, m * size * size * SURFACE)
    half, right, down = np.float32(0.5), offsets[0], offsets[1]
    grid = Grid(nx, ny, half + right * nx, half + down * ny)
    whole = _whole_texels(anchor, n, grid)
    _read_noise(anchor, n, grid, whole, theme.noises, theme.noise_size, memory)
    if scale != nx or scale != ny:
        grid = Grid(scale, scale, half + right * scale, half + down * scale)
        whole = _whole_texels(anchor, n, grid)
    gain, bias = load(theme.gain, 0, SURFACE), load(mix, NOISES * SURFACE, SURFACE)
    _read_texture(anchor, n, grid, whole and warp == 0, warp, texels, size, gain, bias, memory, out)
    _mix(n, mix, memory.noise, out)


@jit_inner
def _unpack(features, first, last, n, albedo, packed):
    """Body features and albedo of a block, into their planes of packed integers."""
    for x in range(0, n, PATCH):
        patch = min(first + x * FEATURES, last)
        for group in range(_GROUPS):
            store(packed, group * _PITCH + x, load_ints(features, patch + PATCH * group, 1, 4))
    for x in range(n):
        packed[_GROUPS * _PITCH + x] = albedo[x]


@jit_inner
def _quantize(n, material, at, borders, scale, surface, levels):
    """Round n pixels' surfaces, and their sums with the profiles of all borders within reach (the edges), to
    bytes as `head_reference` does: levels [n,SURFACE + PROFILE]. Returns how many pixels are not finite."""
    one, most, row = np.float32(1), np.float32(255), DIRECTIONS * REACH
    bad = 0
    for x in range(n):
        total = broadcast(np.float32(0), 8)
        for way in range(DIRECTIONS):
            place = way * borders.plane + at + x
            if borders.edge_nearness[place] > 0:
                line = way * REACH + int(borders.edge_nearness[place]) - 1
                here = (int(material[x]) * row + line) * PROFILE
                there = (int(borders.neighbour[place]) * row + line) * PROFILE
                total = mul_add(one, load(borders.edge_self, here, 8), total)
                total = mul_add(one, load(borders.edge_other, there, 8), total)
        own, to = load(surface, x * SURFACE, 8), x * _LEVELS
        bad += not_finite(own, total)
        store_levels(levels, to, at_most(times(scale, relu(own)), most))
        store_levels(levels, to + SURFACE, at_most(relu(mul_add(one, own, total)), most))
    return bad


class _Packed(NamedTuple):
    """A vector of pixels' inputs: integers of four bytes each, three of features, one of albedo, two of
    surface and two of edges."""

    f: Any
    g: Any
    h: Any
    albedo: Any
    s: Any
    t: Any
    e: Any
    d: Any


@jit_inner
def _hidden_unit(x, hidden, unit, units):
    """One hidden unit of SIMD_WIDTH pixels."""
    at, values = unit * _INPUTS, address(units, unit * _UNIT)
    zero = broadcast(np.int32(0), SIMD_WIDTH)
    surface = dot(dot(zero, x.s, hidden, at + 4), x.t, hidden, at + 5)
    rest = dot(dot(dot(zero, x.f, hidden, at), x.g, hidden, at + 1), x.h, hidden, at + 2)
    rest = dot(dot(dot(rest, x.albedo, hidden, at + 3), x.e, hidden, at + 6), x.d, hidden, at + 7)
    sum_ = mul_add(values[0], to_floats(surface), broadcast(values[1], SIMD_WIDTH))
    return relu(mul_add(np.float32(1), to_floats(rest), sum_))


@jit_inner
def _add(weight, h, r, g, b, a):
    """Add a hidden unit to the colours and to the share of the albedo."""
    r, g = mul_add(weight[0], h, r), mul_add(weight[1], h, g)
    return r, g, mul_add(weight[2], h, b), mul_add(weight[3], h, a)


@jit_inner
def _colour(packed, levels, hidden, units, bias, n, rgb):
    """The two layers, for one vector of pixels and four hidden units at a time: rgb [3,_PITCH]."""
    for x in range(0, n, SIMD_WIDTH):
        at = address(levels, x * _LEVELS // 4)
        albedo = load_ints(packed, 3 * _PITCH + x, 1, SIMD_WIDTH)
        inputs = _Packed(
            load_ints(packed, x, 1, SIMD_WIDTH), load_ints(packed, _PITCH + x, 1, SIMD_WIDTH),
            load_ints(packed, 2 * _PITCH + x, 1, SIMD_WIDTH), albedo,
            load_ints(at, 0, 4, SIMD_WIDTH), load_ints(at, 1, 4, SIMD_WIDTH),
            load_ints(at, 2, 4, SIMD_WIDTH), load_ints(at, 3, 4, SIMD_WIDTH),
        )  # fmt: skip
        red, green = broadcast(bias[0], SIMD_WIDTH), broadcast(bias[1], SIMD_WIDTH)
        blue, share = broadcast(bias[2], SIMD_WIDTH), broadcast(bias[3], SIMD_WIDTH)
        for unit in range(0, HIDDEN, 4):
            i = _hidden_unit(inputs, hidden, unit, units)
            j = _hidden_unit(inputs, hidden, unit + 1, units)
            k = _hidden_unit(inputs, hidden, unit + 2, units)
            l = _hidden_unit(inputs, hidden, unit + 3, units)
            w = address(units, unit * _UNIT + 2)
            red, green, blue, share = _add(w, i, red, green, blue, share)
            red, green, blue, share = _add(address(w, _UNIT), j, red, green, blue, share)
            red, green, blue, share = _add(address(w, 2 * _UNIT), k, red, green, blue, share)
            red, green, blue, share = _add(address(w, 3 * _UNIT), l, red, green, blue, share)
        store(rgb, x, mul_add(share, byte_of(albedo, 0), red))
        store(rgb, _PITCH + x, mul_add(share, byte_of(albedo, 1), green))
        store(rgb, 2 * _PITCH + x, mul_add(share, byte_of(albedo, 2), blue))


@jit_inner
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


@jit_inner
def _divide(floats, ints, bytes_):
    """The parts of a block's memory, of which the three arrays are views."""
    return _Memory(
        noise=address(floats, 0), surface=address(floats, _SURFACE_AT), rgb=address(floats, _RGB_AT),
        packed=address(ints, _PACKED_AT), levels=address(bytes_, 4 * _LEVELS_AT),
        packed_levels=address(ints, _LEVELS_AT), between=address(floats, _BETWEEN_AT),
        corner=address(ints, _CORNER_AT),
    )  # fmt: skip


@jit_kernel
def _rows(first, end, red_shift, inputs, packed, tables, floats, ints, bytes_, out):
    """Rows first..end of the picture; returns how many pixels were not finite."""
    material, anchor = address(inputs.material, 0), address(inputs.anchor, 0)
    features, albedo = address(packed, 0), address(inputs.albedo, 0)
    theme = _Theme(
        address(tables.texels, 0), address(tables.noises, 0), address(tables.gain, 0), address(tables.mix, 0),
        address(tables.places, 0), address(inputs.offsets, 0), tables.texels.shape[1], tables.noises.shape[0],
    )  # fmt: skip
    borders = _Borders(
        address(inputs.edge_nearness, 0), address(inputs.neighbour, 0), address(tables.edge_self, 0),
        address(tables.edge_other, 0), inputs.material.size,
    )  # fmt: skip
    hidden, units, bias = address(tables.hidden, 0), address(tables.units, 0), address(tables.output_bias, 0)
    memory, width, scale, to_out = (
        _divide(floats, ints, bytes_),
        inputs.material.shape[1],
        tables.scale[0],
        address(out, 0),
    )
    patches = -(-width // PATCH)
    bad = 0
    for y in range(first, end):
        row = (y // PATCH * patches * PATCH + y % PATCH) * FEATURES
        for left in range(0, width, BLOCK):
            n, at = min(BLOCK, width - left), y * width + left
            last = row + (patches - 1) * PATCH * FEATURES
            _unpack(features, row + left * FEATURES, last, n, address(albedo, at), memory.packed)
            kinds = address(material, at)
            start = 0
            while start < n:
                stop = start + 1
                while stop < n and kinds[stop] == kinds[start]:
                    stop += 1
                place, to = address(anchor, 2 * (at + start)), address(memory.surface, start * SURFACE)
                _sample(kinds[start], place, stop - start, theme, memory, to)
                start = stop
            lost = _quantize(n, kinds, at, borders, scale, memory.surface, memory.levels)
            _colour(memory.packed, memory.packed_levels, hidden, units, bias, n, memory.rgb)
            bad += max(lost, _write(memory.rgb, n, red_shift, address(to_out, at)))
    return bad
