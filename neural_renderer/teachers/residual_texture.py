"""Separates the part of a painted keyframe that the inputs cannot explain, and replaces it with a repeating
texture.

A student learns what is a function of its inputs: light, outlines, snow on what faces the sky, and textures
made of the noises that it is given. A brush's own grain is no such function, and its average is a blur. So
for each material that is painted by hand the keyframes are painted over once more: what the inputs explain
stays, and the rest gives way to a texture, quilted from the rest itself, that repeats with the student's
own. Then the picture is a function of the inputs again, with the same grain, and can be painted at any other
place of the world, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from reskin.engine.frame import Frame
from reskin.kernels.border import REACH
from reskin.kernels.border.cpu import border_cpu
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.features import features
from reskin.neural_renderer.measure.image_metrics import box_means
from reskin.neural_renderer.measure.style_metrics import PATCH, patch_distance
from reskin.neural_renderer.noise import WARP_X, WARP_Y, hash01
from reskin.neural_renderer.teachers.keyframes import Keyframe
from reskin.neural_renderer.teachers.quilting import BLOCK, quilt

if TYPE_CHECKING:
    from reskin.neural_renderer.network import Student

Array = NDArray[np.float32]

EXPLAINED: Final = 0.05
"""The share of a material's variance below which it counts as painted by hand. In three keyframes each of
nine painters that use the student's noises the least was 0.09; of strokes from foreign noises the most was
0.03. Single keyframes show little: of 576 such materials 35 counted as handmade, and 64 of 64 of strokes."""
FOLDS: Final = 4
"""Parts of the pixels, each of which is foretold from the others."""
FAINT: Final = 0.012
"""Deviation, of 0..1, below which there is nothing to keep crisp."""
WARP: Final = 0.12
"""Tiles by which noise displaces a handmade texture, so that no repetition meets the eye."""
THIN: Final = 0.6
"""The share of a block that must be of the material where too few are so wholly: trunks and planks."""
QUILTS: Final = 6
"""Textures that are quilted, of which the one that is most like the hand's is taken."""
SHARPEST: Final = 2.5
"""The most by which a frequency of a handmade texture is raised."""
KEPT: Final = 2.0
"""Pixels along a border that stay as painted."""
_PIXELS: Final = 8_000
_PATCHES: Final = 2_000
_RAMPS: Final = (0, 8, 16, 20, 22, 23)
_RANDOM: Final = 160
_BLOCKS: Final = 40
"""Blocks of the source that a quilt needs at least."""
_TEXTURED: Final = ~materials.IS_THING & (materials.TILE_SPAN <= 4)
"""Materials whose texels are one or two pixels at 32 px a tile: not the sky, nor things, whose faces are
learnt as they are."""


@dataclass(frozen=True, eq=False)
class Pixels:
    """All pixels of one material in one keyframe: where bool [H,W]; near float32 [P,4], 0..REACH, how near
    the borders are; tint float32 [P,3] 0..1; noise float32 [P,16]; painted float32 [P,3]; texel int64 [P];
    block int64 [P], of which 32 x 32 pixels of the frame."""

    where: NDArray[np.bool_]
    edge_nearness: Array
    albedo: Array
    noise: Array
    painted: Array
    texel: NDArray[np.int64]
    block: NDArray[np.int64]

    @cached_property
    def lit(self) -> Array:
        """What tells of light, outlines and the plain colour, see `_lit`."""
        return _lit(self.edge_nearness, self.albedo)

    @cached_property
    def deep(self) -> NDArray[np.bool_]:
        """bool [P]: far from borders."""
        return np.asarray(self.edge_nearness.max(1) <= REACH - 6)


@dataclass(frozen=True, eq=False)
class Texture:
    """What is known of a handmade material: weights float32 [F,3], what borders and its plain colour explain
    of it; sheet float32 [TEXELS,TEXELS,3], the rest, about 0."""

    weights: Array
    sheet: Array


class ResidualTexture:
    """What is painted by hand in keyframes, and how to paint it anew. textures: by material."""

    def __init__(self, keyframes: Sequence[Keyframe], seed: int = 0) -> None:
        """Raises what `features` raises."""
        self.keyframes = keyframes
        self.textures: dict[int, Texture] = {}
        told = [_Told(k.frame, number) for number, k in enumerate(keyframes)]
        for material in map(int, np.flatnonzero(_TEXTURED)):
            parts = [t.pixels(_painted(k), material) for t, k in zip(told, keyframes, strict=True)]
            if is_handmade(parts):
                texture = _texture(material, told, parts, np.random.default_rng((seed, material)))
                if texture is not None:
                    self.textures[material] = texture

    def anew(self, number: int) -> Array:
        """A keyframe with what is handmade painted over, so that it is predictable: float32 [H,W,3] 0..1."""
        return self._over(number, self.keyframes[number].frame)

    def elsewhere(self, number: int, random: np.random.Generator) -> tuple[Frame, Array]:
        """The same at another place of the world and of other plain colours, in so far as it is handmade: a
        student must not learn by heart the few places and colours that keyframes show."""
        frame = self.keyframes[number].frame
        seen = features(frame)
        handmade = np.isin(seen.material, list(self.textures))[..., None]
        moved = seen.anchor + random.uniform(0, noise.PERIOD_TILES, 2).astype(np.float32)
        anchor = np.where(handmade, moved % materials.PERIOD[seen.material].astype(np.float32), seen.anchor)
        color = frame.color.copy()
        other = color[..., random.permutation(3)] * random.uniform(0.5, 1.3, 3)
        color[..., :3] = np.where(handmade, np.minimum(other, 255), color[..., :3])
        frame = frame.replace(anchor=anchor, color=color)
        return frame, self._over(number, frame)

    def begin(self, student: Student) -> None:
        """Give a new student the sheets, in the first three channels of its surfaces, and their warp."""
        import torch

        with torch.no_grad():
            for material, texture in self.textures.items():
                student.warp[material] = WARP
                value = torch.from_numpy(np.clip(0.5 + texture.sheet, 0.02, 0.98)).permute(2, 0, 1)
                student.texture_logits[material, :3] = torch.logit(value)
                student.mix[material, :, :3] = 0

    def _over(self, number: int, frame: Frame) -> Array:
        """The frame as the hand's keyframe of that number, but for its textures."""
        told, picture = _Told(frame, number), _painted(self.keyframes[number])
        for material, texture in self.textures.items():
            where = told.material == material
            edge_nearness = told.edge_nearness[:, where].T
            anew = _lit(edge_nearness, told.albedo[where]) @ texture.weights
            anew += told.sampled(where, material, texture.sheet)
            kept = np.clip(edge_nearness.max(1) - (REACH - KEPT), 0, 1)[:, None]
            picture[where] = np.clip(anew + (picture[where] - anew) * kept, 0, 1)
        return picture


def _painted(keyframe: Keyframe) -> Array:
    return (keyframe.painted / np.float32(255)).astype(np.float32)


class _Told:
    """What a student is told of a frame."""

    def __init__(self, frame: Frame, number: int) -> None:
        seen = features(frame)
        self.material, self.anchor = seen.material, seen.anchor
        self.albedo = seen.albedo.astype(np.float32) / np.float32(255)
        self.noise = noise.sample(seen.anchor, materials.NOISE_SCALE[seen.material])
        self.edge_nearness = border_cpu(seen.surface_id)[0].astype(np.float32)
        height, width = self.material.shape
        rows, columns = np.mgrid[0:height, 0:width] // 32
        self.block = (number * 4096 + rows) * 4096 + columns

    def pixels(self, painted: Array, material: int) -> Pixels:
        where = self.material == material
        return Pixels(
            where,
            self.edge_nearness[:, where].T,
            self.albedo[where],
            self.noise[where],
            painted[where],
            self.texel(where, material),
            self.block[where],
        )

    def texel(self, where: NDArray[np.bool_], material: int) -> NDArray[np.int64]:
        """The texel, as row * TEXELS + column, that each pixel of a material shows without a warp."""
        place = self.anchor[where] * (materials.TEXELS / materials.TILE_SPAN[material])
        place = np.floor(place).astype(np.int64) % materials.TEXELS
        return place[:, 1] * materials.TEXELS + place[:, 0]

    def sampled(self, where: NDArray[np.bool_], material: int, sheet: Array) -> Array:
        """What each pixel reads of a material's sheet, as the student reads it: displaced, between texels."""
        shift = self.noise[where][:, (WARP_X, WARP_Y)] - np.float32(0.5)
        place = (self.anchor[where] + np.float32(WARP) * shift) * (
            materials.TEXELS / materials.TILE_SPAN[material]
        )
        return noise.bilinear(sheet, place - np.float32(0.5))


def _lit(edge_nearness: Array, albedo: Array) -> Array:
    """One, ramps that rise towards borders, and the plain colour: float32 [P,F]."""
    ramps = [np.maximum(edge_nearness - start, 0) / 8 for start in _RAMPS]
    return np.concatenate([np.ones((len(edge_nearness), 1)), *ramps, albedo], 1).astype(np.float32)


def _inputs(p: Pixels) -> Array:
    """All that may explain pixels: borders, the plain colour, noises and rectified mixtures of noises."""
    random = np.random.default_rng(7)
    shape = (p.noise.shape[1], _RANDOM)
    mixing = random.normal(size=shape) * (random.random(shape) < 0.25)
    centre = random.uniform(0.2, 0.8, shape)
    bias = -(mixing * centre).sum(0)
    mixed = np.maximum(p.noise @ mixing.astype(np.float32) + bias.astype(np.float32), 0)
    return np.concatenate([p.lit, p.noise, mixed], 1)


def is_handmade(parts: Sequence[Pixels]) -> bool:
    """Whether noises, or a texture that repeats, explain little of how a material is painted beyond what
    borders and its plain colour do: tried on blocks of pixels apart, each once."""
    painted, texel, block, deep, lit = (
        np.concatenate([getattr(p, n) for p in parts]) for n in ("painted", "texel", "block", "deep", "lit")
    )
    if deep.sum() < 1600 or painted[deep].std(0).mean() < FAINT:
        return False
    inputs = np.concatenate([_inputs(p) for p in parts])
    fold = (hash01(block, 3) * FOLDS).astype(np.int64)  # whole blocks: neighbours know too much of each other
    errors = np.zeros(3)
    for number in range(FOLDS):
        known, tried = fold != number, deep & (fold == number)
        if not known.any():
            return False
        rest = painted - inputs @ _fit(inputs[known], painted[known], 1e-2)
        sums = np.stack([np.bincount(texel[known], rest[known, i], materials.TEXELS**2) for i in range(3)], 1)
        counts = np.bincount(texel[known], minlength=materials.TEXELS**2)[:, None]
        drawn = rest - (sums / (counts + 1))[texel]  # what repeats, such as planks
        plain = painted - lit @ _fit(lit[known], painted[known], 1e-2)
        errors += [float((left[tried] ** 2).sum()) for left in (rest, drawn, plain)]
    return bool(errors[:2].min() > (1 - EXPLAINED) * errors[2])


def _fit(inputs: Array, painted: Array, ridge: float) -> Array:
    """Ridge regression: float32 [F,3]."""
    chosen = np.linspace(0, len(inputs) - 1, min(_PIXELS, len(inputs))).astype(np.int64)
    x, y = inputs[chosen].astype(np.float64), painted[chosen].astype(np.float64)
    squared = x.T @ x + ridge * len(x) * np.diag(np.r_[0, np.ones(x.shape[1] - 1)])
    return np.linalg.solve(squared, x.T @ y).astype(np.float32)


def _texture(
    material: int, told: Sequence[_Told], parts: Sequence[Pixels], random: np.random.Generator
) -> Texture | None:
    """A material's texture; None where too little of it shows. Only borders and the plain colour explain what
    is painted by hand: noises do so by chance alone, and would add to what it does elsewhere.

    Its sheet is a quilt of the rest with the same values as often, sharpened by as much as reading between
    its texels blurs it: of several the one that, where the keyframes show it, is most like the rest.
    """
    weights = _fit(np.concatenate([p.lit for p in parts]), np.concatenate([p.painted for p in parts]), 1e-3)
    rests = []
    for p in parts:
        rest = np.zeros((*p.where.shape, 3), np.float32)
        rest[p.where] = p.painted - p.lit @ weights
        rests.append(rest)
    blocks = _inner_blocks(parts, rests, int(materials.TILE_SPAN[material]) // 2)
    if len(blocks) < _BLOCKS:
        return None
    pixels = np.concatenate([r[p.where][p.deep] for r, p in zip(rests, parts, strict=True)])
    values = np.quantile(pixels, (np.arange(materials.TEXELS**2) + 0.5) / materials.TEXELS**2, axis=0)
    quilts = [_as_often(quilt(blocks, materials.TEXELS, random), values) for _ in range(QUILTS)]
    sheets = [_sharpened(made - made.mean((0, 1))) for made in quilts]
    places = [_patch_places(p.where, random) for p in parts]
    own = _patches(rests, places)

    def unlike(sheet: Array) -> float:
        shown = [np.zeros_like(rest) for rest in rests]
        for t, p, picture in zip(told, parts, shown, strict=True):
            picture[p.where] = t.sampled(p.where, material, sheet)
        return patch_distance(_patches(shown, places), own)

    return Texture(weights, min(sheets, key=unlike) if len(own) else sheets[0])


def _inner_blocks(parts: Sequence[Pixels], rests: Sequence[Array], texel: int) -> list[Array]:
    """Blocks of the rests, a texel of so many pixels, that lie within the material: wholly, or mostly where
    too few do so."""
    blocks: list[Array] = []
    for share in (1.0, THIN):
        blocks = []
        for p, rest in zip(parts, rests, strict=True):
            good = np.zeros(p.where.shape, bool)
            good[p.where] = p.edge_nearness.max(1) <= REACH - 1  # no border within a pixel or two
            blocks += _blocks(box_means(rest, texel), box_means(good, texel) == 1, share)
        if len(blocks) >= _BLOCKS:
            break
    return blocks


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


def _as_often(sheet: Array, values: NDArray[np.floating]) -> Array:
    """The sheet with the values [T*T,3], sorted, instead of its own, channel by channel."""
    out = np.empty_like(sheet).reshape(-1, 3)
    order = np.argsort(sheet.reshape(-1, 3), axis=0)
    np.put_along_axis(out, order, values.astype(np.float32), axis=0)
    return out.reshape(sheet.shape)


def _patch_places(where: NDArray[np.bool_], random: np.random.Generator) -> NDArray[np.int64]:
    """Flat indices [P,PATCH*PATCH] of the pixels of some patches that lie wholly within a material."""
    inside = np.lib.stride_tricks.sliding_window_view(where, (PATCH, PATCH)).all((2, 3))
    corners = np.argwhere(inside) @ np.array([where.shape[1], 1])
    some = random.choice(corners, min(_PATCHES, len(corners)), replace=False)
    rows, columns = np.mgrid[:PATCH, :PATCH]
    return np.asarray(some[:, None] + (rows * where.shape[1] + columns).ravel())


def _patches(pictures: Sequence[Array], places: Sequence[NDArray[np.int64]]) -> Array:
    """Patches of pictures [H,W,3]: float32 [P,D]."""
    found = [
        p.reshape(-1, 3)[at].reshape(len(at), at.shape[1] * 3) for p, at in zip(pictures, places, strict=True)
    ]
    return np.concatenate(found)


def _sharpened(sheet: Array) -> Array:
    """The sheet whose gradients, read between texels, have the energy of the given one's.

    A bilinear reading halfway between texels halves the finest grain; by the mean over all ways to lie
    between them, what each frequency loses is known, and is given back, up to `SHARPEST` times.
    """
    turns = np.fft.fftfreq(len(sheet)) * 2 * np.pi
    kept = np.sqrt(2 / 3 + np.cos(turns) / 3)  # root mean square over the fraction of a texel
    gain = np.minimum(1 / (kept[:, None] * kept), SHARPEST)[..., None]
    return np.fft.ifft2(np.fft.fft2(sheet, axes=(0, 1)) * gain, axes=(0, 1)).real.astype(np.float32)
