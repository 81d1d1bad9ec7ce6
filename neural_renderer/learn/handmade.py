"""What a hand paints and nobody can predict: told from the rest, and made predictable.

A student learns what is a function of its inputs: light, outlines, snow on what faces the sky, and textures
made of the noises that it is given. A brush's own grain is no such function, and its average is a blur. So
for each material that is painted by hand the keyframes are painted over once more: what the inputs explain
stays, and the rest gives way to a texture, quilted from the rest itself, that repeats with the student's
own. Then the picture is a function of the inputs again, with the same grain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from engine.frame import Frame
from kernels.border import DIRECTIONS, REACH
from kernels.border.cpu import border_cpu
from neural_renderer import noise, surface
from neural_renderer.features import features
from neural_renderer.learn.keyframes import Keyframe
from neural_renderer.learn.quilting import BLOCK, quilt
from neural_renderer.measure.brushwork import PATCH, patch_distance
from neural_renderer.noise import WARP_X, WARP_Y, hash01

if TYPE_CHECKING:
    from neural_renderer.network import Student

Array = NDArray[np.float32]

EXPLAINED: Final = 0.02
"""The share of a material's variance below which it counts as painted by hand. A narrow margin: of five
painters that use the student's noises the least was 0.03, for sand of which little shows, and most are above
0.3; of strokes from foreign noises the most was 0.01."""
FAINT: Final = 0.012
"""Deviation, of 0..1, below which there is nothing to keep crisp."""
WARP: Final = 0.12
"""Tiles by which noise displaces a handmade texture, so that no repetition meets the eye."""
THIN: Final = 0.6
"""The share of a block that must be of the material where too few are so wholly: trunks and planks."""
QUILTS: Final = 6
"""Textures that are quilted, of which the one whose patches are most like the hand's is taken."""
SHARPEST: Final = 2.5
"""The most by which a frequency of a handmade texture is raised."""
KEPT: Final = 2.0
"""Pixels along a border that stay as painted."""
_PIXELS: Final = 8_000
_RAMPS: Final = (0, 8, 16, 20, 22, 23)
_RANDOM: Final = 160
_BLOCKS: Final = 40
"""Blocks of the source that a quilt needs at least."""
_TEXTURED: Final = ~surface.IS_THING & (surface.SPAN == 2)
"""Materials whose texels are pixels at 32 px a tile: neither sky nor hills, nor things, whose faces are
learnt as they are."""


@dataclass(frozen=True, eq=False)
class Pixels:
    """All pixels of one material in one keyframe: where bool [H,W]; inputs float32 [P,F]; painted float32
    [P,3]; texel int64 [P]; block int64 [P], of which 32 x 32 pixels of the frame; deep bool [P], far from
    borders."""

    where: NDArray[np.bool_]
    inputs: Array
    painted: Array
    texel: NDArray[np.int64]
    block: NDArray[np.int64]
    deep: NDArray[np.bool_]

    @property
    def lit(self) -> Array:
        """Of the inputs those that tell of borders, and so of light and outlines: float32 [P,F]."""
        ramps = len(_RAMPS) * DIRECTIONS
        return np.concatenate((self.inputs[:, :1], self.inputs[:, -ramps:]), 1)


@dataclass(frozen=True, eq=False)
class Repainted:
    """painted: a picture a keyframe, float32 [H,W,3] 0..1; sheets: by material, float32 [TEXELS,TEXELS,3],
    the handmade textures about 0."""

    painted: list[Array]
    sheets: dict[int, Array]

    def begin(self, student: Student) -> None:
        """Give a new student the sheets, in the first three channels of its surfaces, and their warp."""
        import torch

        with torch.no_grad():
            for material, sheet in self.sheets.items():
                student.warp[material] = WARP
                value = torch.from_numpy(np.clip(0.5 + sheet, 0.02, 0.98)).permute(2, 0, 1)
                student.texture_logits[material, :3] = torch.logit(value)
                student.mix[material, :, :3] = 0


def repaint(keyframes: Sequence[Keyframe], seed: int = 0) -> Repainted:
    """Find what is handmade in keyframes, and paint it over so that it is predictable."""
    made = Repainted([(k.painted / np.float32(255)).astype(np.float32) for k in keyframes], {})
    told = [_Told(k.frame, number) for number, k in enumerate(keyframes)]
    for material in map(int, np.flatnonzero(_TEXTURED)):
        parts = [t.pixels(p, material) for t, p in zip(told, made.painted, strict=True)]
        found = _rest(parts) if is_handmade(parts) else None
        if found is not None:
            random = np.random.default_rng((seed, material))
            made.sheets[material] = _paint_over(told, made.painted, parts, found, random)
    return made


class _Told:
    """What a student is told of a frame."""

    def __init__(self, frame: Frame, number: int) -> None:
        seen = features(frame)
        self.material, self.anchor = seen.material, seen.anchor
        self.noise = noise.sample(seen.anchor, surface.NOISE_SCALE[seen.material])
        self.near = border_cpu(seen.key)[0].astype(np.float32)
        height, width = self.material.shape
        rows, columns = np.mgrid[0:height, 0:width] // 32
        self.block = (number * 4096 + rows) * 4096 + columns

    def pixels(self, painted: Array, material: int) -> Pixels:
        where = self.material == material
        near = self.near[:, where].T
        return Pixels(
            where,
            _inputs(self.noise[where], near),
            painted[where],
            self.texel(where),
            self.block[where],
            np.asarray(near.max(1) <= REACH - 6),
        )

    def texel(self, where: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The texel, as row * TEXELS + column, that each pixel shows without a warp."""
        place = np.floor(self.anchor[where] / 2 * surface.TEXELS).astype(np.int64) % surface.TEXELS
        return place[:, 1] * surface.TEXELS + place[:, 0]

    def sampled(self, where: NDArray[np.bool_], sheet: Array) -> Array:
        """What each pixel reads of a sheet, as the student reads it: displaced, between texels."""
        shift = self.noise[where][:, (WARP_X, WARP_Y)] - np.float32(0.5)
        place = (self.anchor[where] + np.float32(WARP) * shift) * np.float32(surface.TEXELS / 2)
        return noise.between(sheet, place - np.float32(0.5))


def _inputs(noises: Array, near: Array) -> Array:
    """Noises, random rectified mixtures of them, and ramps that rise towards borders: float32 [P,F]."""
    random = np.random.default_rng(7)
    shape = (noises.shape[1], _RANDOM)
    mixing = random.normal(size=shape) * (random.random(shape) < 0.25)
    centre = random.uniform(0.2, 0.8, shape)
    bias = -(mixing * centre).sum(0)
    mixed = np.maximum(noises @ mixing.astype(np.float32) + bias.astype(np.float32), 0)
    ramps = [np.maximum(near - start, 0) / 8 for start in _RAMPS]
    return np.concatenate([np.ones((len(noises), 1)), noises, mixed, *ramps], 1).astype(np.float32)


def is_handmade(parts: Sequence[Pixels]) -> bool:
    """Whether the inputs explain little of how a material is painted, tried on pixels apart."""
    inputs, painted, texel, block, deep = (
        np.concatenate([getattr(p, name) for p in parts])
        for name in ("inputs", "painted", "texel", "block", "deep")
    )
    known = hash01(block, 3) < 0.6  # whole blocks: neighbours know too much of each other
    tried = deep & ~known
    if tried.sum() < 1000 or known.sum() < 1000 or painted[tried].std(0).mean() < FAINT:
        return False
    rest = painted - inputs @ _fit(inputs[known], painted[known])
    sums = np.stack([np.bincount(texel[known], rest[known, i], surface.TEXELS**2) for i in range(3)], 1)
    counts = np.bincount(texel[known], minlength=surface.TEXELS**2)[:, None]
    drawn = rest - (sums / (counts + 1))[texel]  # what repeats, such as planks
    left = min(rest[tried].var(0).sum(), drawn[tried].var(0).sum())
    return bool(1 - left / painted[tried].var(0).sum() < EXPLAINED)


def _fit(inputs: Array, painted: Array) -> Array:
    """Ridge regression: float32 [F,3]."""
    chosen = np.linspace(0, len(inputs) - 1, min(_PIXELS, len(inputs))).astype(np.int64)
    x, y = inputs[chosen].astype(np.float64), painted[chosen].astype(np.float64)
    squared = x.T @ x + 1e-3 * len(x) * np.eye(x.shape[1]) * np.r_[0, np.full(x.shape[1] - 1, 1.0)]
    return np.linalg.solve(squared, x.T @ y).astype(np.float32)


def _rest(parts: Sequence[Pixels]) -> tuple[Array, list[Array], list[Array]] | None:
    """The weights of what borders explain of a material, its rest in every keyframe, and blocks of the rest
    that lie wholly within the material; None where there are too few. Noises explain it by chance alone, and
    would add to what it does elsewhere."""
    weights = _fit(np.concatenate([p.lit for p in parts]), np.concatenate([p.painted for p in parts]))
    rests, inner = [], []
    for p in parts:
        rest = np.zeros((*p.where.shape, 3), np.float32)
        rest[p.where] = p.painted - p.lit @ weights
        good = np.zeros(p.where.shape, bool)
        good[p.where] = p.inputs[:, -4:].sum(1) == 0  # no border within a pixel or two
        inner.append(good)
        rests.append(rest)
    for share in (1.0, THIN):
        blocks = [b for rest, good in zip(rests, inner, strict=True) for b in _blocks(rest, good, share)]
        if len(blocks) >= _BLOCKS:
            return weights, rests, blocks
    return None


def _blocks(rest: Array, good: NDArray[np.bool_], share: float) -> list[Array]:
    """Every block that share of whose pixels is good, on a grid of 3 pixels; the others are filled with the
    nearest that are."""
    whole = np.zeros((good.shape[0] + 1, good.shape[1] + 1), np.int64)
    whole[1:, 1:] = good.cumsum(0).cumsum(1)
    count = whole[BLOCK:, BLOCK:] - whole[:-BLOCK, BLOCK:] - whole[BLOCK:, :-BLOCK] + whole[:-BLOCK, :-BLOCK]
    places = np.argwhere(count[::3, ::3] >= share * BLOCK * BLOCK) * 3
    if share < 1 and len(places):
        nearest = ndimage.distance_transform_edt(~good, return_distances=False, return_indices=True)
        rest = rest[tuple(nearest)]
    return [rest[y : y + BLOCK, x : x + BLOCK] for y, x in places]


def _paint_over(
    told: Sequence[_Told],
    painted: Sequence[Array],
    parts: Sequence[Pixels],
    found: tuple[Array, list[Array], list[Array]],
    random: np.random.Generator,
) -> Array:
    """Paint a material anew, in place: what explains it, and a quilt of the rest with the same deviation.
    Returns the quilt, sharpened by as much as reading between its texels blurs it."""
    weights, rests, blocks = found
    pixels = np.concatenate([r[p.where][p.deep] for r, p in zip(rests, parts, strict=True)])
    values = np.quantile(pixels, (np.arange(surface.TEXELS**2) + 0.5) / surface.TEXELS**2, axis=0)
    sheets = [_as_often(quilt(blocks, surface.TEXELS, random), values) for _ in range(QUILTS)]
    own = _patches(blocks[:: max(1, len(blocks) // 100)])
    nearest = min(sheets, key=lambda sheet: patch_distance(_patches([np.tile(sheet, (2, 2, 1))]), own))
    sheet = _sharpened(nearest - nearest.mean((0, 1)))
    for t, picture, p in zip(told, painted, parts, strict=True):
        anew = p.lit @ weights + t.sampled(p.where, sheet)
        kept = np.clip(t.near[:, p.where].max(0) - (REACH - KEPT), 0, 1)[:, None]
        picture[p.where] = np.clip(anew + (picture[p.where] - anew) * kept, 0, 1)
    return sheet


def _as_often(sheet: Array, values: NDArray[np.floating]) -> Array:
    """The sheet with the values [T*T,3], sorted, instead of its own, channel by channel."""
    out = np.empty_like(sheet).reshape(-1, 3)
    order = np.argsort(sheet.reshape(-1, 3), axis=0)
    np.put_along_axis(out, order, values.astype(np.float32), axis=0)
    return out.reshape(sheet.shape)


def _patches(pieces: Sequence[Array]) -> Array:
    """Patches of pieces [H,W,3], every third one along either side: float32 [P,D]."""
    views = [
        np.lib.stride_tricks.sliding_window_view(p, (PATCH, PATCH), axis=(0, 1))[::3, ::3] for p in pieces
    ]
    return np.concatenate([v.reshape(-1, 3 * PATCH * PATCH) for v in views]).astype(np.float32)


def _sharpened(sheet: Array) -> Array:
    """The sheet whose gradients, read between texels, have the energy of the given one's.

    A bilinear reading halfway between texels halves the finest grain; by the mean over all ways to lie
    between them, what each frequency loses is known, and is given back, up to `SHARPEST` times.
    """
    turns = np.fft.fftfreq(len(sheet)) * 2 * np.pi
    kept = np.sqrt(2 / 3 + np.cos(turns) / 3)  # root mean square over the fraction of a texel
    gain = np.minimum(1 / (kept[:, None] * kept), SHARPEST)[..., None]
    return np.fft.ifft2(np.fft.fft2(sheet, axes=(0, 1)) * gain, axes=(0, 1)).real.astype(np.float32)
