"""Where training and measuring get consecutive frames from: random scenes, and games played by their bots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np

from engine.frame import MATERIAL_INDEX, Frame
from neural_renderer import surface
from neural_renderer.errors import LearnError
from neural_renderer.learn.scenes import Scene

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
    return list(islice(game_frames(name, seed, ticks), frames))


def game_frames(name: str, seed: int, ticks: int) -> Iterator[Frame]:
    """As `game_take`, without end and one at a time: a frame weighs 5 MB."""
    from engine.draw import Canvas
    from engine.errors import EngineError
    from engine.game import load_game

    try:
        kind = load_game(name)
    except EngineError as error:
        raise LearnError(str(error)) from error
    game = kind(seed)
    for _ in range(ticks):
        game.simulation.step(game.bot())
    canvas = Canvas(640, 360, tile=kind.tile)
    first = True
    while True:
        game.simulation.step(game.bot())
        game.draw(canvas, 1.0, "")
        frame = canvas.finish().replace(hud=None)
        if not first:  # which has no motion yet
            yield frame
        first = False


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
    periods = random.integers(0, 16, (len(surface.SPAN), 2)).astype(np.float32)
    periods[_BACKDROPS, 1] = 0
    shift = np.where(surface.IS_THING[:, None], 0, periods * surface.SPAN[:, None]).astype(np.float32)
    moved = []
    for frame in frames:
        assert frame.anchor is not None
        assert frame.material is not None
        moved.append(replace(frame, anchor=frame.anchor.astype(np.float32) + shift[frame.material]))
    return moved
