"""The scripts of a running game: which ruleset it plays by, and what happens when one fails.

An edit is taken up between two ticks, as a whole or not at all. If it cannot be loaded, or one of its
systems fails later, the last ruleset that worked goes on with the state as it is, and `trouble` says what
happened, with file and line. Read next: `engine.script.game`, which plays ticks by these rules.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reskin.engine.errors import ScriptError
from reskin.engine.script.components import on
from reskin.engine.script.data import prepare_data
from reskin.engine.script.migrate import OrphanedFields, migrate_world
from reskin.engine.script.ruleset import (
    Ruleset,
    locate_ruleset_error,
    prepare_scripts,
    raise_interrupt,
)
from reskin.engine.script.sources import Sources, SourceStamps
from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import Simulation
from reskin.engine.watcher import Watcher

KEPT: Final = 8
"""Rulesets that worked and are kept to go back to."""


@dataclass(frozen=True, slots=True)
class Reload:
    """A change of rules, by an edit or by going back: after which tick, and to which ruleset."""

    tick: int
    fingerprint: str
    files: tuple[str, ...]
    why: str


class Scripts:
    """The rules in a folder. Raises ScriptError if they cannot be loaded at the start."""

    def __init__(self, folder: Path, package: str) -> None:
        self.folder, self.package = folder, package
        self.ruleset = Ruleset.of(Sources.read(folder), package)
        self.trouble = ""
        self.log: list[Reload] = []
        self._good: list[Ruleset] = []  # earlier ones that never failed
        self._failed: dict[str, str] = {}  # fingerprint: what went wrong
        self._refused = ""  # fingerprint of what is on disk and cannot be loaded
        self._orphaned: OrphanedFields = {}
        self._watcher: Watcher | None = None
        self._edited = threading.Event()
        self._prepared: Sources | None = None  # the edit, if it was read beforehand

    @property
    def edition(self) -> Ruleset:
        """The former name of `ruleset`."""
        return self.ruleset

    def watch(self, on: bool = True) -> None:
        """Start to look for edits, or stop."""
        if self._watcher is not None:
            self._watcher.stop()
        self._edited.clear()
        stamps = SourceStamps()
        self._watcher = (
            Watcher("scripts", lambda: stamps.of(self.folder), self._prepare) if on else None
        )

    def _prepare(self) -> None:
        """Read and parse an edit, on the watcher's thread: a table of 1 MB takes seconds."""
        try:
            sources = Sources.read(self.folder)
            if sources.fingerprint != self.ruleset.fingerprint:
                prepare_scripts(sources)
                prepare_data(sources)
            self._prepared = sources
        except ScriptError:  # found again, and reported, when it is taken up
            self._prepared = None
        self._edited.set()

    def refresh(self, simulation: Simulation) -> None:
        """Take up an edit, if the folder is watched and there is one. Call it between ticks only."""
        if self._edited.is_set():
            self._edited.clear()
            sources, self._prepared = self._prepared, None
            self.reload(simulation, sources)

    def reload(self, simulation: Simulation, sources: Sources | None = None) -> bool:
        """Load these sources, or what is on disk. False, with the reason in `trouble`, if that fails."""
        try:
            sources = Sources.read(self.folder) if sources is None else sources
        except ScriptError as error:
            return self._refuse(error, "")
        fingerprint = sources.fingerprint
        if fingerprint == self.ruleset.fingerprint:
            self.trouble, self._refused = self._failed.get(fingerprint, ""), ""
            return True
        if fingerprint in self._failed:
            self.trouble = f"{self._failed[fingerprint]}\nit failed before; change it and it is tried again"
        if fingerprint == self._refused or fingerprint in self._failed:
            return False
        try:
            ruleset = Ruleset.of(sources, self.package)
            migrate_world(simulation, self.ruleset.kinds, ruleset.kinds, self._orphaned)
        except BaseException as error:  # a script's default or migration may raise anything
            raise_interrupt(error)
            return self._refuse(locate_ruleset_error(error, sources), fingerprint)
        if self.ruleset.fingerprint not in self._failed:
            self._good = [*self._good[1 - KEPT :], self.ruleset]
        self._take(simulation, ruleset, "edited")
        self.trouble = self._refused = ""
        return True

    def fail(
        self,
        simulation: Simulation,
        error: BaseException,
        where: object = None,
        commands: Sequence[Command] = (),
    ) -> bool:
        """Note that a script failed while it ran, and go back to the last ruleset that worked.

        Returns False if there is none; the caller then goes on without what failed. The simulation must
        be between two ticks. `where` is the function or the system that failed, `commands` what it got.
        """
        if isinstance(where, on):
            where = next((where.handlers[c.name] for c in commands if c.name in where.handlers), None)
        words = str(self.ruleset.locate_error(error, where))
        self._failed.setdefault(self.ruleset.fingerprint, words)
        while self._good:
            ruleset = self._good.pop()
            if ruleset.fingerprint in self._failed:
                continue
            try:
                migrate_world(simulation, self.ruleset.kinds, ruleset.kinds, self._orphaned)
            except BaseException as error:  # an older one may fit
                raise_interrupt(error)
                continue
            self._take(simulation, ruleset, words)
            self.trouble = f"{words}\nthe previous version stays in use"
            return True
        self.trouble = words
        return False

    def _take(self, simulation: Simulation, ruleset: Ruleset, why: str) -> None:
        files = tuple(ruleset.sources.changed(self.ruleset.sources))
        self.ruleset = ruleset
        ruleset.install()
        simulation.systems = ruleset.systems
        self.log.append(Reload(simulation.tick, ruleset.fingerprint, files, why))

    def _refuse(self, error: ScriptError, fingerprint: str) -> bool:
        self.ruleset.install()
        self._refused = fingerprint
        self.trouble = f"{error}\nthe previous version stays in use"
        return False
