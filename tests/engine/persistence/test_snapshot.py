"""Snapshots: canonical, small, and either exactly what was stored or refused with the reason."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reskin.engine.ecs.world import World
from reskin.engine.errors import SnapshotError, StateError
from reskin.engine.persistence.migrations import dropped, filled, migration_version, renamed
from reskin.engine.persistence.snapshot import HEADER, load_snapshot, pack_snapshot, unpack_snapshot
from reskin.engine.simulation.simulation import Simulation
from tests.engine.market import Market, assert_whole


@dataclass(slots=True)
class Body:
    x: int
    y: int
    vx: int = 0
    vy: int = 0
    was_x: int = 0
    was_y: int = 0
    health: int = 100
    grounded: bool = False


def played(ticks: int = 30, seed: int = 1) -> Simulation:
    game = Market(seed)
    for _ in range(ticks):
        game.simulation.step(game.bot())
    return game.simulation


def test_a_snapshot_goes_on_in_another_simulation() -> None:
    simulation, other = played(), Market(9).simulation
    assert load_snapshot(other, pack_snapshot(simulation)), "its hash still holds"
    assert (other.tick, other.seed) == (30, 1)
    assert other.state_hash() == simulation.state_hash()
    assert_whole(other)


def test_equal_states_are_equal_bytes() -> None:
    simulation, other = played(), Market(9).simulation
    data = pack_snapshot(simulation)
    load_snapshot(other, data)
    assert pack_snapshot(other) == data
    backwards = dict(reversed(list(simulation.state().items())))
    assert pack_snapshot(backwards, {"Trader": 1, "Stall": 1}) == data
    assert pack_snapshot(played(31)) != data


def test_a_snapshot_says_its_tick_and_its_versions() -> None:
    snapshot = unpack_snapshot(pack_snapshot(played()))
    assert snapshot.tick == 30
    assert snapshot.components == {"Stall": 1, "Trader": 1}


def test_an_entity_takes_at_most_64_bytes() -> None:
    """Positions in 1/256 px and speeds, as in the miner game."""
    draw = random.Random(1)

    def full(count: int) -> int:
        simulation = Simulation(1, World(Body))
        for _ in range(count):
            x, y = draw.randrange(1 << 20), draw.randrange(1 << 20)
            speed = draw.randrange(-3000, 3000), draw.randrange(-3000, 3000)
            simulation.world.spawn(Body(x, y, *speed, x - speed[0], y - speed[1], draw.randrange(100), True))
        return len(pack_snapshot(simulation))

    assert full(1000) - full(0) <= 64 * 1000


columns = st.lists(
    st.tuples(
        st.integers(-(1 << 63), (1 << 63) - 1),
        st.text(max_size=9),
        st.booleans(),
        st.lists(st.integers(-9, 9)),
    ),
    max_size=20,
)


@dataclass(slots=True)
class Anything:
    number: int
    text: str
    flag: bool
    many: tuple[int, ...]


@given(rows=columns, gone=st.integers(0, 19), draws=st.integers(0, 50), seed=st.integers(0, (1 << 64) - 1))
@settings(max_examples=150, deadline=None)
def test_whatever_a_world_holds_survives(rows: Any, gone: int, draws: int, seed: int) -> None:
    simulation = Simulation(seed, World(Anything))
    for number, text, flag, many in rows:
        simulation.world.spawn(Anything(number, text, flag, tuple(many)))
    if gone + 1 in simulation.world:
        simulation.world.despawn(gone + 1)
    for _ in range(draws):
        simulation.streams["dice"].word()
    other = Simulation(0, World(Anything))
    load_snapshot(other, pack_snapshot(simulation))
    assert other.state_hash() == simulation.state_hash()
    assert other.state() == simulation.state()
    assert pack_snapshot(other) == pack_snapshot(simulation)


@given(data=st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(SnapshotError, match=r"a snapshot|the snapshot"):
        unpack_snapshot(data)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda d: b"", "has at least 30 bytes, got 0; it was cut short"),
        (lambda d: d[:29], "has at least 30 bytes, got 29"),
        (lambda d: d[:-1], "were lost or added"),
        (lambda d: d + b"\0", "were lost or added"),
        (lambda d: b"PNG" + d[3:], "begins with .* this is another kind of file"),
        (lambda d: d.replace(b"\r\n", b"\n", 1), "this is another kind of file"),
        (lambda d: d[:8] + struct.pack("<H", 2) + d[10:], "version 1 to 1 can be read, got 2; update Reskin"),
        (lambda d: d[:40] + bytes([d[40] ^ 1]) + d[41:], "checksum does not match"),
        (lambda d: d[:20] + bytes([d[20] ^ 1]) + d[21:], "checksum does not match"),
    ],
)
def test_spoilt_bytes_say_what_is_wrong(spoil: Callable[[bytes], bytes], message: str) -> None:
    with pytest.raises(SnapshotError, match=message):
        unpack_snapshot(spoil(pack_snapshot(played())))


def test_every_flipped_bit_is_seen() -> None:
    data = pack_snapshot(Simulation(1, World(Body)))
    for bit in range(len(data) * 8):
        spoilt = bytearray(data)
        spoilt[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SnapshotError):
            unpack_snapshot(bytes(spoilt))


def test_a_snapshot_that_was_forged_changes_nothing() -> None:
    """The checksum is right and the state wrong: the simulation refuses it."""
    simulation = played()
    before, state = simulation.state_hash(), simulation.state()
    state["ledger"]["minted"]["coin"] += 1
    with pytest.raises(Exception, match="'coin' is not conserved"):
        load_snapshot(simulation, pack_snapshot(state))
    with pytest.raises(StateError, match="the state is damaged"):
        load_snapshot(simulation, pack_snapshot({**state, "streams": 3}))
    worlds: tuple[Any, ...] = (3, b"", [], {"components": [1]})
    for world in worlds:
        with pytest.raises(SnapshotError, match="the state is damaged"):
            load_snapshot(simulation, pack_snapshot({**state, "world": world}))
    assert simulation.state_hash() == before


def test_what_cannot_be_stored_is_named() -> None:
    with pytest.raises(
        SnapshotError, match=r"an integer outgrew 64 bits: purses\.ann = 18446744073709551616"
    ):
        pack_snapshot({"tick": 3, "purses": {"ann": 1 << 64}})
    with pytest.raises(SnapshotError, match="plain data"):
        pack_snapshot({"tick": object()})


# Migrations


@dataclass(slots=True)
class Mover:
    """The former `Walker`."""

    x: int
    vx: int
    legs: int


@dataclass(slots=True)
class Walker:
    x: int
    speed: int
    mass: int
    formerly: ClassVar[tuple[str, ...]] = ("Mover",)
    migrations: ClassVar[Any] = (renamed("vx", "speed"), filled("mass", 70), dropped("legs"))


def old(components: dict[str, int] | None = None) -> bytes:
    simulation = Simulation(1, World(Mover))
    simulation.world.spawn(Mover(3, 4, 2))
    simulation.world.spawn()
    simulation.world.spawn(Mover(5, 6, 4))
    return pack_snapshot(simulation.state(), components)


def test_an_old_component_is_brought_up_to_date() -> None:
    simulation = Simulation(0, World(Walker))
    assert not load_snapshot(simulation, old()), "its hash is another"
    assert migration_version(Walker) == 4
    assert list(simulation.world.query(Walker)) == [(1, Walker(3, 4, 70)), (3, Walker(5, 6, 70))]
    again = Simulation(0, World(Walker))
    load_snapshot(again, pack_snapshot(simulation))
    assert again.state() == simulation.state()
    assert unpack_snapshot(pack_snapshot(simulation)).components == {"Walker": 4}


def test_a_migration_begins_where_the_snapshot_is() -> None:
    simulation = Simulation(1, World(Mover))
    simulation.world.spawn(Mover(3, 4, 2))
    state = simulation.state()
    table = state["world"]["components"].pop("Mover")
    table["fields"] = {"x": [3], "speed": [4], "mass": [9], "legs": [2]}
    state["world"]["components"]["Walker"] = table
    other = Simulation(0, World(Walker))
    load_snapshot(other, pack_snapshot(state, {"Walker": 3}))
    assert other.world.get(1, Walker) == Walker(3, 4, 9)


def test_a_newer_component_and_a_failing_migration_are_refused() -> None:
    @dataclass(slots=True)
    class Picky:
        x: int
        formerly: ClassVar[tuple[str, ...]] = ("Mover",)
        migrations: ClassVar[Any] = (lambda ids, columns: {"x": columns["gone"]},)

    with pytest.raises(SnapshotError, match=r"Mover was stored in version 5, this game can read up to"):
        load_snapshot(Simulation(0, World(Walker)), old({"Mover": 5}))
    with pytest.raises(SnapshotError, match=r"migrating Mover from version 1 to 2 failed: KeyError: 'gone'"):
        load_snapshot(Simulation(0, World(Picky)), old())
    with pytest.raises(StateError, match="the state holds Mover, this world knows Body"):
        load_snapshot(Simulation(0, World(Body)), old())


def test_the_header_is_small() -> None:
    assert HEADER.size == 30
    assert len(msgpack.packb({})) == 1
