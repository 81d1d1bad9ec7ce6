"""`raster` and `nest`: the CPU kernels give the numbers of their references."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.kernels.raster import reference as op
from reskin.kernels.raster.cpu import narrow_spans_cpu, nest_cpu, raster_cpu, wipe_cpu
from reskin.kernels.raster.reference import Planes, nest_reference, raster_reference

WIDTH, HEIGHT = 37, 23


def planes(hud: bool = True, light: bool = True, spans: bool = False) -> Planes:
    made = Planes(
        np.zeros((HEIGHT, WIDTH), np.uint32),
        np.zeros((HEIGHT, WIDTH) if hud else (0, 0), np.uint32),
        np.zeros((HEIGHT, WIDTH, 4) if hud else (0, 0, 4), np.uint8),
        np.zeros((HEIGHT, WIDTH, 6) if light else (0, 0, 6), np.int16),
        *np.zeros((2, HEIGHT if spans else 0, 2), np.int32),
    )
    made.light[..., :3] = 256
    return made


def copy_of(made: Planes) -> Planes:
    return Planes(made.ids.copy(), made.hud_ids.copy(), made.hud.copy(), made.light.copy())


def assert_same(expected: Planes, found: Planes) -> None:
    for name in ("ids", "hud_ids", "hud", "light"):
        one, other = getattr(expected, name), getattr(found, name)
        assert np.array_equal(one, other) and one.any(), name


def operations(random: np.random.Generator, kinds: list[int], number: int = 40) -> NDArray[np.int32]:
    found = np.zeros((number, op.OPERATION_COLUMNS), np.int32)
    x, y = (np.sort(random.integers(0, most + 1, (number, 2))) for most in (WIDTH, HEIGHT))
    found[:, op.KIND], found[:, op.ID] = random.choice(kinds, number), np.arange(1, number + 1)
    found[:, op.X0], found[:, op.X1], found[:, op.Y0], found[:, op.Y1] = x[:, 0], x[:, 1], y[:, 0], y[:, 1]
    found[:, op.CONTENT_X] = x[:, 0] - random.integers(0, 3, number)
    found[:, op.CONTENT_Y] = y[:, 0] - random.integers(0, 3, number)
    found[:, op.START] = np.where(random.random(number) < 0.3, -1, random.integers(0, 100, number))
    found[:, op.STRIDE] = WIDTH + 3
    found[:, op.COLOR] = random.integers(0, 1 << 32, number).astype(np.uint32).view(np.int32)
    found[:, op.OPACITY] = random.choice([0, 40, 128, 255], number)
    return found


def test_operations_are_drawn_as_the_reference_says() -> None:
    random = np.random.default_rng(5)
    pool = random.integers(0, 1 << 32, 4096).astype(np.uint32)
    units = random.integers(0, 5, 50).astype(np.int32)
    for _ in range(6):
        todo = operations(random, list(range(8)))
        expected, found = planes(), planes()
        shares = [np.zeros(50, np.float32) for _ in range(2)]
        raster_reference(expected, todo, pool, units, shares[0])
        raster_cpu(found, todo, pool, units, shares[1])
        assert_same(expected, found)
        assert np.array_equal(shares[0], shares[1]) and shares[0].any()


def test_without_hud_and_light_the_numbers_are_the_same() -> None:
    random = np.random.default_rng(6)
    pool, units = random.integers(0, 1 << 32, 4096).astype(np.uint32), np.arange(50, dtype=np.int32)
    todo = operations(random, [op.OPAQUE, op.MASKED, op.ERASE])
    expected, found, shares = planes(), planes(False, False), np.zeros(50, np.float32)
    raster_reference(expected, todo, pool, units, shares)
    raster_cpu(found, todo, pool, units, shares)
    assert np.array_equal(expected.ids, found.ids) and len(np.unique(found.ids)) > 5


def assert_spans_hold(made: Planes) -> None:
    beside = np.arange(WIDTH) < made.hud_span[:, :1]
    beside |= np.arange(WIDTH) >= made.hud_span[:, 1:]
    assert not made.hud_ids[beside].any() and not made.hud[beside].any() and beside.any()
    beside = np.arange(WIDTH) < made.light_span[:, :1]
    beside |= np.arange(WIDTH) >= made.light_span[:, 1:]
    assert (made.light[beside] == (256, 256, 256, 0, 0, 0)).all() and beside.any()


@pytest.mark.parametrize("kinds", [(op.OPAQUE, op.HUD), (op.MASKED, op.LIGHT, op.ERASE), range(8)])
def test_spans_bound_hud_and_light_and_change_no_number(kinds: list[int]) -> None:
    random = np.random.default_rng(9)
    pool, units = random.integers(0, 1 << 32, 4096).astype(np.uint32), np.arange(50, dtype=np.int32)
    outer = planes(), planes(spans=True)
    for number in (3, 4, 5):
        todo = operations(random, list(kinds), number)
        inner = planes(), planes(spans=True)
        columns, rows = np.arange(9, dtype=np.int32) + 8, np.arange(7, dtype=np.int32) + 2 * number
        for made in (outer, inner):
            raster_reference(made[0], todo, pool, units, np.zeros(50, np.float32))
            raster_cpu(made[1], todo, pool, units, np.zeros(50, np.float32))
            assert_spans_hold(made[1])
        names, veils = np.arange(50, dtype=np.uint32), np.zeros(50, np.uint32)
        veils[1::2] = 0x60305070
        names[1::2] = 0
        nest_reference(outer[0], inner[0], names, veils, (5, 3), columns, rows)
        nest_cpu(outer[1], inner[1], names, veils, (5, 3), columns, rows)
        assert_spans_hold(outer[1])
        for name in ("ids", "hud_ids", "hud", "light"):
            assert np.array_equal(getattr(outer[0], name), getattr(outer[1], name)), name
    wipe_cpu(outer[1])
    assert not outer[1].hud.any() and (outer[1].light[..., :3] == 256).all() and outer[1].ids.any()
    assert not outer[1].hud_span.any() and not outer[1].light[..., 3:].any()


@pytest.mark.parametrize("inner_extras", [True, False])
def test_planes_are_nested_as_the_reference_says(inner_extras: bool) -> None:
    random = np.random.default_rng(7)
    pool, units = random.integers(0, 1 << 32, 4096).astype(np.uint32), np.arange(50, dtype=np.int32)
    kinds = list(range(8)) if inner_extras else [op.OPAQUE, op.MASKED, op.ERASE]
    inner = planes()
    raster_cpu(inner, operations(random, kinds), pool, units, np.zeros(50, np.float32))
    if not inner_extras:
        inner.light[..., :3], inner.light[..., 3:] = 256, 0
    start = planes()
    raster_cpu(start, operations(random, list(range(8))), pool, units, np.zeros(50, np.float32))
    expected, found = copy_of(start), copy_of(start)
    numbers = np.where(random.random(50) < 0.7, 100 + np.arange(50), 0).astype(np.uint32)
    veils = np.where(random.random(50) < 0.5, random.integers(0, 1 << 32, 50), 0).astype(np.uint32)
    columns = random.integers(0, WIDTH, 30).astype(np.int32)
    rows = random.integers(0, HEIGHT, 20).astype(np.int32)
    nest_reference(expected, inner, numbers, veils, (2, 1), columns, rows)
    spared = inner if inner_extras else Planes(inner.ids, inner.hud_ids[:0], inner.hud[:0], inner.light[:0])
    nest_cpu(found, spared, numbers, veils, (2, 1), columns, rows)
    assert_same(expected, found)
    assert (found.ids >= 100).any()


def test_spans_are_narrowed_to_what_is_left() -> None:
    light, spans = np.zeros((3, 8, 6), np.int16), np.zeros((2, 3, 2), np.int32)
    light[..., :3] = 256
    hud_ids = np.zeros((3, 8), np.uint32)
    spans[:] = [[1, 7], [0, 8], [0, 0]]
    light[0, 3, 1], light[0, 5, 4], hud_ids[1, 2:4] = 100, 9, 7
    planes = Planes(hud_ids, hud_ids, np.zeros((3, 8, 4), np.uint8), light, *spans)
    assert narrow_spans_cpu(planes) == (True, True)
    assert spans.tolist() == [[[0, 0], [2, 4], [0, 0]], [[3, 6], [0, 0], [0, 0]]]
    light[0, 3, 1], light[0, 5, 4], hud_ids[:] = 256, 0, 0
    assert narrow_spans_cpu(planes) == (False, False) and not spans.any()
