"""Training scenes: they follow from the seed, are valid in every channel, and show every material."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, THINGS, Frame
from reskin.neural_renderer.scenes.palette import SCENE_COLORS, Palette
from reskin.neural_renderer.scenes.scenes import SHARES, Scene

SEEDS = range(40)
CHANNELS = ("color", "material", "identity", "motion", "anchor", "depth")


@cache
def glance(seed: int) -> tuple[str, Frame]:
    """A scene's kind and its frame 3."""
    scene = Scene(seed)
    return scene.kind, scene.frame(3)


def channel(frame: Frame, name: str) -> np.ndarray:
    value = getattr(frame, name)
    assert isinstance(value, np.ndarray)
    return value


@pytest.mark.parametrize("kind", list(SHARES))
def test_a_seed_gives_the_same_frames_in_any_order(kind: str) -> None:
    one, other = Scene(11, kind=kind), Scene(11, kind=kind)  # type: ignore[arg-type]
    in_order = [one.frame(t) for t in range(6)]
    for t in (4, 1, 5, 0, 2):
        again = other.frame(t)
        for name in CHANNELS:
            np.testing.assert_array_equal(
                channel(in_order[t], name), channel(again, name), err_msg=f"{name} at {t}"
            )
        assert again.tick == t and again.cut == in_order[t].cut


def test_seeds_differ() -> None:
    pictures = {glance(seed)[1].rgb().tobytes() for seed in SEEDS}
    assert len(pictures) == len(SEEDS)


def test_forty_seeds_cover_every_material_and_kind() -> None:
    pixels, scenes = np.zeros(len(MATERIALS), np.int64), np.zeros(len(MATERIALS), np.int64)
    for seed in SEEDS:
        counts = np.bincount(channel(glance(seed)[1], "material").ravel(), minlength=len(MATERIALS))
        pixels, scenes = pixels + counts, scenes + (counts > 100)
    rare = {
        name: (int(pixels[i]), int(scenes[i]))
        for i, name in enumerate(MATERIALS)
        if scenes[i] < 4 or pixels[i] < 3000
    }
    assert not rare, f"materials that a student would hardly see (px, scenes): {rare}"
    assert {glance(seed)[0] for seed in SEEDS} == set(SHARES)


def test_things_are_a_fair_share_of_the_picture() -> None:
    indices = [MATERIAL_INDEX[name] for name in THINGS]
    shares = [np.isin(channel(glance(seed)[1], "material"), indices).mean() for seed in SEEDS]
    assert 0.03 < np.mean(shares) < 0.3
    assert np.mean([len(np.unique(channel(glance(seed)[1], "identity"))) for seed in SEEDS]) > 10


def test_channels_agree_with_each_other() -> None:
    for seed in SEEDS:
        _, frame = glance(seed)
        material, identity = channel(frame, "material"), channel(frame, "identity")
        anchor, motion = channel(frame, "anchor"), channel(frame, "motion")
        assert np.isfinite(anchor).all() and np.abs(motion).max() < 64
        assert (motion == np.rint(motion)).all()
        thing = (identity > 0) & np.isin(material, [MATERIAL_INDEX[name] for name in THINGS])
        assert ((anchor[thing] > 0) & (anchor[thing] < 1)).all()
        assert (channel(frame, "depth") > 0).all()


def test_anchors_follow_motion() -> None:
    """A pixel, followed back by its motion, shows the same point of the same surface."""
    for seed in (0, 3, 8, 21):
        scene = Scene(seed)
        before, after = scene.frame(30), scene.frame(31)
        if after.cut:
            continue
        motion = channel(after, "motion").astype(int)
        rows, columns = np.mgrid[0 : after.height, 0 : after.width]
        rows, columns = rows - motion[..., 1], columns - motion[..., 0]
        inside = (rows >= 0) & (rows < after.height) & (columns >= 0) & (columns < after.width)
        rows, columns = rows.clip(0, after.height - 1), columns.clip(0, after.width - 1)
        same = inside & (channel(after, "identity") == channel(before, "identity")[rows, columns])
        same &= channel(after, "material") == channel(before, "material")[rows, columns]
        moved = channel(after, "anchor") - channel(before, "anchor")[rows, columns]
        still = np.abs(moved).max(axis=-1) < 1e-6
        assert same.mean() > 0.85 and still[same].mean() > 0.98


def test_the_camera_moves_rests_and_jumps() -> None:
    moves, rests, cuts = 0, 0, 0
    for seed in SEEDS:
        scene = Scene(seed)
        stops = [scene._walk.at(t) for t in range(400)]
        for old, new in pairwise(stops):
            cuts += new.cut
            step = abs(new.x - old.x) + abs(new.y - old.y)
            moves, rests = moves + (step > 0 and not new.cut), rests + (step == 0)
            assert new.cut or step <= 14
    assert moves > 5000 and rests > 2000 and cuts > 20


def test_a_jump_is_a_cut_without_motion() -> None:
    scene = next(
        scene for scene in map(Scene, range(40)) if any(scene._walk.at(t).cut for t in range(1, 300))
    )
    t = next(t for t in range(1, 300) if scene._walk.at(t).cut)
    frame = scene.frame(t)
    assert frame.cut and not channel(frame, "motion").any()
    assert scene.frame(0).cut and not scene.frame(t + 1).cut


def test_sizes_and_tiles_follow_the_arguments() -> None:
    frame = Scene(5, width=256, height=144, tile=16).frame(1)
    assert frame.color.shape == (144, 256, 4) and frame.tile == 16.0
    with pytest.raises(ValueError, match="t must be 0 or more, got -1"):
        Scene(5, width=256, height=144).frame(-1)


def test_palettes_wander_but_name_every_material() -> None:
    assert set(SCENE_COLORS) == set(MATERIALS)
    greens = np.array([Palette(np.random.default_rng(seed))("grass") for seed in range(60)])
    assert (greens.std(axis=0) > 25).all()
    mostly_green = (greens[:, 1] > greens[:, 2]).mean()
    assert 0.6 < mostly_green < 0.99
