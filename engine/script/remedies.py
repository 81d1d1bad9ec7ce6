"""What breaks determinism by its name alone, and what to do instead. Private to `engine.script.check`."""

from __future__ import annotations

from typing import Final

EXCUSE: Final = "# deterministic:"

CLOCK_REMEDY = "count ticks: simulation.tick is the only time there is"
RANDOM_REMEDY = "draw from simulation.streams['name'], whose position is state"
THREADS_REMEDY = "do the work in a system, a little every tick"
OUTSIDE_REMEDY = "keep it in the world, or in a .yaml beside the script (read_table)"
STATE_REMEDY = "keep it in a component, the ledger or simulation.arrays"
WHOLE_REMEDY = "count in whole small units and divide with //"
ORDER_REMEDY = "iterate over sorted(...), a list or a dict"
HASH_REMEDY = "compare what is in it, and key by an entity's id"

MODULES: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys(("time", "datetime", "calendar", "zoneinfo"), ("reads the clock", CLOCK_REMEDY)),
    **dict.fromkeys(
        ("random", "secrets", "uuid"), ("draws random numbers that no replay has", RANDOM_REMEDY)
    ),
    **dict.fromkeys(
        ("threading", "multiprocessing", "asyncio", "concurrent", "queue", "signal", "_thread"),
        ("runs at times of its own", THREADS_REMEDY),
    ),
    **dict.fromkeys(
        ("os", "pathlib", "io", "glob", "shutil", "tempfile", "socket", "subprocess", "urllib", "http",
         "sqlite3", "platform", "getpass", "locale", "fileinput"),
        ("depends on the machine, its files or its environment", OUTSIDE_REMEDY),
    ),
}  # fmt: skip
CALLS: Final = {
    "id": ("id() differs from run to run", HASH_REMEDY),
    "hash": ("hash() differs from process to process", HASH_REMEDY),
    "open": ("open() depends on a file that is not part of the game's state", OUTSIDE_REMEDY),
    "input": ("input() waits for a person in the middle of a tick", "make it a command"),
}
INEXACT_CALLS: Final = frozenset(
    {"float", "sin", "cos", "tan", "sqrt", "atan2", "hypot", "exp", "log", "pow"}
)
CARRIES: Final = frozenset({"min", "max", "abs", "sum", "pow"})
"""Calls whose result is a float when an argument is."""
LEDGER_CALLS: Final = frozenset(
    {"mint", "burn", "transfer", "mint_unique", "burn_unique", "transfer_unique", "change_unique", "move"}
)
MUTATORS: Final = frozenset(
    {"append", "appendleft", "extend", "insert", "pop", "popleft", "popitem", "clear", "update", "add",
     "remove", "discard", "setdefault", "sort", "reverse"}
)  # fmt: skip
ORDERLESS: Final = frozenset({"sorted", "len", "sum", "min", "max", "any", "all", "set", "frozenset"})
"""Calls that give the same for any order of their argument."""
ORDERED: Final = frozenset(
    {"list", "tuple", "iter", "enumerate", "zip", "map", "filter", "reversed", "join", "next"}
)
