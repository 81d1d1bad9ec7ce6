"""Our world, esper's and plain Python on the same work: `python -m benchmarks.worlds`.

- move: half of the entities move
- mixed: half of them move and turn round at a wall, a quarter heals, and a fiftieth is hit, each looked up
  by its id
- mortal: as mixed, without hits, but one entity in a thousand is replaced, so that no query can be cached
- spawn and despawn: a tenth is replaced
- for those that have a state: snapshot, restore, hash, a whole tick with its hash, and rolling back eight
  ticks. Plain Python stores its state with pickle.

Outcomes are compared before anything is timed. Series are called "world / task / entities / who".
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

from benchmarks.interleaved import Case, Interleaved
from benchmarks.populations import (
    ByColumns,
    ByObjects,
    Digest,
    InEsper,
    Plain,
    Population,
)
from reskin import Simulation

COLUMNS, OBJECTS, ESPER, PLAIN = "columns", "objects", "esper", "plain Python"
POPULATIONS: Final[dict[str, type[Population]]] = {
    COLUMNS: ByColumns, OBJECTS: ByObjects, ESPER: InEsper, PLAIN: Plain,
}  # fmt: skip
BACK: Final = 8
BURST: Final = 30_000
"""Entities that a case processes in one burst, so that caches are warm, as in published benchmarks."""
FEW: Final = 10_000
"""Beyond so many entities only columns are stored and rolled back: pickle and objects take seconds."""
Run = Callable[[], Any]


def move(population: Population) -> None:
    population.move()


def mixed(population: Population, size: int) -> None:
    population.move()
    population.turn()
    population.heal()
    population.hit(range(0, size, 48))


def mortal(population: Population, size: int) -> None:
    population.move()
    population.turn()
    population.heal()
    population.renew(max(1, size // 1000))


def renew(population: Population, size: int) -> None:
    population.renew(max(1, size // 10))


def cases(sizes: Sequence[int], least: int) -> Iterator[tuple[str, Callable[[], Case]]]:
    """Every task at every number of entities: a description, and a function that builds the case."""
    for size in sizes:
        for who in POPULATIONS:
            if who == ESPER and not find_spec("esper"):
                continue
            for task in ("move", "mixed", "mortal", "spawn and despawn"):
                yield f"{task}, {size} entities, {who}", partial(_case, task, size, who, least)
        for who in (COLUMNS, OBJECTS, PLAIN) if size <= FEW else (COLUMNS,):
            for task in ("snapshot", "restore", "hash", "tick", "roll back 8 ticks"):
                yield f"{task}, {size} entities, {who}", partial(_stateful, task, size, who, least)
        _expected.cache_clear()
        _stateful_runs.cache_clear()


def snapshot_bytes(size: int) -> tuple[float, int]:
    """Bytes that each entity adds to a snapshot, and bytes of the snapshot of an empty world."""
    empty = len(_Stored(COLUMNS, 0).snapshot())
    return (len(_Stored(COLUMNS, size).snapshot()) - empty) / size, empty


def work(task: str, size: int, who: str) -> tuple[Population, Run]:
    """A population and what is to be timed on it."""
    population = POPULATIONS[who](size)
    runs: dict[str, Run] = {
        "move": partial(move, population),
        "mixed": partial(mixed, population, size),
        "mortal": partial(mortal, population, size),
        "spawn and despawn": partial(renew, population, size),
    }
    return population, runs[task]


def _case(task: str, size: int, who: str, least: int) -> Case:
    population, run = work(task, size, who)
    for _ in range(3):
        run()
    if population.digest() != _expected(task, size):
        raise AssertionError(f"{task} with {size} entities: {who} and {PLAIN} disagree")
    return Case(f"world / {task} / {size} / {who}", run, least, burst=max(3, BURST // size))


@cache
def _expected(task: str, size: int) -> Digest:
    population, run = work(task, size, PLAIN)
    for _ in range(3):
        run()
    return population.digest()


class _Stored:
    """A population with a state: ours in a simulation, or plain Python with pickle."""

    def __init__(self, who: str, size: int) -> None:
        kind: type[Any] = POPULATIONS[who]
        self.population = kind(size)
        self.simulation: Simulation | None = None
        if who != PLAIN:
            self.simulation = Simulation(7, self.population.world, systems=[self._step])

    def _step(self, simulation: Any = None, commands: Any = ()) -> None:
        self.population.move()
        self.population.turn()
        self.population.heal()

    def step(self) -> None:
        self.simulation.step() if self.simulation else self._step()

    def state(self) -> Any:
        """The state in memory, as a rollback keeps it."""
        return self.simulation.state() if self.simulation else self.snapshot()

    def go_back(self, state: Any) -> None:
        self.simulation.restore(state) if self.simulation else self.restore(state)

    def snapshot(self) -> bytes:
        if self.simulation:
            packed: bytes = msgpack.packb(self.simulation.state())
            return packed
        return pickle.dumps(self.population, pickle.HIGHEST_PROTOCOL)

    def restore(self, packed: bytes) -> None:
        if self.simulation:
            self.simulation.restore(msgpack.unpackb(packed))
        else:
            self.population = pickle.loads(packed)

    def hash(self) -> str:
        return self.simulation.state_hash() if self.simulation else blake2b(self.snapshot()).hexdigest()

    def tick(self) -> None:
        self.step()
        self.hash()


def _stateful(task: str, size: int, who: str, least: int) -> Case:
    run = _stateful_runs(who, size)[task]
    return Case(f"world / {task} / {size} / {who}", run, least, burst=2 if who != PLAIN else 1)


@cache
def _stateful_runs(who: str, size: int) -> dict[str, Callable[[], None]]:
    """What to time, by task, on one population. Its outcomes are checked first."""
    stored = _Stored(who, size)
    past = stored.snapshot()
    states = [stored.state()]
    for _ in range(BACK):
        stored.step()
        states.append(stored.state())
    expected, moved = stored.population.digest(), stored.hash()

    def roll_back() -> None:
        stored.go_back(states[0])
        for i in range(BACK):
            stored.step()
            states[i + 1] = stored.state()

    def restore() -> None:
        stored.restore(past)
        stored.population.heal()  # so that objects are made again, where a game works on objects

    roll_back()
    if stored.population.digest() != expected or stored.hash() != moved:
        raise AssertionError(f"{who} does not roll back to the same state")
    stored.restore(past)
    if stored.population.digest() != Plain(size).digest():
        raise AssertionError(f"{who} does not restore what it stored")
    return {
        "snapshot": partial(_without_result, stored.snapshot), "restore": restore,
        "hash": partial(_without_result, stored.hash), "tick": stored.tick, "roll back 8 ticks": roll_back,
    }  # fmt: skip


def _without_result(run: Run) -> None:
    run()


def main() -> None:
    """Measure the worlds alone, in about a minute."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worlds", description=__doc__)
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    options = parser.parse_args()

    from rich.console import Console

    from benchmarks.report import Results, show

    timing = Interleaved([build() for _, build in cases(options.sizes, 5)], lambda: None)
    timing.run(options.seconds)
    results = Results(size=(640, 360), large=(0, 0), themes=[], ms=timing.summaries(), rounds=timing.rounds)
    results.notes.append(bytes_note())
    show(results, Console(width=110))


def bytes_note() -> str:
    """The size of a snapshot, as a sentence."""
    each, empty = snapshot_bytes(1_000)
    return f"A snapshot of 1,000 entities: {each:.1f} bytes each, beyond {empty} of a world without any."


if __name__ == "__main__":
    main()
