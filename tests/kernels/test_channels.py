"""`channels`, `count`, `uncover`, `overlay`, `picture`: the CPU kernels give their references' numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.channels import cpu, reference
from reskin.kernels.channels.reference import Rows

SHAPE, COUNT = (21, 34), 12


def looks(random: np.random.Generator, number: int) -> NDArray[np.uint16]:
    """Any detail, and a material below 32."""
    return (random.integers(0, 1 << 16, number) & 0xFF1F).astype(np.uint16)


def rows(random: np.random.Generator, pool: NDArray[np.uint16], things: NDArray[np.bool_]) -> Rows:
    """Some rows in a line share the surface of their terrain; some are all terrain, or all things."""
    place = np.zeros((COUNT, 8), np.int32)
    place[:, :2] = random.integers(-6, 6, (COUNT, 2))
    place[:, 5], place[:, 6] = random.integers(8, 40, COUNT), random.integers(8, 30, COUNT)
    place[:, 2:4] = np.where(random.random((COUNT, 1)) < 0.5, 1, 2) * place[:, 5:7]
    place[:, 4] = np.where(random.random(COUNT) < 0.4, -1, random.integers(0, 500, COUNT))
    place[:, 7] = random.integers(0, 4, COUNT)
    surface = random.uniform(-30, 30, (COUNT, 2, 4))
    surface[..., 1::2] = random.choice([-1 / 16, 1 / 16, 1 / 32], (COUNT, 2, 2))
    look, identity = looks(random, COUNT), random.integers(0, 1 << 16, (COUNT, 2)).astype(np.uint16)
    motion = random.normal(0, 9, (COUNT, 2)).astype(np.float16)
    for n in range(1, COUNT, 2):
        surface[n, 0], motion[n], identity[n, 0] = surface[n - 1, 0], motion[n - 1], identity[n - 1, 0]
    kinds = np.full(COUNT, reference.TERRAIN | reference.THING, np.uint8)
    flat = place[:, 4] < 0
    kinds[flat] = np.where(things[look[flat] & 255], reference.THING, reference.TERRAIN)
    return Rows(place, look, identity, motion, surface, kinds)


def blocks(random: np.random.Generator, above: int = COUNT) -> NDArray[np.uint32]:
    """Numbers in runs of four pixels."""
    small = random.integers(0, above, (SHAPE[0], SHAPE[1] // 4 + 1))
    return np.repeat(small, 4, 1)[:, : SHAPE[1]].astype(np.uint32)


def test_channels_are_as_the_reference_says() -> None:
    random = np.random.default_rng(8)
    things, pool = random.random(256) < 0.4, looks(random, 4096)
    for _ in range(4):
        ids, known = blocks(random), rows(random, pool, things)
        expected = reference.channels_reference(ids, known, pool, things)
        found = cpu.channels_cpu(ids, known, pool, things)
        for name in expected._fields:
            one, other = getattr(expected, name), getattr(found, name)
            assert np.array_equal(one, other) and one.any(), name


def test_runs_are_found_as_they_lie() -> None:
    ids = blocks(np.random.default_rng(3))
    found = cpu.runs_cpu(ids)
    for line, ends, count in zip(ids, *found, strict=True):
        assert ends[: count - 1].tolist() == (np.flatnonzero(line[1:] != line[:-1]) + 1).tolist()
        assert ends[count - 1] == len(line)


def test_rows_get_other_numbers() -> None:
    ids, numbers = blocks(np.random.default_rng(6)), np.arange(COUNT, dtype=np.uint32)[::-1] * np.uint32(7)
    expected = numbers[ids]
    cpu.renumber_cpu(ids, numbers)
    assert np.array_equal(ids, expected)


def test_what_is_scaled_moves_as_the_reference_says() -> None:
    random = np.random.default_rng(5)
    ids = blocks(random)
    scaled = np.where(random.random(COUNT) < 0.5, random.integers(0, 4, COUNT), -1).astype(np.int32)
    stretch = random.uniform(-1, 1, (4, 4)).astype(np.float32) * np.array([20, 0.5, 20, 0.5], np.float32)
    told = random.integers(-9, 9, (*ids.shape, 2)).astype(np.float16)
    found = told.copy()
    reference.stretch_reference(ids, scaled, stretch, told)
    cpu.stretch_cpu(ids, scaled, stretch, found)
    assert np.array_equal(found, told)


def test_pixels_are_counted_as_the_reference_says() -> None:
    random = np.random.default_rng(9)
    ids, hud = blocks(random), blocks(random) * (random.random(SHAPE) < 0.2).astype(np.uint32)
    for above in (hud, np.zeros((0, 0), np.uint32)):
        expected, there = reference.count_reference(ids, above, COUNT)
        ends = np.array([max([0, *np.flatnonzero(line) + 1]) for line in above])
        span = np.stack([np.zeros_like(ends), ends], 1).astype(np.int32)
        found, found_there = cpu.count_cpu(ids, above, COUNT, span)
        assert np.array_equal(found, expected) and expected.sum() == ids.size
        assert np.array_equal(found_there, there) and there.any()


def test_pictures_are_as_the_reference_says() -> None:
    random = np.random.default_rng(10)
    pool, flat = (random.integers(0, 1 << 32, size).astype(np.uint32) for size in (4096, COUNT))
    light = random.integers(-100, 257, (*SHAPE, 6)).astype(np.int16)
    for lights in (light, light[:0]):
        ids, place = blocks(random), rows(random, looks(random, 1), np.zeros(256, np.bool_)).place
        expected = reference.picture_reference(ids, place, flat, pool, lights)
        assert np.array_equal(cpu.picture_cpu(ids, place, flat, pool, lights), expected)
        color = random.integers(0, 256, (*SHAPE, 4)).astype(np.uint8)
        unseen = random.random(SHAPE) < 0.3
        color[unseen, :3] = expected.view(np.uint8).reshape(*SHAPE, 4)[unseen, 2::-1]
        hud = random.integers(0, 256, (*SHAPE, 4)).astype(np.uint8) * (random.random(SHAPE) < 0.6)[..., None]
        hud[..., 3] |= np.where(hud[..., 3] > 128, 255, 0).astype(np.uint8)
        colors, huds = [color.copy(), color.copy()], [hud.copy(), hud.copy()]
        reference.uncover_reference(colors[0], huds[0], ids, place, flat, pool, lights)
        cpu.uncover_cpu(colors[1], huds[1], ids, place, flat, pool, lights)
        assert np.array_equal(colors[0], colors[1]) and np.array_equal(huds[0], huds[1])
        bare = hud[..., 3] == 0
        assert (hud[huds[0][..., 3] == 0] > 0).any(), "HUD that shows what lies below is no HUD"
        assert (colors[0] != color).any() and np.array_equal(colors[0][bare], color[bare])


def test_of_huds_only_the_spans_are_copied() -> None:
    random = np.random.default_rng(4)
    out, out_span = np.zeros((*SHAPE, 4), np.uint8), np.zeros((SHAPE[0], 2), np.int32)
    for _ in range(3):
        span = np.sort(random.integers(0, SHAPE[1] + 1, (SHAPE[0], 2)), 1).astype(np.int32)
        x = np.arange(SHAPE[1])
        there = (x >= span[:, :1]) & (x < span[:, 1:])
        hud = random.integers(1, 256, (*SHAPE, 4)).astype(np.uint8) * there[..., None]
        cpu.copy_spans_cpu(hud, span, out, out_span)
        assert np.array_equal(out, hud) and np.array_equal(out_span, span)


def test_overlays_are_as_the_reference_says() -> None:
    random = np.random.default_rng(13)
    ids, material = blocks(random), random.integers(0, 4, SHAPE).astype(np.uint8)
    dark = random.integers(0, 257, (COUNT, 3)).astype(np.int16)
    kind = random.integers(0, 4, COUNT).astype(np.uint8)
    lit = random.integers(-300, 300, (*SHAPE, 6)).astype(np.int16)
    for light in (lit, np.zeros((0, 0, 6), np.int16)):
        expected = reference.overlay_reference(ids, material, dark, kind, light)
        found = cpu.overlay_cpu(ids, material, dark, kind, light, np.empty((*SHAPE, 6), np.int16))
        assert np.array_equal(found, expected) and (expected[..., :3] != 256).any()
    beside = np.ones(SHAPE, np.bool_)
    beside[:, 5:20] = False
    lit[beside] = (256, 256, 256, 0, 0, 0)
    span = np.full((SHAPE[0], 2), (5, 20), np.int32)
    out = np.empty((*SHAPE, 6), np.int16)
    expected = reference.overlay_reference(ids, material, dark, kind, lit)
    assert np.array_equal(cpu.overlay_cpu(ids, material, dark, kind, lit, out, span), expected)
