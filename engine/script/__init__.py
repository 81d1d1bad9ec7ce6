"""Scripts: the rules of a game in Python and YAML files, which may be edited while the game runs.

Scripts are trusted code: they can do whatever Python can. The check on load is not a sandbox; it finds
mistakes, not malice. Never run the scripts of somebody whom you would not let use your computer.
Read in this order: `components`, `data`, `game`, `scripts`, `sources`, `ruleset`, `migrate`, `limits`,
`check`.
"""

from reskin.engine.persistence.migrations import dropped, filled, renamed
from reskin.engine.script.components import component, on
from reskin.engine.script.data import Drop, Loot, Prefab, read_loot, read_prefabs, read_table
from reskin.engine.script.game import ScriptedGame, ScriptedSimulation
from reskin.engine.script.scripts import Reload, Scripts

__all__ = [
    "component", "on", "read_table", "read_prefabs", "read_loot", "Prefab", "Loot", "Drop",
    "renamed", "filled", "dropped", "ScriptedGame", "ScriptedSimulation", "Scripts", "Reload",
]  # fmt: skip
