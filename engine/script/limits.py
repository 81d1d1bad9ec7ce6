"""What a script must leave alone: the parts of the simulation, and the count of its ticks.

A script may change what is in the world, the ledger and the rest. It may not replace them, set the tick, or
put something beside them, which no snapshot would have. The last would go unnoticed, the others end the game.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reskin.engine.errors import ScriptError

if TYPE_CHECKING:
    from reskin.engine.script.game import ScriptedSimulation

STORED: Final = ("world", "ledger", "streams", "arrays")
"""What a snapshot holds."""
PARTS: Final = (*STORED, "systems", "scripts", "_packer", "_limits")
"""Attributes of a simulation that are the same objects from the beginning of a tick to its end."""


class Limits:
    """Notes the attributes of a simulation and its scripts, checks them, and can put them back."""

    def __init__(self, simulation: ScriptedSimulation) -> None:
        self._simulation = simulation
        self._kind = type(simulation)
        self._scripts = simulation.scripts
        self._noted: dict[str, Any] = {}
        self._noted_scripts: dict[str, Any] = {}
        self._within: dict[str, frozenset[str]] = {}  # the attributes of what is stored

    def note(self) -> None:
        """Note everything as it is. Call it before a script is called."""
        self._noted, self._noted_scripts = dict(vars(self._simulation)), dict(vars(self._scripts))
        self._within = {name: frozenset(vars(self._noted[name])) for name in STORED}

    def check(self, ticks: int = 0) -> None:
        """Raise ScriptError, which names the attribute, if one was replaced, added or removed.

        ticks: how many ticks have begun since `note`.
        """
        found, noted = vars(self._simulation), self._noted
        if type(self._simulation) is not self._kind:
            raise _wrong("__class__")
        for name in PARTS:
            if found.get(name) is not noted[name]:
                raise _wrong(name)
        for name, within in self._within.items():
            if not within <= vars(found[name]).keys():
                raise _wrong(f"{name}.{min(within - vars(found[name]).keys())}")
        if type(found.get("tick")) is not int or found["tick"] != noted["tick"] + ticks:
            raise _wrong("tick")
        if found.keys() != noted.keys():
            raise _wrong(min(found.keys() ^ noted.keys()))
        for name in ("_events", "_ledger_packed"):
            if type(found[name]) is not type(noted[name]):
                raise _wrong(name)
        if vars(self._scripts).get("ruleset") is not self._noted_scripts["ruleset"]:
            raise _wrong("scripts.ruleset")

    def put_back(self) -> None:
        """Give every attribute the value that it had when it was noted."""
        if type(self._simulation) is not self._kind:
            self._simulation.__class__ = self._kind
        for target, noted in ((self._simulation, self._noted), (self._scripts, self._noted_scripts)):
            vars(target).clear()
            vars(target).update(noted)


def _wrong(name: str) -> ScriptError:
    return ScriptError(
        f"a script must not set simulation.{name}; change what is in the world, the ledger or the arrays"
    )
