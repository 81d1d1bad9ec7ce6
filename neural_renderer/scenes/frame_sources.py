"""Consecutive frames to train on and to measure with: of random scenes, and of games played by their bots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from reskin.engine.frame import MATERIAL_INDEX, Frame
from reskin.neural_renderer import materials
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.features import features
from reskin.neural_renderer.scenes.scenes import Scene

_CHANNELS = ("color", "material", "identity", "motion", "anchor", "depth", "hud")
_BACKDROPS = [MATERIAL_INDEX["sky"], MATERIAL_INDEX["hill"]]


def scene_frames(seed: int, start: int, frames: int) -> list[Frame]:
    """Consecutive frames of a random scene, from time `start` on."""
    scene = Scene(seed)
    return [scene.frame(start + at) for at in range(frames)]


def game_frames(name: str, seed: int, ticks: int, frames: int) -> list[Frame]:
    """Consecutive frames, without the HUD, of an installed game after its bot has played `ticks` ticks.

    Raises LearnError if the game is not installed.
    """
    return next(game_clips(name, seed, ticks, frames))


def game_clips(name: str, seed: int, ticks: int, frames: int) -> Iterator[list[Frame]]:
    """Clips of one run of a game, without end: its bot plays `ticks` ticks, then `frames` frames are drawn,
    and so on. Otherwise as `game_frames`."""
    played = _played(name, seed)
    while True:
        for _ in range(ticks):
            next(played)
        next(played)()  # the first frame after a pause has no motion
        yield [next(played)() for _ in range(frames)]


def game_stream(name: str, seed: int, ticks: int) -> Iterator[Frame]:
    """As `game_frames`, but one frame at a time and without end: a frame takes 5 MB."""
    played = _played(name, seed)
    for _ in range(ticks):
        next(played)
    next(played)()
    for draw in played:
        yield draw()


def _played(name: str, seed: int) -> Iterator[Callable[[], Frame]]:
    """Let the bot play a game without end. After each tick, yield a function that draws the frame."""
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


def random_window(frames: list[Frame], height: int, width: int, random: np.random.Generator) -> list[Frame]:
    """Crop all channels of the frames to the same random window."""
    top = int(random.integers(frames[0].height - height + 1))
    left = int(random.integers(frames[0].width - width + 1))
    rows, columns = slice(top, top + height), slice(left, left + width)

    def part(frame: Frame) -> Frame:
        channels = ((name, getattr(frame, name)) for name in _CHANNELS)
        return frame.replace(
            **{name: np.ascontiguousarray(c[rows, columns]) for name, c in channels if c is not None}
        )

    return [part(frame) for frame in frames]


def moved_in_world(frames: list[Frame], random: np.random.Generator) -> list[Frame]:
    """The same frames as if they lay at another place in the world.

    The anchors of each material move by whole periods of its texture, so that the texture stays the same and
    the noise changes. Without this a texture can learn the noise of the few places in the clips by heart.
    Skies and hills move sideways only, because their look depends on the height. Things keep their anchors.
    """
    periods = random.integers(0, 16, (len(materials.TILE_SPAN), 2)).astype(np.float32)
    periods[_BACKDROPS, 1] = 0
    span = materials.TILE_SPAN[:, None]
    shift = np.where(materials.IS_THING[:, None], 0, periods * span).astype(np.float32)
    moved = []
    for frame in frames:
        g = features(frame)
        moved.append(replace(frame, anchor=g.anchor + shift[g.material]))
    return moved
