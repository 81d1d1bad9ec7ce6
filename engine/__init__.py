"""The skeleton: an exact game engine. Integers, fixed ticks, a hash every tick; no neural network.

Names below can be imported from `engine` itself. Each is loaded when first asked for, so that
`import engine` costs nothing and a game without a window never loads one.
Read in this order: `simulation`, `world`, `ledger`, `game`, `draw.canvas`, `frame`, `loop`; then
`snapshot`, `save`, `replay` and `synctest`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.clock import Clock as Clock
    from engine.command import Command as Command
    from engine.draw import Canvas as Canvas
    from engine.errors import EngineError as EngineError
    from engine.frame import MATERIALS as MATERIALS
    from engine.frame import Frame as Frame
    from engine.frame import PostRenderer as PostRenderer
    from engine.game import Control as Control
    from engine.game import Game as Game
    from engine.game import Inputs as Inputs
    from engine.game import find_games as find_games
    from engine.game import load_game as load_game
    from engine.ledger import Ledger as Ledger
    from engine.loop import RunOptions as RunOptions
    from engine.loop import RunReport as RunReport
    from engine.loop import run as run
    from engine.playback import Playback as Playback
    from engine.replay import ReplayWriter as ReplayWriter
    from engine.replay import read_replay as read_replay
    from engine.rng import Streams as Streams
    from engine.save import create_save as create_save
    from engine.save import open_save as open_save
    from engine.simulation import Event as Event
    from engine.simulation import Simulation as Simulation
    from engine.synctest import SyncOptions as SyncOptions
    from engine.synctest import sync_test as sync_test
    from engine.world import World as World

_HOME = {
    "Canvas": "engine.draw",
    "Clock": "engine.clock",
    "Command": "engine.command",
    "Control": "engine.game",
    "EngineError": "engine.errors",
    "Event": "engine.simulation",
    "Frame": "engine.frame",
    "Game": "engine.game",
    "Inputs": "engine.game",
    "Ledger": "engine.ledger",
    "MATERIALS": "engine.frame",
    "Playback": "engine.playback",
    "PostRenderer": "engine.frame",
    "ReplayWriter": "engine.replay",
    "RunOptions": "engine.loop",
    "RunReport": "engine.loop",
    "Simulation": "engine.simulation",
    "Streams": "engine.rng",
    "SyncOptions": "engine.synctest",
    "World": "engine.world",
    "create_save": "engine.save",
    "find_games": "engine.game",
    "load_game": "engine.game",
    "open_save": "engine.save",
    "read_replay": "engine.replay",
    "run": "engine.loop",
    "sync_test": "engine.synctest",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
