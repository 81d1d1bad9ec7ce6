"""Any callable from a picture to a picture as a teacher, such as an image model.

Such a teacher sees only colours. So three of four clips are of one game, played by its bot; the fourth is a
random scene in the colours of that game, so that materials which the game lacks are learnt, too. The teacher
may flicker. The student does not, because its inputs say where in the world a pixel lies and not when it is
drawn. It learns the average of the teacher's answers.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Frame, to_rgb
from reskin.neural_renderer import materials
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.features import features, prototype_colors
from reskin.neural_renderer.measure.worlds import HELD_OUT, measure_on_worlds
from reskin.neural_renderer.painters.kit.brushes import Array
from reskin.neural_renderer.scenes.frame_sources import (
    game_frames,
    random_window,
    scene_frames,
)
from reskin.neural_renderer.teachers.lessons import LONGEST_PLAY, PainterLesson, lesson_digest
from reskin.neural_renderer.theme.pack import Theme, theme_title

if TYPE_CHECKING:
    from reskin.neural_renderer.teachers.plan import Plan

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class CallableTeacher:
    """A callable from a picture to a picture, checked at every call. Implements `lessons.Teacher`.

    ask: takes uint8 [H,W,3] RGB, and returns the same size as uint8 or as floats 0..1: an array, a tensor, or
    an image that NumPy can read. A fourth channel is ignored. key: changes whenever its answers would; warp:
    see `Student`.
    """

    name: str
    title: str
    ask: Callable[[Picture], Any]
    key: str
    warp: float = 0.0

    def __call__(self, frame: Frame) -> Array:
        """The picture that the callable makes of a frame: float32 [H,W,3], RGB 0..1. Raises LearnError."""
        picture = np.ascontiguousarray(to_rgb(frame.color, frame.layout))
        try:
            answer = self.ask(picture.copy())
        except Exception as error:
            raise LearnError(
                f"teacher {self.name!r} failed on a picture uint8 {list(picture.shape)}: "
                f"{type(error).__name__}: {error}"
            ) from error
        return _checked(self.name, answer, picture.shape)


def _checked(name: str, answer: Any, shape: tuple[int, ...]) -> Array:
    if hasattr(answer, "detach"):  # a tensor may be on another device, with a gradient
        answer = answer.detach().cpu()
    found = np.asarray(answer)
    if found.ndim == 3 and found.shape[2] == 4:
        found = found[..., :3]
    if found.shape != shape or not (found.dtype == np.uint8 or np.issubdtype(found.dtype, np.floating)):
        raise LearnError(
            f"teacher {name!r} must return uint8 or float {list(shape)}, as it was given; "
            f"found {found.dtype} {list(found.shape)}"
        )
    if found.dtype == np.uint8:
        return (found / np.float32(255)).astype(np.float32)
    low, high = float(found.min()), float(found.max())
    if not (low >= -0.5 and high <= 1.5):  # false for a NaN; models may exceed 0..1 a little
        raise LearnError(
            f"teacher {name!r} must return floats from 0 to 1, found {low:.3g} to {high:.3g}; "
            "divide by 255, or return uint8"
        )
    return np.asarray(np.clip(found, 0, 1), np.float32)


def find_teacher(where: str, name: str | None = None) -> CallableTeacher:
    """The teacher MODULE:CALLABLE, imported from the working folder or from an installed package.

    A class is called without arguments, for an object that is the callable. name: that of the theme, by
    default the callable's. Raises LearnError.
    """
    module_name, colon, path = where.partition(":")
    if not (module_name and colon and path):
        raise LearnError(f"expected MODULE:CALLABLE, such as my_models:cartoon, got {where!r}")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # a module may raise whatever it likes
        raise LearnError(f"cannot import {module_name!r}: {type(error).__name__}: {error}") from error
    found: Any = module
    for part in path.split("."):
        if not hasattr(found, part):
            public = [n for n in vars(module) if not n.startswith("_") and callable(getattr(module, n))]
            raise LearnError(
                f"{module_name} has no {path!r}; its callables are: {', '.join(public[:12]) or 'none'}"
            )
        found = getattr(found, part)
    try:
        ask = found() if inspect.isclass(found) else found
    except Exception as error:
        raise LearnError(f"{where} cannot be made without arguments: {error}") from error
    if not callable(ask):
        raise LearnError(f"{where} must be a callable from picture to picture, found {type(ask).__name__}")
    file = getattr(module, "__file__", None)
    code = Path(file).read_bytes() if file else b""
    called = name or path.rsplit(".", 1)[-1]
    return CallableTeacher(
        name=called, title=theme_title(called), ask=ask, key=lesson_digest(code, where.encode())
    )


class CallableLesson(PainterLesson):
    """A callable's pictures, mostly of one game. The theme is measured on other worlds of that game."""

    def __init__(self, teacher: CallableTeacher, plan: Plan) -> None:
        if plan.game is None:
            raise LearnError("a teacher needs a game to be shown; name one with --game")
        super().__init__(teacher, plan)
        self.game = plan.game

    def finalize(self, theme: Theme) -> Theme:
        return theme.with_metrics(
            measure_on_worlds(theme, game=self.game, painter=self.teacher, worlds=4).metrics()
        )

    def _preview_frame(self) -> Frame:
        return random_window(game_frames(self.game, HELD_OUT, 120, 1), 180, 320, np.random.default_rng(0))[0]

    def _whole_frames(self, number: int, seed: int, random: np.random.Generator) -> list[Frame]:
        """Frames of the game, or in every fourth clip those of a random scene in the colours of the game."""
        length = self.plan.length
        if number % 4 == 3:
            frames = scene_frames(seed, int(random.integers(400)), length)
            return [in_colours(frame, self._colours) for frame in frames]
        return game_frames(self.game, seed, int(random.integers(LONGEST_PLAY)), length)

    @cached_property
    def _colours(self) -> Array:
        return colours_of_game([game_frames(self.game, self.plan.seed, at, 1)[0] for at in (0, 200, 800)])


def colours_of_game(frames: list[Frame]) -> Array:
    """The mean colour of each material in a game's frames, float32 [M,3] 0..255. A material that they do not
    show gets the usual colour of a prototype."""
    colours = prototype_colors()
    material = np.concatenate([features(frame).material.ravel() for frame in frames])
    pixels = np.concatenate([to_rgb(f.color, f.layout).reshape(-1, 3) for f in frames])
    for index in np.unique(material):
        colours[index] = pixels[material == index].mean(0)
    return colours


def in_colours(frame: Frame, colours: Array) -> Frame:
    """Shift the colours of each material so that their mean becomes that in `colours`, float32 [M,3] 0..255.

    Materials whose colour carries meaning (`materials.SHOWS_ALBEDO`) keep their colours.
    """
    material = features(frame).material
    color = frame.color.copy()
    rgb = to_rgb(color, frame.layout).astype(np.float32)
    for index in np.unique(material):
        if not materials.SHOWS_ALBEDO[index]:
            here = material == index
            rgb[here] += colours[index] - rgb[here].mean(0)
    moved = np.clip(np.rint(rgb), 0, 255).astype(np.uint8)
    color[..., :3] = moved[..., ::-1] if frame.layout == "BGRX" else moved
    return frame.replace(color=color)
