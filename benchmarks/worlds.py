"""Our world beside esper's and beside plain Python, on the same work: `python -m benchmarks.worlds`.

Tasks: to move half of the entities; a mixed frame, in which half of them move and turn round at a
wall, a fourth heals and a fiftieth is hit, each looked up by its id; a mortal frame, the same without
hits but with one entity in a thousand replaced, so that no answer can just be remembered; to replace
a tenth; and, for whoever has a state, to store it, to restore it, to hash it, a whole tick with its
hash, and to go back eight ticks and simulate them again. What comes out is compared before it is timed.
Series read "world / task / entities / who". Plain Python stores itself with pickle.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from hashlib import blake2b
from importlib.util import find_spec
from typing import Any, Final

import msgpack

from benchmarks.populations import (
    ByColumns,
    ByObjects,
    Digest,
    InEsper,
    Plain,
    Population,
)
from benchmarks.rounds import Contender, Rounds
from reskin import Simulation

COLUMNS, OBJECTS, ESPER, PLAIN = "columns", "objects", "esper", "plain Python"
RIVALS: Final[dict[str, type[Population]]] = {
    COLUMNS: ByColumns, OBJECTS: ByObjects, ESPER: InEsper, PLAIN: Plain,
}  # fmt: skip
BACK: Final = 8
BURST: Final = 30_000
"""Entities that a contender moves in one turn, so that all measure warm caches, as others publish."""
FEW: Final = 10_000
"""Beyond so many entities only columns store and go back: pickle and objects take seconds."""
Run = Callable[[], Any]


def move(crowd: Population) -> None:
    crowd.move()


def mixed(crowd: Population, size: int) -> None:
    crowd.move()
    crowd.turn()
    crowd.heal()
    crowd.hit(range(0, size, 48))


def mortal(crowd: Population, size: int) -> None:
    crowd.move()
    crowd.turn()
    crowd.heal()
    crowd.renew(max(1, size // 1000))


def renew(crowd: Population, size: int) -> None:
    crowd.renew(max(1, size // 10))


def contenders(sizes: Sequence[int], least: int) -> Iterator[tuple[str, Callable[[], Contender]]]:
    """Every task at every number of entities, with a few words on what is being built."""
    for size in sizes:
        for who in RIVALS:
            if who == ESPER and not find_spec("esper"):
                continue
            for task in ("move", "mixed", "mortal", "spawn and despawn"):
                yield f"{task}, {size} entities, {who}", partial(_contender, task, size, who, least)
        for who in (COLUMNS, OBJECTS, PLAIN) if size <= FEW else (COLUMNS,):
            for task in ("snapshot", "restore", "hash", "tick", "roll back 8 ticks"):
                yield f"{task}, {size} entities, {who}", partial(_stateful, task, size, who, least)
        _expected.cache_clear()
        _stateful_runs.cache_clear()


def snapshot_bytes(size: int) -> tuple[float, int]:
    """Bytes of a snapshot for each entity, beyond those of an empty world; and those."""
    empty = len(_Stored(COLUMNS, 0).snapshot())
    return (len(_Stored(COLUMNS, size).snapshot()) - empty) / size, empty


def work(task: str, size: int, who: str) -> tuple[Population, Run]:
    """A population and what is to be timed on it."""
    crowd = RIVALS[who](size)
    runs: dict[str, Run] = {
        "move": partial(move, crowd),
        "mixed": partial(mixed, crowd, size),
        "mortal": partial(mortal, crowd, size),
        "spawn and despawn": partial(renew, crowd, size),
    }
    return crowd, runs[task]


def _contender(task: str, size: int, who: str, least: int) -> Contender:
    crowd, run = work(task, size, who)
    for _ in range(3):
        run()
    if crowd.digest() != _expected(task, size):
        raise AssertionError(f"{task} with {size} entities: {who} and {PLAIN} disagree")
    return Contender(f"world / {task} / {size} / {who}", run, least, burst=max(3, BURST // size))


@cache
def _expected(task: str, size: int) -> Digest:
    crowd, run = work(task, size, PLAIN)
    for _ in range(3):
        run()
    return crowd.digest()


class _Stored:
    """A population with a state: ours in a simulation, or plain Python with pickle."""

    def __init__(self, who: str, size: int) -> None:
        kind: type[Any] = RIVALS[who]
        self.crowd = kind(size)
        self.simulation: Simulation | None = None
        if who != PLAIN:
            self.simulation = Simulation(7, self.crowd.world, systems=[self._step])

    def _step(self, simulation: Any = None, commands: Any = ()) -> None:
        self.crowd.move()
        self.crowd.turn()
        self.crowd.heal()

    def step(self) -> None:
        self.simulation.step() if self.simulation else self._step()

    def state(self) -> Any:
        """In memory, as a rollback keeps it."""
        return self.simulation.state() if self.simulation else self.snapshot()

    def go_back(self, state: Any) -> None:
        self.simulation.restore(state) if self.simulation else self.restore(state)

    def snapshot(self) -> bytes:
        if self.simulation:
            packed: bytes = msgpack.packb(self.simulation.state())
            return packed
        return pickle.dumps(self.crowd, pickle.HIGHEST_PROTOCOL)

    def restore(self, packed: bytes) -> None:
        if self.simulation:
            self.simulation.restore(msgpack.unpackb(packed))
        else:
            self.crowd = pickle.loads(packed)

    def hash(self) -> str:
        return self.simulation.state_hash() if self.simulation else blake2b(self.snapshot()).hexdigest()

    def tick(self) -> None:
        self.step()
        self.hash()


def _stateful(task: str, size: int, who: str, least: int) -> Contender:
    run = _stateful_runs(who, size)[task]
    return Contender(f"world / {task} / {size} / {who}", run, least, burst=2 if who != PLAIN else 1)


@cache
def _stateful_runs(who: str, size: int) -> dict[str, Callable[[], None]]:
    """What is to be timed by task, on one population, after a look at what comes out."""
    stored = _Stored(who, size)
    past = stored.snapshot()
    states = [stored.state()]
    for _ in range(BACK):
        stored.step()
        states.append(stored.state())
    expected, moved = stored.crowd.digest(), stored.hash()

    def roll_back() -> None:
        stored.go_back(states[0])
        for i in range(BACK):
            stored.step()
            states[i + 1] = stored.state()

    def restore() -> None:
        stored.restore(past)
        stored.crowd.heal()  # which has objects made where a game works on objects

    roll_back()
    if stored.crowd.digest() != expected or stored.hash() != moved:
        raise AssertionError(f"{who} does not come back to where it was")
    stored.restore(past)
    if stored.crowd.digest() != Plain(size).digest():
        raise AssertionError(f"{who} does not restore what it stored")
    return {
        "snapshot": partial(_quiet, stored.snapshot), "restore": restore,
        "hash": partial(_quiet, stored.hash), "tick": stored.tick, "roll back 8 ticks": roll_back,
    }  # fmt: skip


def _quiet(run: Run) -> None:
    run()


def main() -> None:
    """Only the worlds, in a minute or so."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worlds", description=__doc__)
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    wish = parser.parse_args()

    from rich.console import Console

    from benchmarks.report import Found, show

    rounds = Rounds([build() for _, build in contenders(wish.sizes, 5)], lambda: None)
    rounds.run(wish.seconds)
    found = Found(size=(640, 360), large=(0, 0), themes=[], ms=rounds.summaries(), rounds=rounds.rounds)
    found.notes.append(bytes_note())
    show(found, Console(width=110))


def bytes_note() -> str:
    """What a snapshot weighs, in words."""
    each, empty = snapshot_bytes(1_000)
    return f"A snapshot of 1,000 entities: {each:.1f} bytes each, beyond {empty} of a world without any."


if __name__ == "__main__":
    main()
