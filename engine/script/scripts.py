"""The scripts of one running game: which edition it plays by, and what happens when one fails.

An edit is taken up between two ticks or not at all. If it cannot be loaded, or a system of it fails later,
the last good edition goes on, with the state as it is, and `trouble` says what happened, with file and line.
Read next: `engine.script.game`, which ticks by these rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reskin.engine.errors import ScriptError
from reskin.engine.script.components import on
from reskin.engine.script.migrate import Attic, carry
from reskin.engine.script.ruleset import Ruleset
from reskin.engine.script.sources import Sources
from reskin.engine.script.watcher import Watcher
from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import Simulation

KEPT: Final = 8
"""Good editions that are kept to go back to."""


@dataclass(frozen=True, slots=True)
class Reload:
    """An edit that was taken up, or gone back on: after which tick, and which edition holds since."""

    tick: int
    fingerprint: str
    files: tuple[str, ...]
    why: str


class Scripts:
    """The rules in a folder. Raises ScriptError if they cannot be loaded at the start."""

    def __init__(self, folder: Path, package: str) -> None:
        self.folder, self.package = folder, package
        self.edition = Ruleset.of(Sources.read(folder), package)
        self.trouble = ""
        self.log: list[Reload] = []
        self._good: list[Ruleset] = []  # editions before this one that never failed
        self._failed: dict[str, str] = {}  # fingerprint to what went wrong
        self._refused = ""  # fingerprint of what lies on disk and cannot be taken
        self._attic: Attic = {}
        self._watcher: Watcher | None = None

    def watch(self, on: bool = True) -> None:
        """Look for edits from now on, or no longer."""
        if self._watcher is not None:
            self._watcher.stop()
        self._watcher = Watcher(self.folder) if on else None

    def refresh(self, simulation: Simulation) -> None:
        """Take up what was edited since, if the folder is watched. Between ticks only."""
        if self._watcher is not None and self._watcher.changed():
            self.reload(simulation)

    def reload(self, simulation: Simulation) -> bool:
        """Take up what lies on disk. False, with the reason in `trouble`, if it cannot be."""
        try:
            sources = Sources.read(self.folder)
        except ScriptError as error:
            return self._refuse(error, "")
        fingerprint = sources.fingerprint
        if fingerprint == self.edition.fingerprint:
            self.trouble, self._refused = self._failed.get(fingerprint, ""), ""
            return True
        if fingerprint in self._failed:
            self.trouble = f"{self._failed[fingerprint]}\nit failed before; change it and it is tried again"
        if fingerprint == self._refused or fingerprint in self._failed:
            return False
        try:
            edition = Ruleset.of(sources, self.package)
            carry(simulation, self.edition.kinds, edition.kinds, self._attic)
        except ScriptError as error:
            return self._refuse(error, fingerprint)
        if self.edition.fingerprint not in self._failed:
            self._good = [*self._good[1 - KEPT :], self.edition]
        self._take(simulation, edition, "edited")
        self.trouble = self._refused = ""
        return True

    def fail(
        self,
        simulation: Simulation,
        error: BaseException,
        where: object = None,
        commands: Sequence[Command] = (),
    ) -> bool:
        """A script failed while it ran: note it, and go back to the last good edition.

        False if there is none; whoever called goes on without what failed. The simulation must be
        between two ticks. `where` is the function that failed, or a system, given these commands.
        """
        if isinstance(where, on):
            where = next((where.handlers[c.name] for c in commands if c.name in where.handlers), None)
        words = str(self.edition.located(error, where))
        self._failed.setdefault(self.edition.fingerprint, words)
        while self._good:
            edition = self._good.pop()
            if edition.fingerprint in self._failed:
                continue
            try:
                carry(simulation, self.edition.kinds, edition.kinds, self._attic)
            except ScriptError:  # an older one may fit
                continue
            self._take(simulation, edition, words)
            self.trouble = f"{words}\nthe version before goes on"
            return True
        self.trouble = words
        return False

    def _take(self, simulation: Simulation, edition: Ruleset, why: str) -> None:
        files = tuple(edition.sources.changed(self.edition.sources))
        self.edition = edition
        edition.install()
        simulation.systems = edition.systems
        self.log.append(Reload(simulation.tick, edition.fingerprint, files, why))

    def _refuse(self, error: ScriptError, fingerprint: str) -> bool:
        self.edition.install()
        self._refused = fingerprint
        self.trouble = f"{error}\nthe version before goes on"
        return False
