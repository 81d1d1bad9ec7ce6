"""What every painter promises: a picture of the frame's size, whose textures stick to the world."""

from __future__ import annotations

from importlib import import_module
from types import FunctionType, ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, THINGS, Frame
from reskin.neural_renderer import materials
from reskin.neural_renderer.features import features
from reskin.neural_renderer.noise import hash01
from reskin.neural_renderer.painters import PAINTERS, FineGBuffer, Painter
from reskin.neural_renderer.painters.kit.brushes import Array
from reskin.neural_renderer.painters.kit.gbuffer import REACH
from reskin.neural_renderer.painters.kit.pixels import paint_table
from tests.neural_renderer.samples import few

MARGIN = 40
"""Pixels near a window's edge that may differ: what a painter sees there (REACH, blurs) is cut off."""

GROUND = ("grass", "dirt", "stone", "ore", "brick", "water", "leaves", "wood", "sand", "lava")
BODIES = (
    ("player", 70, 60, 20, 26),
    ("coin", 100, 70, 16, 16),
    ("enemy", 84, 96, 24, 20),
    ("effect", 60, 84, 9, 9),
)


@pytest.fixture(params=few(sorted(PAINTERS)))
def painter(request: pytest.FixtureRequest) -> Painter:
    return PAINTERS[request.param]


def palette(seed: int) -> NDArray[np.uint8]:
    """A plain colour for each material, uint8 [M,3]."""
    values = hash01(np.arange(3 * len(MATERIALS)), seed).reshape(-1, 3)
    return (30 + values * 200).astype(np.uint8)


def picture_of(
    material: NDArray[np.uint8], anchor: Array, colors: NDArray[np.uint8], identity: NDArray[np.uint16]
) -> Frame:
    """A frame whose plain colours are those of its materials."""
    color = np.full((*material.shape, 4), 255, np.uint8)
    color[..., :3] = colors[material]
    return Frame(color=color, material=material, anchor=anchor, identity=identity, layout="RGBA")


def view(
    left: int, top: int, width: int = 150, height: int = 136, colors: NDArray[np.uint8] | None = None
) -> Frame:
    """A window on an endless small world: sky and hill, tiles by a hash, and a few things."""
    y, x = np.mgrid[top : top + height, left : left + width]
    hill = y > 40 + 12 * np.sin(x / 23)
    material = np.where(hill, MATERIAL_INDEX["hill"], MATERIAL_INDEX["sky"]).astype(np.uint8)
    anchor = (np.stack([x, y], -1) + 0.5).astype(np.float32) / 32
    choice = hash01((x // 32 + 64) * 64 + y // 32, 5)
    block = np.array([MATERIAL_INDEX[name] for name in GROUND])[(choice * 9.99).astype(int)]
    solid = (y >= 64) & (hash01((x // 32 + 64) * 64 + y // 32, 6) < 0.7)
    material = np.where(solid, block, material).astype(np.uint8)
    identity = np.zeros(material.shape, np.uint16)
    for number, (name, x0, y0, w, h) in enumerate(BODIES, start=1):
        inside = (x >= x0) & (x < x0 + w) & (y >= y0) & (y < y0 + h)
        material[inside], identity[inside] = MATERIAL_INDEX[name], number
        if name in THINGS:
            place = np.stack([(x + 0.5 - x0) / w, (y + 0.5 - y0) / h], -1).astype(np.float32)
            anchor[inside] = place[inside]
    return picture_of(material, anchor.astype(np.float32), palette(1) if colors is None else colors, identity)


def swatches(names: tuple[str, ...], colors: NDArray[np.uint8], side: int = 64) -> Frame:
    """A column of squares, all with the same anchors: `side` px of terrain, or one whole thing."""
    y, x = np.mgrid[0:side, 0:side]
    anchors = [(np.stack([x, y], -1) + 0.5) / (side if name in THINGS else 32) for name in names]
    material = np.repeat([MATERIAL_INDEX[name] for name in names], side)[:, None] * np.ones((1, side))
    identity = np.zeros(material.shape, np.uint16)
    return picture_of(material.astype(np.uint8), np.concatenate(anchors).astype(np.float32), colors, identity)


def test_a_picture_has_the_frames_size_and_proper_colours(painter: Painter) -> None:
    frame = view(0, 0, width=97, height=75)
    picture = painter(frame)
    assert picture.shape == (75, 97, 3) and picture.dtype == np.float32
    assert np.isfinite(picture).all() and picture.min() >= 0 and picture.max() <= 1
    assert picture.std() > 0.05
    assert np.array_equal(picture, painter(frame))


def test_the_picture_moves_with_the_camera(painter: Painter) -> None:
    still, moved = painter(view(0, 0)), painter(view(7, 5))
    inner = np.s_[MARGIN:-MARGIN, MARGIN:-MARGIN]
    expected = still[5:, 7:][MARGIN : -MARGIN - 5, MARGIN : -MARGIN - 7]
    found = moved[:-5, :-7][MARGIN : -MARGIN - 5, MARGIN : -MARGIN - 7]
    assert still[inner].std() > 0.05 and REACH < MARGIN
    np.testing.assert_allclose(found, expected, atol=2e-3)


def test_every_material_looks_like_itself(painter: Painter) -> None:
    picture = painter(swatches(MATERIALS, palette(2)))
    patches = picture.reshape(len(MATERIALS), 64, 64, 3)[:, 12:52, 12:52]
    for i, patch in enumerate(patches):
        others = np.delete(np.arange(len(MATERIALS)), i)
        difference = np.abs(patches[others] - patch).mean((1, 2, 3))
        nearest = int(others[difference.argmin()])
        assert difference.min() > 0.02, f"{MATERIALS[i]} and {MATERIALS[nearest]} look alike"


def test_what_must_be_seen_stands_out(painter: Painter) -> None:
    """The closest pair today, watercolour's chest on its brick, differs by 0.143 of the range."""
    grounds = ("sky", "hill", "dirt", "stone", "wall", "floor", "road", "brick", "wood")
    seen = ("coin", "player", "enemy", "chest", "door", "friend")
    picture = painter(swatches(grounds + seen, palette(2)))
    patches = picture.reshape(len(grounds + seen), 64, 64, 3)[:, 8:56, 8:56]
    for name, thing in zip(seen, patches[len(grounds) :], strict=True):
        for ground, patch in zip(grounds, patches, strict=False):
            difference = float(np.abs(thing - patch.mean((0, 1))).mean())
            assert difference > 0.12, f"{name} hardly stands out from {ground}: {difference:.3f}"


def test_only_tinted_materials_show_their_plain_colour(painter: Painter) -> None:
    colors, others = palette(3), palette(4)
    tinted = np.array([name in materials.ALBEDO_MATERIALS for name in MATERIALS])
    repainted = np.where(tinted[:, None], colors, others)
    frame, again = view(0, 0, colors=colors), view(0, 0, colors=repainted)
    assert np.array_equal(painter(frame), painter(again))
    names = tuple(materials.ALBEDO_MATERIALS)
    plain, changed = (painter(swatches(names, each, side=32)) for each in (colors, others))
    difference = np.abs(plain - changed).reshape(len(names), -1).mean(1)
    assert (difference > 0.02).all(), dict(zip(names, difference.round(3).tolist(), strict=True))


def test_a_painter_refuses_a_frame_without_materials(painter: Painter) -> None:
    with pytest.raises(ValueError, match="needs a frame with material and anchor"):
        painter(Frame(color=np.zeros((8, 8, 4), np.uint8)))


def test_texture_coordinates_of_things_are_never_warped() -> None:
    frame = view(40, 40, width=80, height=70)
    g = FineGBuffer.of(features(frame), warp=0.2)
    assert g.is_thing.any() and np.array_equal(g.texture[g.is_thing], g.anchor[g.is_thing])
    assert not np.array_equal(g.texture[~g.is_thing], g.anchor[~g.is_thing])


def test_every_public_function_of_a_painter_paints_a_material(painter: Painter) -> None:
    """A function is found by its name: one with a name that no material has would never be called."""
    for name in ("materials", "things"):
        module = import_module(f"reskin.neural_renderer.painters.{painter.name}.{name}")
        ours = [
            key
            for key, value in vars(module).items()
            if isinstance(value, FunctionType) and value.__module__ == module.__name__ and key[0] != "_"
        ]
        assert ours and set(ours) <= set(MATERIALS), set(ours) - set(MATERIALS)


def test_a_material_that_nothing_paints_is_named() -> None:
    module = ModuleType("mine")
    for name in set(MATERIALS) - {"grass", "coin"}:
        setattr(module, name, lambda s: s.color)
    with pytest.raises(LookupError, match="mine has no function for: grass, coin"):
        paint_table(module)
