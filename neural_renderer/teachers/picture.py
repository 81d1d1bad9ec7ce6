"""A painter made from one picture, with its textures, its palette, its light and its lines.

The picture is divided into regions, by colour or by a map that the user drew. Each material gets the region
whose colour suits it. Each region becomes a repeating texture (`quilting`), which is anchored in the world as
the textures of all painters, so that the theme does not flicker. No trained network is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from reskin.engine.capture.picture_file import read_picture_file
from reskin.engine.errors import PictureError
from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, THINGS
from reskin.neural_renderer import materials
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.features import PROTOTYPE_COLORS, prototype_colors
from reskin.neural_renderer.noise import E24, N10, N24, N64
from reskin.neural_renderer.painters.kit import layers
from reskin.neural_renderer.painters.kit.brushes import WHITE, Array, Mask, mix, rgb, smooth
from reskin.neural_renderer.painters.kit.gbuffer import FineGBuffer, Painter
from reskin.neural_renderer.painters.kit.pixels import Pixels, by_material
from reskin.neural_renderer.painters.kit.sheets import look_up
from reskin.neural_renderer.painters.kit.world import BACKDROP, in_front, is_any, up_to, world_behind
from reskin.neural_renderer.painters.winter.painter import PAINT as WINTER
from reskin.neural_renderer.teachers.quilting import BLOCK, quilt
from reskin.neural_renderer.theme.pack import theme_title

REGIONS: Final = 7
"""The number of regions into which a picture is divided by colour."""
LARGEST: Final = 768
"""Pixels along the longer side. A larger picture is scaled down to this, so that its grain is visible."""
SMALLEST: Final = 64
"""Pixels that a picture must have along its shorter side."""
CONTRAST: Final = 0.075
"""The largest standard deviation of a texture's luma."""

_LUMA: Final = rgb(0.299, 0.587, 0.114)
_FLAT: Final = ("sky",)
"""Materials whose texture is spread so wide that only its tones are shown."""
_NEIGHBOURS: Final = ("sky", "grass", "dirt", "stone", "water", "hill", "brick", "sand", "wood", "leaves")
"""Materials that lie side by side in most games. They get different regions if the colours allow it."""
_AS_IN_WINTER: Final = ("vehicle", "projectile", "light", "effect")
"""Materials that are painted as in the winter theme."""


@dataclass(frozen=True, eq=False)
class PictureStyle:
    """The style of a picture.

    textures float32 [M,64,64,3]: the repeating texture of each material; tones float32 [M,3,3]: the dark,
    middle and light tone of its region; line float32 [3], weight 0..1: the colour and strength of the drawn
    lines; light, shade float32 [3]: factors on the colour where a surface faces the light, and where it turns
    away from it.
    """

    textures: Array
    tones: Array
    line: Array
    weight: float
    light: Array
    shade: Array


def picture_painter(path: Path, labels: Path | None, name: str) -> Painter:
    """The painter of a picture. Raises LearnError.

    labels: a map of the same size, with regions in the colours of `features.PROTOTYPE_COLORS`.
    """
    picture = read_picture(path)
    chosen = None if labels is None else read_labels(labels, path, picture.shape[:2])
    style = style_of_picture(picture, chosen)
    key = blake2b(
        picture.tobytes() + (b"" if chosen is None else chosen.tobytes()), digest_size=8
    ).hexdigest()
    return Painter(name=name, title=theme_title(name), paint=lambda g: paint_like_picture(g, style), key=key)


# ---- reading ----------------------------------------------------------------------------------


def read_picture(path: Path) -> Array:
    """A picture, float32 [H,W,3] 0..1, at most `LARGEST` pixels wide and high. Raises LearnError."""
    import pygame

    pixels = _rgba(path)
    height, width = pixels.shape[:2]
    if min(width, height) < SMALLEST:
        raise LearnError(f"{path} must be at least {SMALLEST} pixels wide and high, found {width}x{height}")
    if transparent := int((pixels[..., 3] < 255).sum()):
        raise LearnError(
            f"{path}: expected an opaque picture, found {transparent} transparent pixels, which have no "
            "colour to learn; fill them, or cut them off"
        )
    pixels = np.ascontiguousarray(pixels[..., :3])
    factor = min(1.0, LARGEST / max(width, height))
    if factor < 1:
        image = pygame.image.frombuffer(pixels.data, (width, height), "RGB")
        image = pygame.transform.smoothscale(image, _smaller(width, height, factor))
        pixels = pygame.surfarray.array3d(image).transpose(1, 0, 2)
    return np.ascontiguousarray(pixels / np.float32(255), np.float32)


def read_labels(path: Path, of: Path, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """The materials in a map, int64 [H,W], -1 where it is black, clear or of another colour.

    Raises LearnError.
    of: the picture, whose size the map must have; shape: [H,W] after it was scaled down.
    """
    rgba, (height, width) = _rgba(path), _rgba(of).shape[:2]
    if rgba.shape[:2] != (height, width):
        raise LearnError(
            f"the map {path} must be {width}x{height} as {of}, found {rgba.shape[1]}x{rgba.shape[0]}"
        )
    pixels = rgba[..., :3].astype(np.float32)
    distance = np.stack([((pixels - p) ** 2).sum(-1) for p in prototype_colors()])
    found = np.where(distance.min(0) <= 3 * 12**2, distance.argmin(0), -1)
    found[(pixels.max(-1) < 8) | (rgba[..., 3] < 128)] = -1
    if not (found >= 0).any():
        raise LearnError(
            f"the map {path} shows no material's colour; paint regions in the colours of reskin."
            f"neural_renderer.features.PROTOTYPE_COLORS, such as grass {PROTOTYPE_COLORS['grass']}, "
            "and black for none"
        )
    rows = np.arange(shape[0]) * found.shape[0] // shape[0]
    columns = np.arange(shape[1]) * found.shape[1] // shape[1]
    return np.asarray(found[rows][:, columns], np.int64)


def _rgba(path: Path) -> NDArray[np.uint8]:
    try:
        return read_picture_file(path)
    except PictureError as error:
        raise LearnError(str(error)) from error


def _smaller(width: int, height: int, factor: float) -> tuple[int, int]:
    return max(SMALLEST, round(width * factor)), max(SMALLEST, round(height * factor))


# ---- the style of the picture -----------------------------------------------------------------


def style_of_picture(picture: Array, labels: NDArray[np.int64] | None = None, seed: int = 0) -> PictureStyle:
    """The style of a picture float32 [H,W,3] 0..1; labels int64 [H,W]: see `read_labels`."""
    random = np.random.default_rng(seed)
    regions = _regions(picture, random)
    masks = [regions == number for number in range(regions.max() + 1)]
    suitable = _suitable_regions(picture, masks)
    given = {} if labels is None else _labelled_regions(labels, masks)
    chosen = [given.get(m, int(suitable[m])) for m in range(len(MATERIALS))]
    quilts = {
        at: _limit_contrast(
            quilt(blocks_of_picture(picture, _inner(masks[at]), random), materials.TEXELS, random)
        )
        for at in sorted(set(chosen))
    }
    shifts = _lightness_shifts(picture, masks, chosen)
    textures = np.stack([_shift_lightness(quilts[at], shifts[m]) for m, at in enumerate(chosen)])
    tones = np.stack([_shift_lightness(_tones(picture[masks[at]]), shifts[m]) for m, at in enumerate(chosen)])
    line, weight = _line(picture)
    light, shade = _light(picture)
    return PictureStyle(textures, tones, line, weight, light, shade)


def _regions(picture: Array, random: np.random.Generator) -> NDArray[np.int64]:
    """Regions of similar colour, int64 [H,W] from 0, by k-means on the smoothed picture. Small ones are
    dropped, and their pixels join the region of the nearest colour.

    SciPy's `kmeans2` starts and rounds differently, and would change the pictures of existing themes.
    """
    smoothed = ndimage.gaussian_filter(picture, (3, 3, 0))
    features = _opponent(smoothed)
    flat = features.reshape(-1, features.shape[-1])
    sample = flat[random.choice(len(flat), min(len(flat), 6000), replace=False)]
    centres = sample[random.choice(len(sample), 1)]
    while len(centres) < REGIONS:  # k-means++ (Arthur and Vassilvitskii 2007)
        distance = ((sample[:, None] - centres) ** 2).sum(-1).min(1)
        if distance.sum() <= 1e-6:
            break
        centres = np.vstack((centres, sample[random.choice(len(sample), p=distance / distance.sum())]))
    for _ in range(25):
        nearest = ((sample[:, None] - centres) ** 2).sum(-1).argmin(1)
        centres = np.stack(
            [
                sample[nearest == k].mean(0) if (nearest == k).any() else centres[k]
                for k in range(len(centres))
            ]
        )
    label = np.stack([((features - c) ** 2).sum(-1) for c in centres]).argmin(0)
    large = [k for k in range(len(centres)) if (label == k).mean() > 0.015]
    distance = np.stack([((features - centres[k]) ** 2).sum(-1) for k in large])
    return np.asarray(distance.argmin(0))


def _labelled_regions(labels: NDArray[np.int64], masks: list[Mask]) -> dict[int, int]:
    """Add the regions of the user's map to `masks`. Returns the number of each material's region."""
    found = {}
    for material in np.unique(labels[labels >= 0]):
        mask = labels == material
        if mask.sum() >= 24 * 24:
            found[int(material)] = len(masks)
            masks.append(mask)
    return found


def _suitable_regions(picture: Array, masks: list[Mask]) -> NDArray[np.int64]:
    """The region for each material, int64 [M].

    The usual colours of prototypes are transferred to the palette of the picture by their means and
    deviations (after Reinhard et al. 2001, "Color Transfer between Images"). Each material gets the region of
    the nearest colour; a region higher in the picture is preferred for materials that usually lie high, such
    as the sky.
    """
    prototypes, colours = _opponent(prototype_colors() / np.float32(255)), _opponent(picture).reshape(-1, 3)
    spread = colours.std(0) / prototypes.std(0)
    moved = (prototypes - prototypes.mean(0)) * spread + colours.mean(0)
    regions = np.stack([_opponent(picture[mask].mean(0)) for mask in masks])
    height = np.array([np.argwhere(mask)[:, 0].mean() / mask.shape[0] for mask in masks])
    usual = np.full(len(MATERIALS), 0.55)
    usual[[MATERIAL_INDEX[n] for n in ("sky", "hill")]] = 0.2, 0.4
    usual[[MATERIAL_INDEX[n] for n in ("dirt", "stone", "lava", "wall")]] = 0.7
    cost = ((moved[:, None] - regions) ** 2 * (1.0, 1.5, 1.5)).sum(-1)
    cost = cost / max(float(cost.mean()), 1e-9) + 0.8 * (usual[:, None] - height) ** 2
    found = cost.argmin(1)
    taken = np.zeros(len(masks))
    for name in _NEIGHBOURS:
        found[MATERIAL_INDEX[name]] = at = int((cost[MATERIAL_INDEX[name]] + 0.45 * taken).argmin())
        taken[at] += 1
    return np.asarray(found)


def _lightness_shifts(picture: Array, masks: list[Mask], chosen: list[int]) -> Array:
    """How much lighter (+) or darker (-) each material becomes than its region, float32 [M]. Materials that
    share a region differ by a part of the difference between their prototypes."""
    luma = prototype_colors() / np.float32(255) @ _LUMA
    out = np.zeros(len(MATERIALS), np.float32)
    for at in set(chosen):
        sharing = [m for m, region in enumerate(chosen) if region == at]
        mean = float(luma[sharing].mean())
        here = float((picture[masks[at]] @ _LUMA).mean())
        for m in sharing:
            out[m] = np.clip(0.7 * (luma[m] - mean), 0.08 - here, 0.92 - here) if len(sharing) > 1 else 0
    return out


def blocks_of_picture(picture: Array, region: Mask, random: np.random.Generator) -> list[Array]:
    """Blocks of a picture [H,W,3] to quilt from, as far inside a region [H,W] as any are.

    Where the region is too thin for whole blocks, the pixels around it are replaced by its nearest ones.
    Broad light and shade are reduced, because they would be seen as spots that repeat.
    """
    nearest = ndimage.distance_transform_edt(~region, return_distances=False, return_indices=True)
    grown = picture[tuple(nearest)]
    broad = ndimage.gaussian_filter(grown, (20, 20, 0), mode="nearest")
    even = np.clip(grown - 0.85 * (broad - picture[region].mean(0)), 0, 1).astype(np.float32)
    share = ndimage.uniform_filter(region.astype(np.float32), BLOCK, mode="constant")
    half = BLOCK // 2
    share = share[half : half + region.shape[0] - BLOCK + 1, half : half + region.shape[1] - BLOCK + 1]
    good = np.argwhere(share >= min(0.98, 0.9 * float(share.max())))
    corners = good[random.choice(len(good), min(1500, len(good)), replace=False)]
    return [even[y : y + BLOCK, x : x + BLOCK] for y, x in corners]


def _limit_contrast(texture: Array) -> Array:
    """Reduce the contrast of a texture to `CONTRAST`, so that lines and things in front of it stand out."""
    middle = np.median(texture, (0, 1))  # the most frequent colour, such as that of paper under strokes
    deviation = float((texture @ _LUMA).std())
    return (middle + (texture - middle) * min(1.0, CONTRAST / max(deviation, 1e-6))).astype(np.float32)


def _shift_lightness(colours: Array, by: float) -> Array:
    """Make colours lighter (by > 0) or darker, those in the middle more than those near white or black."""
    shifted = colours + by * (1 - colours) if by > 0 else colours * (1 + 1.4 * by)
    return np.clip(shifted, 0, 1).astype(np.float32)


def _tones(pixels: Array) -> Array:
    """The means of the darkest, the middle and the lightest third of pixels [P,3]: float32 [3,3]."""
    order = pixels[np.argsort(pixels @ _LUMA)]
    return np.stack([part.mean(0) for part in np.array_split(order, 3)]).astype(np.float32)


def _inner(mask: Mask) -> Mask:
    """The region without its rim of 4 pixels, if enough is left."""
    eroded = ndimage.binary_erosion(mask, iterations=4)
    return eroded if eroded.sum() > 0.3 * mask.sum() and eroded.sum() > 32 * 32 else mask


def _line(picture: Array) -> tuple[Array, float]:
    """The colour, float32 [3], of the thin dark strokes in a picture, and their strength, 0.6..0.95."""
    luma = (picture @ _LUMA).astype(np.float32)
    depth = ndimage.grey_closing(luma, 5) - luma
    drawn = depth >= np.quantile(depth, 0.985)
    weight = float(np.clip(0.60 + 1.4 * np.quantile(depth, 0.97), 0.60, 0.95))
    return (picture[drawn].mean(0) * 0.7).astype(np.float32), weight


def _light(picture: Array) -> tuple[Array, Array]:
    """`PictureStyle.light` and `shade`, from the hues of the lightest and the darkest tenth of the pixels."""
    tones = picture.reshape(-1, 3)
    order = tones[np.argsort(tones @ _LUMA)]
    tenth = max(1, len(order) // 10)
    contrast = float(np.clip((order[-tenth:] @ _LUMA).mean() - (order[:tenth] @ _LUMA).mean(), 0.2, 0.9))

    def hue(part: Array) -> Array:
        mean = part.mean(0)
        return np.asarray(mean / max(float(mean @ _LUMA), 0.02))

    light = 1 + 0.45 * contrast * (0.6 + 0.4 * hue(order[-tenth:]))
    shade = (1 - 0.55 * contrast) * (0.6 + 0.4 * hue(order[:tenth]))
    return light.astype(np.float32), np.clip(shade, 0.1, 1).astype(np.float32)


def _opponent(rgb_: Array) -> Array:
    """RGB to luma and two opponent colours, [...,3]."""
    luma = rgb_ @ _LUMA
    return np.stack(
        (luma, rgb_[..., 0] - rgb_[..., 1], 0.5 * (rgb_[..., 0] + rgb_[..., 1]) - rgb_[..., 2]), -1
    )


# ---- painting ---------------------------------------------------------------------------------


def paint_like_picture(g: FineGBuffer, style: PictureStyle) -> Array:
    """A frame in the style of a picture, float32 [H,W,3] RGB, not clipped."""
    world = world_behind(g)
    brushes = {name: _brush(index, style) for name, index in MATERIAL_INDEX.items()}
    open_air = g.up(is_any(world, *BACKDROP))
    color = by_material(g, brushes, open_air, up_to(g, world, ("water", "lava")))
    return _place(g, _outline(g, _relight(g, color, world, style), world, style), style)


def _brush(material: int, style: PictureStyle) -> Callable[[Pixels], Array]:
    name = MATERIALS[material]
    if name in _FLAT:
        return lambda s: _washed(s, style.tones[material])
    if name in _AS_IN_WINTER:
        return WINTER[name]
    if materials.SHOWS_ALBEDO[material]:
        return lambda s: _tinted(s, style.textures[material])
    if name in THINGS:
        return lambda s: _recast(WINTER[name](s), style)
    return lambda s: _textured(s, style.textures[material])


def _washed(s: Pixels, tones: Array) -> Array:
    """Clouds of the three tones."""
    body = 0.58 * s[N64] + 0.32 * s[N24] + 0.10 * s[N10]
    color = mix(tones[0], tones[1], smooth(0.15, 0.55, body))
    return mix(color, tones[2], smooth(0.5, 0.85, body))


def _textured(s: Pixels, texture: Array) -> Array:
    """The texture, varied by broad noise so that its repetition is not seen."""
    tone = 1 + 0.22 * (s[N64] - 0.5) + 0.14 * (s[N24] - 0.5) + 0.12 * (s[E24] - 0.5)
    shown = look_up(texture, s.texture / materials.TILE_SPAN[s.material], repeat=True)
    return np.asarray(shown * tone[..., None])


def _tinted(s: Pixels, texture: Array) -> Array:
    """The plain colour with the grain of the texture."""
    grain = look_up(
        texture, s.texture / materials.TILE_SPAN[s.material], repeat=not materials.IS_THING[s.material]
    )
    grain = (grain @ _LUMA) / max(float((texture @ _LUMA).mean()), 0.05)
    return (s.color * (0.45 + 0.55 * np.clip(grain, 0, 2))[..., None] + 0.04).astype(np.float32)


def _recast(drawn: Array, style: PictureStyle) -> Array:
    """A painted thing in colours of the picture: its own luma, and hues half way to those of the palette."""
    palette = style.tones.reshape(-1, 3)
    flat = drawn.reshape(-1, 3)
    nearest = palette[((_opponent(flat)[:, None] - _opponent(palette)) ** 2 * (0.5, 1, 1)).sum(-1).argmin(1)]
    recoloured = nearest + (flat @ _LUMA - nearest @ _LUMA)[:, None]
    return mix(flat, np.clip(recoloured, 0, 1).astype(np.float32), 0.55).reshape(drawn.shape)


def _relight(g: FineGBuffer, color: Array, world: NDArray[np.int16], style: PictureStyle) -> Array:
    """Light on the upper and left edges of solid ground, shade on the lower and right ones."""
    open_ = is_any(world, *BACKDROP, "wall", "floor", "road", "water")
    solid = ~open_ & ~in_front(g)
    lit = smooth(5, 0, np.minimum(g.left(open_), g.up(open_))) * solid
    turned = smooth(7, 0, np.minimum(g.right(open_), g.down(open_))) * solid
    color = color * mix(WHITE, style.shade, 0.8 * turned)
    return (color * mix(WHITE, style.light, 0.7 * lit)).astype(np.float32)


def _outline(g: FineGBuffer, color: Array, world: NDArray[np.int16], style: PictureStyle) -> Array:
    """Lines of varying width on the borders."""
    width = 1.6 + 0.9 * (g.noise[..., N24] - 0.5)
    drawn = smooth(0.6, -0.6, g.border - width) * style.weight
    faint = np.where(is_any(world, *BACKDROP) & ~g.is_thing, 0.35, 1.0)
    dark = smooth(0.20, 0.36, color @ _LUMA)  # a dark line on dark ground would not be seen
    line = mix(np.minimum(color * 1.9 + 0.16, 1), color * 0.25 + 0.5 * style.line, dark)
    return mix(color, line, drawn * faint)


def _place(g: FineGBuffer, color: Array, style: PictureStyle) -> Array:
    """Give things a soft shadow, a light rim and a dark outline."""
    thing = g.is_thing.astype(np.float32)
    shadow = layers.cast(thing, 2, 3, 2.4) * (1 - thing)
    color = color * mix(WHITE, style.shade, 0.75 * shadow)
    rim = thing * smooth(1.2, 2.0, g.border) * smooth(3.2, 2.4, g.border)
    color = mix(color, np.minimum(color * 1.35 + 0.10, 1), 0.5 * rim)
    return mix(color, 0.5 * style.line, thing * smooth(1.5, 0.6, g.border) * 0.9)
