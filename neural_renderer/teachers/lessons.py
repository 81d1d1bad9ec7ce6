"""What a student is taught: a `Lesson` provides the clips, and says what the finished theme is worth.

The trainer knows nothing of painters, pictures or games. Here is the lesson of a painter; that of painted
keyframes is in `keyframe_lesson`. Whoever has a teacher of another kind writes one more class.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from reskin.engine.capture.pictures import save_png
from reskin.engine.frame import Frame, to_rgb
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.measure.style_metrics import edge_score, palette_distance
from reskin.neural_renderer.measure.worlds import HELD_OUT, measure
from reskin.neural_renderer.painters.kit.brushes import Array
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.scenes.frame_sources import (
    game_frames,
    moved_in_world,
    random_window,
    scene_frames,
)
from reskin.neural_renderer.scenes.scenes import Scene
from reskin.neural_renderer.teachers.clips import Clip, clips
from reskin.neural_renderer.theme.pack import NAME, PREVIEW, Theme

if TYPE_CHECKING:
    from torch import Tensor

    from reskin.neural_renderer.network import Student
    from reskin.neural_renderer.teachers.perceptual_loss import PerceptualLoss
    from reskin.neural_renderer.teachers.plan import Plan


Further = Callable[["Tensor", "Tensor"], "Tensor"]


class Lesson(Protocol):
    """What a training asks of its teacher. `name` and `title` are the theme's; `warp`: see `Student`;
    `further`: a loss of output and target, float [B,3,H,W], beside that of their pictures, or None."""

    name: str
    title: str
    warp: float
    further: Further | None

    def subject(self) -> str:
        """16 hex digits that change whenever the clips would: a training of another subject starts anew."""
        ...

    def count(self) -> int:
        """How many clips there are."""
        ...

    def clips(self, cache: Path) -> Iterator[Clip]:
        """The clips; what is slow to make is kept in the folder `cache`, and found there again."""
        ...

    def begin(self, student: Student) -> None:
        """Change a new student's first weights, where more is known than nothing."""
        ...

    def complete(self, theme: Theme) -> Theme:
        """The finished theme with its last touches and its metrics."""
        ...

    def show(self, theme: Theme, path: Path) -> None:
        """Write the preview of a theme's pack."""
        ...


class Artist(Protocol):
    """Who paints a frame, float32 [H,W,3] RGB 0..1. `key` changes whenever the pictures would."""

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
    """A painter's pictures of random scenes and of a game; measured on scenes that no training sees."""

    further: Further | None = None

    def __init__(self, painter: Artist, plan: Plan) -> None:
        self.painter, self.plan = painter, plan
        self.name, self.title, self.warp = painter.name, painter.title, painter.warp

    def subject(self) -> str:
        p = self.plan
        parts = (p.seed, p.clips, p.length, p.game, p.width, p.height, self.painter.key)
        return digest(repr(parts).encode())

    def count(self) -> int:
        return self.plan.clips

    def clips(self, cache: Path) -> Iterator[Clip]:
        takes = (partial(self.take, number) for number in range(self.plan.clips))
        return clips(self.painter, takes, cache)

    def take(self, number: int) -> list[Frame]:
        """The frames of one clip: a random scene, or every fourth time a game, where there is one."""
        p = self.plan
        random = np.random.default_rng((p.seed, number))
        seed = p.seed * 100_000 + number
        if p.game and number % 4 == 3:
            frames = game_frames(p.game, seed, int(random.integers(1200)), p.length)
        else:
            frames = scene_frames(seed, int(random.integers(400)), p.length)
        return moved_in_world(random_window(frames, p.height, p.width, random), random)

    def begin(self, student: Student) -> None:
        pass

    def complete(self, theme: Theme) -> Theme:
        return theme.with_metrics(measure(theme, painter=self.painter).metrics())

    def show(self, theme: Theme, path: Path) -> None:
        frame = Scene(HELD_OUT, width=320, height=180, kind="side").frame(0)
        save_png(path / PREVIEW, np.concatenate((frame.color, Restyler(theme)(frame)), 1), frame.layout)


class PictureLesson(PainterLesson):
    """A painter that was made of a picture; measured against the picture too. taste: a trained network's
    loss, by which the student also looks at the picture itself."""

    def __init__(
        self, painter: Artist, plan: Plan, picture: Array, taste: PerceptualLoss | None = None
    ) -> None:
        super().__init__(painter, plan)
        self.picture, self.further, self.taste = picture, taste, taste

    def subject(self) -> str:
        return (
            super().subject()
            if self.taste is None
            else digest(super().subject().encode(), self.taste.key.encode())
        )

    def complete(self, theme: Theme) -> Theme:
        measured = super().complete(theme)
        frame = game_frames(self.plan.game or "miner", HELD_OUT, 300, 1)[0]
        shown = to_rgb(Restyler(theme)(frame), frame.layout) / np.float32(255)
        assert frame.material is not None
        own = {
            "palette_distance": round(palette_distance(shown, self.picture), 3),
            "edge_score": round(edge_score(shown, frame.material), 3),
        }
        return measured.with_metrics(measured.metrics | own)


def check_name(name: str) -> None:
    """Raise LearnError unless a theme can be loaded by this name: before a training, not after it."""
    if not re.fullmatch(NAME, name):
        raise LearnError(
            f"a theme's name must be letters, digits, dots, dashes and underscores, got {name!r}; "
            "give another by --name, or for keyframes a folder by --out"
        )


def digest(*parts: bytes) -> str:
    """16 hex digits of some bytes and of the code that makes clips: where any of it is edited, clips are made
    anew, and not where something else is."""
    found = blake2b(digest_size=8)
    for path in _clip_code():
        found.update(path.read_bytes())
    for part in parts:
        found.update(part)
    return found.hexdigest()


def _clip_code() -> list[Path]:
    """Every file that a clip depends on: scenes and painters, what draws a frame, and what a student is told
    of it."""
    muscle = Path(__file__).parents[1]
    ours = muscle.parent
    folders = [muscle / name for name in ("painters", "scenes", "teachers")]
    folders += [ours / "engine" / "draw", ours / "kernels" / "border"]
    single = [muscle / f"{name}.py" for name in ("noise", "features", "history", "materials")]
    found = [*single, ours / "engine" / "frame.py"]
    found += [file for folder in folders for file in folder.rglob("*.py")]
    return sorted(path for path in found if path.name not in ("lessons.py", "perceptual_loss.py", "plan.py"))
