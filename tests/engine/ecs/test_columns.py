"""Components as columns and as objects: both always show the same values."""

from __future__ import annotations

import contextlib
from copy import copy
from dataclasses import dataclass
from typing import Any

import msgpack
import numpy as np
import pytest

from reskin.engine.ecs.packing import WIDTHS, pack_array, pack_ints, unpack_column
from reskin.engine.ecs.world import World
from reskin.engine.errors import StateError, WorldError
from reskin.engine.simulation.differences import differences
from reskin.engine.simulation.simulation import Simulation


@dataclass(slots=True)
class Place:
    x: int
    y: int = 7


@dataclass(slots=True)
class Speed:
    x: int
    mad: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    number: int


@dataclass(slots=True)
class Marker:
    """Has no fields: an entity has one or not."""


@dataclass(slots=True)
class Name:
    text: str
    size: int = 1


def crowd(size: int = 10) -> World:
    """Every entity has a place, every second one a speed."""
    world = World(Place, Speed, Tag, Marker, Name)
    for i in range(size):
        world.spawn(Place(i), *((Speed(i),) if i % 2 else ()))
    return world


def test_what_columns_change_objects_show_and_the_other_way_round() -> None:
    world = crowd()
    with world.columns(Place, Speed) as (ids, place, speed):
        assert ids.tolist() == [2, 4, 6, 8, 10]
        place.x += 100 * speed.x
        speed.mad = speed.x > 4
    assert [(id, p.x, s.mad) for id, p, s in world.query(Place, Speed)] == [
        (2, 101, False), (4, 303, False), (6, 505, True), (8, 707, True), (10, 909, True),
    ]  # fmt: skip
    assert world.get(3, Place).x == 2
    world.get(4, Place).x = -5
    with world.columns(Place) as (ids, place):
        assert place.x.tolist() == [0, 101, 2, -5, 4, 505, 6, 707, 8, 909]
        assert (place.x.dtype, place.y.dtype) == (np.int64, np.int64)
    assert world.get(4, Place) == Place(-5, 7)


def test_a_state_is_the_same_from_objects_from_columns_and_from_both() -> None:
    objects, columns = crowd(300), crowd(300)
    with columns.columns(Place, Speed):
        pass
    assert columns.state() == objects.state()
    columns.get(7, Place).x = objects.get(7, Place).x = 1 << 40
    for world in (objects, columns):
        world.despawn(9)
        world.spawn(Place(-1), Speed(2, True))
        world.remove(20, Speed)
        world.add(1, Speed(5))
    assert columns.state() == objects.state()
    with columns.columns(Speed):
        pass
    assert columns.state() == objects.state()
    one, other = Simulation(1, objects), Simulation(1, columns)
    assert one.state_hash() == other.state_hash()
    columns.get(7, Place).y = 8
    assert differences(one.state(), other.state()) == ["world.components.Place[7].y: expected 7, found 8"]


def test_a_component_that_no_longer_counts_says_so() -> None:
    world = crowd()
    kept, tag = world.get(2, Place), Tag(3)
    world.add(2, tag)
    with world.columns(Place):
        pass
    for touch in (lambda: kept.x, lambda: setattr(kept, "x", 3), lambda: kept == Place(1)):
        with pytest.raises(
            WorldError, match=r"this Place is no longer valid.*get it again: world\.get\(id, Place"
        ):
            touch()
    assert "is no longer valid" in repr(kept)
    with pytest.raises(WorldError, match="this Place is no longer valid; give the world a new one"):
        world.spawn(kept)
    kept = world.get(2, Place)
    world.restore(world.state())
    with pytest.raises(WorldError, match="is no longer valid"):
        kept.x += 1
    with world.columns(Tag) as (_, tags):
        tags.number += 1
    assert (tag.number, world.get(2, Tag).number) == (3, 4)  # frozen ones are not closed
    world.despawn(2)
    world.spawn(Place(5))
    assert [place.x for _, place in world.query(Place)][-1] == 5


def test_an_object_holds_until_columns_of_its_own_type_are_opened() -> None:
    world = crowd()
    place = world.get(2, Place)
    with world.columns(Speed) as (_, speed):
        speed.x *= 2
        place.x += 1
    world.state()
    place.x += 1
    assert world.get(2, Place) is place and place.x == 3


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (lambda a: a / 2, "float64 0.5"),
        (1.5, "float64 1.5"),
        (lambda a: a.astype(object), "object 1"),
        (1 << 70, "object 1180591620717411303424"),
        ((1 << 63), "uint64 9223372036854775808"),
        ("three", "<U5 three"),
    ],
)
def test_floats_and_what_outgrows_64_bits_are_refused(value: Any, found: str) -> None:
    world = crowd()
    with world.columns(Speed) as (_, speed):
        with pytest.raises(WorldError, match=rf"Speed\.x of entity 2 must be int64, got {found}.*use //"):
            speed.x = value(speed.x) if callable(value) else value
        assert speed.x.tolist() == [1, 3, 5, 7, 9]
        with pytest.raises(TypeError, match="Cannot cast"):
            speed.x /= 2
        with pytest.raises(WorldError, match=r"Speed\.mad of entity 2 must be bool, got int64"):
            speed.mad = speed.x
        with pytest.raises(WorldError, match="Speed has no field 'y'; it has x, mad"):
            speed.y = speed.x
        with pytest.raises(WorldError, match="Speed has no field 'z'"):
            speed.z += 1
        speed.x = np.arange(5, dtype=np.uint8)
        speed.mad = True
    assert [(s.x, s.mad) for _, s in world.query(Speed)] == [(i, True) for i in range(5)]
    assert all(type(s.x) is int and type(s.mad) is bool for _, s in world.query(Speed))


def test_a_float_in_an_object_is_named_when_columns_are_opened() -> None:
    world = crowd()
    world.get(4, Speed).x /= 2  # type: ignore[assignment]
    with pytest.raises(WorldError, match=r"Speed\.x of entity 4 must be bool or int, got float 1\.5"):
        world.columns(Place, Speed).__enter__()
    world.get(4, Speed).x = 1 << 64
    with pytest.raises(WorldError, match=r"Speed\.x of entity 4 outgrew 64 bits: 18446744073709551616"):
        world.columns(Speed).__enter__()
    world.get(4, Speed).x = 2
    with world.columns(Place, Speed) as (_, _, speed):
        assert speed.x.tolist() == [1, 2, 5, 7, 9]


def test_within_the_block_the_world_stays_as_it_is() -> None:
    world = crowd()
    state = world.state()
    refused = (
        lambda: world.spawn(Place(1)),
        lambda: world.spawn(Tag(1), Place(1)),
        lambda: world.spawn_many(3, Place(1)),
        lambda: world.despawn(1),
        lambda: world.despawn_many([1]),
        lambda: world.add(1, Place(2)),
        lambda: world.remove(1, Place),
        lambda: world.get(1, Place),
        lambda: list(world.query(Place)),
        lambda: world.state(),
        lambda: world.restore(state),
        lambda: world.columns(Speed, Place).__enter__(),
    )
    with world.columns(Place):
        for touch in refused:
            with pytest.raises(WorldError, match=r"columns (of Place )?are open"):
                touch()
        assert world.has(1, Place) and 1 in world and len(world) == 10
        assert world.get(2, Speed).x == 1
        with world.columns(Speed) as (_, speed):
            speed.x += 1
    assert list(world) == list(range(1, 11))
    assert world.get(2, Speed).x == 2
    world.restore(state)
    assert world.state() == state


def test_after_the_block_nothing_can_be_written() -> None:
    world = crowd()
    with world.columns(Place, Speed) as (ids, place, speed):
        arrays = (place.x, speed.x)
    for array in (*arrays, ids):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 9
    with pytest.raises(WorldError, match="columns of Place are no longer open"):
        place.y  # noqa: B018
    before = world.state()
    with pytest.raises(ValueError, match="read-only"):
        speed.x += 1
    assert world.state() == before


def test_an_exception_leaves_the_block_with_what_was_written() -> None:
    world = crowd()
    with contextlib.suppress(ZeroDivisionError), world.columns(Place, Speed) as (_, place, _):
        place.x += 1
        raise ZeroDivisionError
    assert world.get(2, Place).x == 2
    world.spawn(Place(3))  # and it is closed


def test_what_fits_no_column_is_named() -> None:
    world = crowd()
    with pytest.raises(WorldError, match=r"Name\.text is not an int or a bool.*or use world\.query\(Name\)"):
        world.columns(Place, Name).__enter__()
    with pytest.raises(WorldError, match=r"columns\(\) needs a component type"):
        world.columns()
    world.spawn(Place(3))  # nothing stayed open


def test_columns_of_nobody_are_empty() -> None:
    world = crowd()
    with world.columns(Tag, Place) as (ids, tag, place):
        assert len(ids) == len(tag.number) == len(place.x) == 0
        tag.number += 1
        tag.number = 3
    world.add(3, Marker())
    with world.columns(Marker, Place) as (ids, _, place):
        assert (ids.tolist(), place.x.tolist()) == ([3], [2])


def test_many_are_spawned_alike_and_despawned_by_a_mask() -> None:
    world = crowd(2)
    ids = world.spawn_many(5, Place(3), Speed(1), Name("bee", 2))
    assert ids == range(3, 8)
    with world.columns(Place) as (all_ids, place):
        place.x[-5:] = np.arange(5)
        dead = all_ids[place.x > 1]
    world.despawn_many(dead)
    assert list(world) == [1, 2, 3, 4]
    assert [(id, p.x, n.text, n.size) for id, p, n in world.query(Place, Name)] == [
        (3, 0, "bee", 2), (4, 1, "bee", 2),
    ]  # fmt: skip
    assert world.get(3, Name) is not world.get(4, Name)
    world.get(dead.dtype.type(3), Place).x = 8  # NumPy's integers are ids, too
    world.add(np.int64(1), Name("a"))  # type: ignore[arg-type]
    assert [type(id) for id, _ in world.query(Name)] == [int] * 3
    msgpack.packb(world.state())
    assert world.spawn_many(0, Place(1)) == range(8, 8)
    with pytest.raises(WorldError, match="count must be an int of 0 or more, got -1"):
        world.spawn_many(-1, Place(1))
    with pytest.raises(WorldError, match="at most one component of each type"):
        world.spawn_many(2, Place(1), Place(2))
    with pytest.raises(WorldError, match="entity 5 is gone"):
        world.despawn_many([4, 5])
    assert 4 in world


@pytest.mark.parametrize("spread", [1, 3, 20])
def test_joins_find_the_same_whether_ids_are_dense_or_sparse(spread: int) -> None:
    """By a table of ids, and by search if the ids are far apart."""
    world, model = World(Place, Speed, Tag), {}
    for number in range(400 * spread):
        if number % spread == 0:
            kinds = [kind for bit, kind in enumerate((Place, Speed, Tag)) if number // spread >> bit & 1]
            model[world.spawn(*(kind(number) for kind in kinds))] = kinds
        else:
            world.despawn(world.spawn())
    for wanted in ((Place, Speed), (Speed, Tag, Place), (Tag, Place)):
        expected = [id for id, kinds in model.items() if {*wanted} <= {*kinds}]
        with world.columns(*wanted) as (ids, *columns):
            assert ids.tolist() == expected
            for kind, column in zip(wanted, columns, strict=True):
                numbers = column.number if kind is Tag else column.x
                assert numbers.tolist() == [id - 1 for id in expected]


def test_rows_that_come_and_go_in_the_middle_stay_in_order() -> None:
    """A few at a time, by moving slices, and many, by a mask; with spare room in the columns and without."""
    world, model = World(Place, Speed), dict[int, int]()
    random = np.random.default_rng(3)
    for count in (300, 1, 2, 150, 3, 0, 40, 250):
        for value in random.integers(0, 1000, 2 * count).tolist():
            model[world.spawn(Place(value), Speed(value))] = value
        gone = random.choice(list(model), min(count, len(model)), replace=False).tolist()
        world.despawn_many(gone)
        model = {id: value for id, value in model.items() if id not in {*gone}}
        with world.columns(Place, Speed) as (ids, place, speed):
            assert dict(zip(ids.tolist(), place.x.tolist(), strict=True)) == model
            assert (place.x == speed.x).all()
            place.x += 1
            speed.x += 1
        model = {id: value + 1 for id, value in model.items()}
        if model:
            late = min(model)
            world.remove(late, Place)
            world.add(late, Place(model[late]))


def test_a_rollback_finds_columns_and_objects_as_they_were() -> None:
    world = crowd(50)
    with world.columns(Place):
        pass
    state, before = world.state(), [copy(place) for _, place in world.query(Place)]
    for disturb in (move, churn):
        disturb(world)
        assert world.state() != state
        world.restore(msgpack.unpackb(msgpack.packb(state)))
        assert world.state() == state
        with world.columns(Place, Speed) as (_, place, speed):
            assert (place.x == speed.x).all()
        assert [place for _, place in world.query(Place)] == before


def move(world: World) -> None:
    with world.columns(Place) as (_, place):
        place.x += 1


def churn(world: World) -> None:
    world.despawn_many(range(10, 20))
    world.spawn_many(3, Place(1), Speed(2))
    move(world)


def test_a_column_takes_the_narrowest_width_that_fits() -> None:
    for dtype, _, least, largest in WIDTHS:
        for values in ([least, largest], [largest, 0, 1]):
            packed = pack_ints(values)
            assert packed == pack_array(np.array(values, np.int64))
            assert unpack_column(packed, "x").tolist() == values
        assert pack_ints([least, largest])["dtype"] == dtype
    assert pack_ints([])["data"] == pack_array(np.empty(0, np.int64))["data"] == b""
    with pytest.raises(OverflowError):
        pack_ints([1 << 63])


@pytest.mark.parametrize(
    ("packed", "message"),
    [
        ({"dtype": "<f8", "data": bytes(8)}, "must be packed as bytes of one of .*, got bytes of '<f8'"),
        ({"dtype": ">i4", "data": bytes(8)}, "must be packed as .*, got bytes of '>i4'"),
        ({"dtype": "<i4", "data": [1]}, "must be packed as .*, got list of '<i4'"),
        ({"dtype": "<i4", "data": bytes(7)}, "is cut short: 7 bytes are not a whole number of <i4"),
        ({"dtype": "<i4", "data": bytes(4)}, "has 1 values for 10 ids"),
    ],
)
def test_a_damaged_column_is_refused_and_named(packed: Any, message: str) -> None:
    world = crowd()
    state = world.state()
    state["components"]["Place"]["fields"]["x"] = packed
    with pytest.raises(StateError, match=rf"Place\.x {message}"):
        world.restore(state)


def test_a_bool_is_read_as_an_int_but_an_int_not_as_a_bool() -> None:
    world = crowd(4)
    state = world.state()
    state["components"]["Place"]["fields"]["y"] = {"dtype": "|b1", "data": bytes([0, 1, 1, 0])}
    world.restore(state)
    assert [place.y for _, place in world.query(Place)] == [0, 1, 1, 0]
    state["components"]["Speed"]["fields"]["mad"] = {"dtype": "|u1", "data": bytes([0, 1])}
    with pytest.raises(WorldError, match=r"Speed\.mad of entity 2 must be bool, got int 0"):
        world.restore(state)


def test_plain_lists_are_read_too_as_a_migration_may_write_them() -> None:
    world = crowd(3)
    state = world.state()
    state["components"]["Place"] = {"ids": [1, 2, 3], "fields": {"x": [5, 6, 7]}}
    world.restore(state)
    assert [(p.x, p.y) for _, p in world.query(Place)] == [(5, 7), (6, 7), (7, 7)]
    state["components"]["Place"]["fields"]["x"] = [5, 6.5, 7]
    with pytest.raises(WorldError, match=r"Place\.x of entity 2 must be bool or int, got float 6\.5"):
        world.restore(state)


def test_a_state_stays_small() -> None:
    """Less than 64 bytes for each of 1,000 entities with six numbers, most of which take two bytes."""
    world = World(Place, Speed, Tag)
    for i in range(1000):
        world.spawn(Place(i * 60, i * 37), Speed(i % 9 - 4), Tag(i))
    packed = len(msgpack.packb(Simulation(1, world).state()))
    assert packed < 21 * 1000
