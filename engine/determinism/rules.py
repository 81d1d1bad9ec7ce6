"""What breaks determinism, and what to do instead.

One table for both who ask: the check of scripts on load (`engine.script.check`), which goes by names in the
source, and the sync test (`engine.determinism.synctest`), which sees calls and states at run time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reskin.engine.errors import (
    HiddenGlobal,
    InexactNumber,
    MachineDependent,
    SetOrder,
    SyncError,
    UnregisteredState,
    UnseededRandom,
    WallClock,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that rules of a game must not do.

    `what` it does, as the end of a sentence; `instead`, what to do; `modules` that exist for it, which
    scripts may not import; `calls`, the names of functions in C that do it.
    """

    what: str
    instead: str
    modules: tuple[str, ...] = ()
    calls: frozenset[str] = frozenset()


CLOCK: Final = Rule(
    "reads the clock",
    "count ticks: simulation.tick is the only time there is",
    ("time", "datetime", "calendar", "zoneinfo"),
    frozenset(
        {
            "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time",
            "process_time_ns", "thread_time", "thread_time_ns", "localtime", "gmtime", "ctime",
            "clock_gettime", "clock_gettime_ns", "now", "utcnow", "today", "get_ticks", "times",
        }
    ),
)  # fmt: skip
CLOCK_OWNERS: Final = ("time", "datetime", "posix", "nt", "pygame.time")
"""The modules, and the modules of the types, whose functions of these names read the clock."""
RANDOM: Final = Rule(
    "draws random numbers that no replay has",
    "draw from simulation.streams['name'], whose position is state",
    ("random", "secrets", "uuid"),
    frozenset({"urandom", "getrandom"}),  # besides every method of random.Random
)
THREADS: Final = Rule(
    "runs at times of its own",
    "do the work in a system, a little every tick",
    ("threading", "multiprocessing", "asyncio", "concurrent", "queue", "signal", "_thread"),
)
OUTSIDE: Final = Rule(
    "depends on the machine, its files or its environment",
    "keep it in the world, or in a .yaml beside the script (read_table)",
    ("os", "pathlib", "io", "glob", "shutil", "tempfile", "socket", "subprocess", "urllib", "http", "sqlite3",
     "platform", "getpass", "locale", "fileinput"),
)  # fmt: skip
HIDDEN: Final = Rule(
    "keeps something outside of the state", "keep it in a component, the ledger or simulation.arrays"
)
FLOAT: Final = Rule(
    "puts a float into the state",
    "count in whole small units, such as cents or 1/256 px, and divide with //",
)
UNPORTABLE: Final = Rule(
    "has other last digits on other machines, also after rounding",
    "count in whole small units, and take angles and curves from a table of integers",
    calls=frozenset(
        {"sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh",
         "atanh", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "pow", "cbrt", "erf", "erfc",
         "gamma", "lgamma"}
    ),
)  # fmt: skip
"""Functions of `math`, but for those that IEEE 754 rounds in one way, such as sqrt."""
MATHS: Final = ("math", "cmath")
ORDER: Final = Rule("depends on the order of a set", "iterate over sorted(...), a list or a dict")
IDENTITY: Final = Rule("depends on id() or hash()", "compare what is in it, and key by an entity's id")

MODULES: Final = {module: rule for rule in (CLOCK, RANDOM, THREADS, OUTSIDE) for module in rule.modules}
"""What is wrong with a module, by its name."""
ADVICE: Final[dict[type[SyncError], str]] = {
    WallClock: CLOCK.instead,
    UnseededRandom: RANDOM.instead,
    HiddenGlobal: HIDDEN.instead,
    UnregisteredState: HIDDEN.instead,
    SetOrder: f"{ORDER.instead}, and never use hash() or id() in a rule",
    MachineDependent: OUTSIDE.instead,
    InexactNumber: FLOAT.instead,
    SyncError: "look for state outside of the simulation that these commands change",
}
"""What to do about each kind of error of the sync test."""
