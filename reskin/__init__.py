"""Reskin: a deterministic game engine, and a neural post-renderer that gives its picture another look.

    from reskin import Canvas, Game, Restyler, run

What users need can be imported from here. A name is loaded when it is first used, so that a program that
restyles nothing loads no runtime. The rest is in `reskin.engine`, the skeleton, in `reskin.neural_renderer`,
the muscle, in `reskin.kernels` and in `reskin.demo_games`. In the repository these are folders beside this
one, which has links to them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reskin.engine.determinism.synctest import SyncOptions as SyncOptions
    from reskin.engine.determinism.synctest import sync_test as sync_test
    from reskin.engine.draw import Canvas as Canvas
    from reskin.engine.ecs.world import World as World
    from reskin.engine.errors import EngineError as EngineError
    from reskin.engine.frame import MATERIALS as MATERIALS
    from reskin.engine.frame import Frame as Frame
    from reskin.engine.frame import PostRenderer as PostRenderer
    from reskin.engine.gpu_frame import GpuFrame as GpuFrame
    from reskin.engine.ledger.ledger import Ledger as Ledger
    from reskin.engine.loop import RunOptions as RunOptions
    from reskin.engine.loop import RunReport as RunReport
    from reskin.engine.loop import run as run
    from reskin.engine.persistence.replay import ReplayWriter as ReplayWriter
    from reskin.engine.persistence.replay import read_replay as read_replay
    from reskin.engine.persistence.save import create_save as create_save
    from reskin.engine.persistence.save import open_save as open_save
    from reskin.engine.simulation.command import Command as Command
    from reskin.engine.simulation.game import Control as Control
    from reskin.engine.simulation.game import Game as Game
    from reskin.engine.simulation.game import Inputs as Inputs
    from reskin.engine.simulation.games import load_game as load_game
    from reskin.engine.simulation.rng import Stream as Stream
    from reskin.engine.simulation.simulation import Event as Event
    from reskin.engine.simulation.simulation import Simulation as Simulation
    from reskin.neural_renderer.errors import RestyleError as RestyleError
    from reskin.neural_renderer.restyler import Restyler as Restyler
    from reskin.neural_renderer.theme.pack import Theme as Theme

_HOME = {
    "Canvas": "engine.draw",
    "Command": "engine.simulation.command",
    "Control": "engine.simulation.game",
    "EngineError": "engine.errors",
    "Event": "engine.simulation.simulation",
    "Frame": "engine.frame",
    "Game": "engine.simulation.game",
    "GpuFrame": "engine.gpu_frame",
    "Inputs": "engine.simulation.game",
    "Ledger": "engine.ledger.ledger",
    "MATERIALS": "engine.frame",
    "PostRenderer": "engine.frame",
    "ReplayWriter": "engine.persistence.replay",
    "RestyleError": "neural_renderer.errors",
    "Restyler": "neural_renderer.restyler",
    "RunOptions": "engine.loop",
    "RunReport": "engine.loop",
    "Simulation": "engine.simulation.simulation",
    "Stream": "engine.simulation.rng",
    "SyncOptions": "engine.determinism.synctest",
    "Theme": "neural_renderer.theme.pack",
    "World": "engine.ecs.world",
    "create_save": "engine.persistence.save",
    "load_game": "engine.simulation.games",
    "open_save": "engine.persistence.save",
    "read_replay": "engine.persistence.replay",
    "run": "engine.loop",
    "sync_test": "engine.determinism.synctest",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'reskin' has no attribute {name!r}")
    value = getattr(import_module(f"reskin.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
