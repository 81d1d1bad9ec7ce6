"""Lessons: a `Lesson` gives the trainer its clips, and finishes and measures the theme.

The trainer itself knows no painters, pictures or games. Here are the lessons of a painter and of a picture;
that of painted keyframes is in `keyframe_lesson`, that of any callable in `callable_teacher`. For another
kind of teacher, write another class.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from reskin.engine.capture.pictures import save_png
from reskin.engine.frame import Frame, to_rgb
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.features import features
from reskin.neural_renderer.measure.style_metrics import palette_distance, style_edge_score
from reskin.neural_renderer.measure.worlds import HELD_OUT, measure_on_worlds
from reskin.neural_renderer.painters.kit.brushes import Array
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.scenes.frame_sources import (
    game_frames,
    moved_in_world,
    random_window,
    scene_frames,
)
from reskin.neural_renderer.scenes.scenes import Scene
from reskin.neural_renderer.teachers.clips import Clip, record_clips
from reskin.neural_renderer.theme.pack import NAME, PREVIEW, Theme

if TYPE_CHECKING:
    from torch import Tensor

    from reskin.neural_renderer.network import Student
    from reskin.neural_renderer.teachers.perceptual_loss import PerceptualLoss
    from reskin.neural_renderer.teachers.plan import Plan


LONGEST_PLAY: Final = 1200
"""Ticks for which a game is played at most before the frames of a clip."""

ExtraLoss = Callable[["Tensor", "Tensor"], "Tensor"]
"""A loss of output and target, float [B,3,H,W] each."""


class Lesson(Protocol):
    """What the trainer needs from a teacher.

    name, title: those of the theme; warp: see `Student`; extra_loss: added to the other losses, or None.
    """

    name: str
    title: str
    warp: float
    extra_loss: ExtraLoss | None

    def cache_key(self) -> str:
        """16 hex digits that change whenever the clips would. A training with another key starts anew."""
        ...

    def count(self) -> int:
        """How many clips there are."""
        ...

    def clips(self, cache: Path) -> Iterator[Clip]:
        """The clips. If they are slow to make, they are stored in the folder `cache` and read from there."""
        ...

    def init_student(self, student: Student) -> None:
        """Set those first weights of a new student for which better values than random ones are known."""
        ...

    def finalize(self, theme: Theme) -> Theme:
        """The trained theme with final changes and its metrics."""
        ...

    def write_preview(self, theme: Theme, path: Path) -> None:
        """Write the preview picture of a theme into its pack, the folder `path`."""
        ...


class Teacher(Protocol):
    """Paints a frame: float32 [H,W,3] RGB 0..1. `key` changes whenever the pictures would."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def warp(self) -> float: ...
    @property
    def key(self) -> str: ...
    def __call__(self, frame: Frame) -> Array: ...


class PainterLesson:
    """A painter's pictures of random scenes and of a game. The theme is measured on other random scenes."""

    extra_loss: ExtraLoss | None = None

    def __init__(self, teacher: Teacher, plan: Plan) -> None:
        self.teacher, self.plan = teacher, plan
        self.name, self.title, self.warp = teacher.name, teacher.title, teacher.warp

    def cache_key(self) -> str:
        p = self.plan
        parts = (p.seed, p.clips, p.length, p.game, p.width, p.height, self.teacher.key)
        return lesson_digest(repr(parts).encode())

    def count(self) -> int:
        return self.plan.clips

    def clips(self, cache: Path) -> Iterator[Clip]:
        sources = (partial(self.frames, number) for number in range(self.plan.clips))
        return record_clips(self.teacher, sources, cache)

    def frames(self, number: int) -> list[Frame]:
        """The frames of one clip."""
        p = self.plan
        random = np.random.default_rng((p.seed, number))
        frames = self._whole_frames(number, p.seed * 100_000 + number, random)
        return moved_in_world(random_window(frames, p.height, p.width, random), random)

    def _whole_frames(self, number: int, seed: int, random: np.random.Generator) -> list[Frame]:
        """Frames of a random scene, or in every fourth clip those of the plan's game, if it has one."""
        p = self.plan
        if p.game and number % 4 == 3:
            return game_frames(p.game, seed, int(random.integers(LONGEST_PLAY)), p.length)
        return scene_frames(seed, int(random.integers(400)), p.length)

    def init_student(self, student: Student) -> None:
        pass

    def finalize(self, theme: Theme) -> Theme:
        return theme.with_metrics(measure_on_worlds(theme, painter=self.teacher).metrics())

    def write_preview(self, theme: Theme, path: Path) -> None:
        frame = self._preview_frame()
        save_png(path / PREVIEW, np.concatenate((frame.color, Restyler(theme)(frame)), 1), frame.layout)

    def _preview_frame(self) -> Frame:
        return Scene(HELD_OUT, width=320, height=180, kind="side").frame(0)


class PictureLesson(PainterLesson):
    """A painter that was made from a picture. The theme is compared with the picture, too.

    picture float32 [H,W,3] RGB 0..1; perceptual_loss: a trained network that compares the
    output with the picture.
    """

    def __init__(
        self, teacher: Teacher, plan: Plan, picture: Array, perceptual_loss: PerceptualLoss | None = None
    ) -> None:
        super().__init__(teacher, plan)
        self.picture, self.extra_loss, self._loss = picture, perceptual_loss, perceptual_loss

    def cache_key(self) -> str:
        key = super().cache_key()
        return key if self._loss is None else lesson_digest(key.encode(), self._loss.key.encode())

    def finalize(self, theme: Theme) -> Theme:
        measured = super().finalize(theme)
        frame = game_frames(self.plan.game or "miner", HELD_OUT, 300, 1)[0]
        shown = to_rgb(Restyler(theme)(frame), frame.layout) / np.float32(255)
        style = {
            "palette_distance": round(palette_distance(shown, self.picture), 3),
            "edge_score": round(style_edge_score(shown, features(frame).material), 3),
        }
        return measured.with_metrics(measured.metrics | style)


def check_lesson_name(name: str) -> None:
    """Raise LearnError unless a theme can have this name. Called before the training, not after it."""
    if not re.fullmatch(NAME, name):
        raise LearnError(
            f"a theme's name must be letters, digits, dots, dashes and underscores, got {name!r}; "
            "give another by --name, or for keyframes a folder by --out"
        )


def lesson_digest(*parts: bytes) -> str:
    """16 hex digits of some bytes and of the code that makes clips. So an edit of that code, and of no other,
    makes new clips."""
    found = blake2b(digest_size=8)
    for path in _clip_code():
        found.update(path.read_bytes())
    for part in parts:
        found.update(part)
    return found.hexdigest()


def _clip_code() -> list[Path]:
    """Every file that the clips depend on: scenes, painters, the canvas, and the inputs of a student."""
    renderer = Path(__file__).parents[1]
    root = renderer.parent
    folders = [renderer / name for name in ("painters", "scenes", "teachers")]
    folders += [root / "engine" / "draw", root / "kernels" / "border"]
    names = ("noise", "features", "history", "materials", "measure/image_metrics", "measure/style_metrics")
    single = [renderer / f"{name}.py" for name in names]
    found = [*single, root / "engine" / "frame.py"]
    found += [file for folder in folders for file in folder.rglob("*.py")]
    return sorted(path for path in found if path.name not in ("lessons.py", "perceptual_loss.py", "plan.py"))
