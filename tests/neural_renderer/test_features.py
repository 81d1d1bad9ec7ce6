"""Features and surfaces: what the network is told of each pixel, and what stands in for what is missing."""

from __future__ import annotations

import numpy as np
import pytest

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, THINGS, Frame
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.features import PROTOTYPE_COLORS, features, guess_material, screen_anchor
from reskin.neural_renderer.history import history_sources, history_sources_of_frames
from tests.neural_renderer.samples import world

COLOURS = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in PROTOTYPE_COLORS.values()], np.uint8)


# Surfaces


def test_the_tables_have_a_row_for_every_material() -> None:
    count = len(MATERIALS)
    assert materials.TILE_SPAN.shape == materials.IS_THING.shape == materials.SHOWS_ALBEDO.shape == (count,)
    assert materials.NOISE_SCALE.shape == (count, 2)


@pytest.mark.parametrize("name", MATERIALS)
def test_the_surface_of_a_material(name: str) -> None:
    m = MATERIAL_INDEX[name]
    assert materials.IS_THING[m] == (name in THINGS)
    assert materials.TILE_SPAN[m] == (1 if name in THINGS else {"sky": 16, "hill": 4}.get(name, 2))
    assert materials.SHOWS_ALBEDO[m] == (name in materials.ALBEDO_MATERIALS)
    assert (materials.NOISE_SCALE[m] > 0).all() and (materials.NOISE_SCALE[m] <= 1).all()
    if name not in THINGS:  # a lattice of whole spans and a period of the noise must meet
        assert noise.PERIOD_TILES % materials.TILE_SPAN[m] == 0
    if name not in (*THINGS, "sky", "hill"):  # at 32 px a tile, one texel a pixel
        assert materials.TEXELS / materials.TILE_SPAN[m] == noise.TEXELS_PER_TILE


# What is guessed


@pytest.mark.parametrize("name", MATERIALS)
def test_a_prototype_colour_is_recognised(name: str) -> None:
    rgb = COLOURS[MATERIAL_INDEX[name]]
    assert MATERIALS[int(guess_material(rgb[None, None])[0, 0])] == name


def test_the_guess_is_the_nearest_prototype() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (40, 50, 3)).astype(np.uint8)
    level = rgb.astype(float) // 8 * 8 + 4
    distance = ((level[..., None, :] - COLOURS) ** 2 * (0.3, 0.5, 0.2)).sum(-1)
    found = guess_material(rgb)
    assert found.shape == (40, 50) and found.dtype == np.uint8 and len(np.unique(found)) > 20
    best = np.take_along_axis(distance, found[..., None].astype(int), -1)[..., 0]
    np.testing.assert_allclose(best, distance.min(-1), rtol=1e-4)


@pytest.mark.parametrize("layout", ["BGRX", "RGBA"])
def test_a_frame_of_colours_alone(layout: str) -> None:
    color = np.full((6, len(MATERIALS), 4), 255, np.uint8)
    color[..., :3] = COLOURS if layout == "RGBA" else COLOURS[:, ::-1]
    seen = features(Frame(color=color, layout=layout, tile=16))  # type: ignore[arg-type]
    assert np.array_equal(seen.material, np.tile(np.arange(len(MATERIALS)), (6, 1)))
    assert seen.motion is None and np.array_equal(seen.surface_id, seen.material)
    assert np.allclose(seen.anchor[3, 5], (5.5 / 16, 3.5 / 16))
    assert np.array_equal(
        seen.albedo, np.where(materials.SHOWS_ALBEDO[seen.material][..., None], COLOURS[seen.material], 0)
    )


def test_the_screens_anchor_is_that_of_pixel_centres() -> None:
    anchor = screen_anchor(Frame(color=np.zeros((64, 96, 4), np.uint8), tile=32))
    assert anchor.shape == (64, 96, 2) and anchor.dtype == np.float32
    assert anchor[0, 0].tolist() == [0.5 / 32, 0.5 / 32] and anchor[33, 64].tolist() == [64.5 / 32, 33.5 / 32]


# What is given


def test_what_is_given_is_passed_on() -> None:
    frame = world(1)
    seen = features(frame)
    assert seen.material is frame.material and seen.anchor is frame.anchor and seen.motion is frame.motion
    half = features(frame.replace(anchor=np.zeros((72, 104, 2), np.float16)))
    assert half.anchor.dtype == np.float32


def test_the_network_sees_the_colour_of_tinted_materials_alone() -> None:
    seen = features(world(1))
    tinted = materials.SHOWS_ALBEDO[seen.material]
    assert tinted.any() and not tinted.all()
    assert np.array_equal(seen.albedo[tinted], world(1).rgb()[tinted]) and not seen.albedo[~tinted].any()


def test_the_key_tells_things_apart() -> None:
    frame = world(1)
    assert frame.material is not None and frame.identity is not None
    surface_id = features(frame).surface_id
    assert np.array_equal(surface_id & 255, frame.material)
    assert np.array_equal(surface_id >> 8, frame.identity)


# Where a pixel was


def test_sources_follow_the_scroll() -> None:
    before, now = features(world(0)), features(world(1))
    found = history_sources(before.surface_id, now.surface_id, now.motion)
    assert found.shape == (72, 104) and found.dtype == np.int32
    seen = found >= 0
    assert seen.mean() > 0.8
    row, column = np.divmod(found, 104)
    y, x = np.mgrid[0:72, 0:104]
    world_pixels = seen & (now.surface_id >> 8 == 0)
    assert (column[world_pixels] == (x + 3)[world_pixels]).all() and (
        row[world_pixels] == (y + 1)[world_pixels]
    ).all()
    things = seen & (now.surface_id >> 8 == 7)
    assert things.any() and (column[things] == (x - 2)[things]).all() and (row[things] == y[things]).all()
    assert (before.surface_id.reshape(-1)[found[seen]] == now.surface_id[seen]).all()


def test_nothing_moved_from_before_a_cut() -> None:
    before, now = features(world(0)), features(world(1))
    after = features(world(1).replace(cut=True))
    followed, none = history_sources_of_frames([before, now, after])
    assert np.array_equal(followed, history_sources(before.surface_id, now.surface_id, now.motion))
    assert none.shape == followed.shape and (none == -1).all()


def test_sources_at_the_border_and_behind_things_are_none() -> None:
    before, now = features(world(0)), features(world(1))
    found = history_sources(before.surface_id, now.surface_id, now.motion)
    world_pixels = now.surface_id >> 8 == 0
    assert (found[:, -3:][world_pixels[:, -3:]] == -1).all(), "came in at the right"
    assert (found[-1][world_pixels[-1]] == -1).all(), "came in at the bottom"
    covered = np.zeros(before.surface_id.size, bool)
    covered[np.flatnonzero(before.surface_id.reshape(-1) >> 8 == 7)] = True
    assert not covered[found[world_pixels & (found >= 0)]].any(), "was behind the thing"


def test_without_motion_nothing_moved() -> None:
    ids = features(world(0)).surface_id
    assert np.array_equal(history_sources(ids, ids, None), np.arange(ids.size).reshape(ids.shape))
