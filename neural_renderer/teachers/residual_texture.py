"""Separates the part of a painted keyframe that the inputs cannot explain, and replaces it with a repeating
texture.

A student can learn functions of its inputs: light, outlines, snow on surfaces that face the sky, and textures
made of the noise channels. The grain of a brush is no such function, and the student would learn its average,
a blur. So the materials that are painted by hand are repainted in the keyframes. The part that the inputs
explain stays. The rest, called the residual, is replaced by a texture that is quilted from the residual and
repeats with the textures of the student. The result is a function of the inputs, has the same grain, and can
be computed for any other place in the world.
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
from reskin.neural_renderer.measure.image_metrics import image_box_means, sums_by
from reskin.neural_renderer.measure.style_metrics import PATCH, style_patch_distance
from reskin.neural_renderer.noise import WARP_X, WARP_Y, hash01
from reskin.neural_renderer.painters.kit.brushes import Array
from reskin.neural_renderer.teachers.keyframes import Keyframe
from reskin.neural_renderer.teachers.quilting import BLOCK, quilt

if TYPE_CHECKING:
    from reskin.neural_renderer.network import Student

EXPLAINED: Final = 0.05
"""A material counts as painted by hand if noises and repeating textures explain less than this share of its
variance. With three keyframes of each of nine painters that use the noise channels, the least share was 0.09;
with strokes made of other noises, the largest was 0.03. A single keyframe tells less: of 576 materials of
such painters 35 counted as painted by hand, and of 64 with such strokes all 64."""
FOLDS: Final = 4
"""Folds of the cross-validation: each part of the pixels is predicted from the others."""
FAINT: Final = 0.012
"""The standard deviation, of 0..1, below which a material has no grain to keep."""
WARP: Final = 0.12
"""Tiles by which noise displaces a residual texture, so that its repetition is not seen."""
THIN: Final = 0.6
"""The share of a block that must have the material, if too few blocks have it everywhere, as with trunks and
planks."""
QUILTS: Final = 6
"""How many textures are quilted. The one that is most like the painting is taken."""
SHARPEST: Final = 2.5
"""The largest factor by which a frequency of a texture is raised."""
KEPT: Final = 2.0
"""Pixels along a border that are not repainted."""
_PIXELS: Final = 8_000
_PATCHES: Final = 2_000
_RAMPS: Final = (0, 8, 16, 20, 22, 23)
_RANDOM: Final = 160
_BLOCKS: Final = 40
"""The fewest blocks to quilt from."""
_TEXTURED: Final = ~materials.IS_THING & (materials.TILE_SPAN <= 4)
"""Materials that may get a residual texture: those whose texels are one or two pixels at 32 px a tile. Not
the sky, and not things, of which every detail is learnt."""


@dataclass(frozen=True, eq=False)
class MaterialPixels:
    """The P pixels of one material in one keyframe.

    where bool [H,W]; edge_nearness float32 [P,4], 0..REACH; albedo, painted float32 [P,3] 0..1; noise float32
    [P,16]; texel int64 [P], see `_Inputs.texel`; block int64 [P]: the number of a block of
    32 x 32 pixels in the frame.
    """

    where: NDArray[np.bool_]
    edge_nearness: Array
    albedo: Array
    noise: Array
    painted: Array
    texel: NDArray[np.int64]
    block: NDArray[np.int64]

    @cached_property
    def shading(self) -> Array:
        """The inputs that explain light, outlines and the plain colour, see `_shading`."""
        return _shading(self.edge_nearness, self.albedo)

    @cached_property
    def interior(self) -> NDArray[np.bool_]:
        """bool [P]: 6 pixels or more from borders."""
        return np.asarray(self.edge_nearness.max(1) <= REACH - 6)


@dataclass(frozen=True, eq=False)
class Texture:
    """How to repaint a material: `shading @ weights` plus a texel of the sheet.

    weights float32 [F,3]; sheet float32 [TEXELS,TEXELS,3], with a mean of 0.
    """

    weights: Array
    sheet: Array


class ResidualTextures:
    """Finds the materials that are painted by hand in keyframes, and repaints them. textures: by material."""

    def __init__(self, keyframes: Sequence[Keyframe], seed: int = 0) -> None:
        """Raises InputError, as `features` does."""
        self.keyframes = keyframes
        self.textures: dict[int, Texture] = {}
        inputs = [_Inputs(k.frame, number) for number, k in enumerate(keyframes)]
        for material in map(int, np.flatnonzero(_TEXTURED)):
            parts = [i.pixels(_painted(k), material) for i, k in zip(inputs, keyframes, strict=True)]
            if has_residual_texture(parts):
                texture = _texture(material, inputs, parts, np.random.default_rng((seed, material)))
                if texture is not None:
                    self.textures[material] = texture

    def repainted(self, number: int) -> Array:
        """A keyframe as a function of the inputs: float32 [H,W,3] 0..1."""
        return self._repaint(number, self.keyframes[number].frame)

    def moved_in_world(self, number: int, random: np.random.Generator) -> tuple[Frame, Array]:
        """A keyframe whose materials with a texture lie at another place in the world and have other plain
        colours, and its repainting. So the student does not learn by heart the places and colours it saw."""
        frame = self.keyframes[number].frame
        g = features(frame)
        textured = np.isin(g.material, list(self.textures))[..., None]
        moved = g.anchor + random.uniform(0, noise.PERIOD_TILES, 2).astype(np.float32)
        anchor = np.where(textured, moved % materials.PERIOD[g.material].astype(np.float32), g.anchor)
        color = frame.color.copy()
        recolored = color[..., random.permutation(3)] * random.uniform(0.5, 1.3, 3)
        color[..., :3] = np.where(textured, np.minimum(recolored, 255), color[..., :3])
        frame = frame.replace(anchor=anchor, color=color)
        return frame, self._repaint(number, frame)

    def init_student(self, student: Student) -> None:
        """Put the sheets into the first three channels of a student's surfaces, and set their warp."""
        import torch

        with torch.no_grad():
            for material, texture in self.textures.items():
                student.warp[material] = WARP
                value = torch.from_numpy(np.clip(0.5 + texture.sheet, 0.02, 0.98)).permute(2, 0, 1)
                student.texture_logits[material, :3] = torch.logit(value)
                student.mix[material, :, :3] = 0

    def _repaint(self, number: int, frame: Frame) -> Array:
        """The painting of a keyframe with the materials of `textures` computed from the inputs of `frame`."""
        inputs, picture = _Inputs(frame, number), _painted(self.keyframes[number])
        for material, texture in self.textures.items():
            where = inputs.material == material
            edge_nearness = inputs.edge_nearness[:, where].T
            color = _shading(edge_nearness, inputs.albedo[where]) @ texture.weights
            color += inputs.sampled(where, material, texture.sheet)
            kept = np.clip(edge_nearness.max(1) - (REACH - KEPT), 0, 1)[:, None]
            picture[where] = np.clip(color + (picture[where] - color) * kept, 0, 1)
        return picture


def _painted(keyframe: Keyframe) -> Array:
    return (keyframe.painted / np.float32(255)).astype(np.float32)


class _Inputs:
    """The inputs of a student for keyframe `number`, or for a changed copy of its frame."""

    def __init__(self, frame: Frame, number: int) -> None:
        g = features(frame)
        self.material, self.anchor = g.material, g.anchor
        self.albedo = g.albedo.astype(np.float32) / np.float32(255)
        self.noise = noise.sample_noise(g.anchor, materials.NOISE_SCALE[g.material])
        self.edge_nearness = border_cpu(g.surface_id)[0].astype(np.float32)
        height, width = self.material.shape
        rows, columns = np.mgrid[0:height, 0:width] // 32
        self.block = (number * 4096 + rows) * 4096 + columns

    def pixels(self, painted: Array, material: int) -> MaterialPixels:
        where = self.material == material
        return MaterialPixels(
            where,
            self.edge_nearness[:, where].T,
            self.albedo[where],
            self.noise[where],
            painted[where],
            self.texel(where, material),
            self.block[where],
        )

    def texel(self, where: NDArray[np.bool_], material: int) -> NDArray[np.int64]:
        """The texel that each pixel of a material shows without a warp: row * TEXELS + column."""
        place = self.anchor[where] * (materials.TEXELS / materials.TILE_SPAN[material])
        column, row = (np.floor(place).astype(np.int64) % materials.TEXELS).T
        return np.asarray(row * materials.TEXELS + column)

    def sampled(self, where: NDArray[np.bool_], material: int, sheet: Array) -> Array:
        """The value of a material's sheet at each of its pixels, warped and bilinear, as in the student."""
        shift = self.noise[where][:, (WARP_X, WARP_Y)] - np.float32(0.5)
        place = (self.anchor[where] + np.float32(WARP) * shift) * (
            materials.TEXELS / materials.TILE_SPAN[material]
        )
        return noise.sample_bilinear(sheet, place - np.float32(0.5))


def _shading(edge_nearness: Array, albedo: Array) -> Array:
    """float32 [P,F]: a constant, ramps that rise towards the borders, and the plain colour."""
    ramps = [np.maximum(edge_nearness - start, 0) / 8 for start in _RAMPS]
    return np.concatenate([np.ones((len(edge_nearness), 1)), *ramps, albedo], 1).astype(np.float32)


def _explaining(p: MaterialPixels) -> Array:
    """float32 [P,F]: all inputs that may explain the painting: the shading, the noises, and random mixtures
    of noises with a threshold, such as a student can learn."""
    random = np.random.default_rng(7)
    shape = (p.noise.shape[1], _RANDOM)
    mixing = random.normal(size=shape) * (random.random(shape) < 0.25)
    centre = random.uniform(0.2, 0.8, shape)
    bias = -(mixing * centre).sum(0)
    mixed = np.maximum(p.noise @ mixing.astype(np.float32) + bias.astype(np.float32), 0)
    return np.concatenate([p.shading, p.noise, mixed], 1)


def has_residual_texture(parts: Sequence[MaterialPixels]) -> bool:
    """Whether noises, and a repeating texture, explain less than `EXPLAINED` of the variance of a material
    that its shading leaves. By cross-validation: each fold of the pixels is predicted from the others."""
    names = ("painted", "texel", "block", "interior", "shading")
    painted, texel, block, interior, shading = (
        np.concatenate([getattr(p, name) for p in parts]) for name in names
    )
    if interior.sum() < 1600 or painted[interior].std(0).mean() < FAINT:
        return False
    inputs = np.concatenate([_explaining(p) for p in parts])
    fold = (hash01(block, 3) * FOLDS).astype(np.int64)  # of whole blocks, as neighbouring pixels are alike
    errors = np.zeros(3)
    for number in range(FOLDS):
        known, tried = fold != number, interior & (fold == number)
        if not known.any():
            return False
        rest = painted - inputs @ _fit(inputs[known], painted[known], 1e-2)
        sums = sums_by(texel[known], rest[known], materials.TEXELS**2)
        counts = np.bincount(texel[known], minlength=materials.TEXELS**2)[:, None]
        unrepeated = rest - (sums / (counts + 1))[texel]  # without a texture that repeats, such as planks
        unshaded = painted - shading @ _fit(shading[known], painted[known], 1e-2)
        errors += [float((left[tried] ** 2).sum()) for left in (rest, unrepeated, unshaded)]
    return bool(errors[:2].min() > (1 - EXPLAINED) * errors[2])


def _fit(inputs: Array, painted: Array, ridge: float) -> Array:
    """Weights float32 [F,3] of `inputs` that predict `painted`, by ridge regression on some of the pixels."""
    chosen = np.linspace(0, len(inputs) - 1, min(_PIXELS, len(inputs))).astype(np.int64)
    x, y = inputs[chosen].astype(np.float64), painted[chosen].astype(np.float64)
    squared = x.T @ x + ridge * len(x) * np.diag(np.r_[0, np.ones(x.shape[1] - 1)])
    return np.linalg.solve(squared, x.T @ y).astype(np.float32)


def _texture(
    material: int, inputs: Sequence[_Inputs], parts: Sequence[MaterialPixels], random: np.random.Generator
) -> Texture | None:
    """The texture of a material, or None if too little of it is seen. The residual is what the shading does
    not explain. Noises would fit it by chance only, and show a wrong pattern at other places.

    The sheet is a quilt of the residual, given the distribution of the residual's values, and sharpened as
    much as bilinear sampling blurs it. Of `QUILTS` sheets the one is taken that is most like the residual
    where the keyframes show the material.
    """
    shading = np.concatenate([p.shading for p in parts])
    weights = _fit(shading, np.concatenate([p.painted for p in parts]), 1e-3)
    residuals = []
    for p in parts:
        residual = np.zeros((*p.where.shape, 3), np.float32)
        residual[p.where] = p.painted - p.shading @ weights
        residuals.append(residual)
    blocks = _inner_blocks(parts, residuals, int(materials.TILE_SPAN[material]) // 2)
    if len(blocks) < _BLOCKS:
        return None
    pixels = np.concatenate([r[p.where][p.interior] for r, p in zip(residuals, parts, strict=True)])
    values = np.quantile(pixels, (np.arange(materials.TEXELS**2) + 0.5) / materials.TEXELS**2, axis=0)
    quilts = [_with_values(quilt(blocks, materials.TEXELS, random), values) for _ in range(QUILTS)]
    sheets = [_sharpened(made - made.mean((0, 1))) for made in quilts]
    places = [_patch_places(p.where, random) for p in parts]
    painted_patches = _patches(residuals, places)

    def distance(sheet: Array) -> float:
        shown = [np.zeros_like(residual) for residual in residuals]
        for i, p, picture in zip(inputs, parts, shown, strict=True):
            picture[p.where] = i.sampled(p.where, material, sheet)
        return style_patch_distance(_patches(shown, places), painted_patches)

    return Texture(weights, min(sheets, key=distance) if len(painted_patches) else sheets[0])


def _inner_blocks(parts: Sequence[MaterialPixels], residuals: Sequence[Array], texel: int) -> list[Array]:
    """Blocks of the residuals that lie wholly within the material, or, if these are too few, mostly. texel:
    the side of a texel in pixels."""
    blocks: list[Array] = []
    for share in (1.0, THIN):
        blocks = []
        for p, residual in zip(parts, residuals, strict=True):
            good = np.zeros(p.where.shape, bool)
            good[p.where] = p.edge_nearness.max(1) <= REACH - 1  # no border within a pixel or two
            blocks += _blocks(image_box_means(residual, texel), image_box_means(good, texel) == 1, share)
        if len(blocks) >= _BLOCKS:
            break
    return blocks


def _blocks(residual: Array, good: NDArray[np.bool_], share: float) -> list[Array]:
    """Blocks, at places 3 texels apart, of which at least this share of the texels is good. The other texels
    get the value of the nearest good one."""
    sums = np.zeros((good.shape[0] + 1, good.shape[1] + 1), np.int64)
    sums[1:, 1:] = good.cumsum(0).cumsum(1)
    count = sums[BLOCK:, BLOCK:] - sums[:-BLOCK, BLOCK:] - sums[BLOCK:, :-BLOCK] + sums[:-BLOCK, :-BLOCK]
    places = np.argwhere(count[::3, ::3] >= share * BLOCK * BLOCK) * 3
    if share < 1 and len(places):
        nearest = ndimage.distance_transform_edt(~good, return_distances=False, return_indices=True)
        residual = residual[tuple(nearest)]
    return [residual[y : y + BLOCK, x : x + BLOCK] for y, x in places]


def _with_values(sheet: Array, values: NDArray[np.floating]) -> Array:
    """The sheet with the sorted values [T*T,3] of each channel in place of its own, in the same order."""
    out = np.empty_like(sheet).reshape(-1, 3)
    order = np.argsort(sheet.reshape(-1, 3), axis=0)
    np.put_along_axis(out, order, values.astype(np.float32), axis=0)
    return out.reshape(sheet.shape)


def _patch_places(where: NDArray[np.bool_], random: np.random.Generator) -> NDArray[np.int64]:
    """Flat indices [P,PATCH*PATCH] of the pixels of random patches that lie wholly within a material."""
    inside = np.lib.stride_tricks.sliding_window_view(where, (PATCH, PATCH)).all((2, 3))
    corners = np.argwhere(inside) @ np.array([where.shape[1], 1])
    some = random.choice(corners, min(_PATCHES, len(corners)), replace=False)
    rows, columns = np.mgrid[:PATCH, :PATCH]
    return np.asarray(some[:, None] + (rows * where.shape[1] + columns).ravel())


def _patches(pictures: Sequence[Array], places: Sequence[NDArray[np.int64]]) -> Array:
    """The patches of pictures [H,W,3] at these flat indices: float32 [P,D]."""
    found = [
        p.reshape(-1, 3)[at].reshape(len(at), at.shape[1] * 3) for p, at in zip(pictures, places, strict=True)
    ]
    return np.concatenate(found)


def _sharpened(sheet: Array) -> Array:
    """The sheet, sharpened so that after bilinear sampling its contrast is that of the given one.

    Halfway between two texels, bilinear sampling removes the highest frequency. `kept` is the share of each
    frequency that is left, as the root mean square over all places between two texels. Each frequency is
    raised by its inverse, up to `SHARPEST` times.
    """
    turns = np.fft.fftfreq(len(sheet)) * 2 * np.pi
    kept = np.sqrt(2 / 3 + np.cos(turns) / 3)
    gain = np.minimum(1 / (kept[:, None] * kept), SHARPEST)[..., None]
    return np.fft.ifft2(np.fft.fft2(sheet, axes=(0, 1)) * gain, axes=(0, 1)).real.astype(np.float32)
