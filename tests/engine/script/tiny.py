"""The smallest scripted game, in a folder that a test may edit."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reskin.engine.script import ScriptedGame

MAIN = """\
from __future__ import annotations

from reskin.engine.script import component, on


@component
class Purse:
    coins: int = 3


def begin(simulation):
    simulation.ledger.open("chest")
    simulation.ledger.mint("chest", "coin", 71, "found")
    simulation.world.spawn(Purse())


def earn(simulation, count):
    for _, purse in simulation.world.query(Purse):
        purse.coins += count


def age(simulation, commands):
    simulation.streams["age"].below(6)


SYSTEMS = (on(earn=earn), age)


def bot(simulation):
    return [simulation.command("earn", 1)]


def report(simulation):
    return {"coins": next(simulation.world.query(Purse))[1].coins}
"""


class Folder:
    """A folder with scripts, and the game made of them."""

    def __init__(self, path: Path, main: str = MAIN) -> None:
        self.path = path / "rules"
        self.path.mkdir(exist_ok=True)
        self.write(main)

    def write(self, text: str, file: str = "main.py") -> None:
        (self.path / file).write_text(text, encoding="utf-8")

    def edit(self, old: str, new: str, file: str = "main.py") -> None:
        """Replace one text by another, which must be there."""
        text = (self.path / file).read_text(encoding="utf-8")
        assert old in text
        self.write(text.replace(old, new), file)

    def game(self, seed: int = 1) -> ScriptedGame:
        class Tiny(ScriptedGame):
            name = "tiny"
            title = "Tiny"
            rules = self.path

        return Tiny(seed)


def tick(game: ScriptedGame, ticks: int = 1, **commands: Any) -> None:
    """Play some ticks by the bot, or with these commands, each given as its name and one argument."""
    for _ in range(ticks):
        asked = [game.simulation.command(name, value) for name, value in commands.items()]
        game.simulation.step(asked or game.bot())


def reload(game: ScriptedGame) -> bool:
    return game.scripts.reload(game.simulation)


def until(happened: Callable[[], bool], seconds: float = 60.0) -> float:
    """Wait until something happened. Returns the seconds that it took; fails if it does not happen."""
    start = time.perf_counter()
    while not happened():
        assert time.perf_counter() - start < seconds, "it did not happen in time"
        time.sleep(0.002)
    return time.perf_counter() - start
