"""Where training and measuring get consecutive frames from: random scenes, and games played by their bots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from reskin.engine.frame import MATERIAL_INDEX, Frame
from reskin.neural_renderer import materials
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.scenes.scenes import Scene

_CHANNELS = ("color", "material", "identity", "motion", "anchor", "depth", "hud")
_BACKDROPS = [MATERIAL_INDEX["sky"], MATERIAL_INDEX["hill"]]


def scene_take(seed: int, start: int, frames: int) -> list[Frame]:
    """Consecutive frames of a random scene, from time `start`."""
    scene = Scene(seed)
    return [scene.frame(start + at) for at in range(frames)]


def game_take(name: str, seed: int, ticks: int, frames: int) -> list[Frame]:
    """Consecutive frames, without the HUD, of an installed game after its bot has played `ticks` ticks.

    Raises LearnError if the game is not installed.
    """
    return next(game_takes(name, seed, ticks, frames))


def game_takes(name: str, seed: int, ticks: int, frames: int) -> Iterator[list[Frame]]:
    """Endless takes of one play: after every `ticks` ticks of its bot, `frames` consecutive frames."""
    played = _played(name, seed)
    while True:
        for _ in range(ticks):
            next(played)
        next(played)()  # what comes after a pause has no motion yet
        yield [next(played)() for _ in range(frames)]


def game_frames(name: str, seed: int, ticks: int) -> Iterator[Frame]:
    """As `game_take`, without end and one at a time: a frame weighs 5 MB."""
    played = _played(name, seed)
    for _ in range(ticks):
        next(played)
    next(played)()
    for draw in played:
        yield draw()


def _played(name: str, seed: int) -> Iterator[Callable[[], Frame]]:
    """A game that its bot plays, tick by tick; each gives what draws it."""
    from reskin.engine.draw import Canvas
    from reskin.engine.errors import EngineError
    from reskin.engine.simulation.games import load_game

    try:
        kind = load_game(name)
    except EngineError as error:
        raise LearnError(str(error)) from error
    game = kind(seed)
    canvas = Canvas(640, 360, tile=kind.tile)

    def draw() -> Frame:
        game.draw(canvas, 1.0, "")
        return canvas.finish().replace(hud=None)

    while True:
        game.simulation.step(game.bot())
        yield draw


def window(frames: list[Frame], height: int, width: int, random: np.random.Generator) -> list[Frame]:
    """The same random part of every frame, all its channels."""
    top = int(random.integers(frames[0].height - height + 1))
    left = int(random.integers(frames[0].width - width + 1))
    rows, columns = slice(top, top + height), slice(left, left + width)

    def part(frame: Frame) -> Frame:
        channels = ((name, getattr(frame, name)) for name in _CHANNELS)
        return frame.replace(
            **{name: np.ascontiguousarray(c[rows, columns]) for name, c in channels if c is not None}
        )

    return [part(frame) for frame in frames]


def elsewhere(frames: list[Frame], random: np.random.Generator) -> list[Frame]:
    """The same frames at another place of the world.

    Each material moves by whole periods of its texture: the texture stays, the noise changes. Without
    this a texture can learn by heart the noise of the few places that were seen. Skies and hills move
    sideways only, for their height means something; things keep their own coordinates.
    """
    periods = random.integers(0, 16, (len(materials.TILE_SPAN), 2)).astype(np.float32)
    periods[_BACKDROPS, 1] = 0
    span = materials.TILE_SPAN[:, None]
    shift = np.where(materials.IS_THING[:, None], 0, periods * span).astype(np.float32)
    moved = []
    for frame in frames:
        assert frame.anchor is not None
        assert frame.material is not None
        moved.append(replace(frame, anchor=frame.anchor.astype(np.float32) + shift[frame.material]))
    return moved
