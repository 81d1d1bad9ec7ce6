"""`head` on a CPU: surfaces are sampled and the per-pixel network runs in one pass, block by block.

A block is a stretch of up to BLOCK pixels of one row; its inputs lie in planes of float32, one plane
an input, so that every loop is over pixels and vectorises. Where a stretch of one material reads
whole texels one after another (world tiles at their native size, scrolled by whole pixels), the
texture and the noise are copied; elsewhere they are sampled bilinearly.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from kernels import FEATURES, HEAD_INPUTS, HIDDEN, NOISES, PATCH, SURFACE
from kernels.dense import dense
from kernels.threads import by_rows

BLOCK = 160
_INPUTS = -(-HEAD_INPUTS // 4) * 4
_JIT = {"cache": True, "nogil": True, "error_model": "numpy", "fastmath": {"contract", "nsz", "reassoc", "arcp"}}


class Tables(NamedTuple):
    """A theme's head, laid out for the kernel; made by `tables`.

    planes [M,T,SURFACE,2T] uint8 and texels [M,T,T,SURFACE] uint8: the textures twice, for copying
    and for sampling; noise_planes [N,NOISES,N] and noise_texels [N,N,NOISES] uint8 likewise;
    gain [SURFACE], mix [M,NOISES,SURFACE], bias [M,SURFACE]: scaled for bytes; texture_scale [M] and
    noise_scale [M,2]: texels a tile; warp [M] texels a noise byte; first [_INPUTS,HIDDEN], first_bias,
    second [3,HIDDEN], second_bias: the two layers, for inputs and outputs in 0..255.
    """

    planes: NDArray[np.uint8]
    texels: NDArray[np.uint8]
    noise_planes: NDArray[np.uint8]
    noise_texels: NDArray[np.uint8]
    gain: NDArray[np.float32]
    mix: NDArray[np.float32]
    bias: NDArray[np.float32]
    texture_scale: NDArray[np.float32]
    noise_scale: NDArray[np.float32]
    warp: NDArray[np.float32]
    first: NDArray[np.float32]
    first_bias: NDArray[np.float32]
    second: NDArray[np.float32]
    second_bias: NDArray[np.float32]


def noise_layouts(noise: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The two layouts of the noise, uint8 [N,N,NOISES]; shared by all themes."""
    return np.ascontiguousarray(noise.transpose(0, 2, 1)), np.ascontiguousarray(noise)


def tables(
    tensors: dict[str, NDArray[np.generic]],
    noise: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    noise_scale: NDArray[np.float32],
    noise_texels_per_tile: int,
) -> Tables:
    """Lay out a pack's tensors. `tensors` as in `neural_renderer.theme.TENSORS`, noise_scale [M,2]."""
    f32 = np.float32
    textures = tensors["textures"]  # [M,S,T,T]
    texels = textures.shape[-1]
    per_row = textures.transpose(0, 2, 1, 3)
    weight = np.zeros((_INPUTS, HIDDEN), f32)
    weight[:HEAD_INPUTS] = tensors["head.0.weight"].T
    weight[:FEATURES] *= tensors["highs"][-1]  # features come as bytes of 0..high
    return Tables(
        planes=np.ascontiguousarray(np.concatenate((per_row, per_row), -1)),
        texels=np.ascontiguousarray(textures.transpose(0, 2, 3, 1)),
        noise_planes=noise[0],
        noise_texels=noise[1],
        gain=tensors["gain"].astype(f32),
        mix=np.ascontiguousarray(tensors["mix"], f32),
        bias=(tensors["mix_bias"] * f32(255)).astype(f32),
        texture_scale=(texels / tensors["span"]).astype(f32),
        noise_scale=(noise_scale * noise_texels_per_tile).astype(f32),
        warp=(tensors["warp"] / tensors["span"] * texels / f32(255)).astype(f32),
        first=weight,
        first_bias=(tensors["head.0.bias"] * f32(255)).astype(f32),
        second=np.ascontiguousarray(tensors["head.1.weight"], f32),
        second_bias=(tensors["head.1.bias"] * f32(255)).astype(f32),
    )


def head_cpu(
    material: NDArray[np.uint8],
    anchor: NDArray[np.float32],
    features: NDArray[np.uint8],
    tint: NDArray[np.uint32],
    history: NDArray[np.uint32],
    t: Tables,
    red_shift: int,
) -> tuple[NDArray[np.uint32], int]:
    """The picture, uint32 [H,W] packed with red at bit `red_shift` and 255 on top, and how many
    pixels were not finite.

    material uint8 [H,W]; anchor float32 [H,W,2]; features uint8 [H/4,W/4,4,FEATURES,4]: row in the
    patch, feature, column in the patch; tint, history uint32 [H,W] as `ingest_cpu` gives them.
    """
    out = np.empty(material.shape, np.uint32)
    material, anchor = dense(material, np.uint8), dense(anchor, np.float32)
    words = features.reshape(*features.shape[:2], -1).view(np.uint32).reshape(*features.shape[:2], PATCH, FEATURES)

    def rows(first: int, end: int) -> int:
        return int(_rows(first, end, material, anchor, words, tint, history, t, red_shift, out))

    return out, by_rows(rows, material.shape[0], 1)


@numba.njit(**_JIT)
def _relu(x):
    """0 below 0. Written so that a NaN stays one, where `max` may take it to 0; as fast."""
    return np.float32(0) if x < np.float32(0) else x


@numba.njit(**_JIT)
def _dense(out, inputs, weight, unit, n_inputs, n):
    """out[j, :n] += sum_c weight[c, unit + j] * inputs[c, :n] for j in 0..3, four inputs at a time."""
    d0, d1, d2, d3 = out[0], out[1], out[2], out[3]
    for c in range(0, n_inputs, 4):
        s0, s1, s2, s3 = inputs[c], inputs[c + 1], inputs[c + 2], inputs[c + 3]
        a0, a1, a2, a3 = weight[c, unit], weight[c, unit + 1], weight[c, unit + 2], weight[c, unit + 3]
        b0, b1, b2, b3 = weight[c + 1, unit], weight[c + 1, unit + 1], weight[c + 1, unit + 2], weight[c + 1, unit + 3]
        e0, e1, e2, e3 = weight[c + 2, unit], weight[c + 2, unit + 1], weight[c + 2, unit + 2], weight[c + 2, unit + 3]
        f0, f1, f2, f3 = weight[c + 3, unit], weight[c + 3, unit + 1], weight[c + 3, unit + 2], weight[c + 3, unit + 3]
        for x in range(n):
            p, q, r, s = s0[x], s1[x], s2[x], s3[x]
            d0[x] += a0 * p + b0 * q + e0 * r + f0 * s
            d1[x] += a1 * p + b1 * q + e1 * r + f1 * s
            d2[x] += a2 * p + b2 * q + e2 * r + f2 * s
            d3[x] += a3 * p + b3 * q + e3 * r + f3 * s


@numba.njit(**_JIT)
def _copy_noise(planes, row, column, out, start, end):
    """Whole texels of one row into out[:, start:end], wrapping."""
    size = planes.shape[2]
    while start < end:
        n = min(end - start, size - column)
        for c in range(NOISES):
            source, target = planes[row, c, column : column + n], out[c, start : start + n]
            for x in range(n):
                target[x] = source[x]
        start += n
        column = 0


@numba.njit(**_JIT)
def _copy_texture(planes, row, column, gain, out, start, end):
    """Whole texels of one row of one material, times gain, into out[:, start:end], wrapping."""
    size = planes.shape[2]
    while start < end:
        n = min(end - start, size - column)
        for c in range(SURFACE):
            source, target, g = planes[row, c, column : column + n], out[c, start : start + n], gain[c]
            for x in range(n):
                target[x] = g * source[x]
        start += n
        column = 0


@numba.njit(**_JIT)
def _sample(table, u, v, out, x):
    """Bilinear, wrapping: table [size,size,C] at texel coordinates u, v into out[:C, x]."""
    size = table.shape[0]
    left, top = np.floor(u), np.floor(v)
    fx, fy = u - left, v - top
    x0, y0 = int(left) & (size - 1), int(top) & (size - 1)
    x1, y1 = (x0 + 1) & (size - 1), (y0 + 1) & (size - 1)
    w11 = fx * fy
    w01, w10 = fx - w11, fy - w11
    w00 = np.float32(1) - fx - w10
    a, b, d, e = table[y0, x0], table[y0, x1], table[y1, x0], table[y1, x1]
    for c in range(table.shape[2]):
        out[c, x] = w00 * a[c] + w01 * b[c] + w10 * d[c] + w11 * e[c]


@numba.njit(**_JIT)
def _whole_texels(anchor, start, end, scale_x, scale_y):
    """Whether the pixels start..end of a row of anchors read one texel after another, exactly."""
    half = np.float32(0.5)
    u, v = anchor[start, 0] * scale_x - half, anchor[start, 1] * scale_y - half
    if u != np.floor(u) or v != np.floor(v):
        return False
    for x in range(start + 1, end):
        if anchor[x, 1] != anchor[start, 1] or anchor[x, 0] * scale_x - half != u + np.float32(x - start):
            return False
    return True


@numba.njit(**_JIT)
def _surface_run(m, anchor, start, end, offset, t, noise, surface):
    """Texture and noise of pixels start..end (of one row, one material) into planes at offset."""
    half = np.float32(0.5)
    n = end - start
    nx, ny, scale = t.noise_scale[m, 0], t.noise_scale[m, 1], t.texture_scale[m]
    whole_noise = _whole_texels(anchor, start, end, nx, ny)
    if whole_noise:
        mask = t.noise_planes.shape[0] - 1
        u, v = anchor[start, 0] * nx - half, anchor[start, 1] * ny - half
        _copy_noise(t.noise_planes, int(v) & mask, int(u) & mask, noise, offset, offset + n)
    else:
        for x in range(n):
            u, v = anchor[start + x, 0] * nx - half, anchor[start + x, 1] * ny - half
            _sample(t.noise_texels, u, v, noise, offset + x)
    warp = t.warp[m]
    whole = warp == 0 and (whole_noise if scale == nx and scale == ny else _whole_texels(anchor, start, end, scale, scale))
    if whole:
        mask = t.texels.shape[1] - 1
        u, v = anchor[start, 0] * scale - half, anchor[start, 1] * scale - half
        _copy_texture(t.planes[m], int(v) & mask, int(u) & mask, t.gain, surface, offset, offset + n)
    else:
        middle = np.float32(127.5)
        for x in range(n):
            u = anchor[start + x, 0] * scale - half + warp * (noise[NOISES - 2, offset + x] - middle)
            v = anchor[start + x, 1] * scale - half + warp * (noise[NOISES - 1, offset + x] - middle)
            _sample(t.texels[m], u, v, surface, offset + x)
        for c in range(SURFACE):
            row, g = surface[c, offset : offset + n], t.gain[c]
            for x in range(n):
                row[x] *= g


@numba.njit(**_JIT)
def _mix(kinds, n, t, noise, surface, mixed):
    """surface = relu(surface + mix . noise + bias), once for each material of the block."""
    seen = np.zeros(t.mix.shape[0], np.uint8)
    for start in range(n):
        m = kinds[start]
        if seen[m]:
            continue
        seen[m] = 1
        end = n
        while kinds[end - 1] != m:
            end -= 1
        whole = True
        for x in range(start, end):
            whole &= kinds[x] == m
        span = end - start
        source = noise[:, start:end]
        for unit in range(0, SURFACE, 4):
            for j in range(4):
                row, bias = mixed[j], t.bias[m, unit + j]
                for x in range(span):
                    row[x] = bias
            _dense(mixed, source, t.mix[m], unit, NOISES, span)
            for j in range(4):
                row, target = mixed[j], surface[unit + j, start:end]
                if whole:
                    for x in range(span):
                        target[x] = _relu(target[x] + row[x])
                else:
                    for x in range(span):
                        if kinds[start + x] == m:
                            target[x] = _relu(target[x] + row[x])


@numba.njit(**_JIT)
def _unpack(words, start, n, tint, history, inputs, bytes_):
    """Body features, tint and history of one block into the planes of `inputs`."""
    as_words = bytes_.view(np.uint32)
    for patch in range((n + PATCH - 1) // PATCH):
        source = words[start // PATCH + patch]
        for f in range(FEATURES):
            as_words[f, patch] = source[f]
    for f in range(FEATURES):
        source, target = bytes_[f], inputs[f]
        for x in range(n):
            target[x] = source[x]
    at = FEATURES + SURFACE
    r, g, b = inputs[at], inputs[at + 1], inputs[at + 2]
    hr, hg, hb, valid = inputs[at + 3], inputs[at + 4], inputs[at + 5], inputs[at + 6]
    for x in range(n):
        c = np.int32(tint[x])
        r[x], g[x], b[x] = c & 255, (c >> 8) & 255, (c >> 16) & 255
    for x in range(n):
        c = np.int64(history[x])
        hr[x], hg[x], hb[x], valid[x] = c & 255, (c >> 8) & 255, (c >> 16) & 255, c >> 24


@numba.njit(**_JIT)
def _colour(inputs, t, n, hidden, rgb):
    """The two layers: inputs [_INPUTS, n] to rgb [3, n]."""
    for c in range(3):
        row, bias = rgb[c], t.second_bias[c]
        for x in range(n):
            row[x] = bias
    red, green, blue = rgb[0], rgb[1], rgb[2]
    for unit in range(0, HIDDEN, 4):
        for j in range(4):
            row, bias = hidden[j], t.first_bias[unit + j]
            for x in range(n):
                row[x] = bias
        _dense(hidden, inputs, t.first, unit, _INPUTS, n)
        h0, h1, h2, h3 = hidden[0], hidden[1], hidden[2], hidden[3]
        r0, r1, r2, r3 = t.second[0, unit], t.second[0, unit + 1], t.second[0, unit + 2], t.second[0, unit + 3]
        g0, g1, g2, g3 = t.second[1, unit], t.second[1, unit + 1], t.second[1, unit + 2], t.second[1, unit + 3]
        b0, b1, b2, b3 = t.second[2, unit], t.second[2, unit + 1], t.second[2, unit + 2], t.second[2, unit + 3]
        for x in range(n):
            p, q, r, s = _relu(h0[x]), _relu(h1[x]), _relu(h2[x]), _relu(h3[x])
            red[x] += r0 * p + r1 * q + r2 * r + r3 * s
            green[x] += g0 * p + g1 * q + g2 * r + g3 * s
            blue[x] += b0 * p + b1 * q + b2 * r + b3 * s


@numba.njit(**_JIT)
def _rows(first, end, material, anchor, words, tint, history, t, red_shift, out):
    """Rows first..end of the picture; returns how many pixels were not finite."""
    width = material.shape[1]
    inputs = np.zeros((_INPUTS, BLOCK), np.float32)
    surface = inputs[FEATURES : FEATURES + SURFACE]
    noise = np.zeros((NOISES, BLOCK), np.float32)
    four = np.empty((4, BLOCK), np.float32)
    rgb = np.empty((3, BLOCK), np.float32)
    bytes_ = np.zeros((FEATURES, BLOCK), np.uint8)
    low, high, half, huge = np.float32(0), np.float32(255), np.float32(0.5), np.float32(1e30)
    blue_shift = 16 - red_shift
    bad = 0
    for y in range(first, end):
        for left in range(0, width, BLOCK):
            n = min(BLOCK, width - left)
            kinds = material[y, left : left + n]
            places = anchor[y, left : left + n]
            start = 0
            while start < n:
                stop = start + 1
                while stop < n and kinds[stop] == kinds[start]:
                    stop += 1
                _surface_run(kinds[start], places, start, stop, start, t, noise, surface)
                start = stop
            _mix(kinds, n, t, noise, surface, four)
            _unpack(words[y // PATCH, :, y % PATCH], left, n, tint[y, left : left + n], history[y, left : left + n], inputs, bytes_)
            _colour(inputs, t, n, four, rgb)
            r_, g_, b_, target = rgb[0], rgb[1], rgb[2], out[y, left : left + n]
            for x in range(n):
                total = r_[x] + g_[x] + b_[x]
                bad += 0 if abs(total) < huge else 1  # false for a NaN; `x - x == 0` would be folded to true
                r = int(min(max(r_[x], low), high) + half)
                g = int(min(max(g_[x], low), high) + half)
                b = int(min(max(b_[x], low), high) + half)
                target[x] = np.uint32((r << red_shift) | (g << 8) | (b << blue_shift) | 0xFF000000)
    return bad
