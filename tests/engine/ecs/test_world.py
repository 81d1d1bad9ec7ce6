"""The world: ids, queries in order, states, and what it refuses."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from reskin.engine.ecs.world import World
from reskin.engine.errors import StateError, WorldError


@dataclass(slots=True)
class Position:
    x: int
    y: int


@dataclass(slots=True)
class Body:
    name: str
    solid: bool = True
    path: list[int] = field(default_factory=list)
    box: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class Mark:
    value: int


def test_ids_ascend_from_one_and_are_never_reused() -> None:
    world = World()
    assert [world.spawn(), world.spawn()] == [1, 2]
    world.despawn(2)
    assert world.spawn(Position(0, 0)) == 3
    assert list(world) == [1, 3]
    assert len(world) == 2
    assert 2 not in world


def test_a_query_answers_in_id_order_however_components_came() -> None:
    world = World()
    for _ in range(4):
        world.spawn()
    for id in (3, 1, 4, 2):
        world.add(id, Position(id, 0))
        world.add(id, Mark(id))
    assert [id for id, _ in world.query(Position)] == [1, 2, 3, 4]
    assert [(id, p.x, m.value) for id, p, m in world.query(Position, Mark)] == [
        (1, 1, 1), (2, 2, 2), (3, 3, 3), (4, 4, 4),
    ]  # fmt: skip


def test_spawning_and_despawning_during_a_query_is_safe() -> None:
    world = World()
    for x in range(3):
        world.spawn(Position(x, 0))
    seen = []
    for id, position in world.query(Position):
        seen.append(position.x)
        world.despawn(id)
        world.spawn(Position(position.x + 10, 0))
    assert seen == [0, 1, 2]
    assert [position.x for _, position in world.query(Position)] == [10, 11, 12]


def test_adding_replaces_and_removing_removes() -> None:
    world = World()
    id = world.spawn(Position(1, 1))
    assert [p.x for _, p in world.query(Position)] == [1]
    world.add(id, Position(2, 2))
    assert [p.x for _, p in world.query(Position)] == [2]
    world.remove(id, Position)
    assert list(world.query(Position)) == []
    assert not world.has(id, Position)
    assert id in world


class Machine(RuleBasedStateMachine):
    """The world against the obvious model: a dict of dicts."""

    ids = st.integers(1, 12)
    kinds = st.sampled_from((Position, Mark))

    @initialize()
    def start(self) -> None:
        self.world, self.model, self.next = World(Position, Mark), dict[int, dict[type, Any]](), 1

    @rule(kinds=st.lists(kinds, unique=True))
    def spawn(self, kinds: list[type]) -> None:
        parts = [make(kind, self.next) for kind in kinds]
        assert self.world.spawn(*parts) == self.next
        self.model[self.next] = {type(part): copy(part) for part in parts}
        self.next += 1

    @rule(count=st.integers(0, 3), kinds=st.lists(kinds, unique=True))
    def spawn_many(self, count: int, kinds: list[type]) -> None:
        parts = [make(kind, count) for kind in kinds]
        ids = self.world.spawn_many(count, *parts)
        assert ids == range(self.next, self.next + count)
        self.model |= {id: {type(part): copy(part) for part in parts} for id in ids}
        self.next += count

    @rule(ids=st.lists(ids))
    def despawn_many(self, ids: list[int]) -> None:
        if self.model.keys() >= {*ids}:
            self.world.despawn_many(np.array(ids, np.int64))
            for id in {*ids}:
                del self.model[id]
        else:
            with pytest.raises(WorldError):
                self.world.despawn_many(ids)

    @rule(id=ids)
    def despawn(self, id: int) -> None:
        if id in self.model:
            self.world.despawn(id)
            del self.model[id]
        else:
            with pytest.raises(WorldError, match=f"entity {id} "):
                self.world.despawn(id)

    @rule(id=ids, kind=kinds, value=st.integers(0, 9))
    def add(self, id: int, kind: type, value: int) -> None:
        if id in self.model:
            part = make(kind, value)
            self.world.add(id, part)
            self.model[id][kind] = copy(part)

    @rule(id=ids, value=st.integers(-400, 400))
    def change_an_object(self, id: int, value: int) -> None:
        if Position in self.model.get(id, {}):
            self.world.get(id, Position).x += value
            self.model[id][Position].x += value

    @rule(kinds=st.sampled_from(((Position,), (Position, Mark), (Mark, Position))))
    def change_by_columns(self, kinds: tuple[type, ...]) -> None:
        found = {id: parts for id, parts in sorted(self.model.items()) if parts.keys() >= {*kinds}}
        with self.world.columns(*kinds) as (ids, *columns):
            assert ids.tolist() == list(found)
            place = columns[kinds.index(Position)]
            assert place.x.tolist() == [parts[Position].x for parts in found.values()]
            place.x += 3
            place.y = place.y - ids
        for id, parts in found.items():
            parts[Position].x += 3
            parts[Position].y -= id

    @rule(id=ids, kind=kinds)
    def remove(self, id: int, kind: type) -> None:
        if kind in self.model.get(id, {}):
            self.world.remove(id, kind)
            del self.model[id][kind]
        else:
            with pytest.raises(WorldError):
                self.world.remove(id, kind)

    @rule()
    def save_and_restore(self) -> None:
        self.world.restore(msgpack.unpackb(msgpack.packb(self.world.state())))

    @rule()
    def state_is_that_of_objects_alone(self) -> None:
        plain = World()
        for id in range(1, self.next):
            assert plain.spawn(*map(copy, self.model.get(id, {}).values())) == id
        for id in range(1, self.next):
            if id not in self.model:
                plain.despawn(id)
        assert self.world.state() == plain.state()

    @rule()
    def answers_one_by_one(self) -> None:
        for id, parts in self.model.items():
            for kind in (Position, Mark):
                assert self.world.has(id, kind) == (kind in parts)
                if kind in parts:
                    assert self.world.get(id, kind) == parts[kind]

    @rule()
    def answers_like_the_model(self) -> None:
        for kinds in ((Position,), (Mark,), (Position, Mark), (Mark, Position)):
            rows = sorted((id, parts) for id, parts in self.model.items() if parts.keys() >= {*kinds})
            expected = [(id, *(parts[kind] for kind in kinds)) for id, parts in rows]
            assert list(self.world.query(*kinds)) == expected  # type: ignore[call-overload]
        assert list(self.world) == sorted(self.model)


def make(kind: type, value: int) -> Any:
    return Position(value, -value) if kind is Position else Mark(value)


TestMachine = Machine.TestCase


def test_tables_that_were_filled_together_close_up_apart() -> None:
    world = World(Position, Mark)
    world.spawn_many(2, make(Position, 2), make(Mark, 2))
    world.despawn_many([1])
    before = world.state()
    world.restore(msgpack.unpackb(msgpack.packb(before)))
    assert world.state() == before
    assert [id for id, *_ in world.query(Position)] == [id for id, *_ in world.query(Mark)] == [2]


@pytest.mark.slow
def test_long_lives_of_the_world_agree_with_the_model() -> None:
    """15,000 changes."""
    long = settings(max_examples=300, stateful_step_count=50, deadline=None)
    run_state_machine_as_test(Machine, settings=long)


@given(
    st.lists(st.builds(Body, st.text(), st.booleans(), st.lists(st.integers(-(2**63), 2**63))), max_size=4)
)
def test_a_state_survives_being_stored(bodies: list[Body]) -> None:
    world, other = World(), World(Body, Position)
    for body in bodies:
        world.spawn(body)
    state = world.state()
    stored = msgpack.unpackb(msgpack.packb(state))
    assert stored == state
    other.restore(stored)
    assert [body for _, body in other.query(Body)] == bodies
    assert all(type(body.box) is tuple and type(body.path) is list for _, body in other.query(Body))
    assert other.state() == state


def test_a_state_shares_nothing_with_the_world() -> None:
    world = World()
    world.spawn(Body("miner", path=[1]))
    state = world.state()
    world.get(1, Body).path.append(2)
    world.restore(state)
    world.get(1, Body).path.append(3)
    assert state["components"]["Body"]["fields"]["path"] == [[1]]


def test_a_field_that_an_old_state_lacks_takes_its_default() -> None:
    world = World()
    world.spawn(Body("old", solid=False))
    state = world.state()
    del state["components"]["Body"]["fields"]["solid"]
    del state["components"]["Body"]["fields"]["path"]
    world.restore(state)
    assert world.get(1, Body) == Body("old", solid=True, path=[])
    del state["components"]["Body"]["fields"]["name"]
    with pytest.raises(StateError, match=r"lacks Body\.name, which has no default"):
        world.restore(state)


def test_a_type_that_holds_nothing_leaves_no_trace() -> None:
    world, other = World(Position), World()
    list(world.query(Mark))
    assert world.state() == other.state()


def test_a_bad_state_changes_nothing() -> None:
    world = World(Position)
    world.spawn(Position(1, 2))
    before = world.state()
    bad: list[dict[str, Any]] = [
        {"next": 1, "entities": [1], "components": {}},
        {"next": 9, "entities": [2, 1], "components": {}},
        {"next": 9, "entities": [1], "components": {"Gone": {"ids": [1], "fields": {}}}},
        {
            "next": 9,
            "entities": [1],
            "components": {"Position": {"ids": [2], "fields": {"x": [1], "y": [1]}}},
        },
        {"next": 9, "entities": [1], "components": {"Position": {"ids": [1], "fields": {"x": [1], "y": []}}}},
        {
            "next": 9,
            "entities": [1],
            "components": {"Position": {"ids": [1], "fields": {"x": [1.5], "y": [1]}}},
        },
    ]
    for state in bad:
        with pytest.raises((StateError, WorldError)):
            world.restore(state)
        assert world.state() == before


def test_an_unknown_type_is_named_with_the_cure() -> None:
    world = World()
    world.spawn(Mark(1))
    with pytest.raises(StateError, match=r"holds Mark, this world knows nothing; .* World\(Mark\)"):
        World().restore(world.state())


def test_a_float_is_caught_with_its_entity_and_field() -> None:
    world = World()
    world.spawn(Position(0, 0))
    world.get(world.spawn(Position(0, 0)), Position).x /= 2  # type: ignore[assignment]
    with pytest.raises(WorldError, match=r"Position\.x of entity 2 must be bool or int, got float 0\.0"):
        world.state()
    world = World()
    world.spawn(Body("a", path=[1, 2.5]))  # type: ignore[list-item]
    with pytest.raises(WorldError, match=r"Body\.path of entity 1 must be bool or int, got float 2\.5"):
        world.state()


def test_what_is_missing_is_named() -> None:
    world = World()
    id = world.spawn(Position(1, 2))
    with pytest.raises(WorldError, match="entity 1 has no Mark; it has Position"):
        world.get(id, Mark)
    world.despawn(id)
    with pytest.raises(WorldError, match="entity 1 is gone"):
        world.get(id, Position)
    with pytest.raises(WorldError, match="entity 7 never existed"):
        world.add(7, Mark(1))
    with pytest.raises(WorldError, match="at most one component of each type, got Mark, Mark"):
        world.spawn(Mark(1), Mark(2))
    with pytest.raises(WorldError, match="needs a component type"):
        world.query()  # type: ignore[call-overload]


def test_a_component_must_be_plain_data_without_a_hiding_place() -> None:
    @dataclass(slots=True)
    class Fast:
        speed: float

    @dataclass
    class Loose:
        x: int

    with pytest.raises(WorldError, match=r"Fast\.speed must be int, bool, str, or a tuple or list"):
        World().spawn(Fast(1.0))
    with pytest.raises(WorldError, match=r"Loose must be a @dataclass\(slots=True\)"):
        World().spawn(Loose(1))
    with pytest.raises(WorldError, match="must be an instance of a dataclass"):
        World().spawn(3)


def test_two_types_of_one_name_are_refused() -> None:
    other: type = dataclass(slots=True)(type("Mark", (), {"__annotations__": {"z": int}}))
    with pytest.raises(WorldError, match="two component types are named Mark"):
        World(Mark, other)
