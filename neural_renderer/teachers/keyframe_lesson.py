"""The lesson of painted keyframes: one to ten whole frames, of which the training takes many small crops.

After Texler et al. 2020, "Interactive Video Stylization Using Few-Shot Patch-Based Training". The inputs are
anchored in the world, so that what is learnt at a few places holds everywhere. In some clips a part of the
materials is replaced by `unknown`, so that a pixel of which only the colour is known is restyled like the
rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
from numpy.typing import NDArray

from reskin.engine.capture.pictures import save_png
from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, Frame, to_rgb
from reskin.neural_renderer import materials
from reskin.neural_renderer.features import features
from reskin.neural_renderer.measure.image_metrics import psnr, sums_by
from reskin.neural_renderer.network import Network
from reskin.neural_renderer.painters.kit.brushes import Array
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.teachers.clips import Clip, record_clip
from reskin.neural_renderer.teachers.fallback_materials import with_fallback_materials
from reskin.neural_renderer.teachers.keyframe_checks import check_keyframes
from reskin.neural_renderer.teachers.keyframes import Keyframe, read_keyframes
from reskin.neural_renderer.teachers.lessons import ExtraLoss, check_lesson_name, lesson_digest
from reskin.neural_renderer.teachers.plan import Plan
from reskin.neural_renderer.teachers.residual_texture import ResidualTextures
from reskin.neural_renderer.theme.pack import PREVIEW, Theme, theme_title

if TYPE_CHECKING:
    from reskin.neural_renderer.network import Network, Student

TRUE_PER_HIDDEN: Final = 5
"""Clips with all materials for each clip with some of them hidden."""
HIDDEN: Final = 0.4
"""The probability with which each material is hidden then."""
LEAST_SHOWN: Final = 40
"""With fewer pixels of a material, it counts as not learnt."""
_HIDEABLE: Final = ~materials.IS_THING & (materials.NOISE_SCALE == 1).all(1)
"""Materials whose anchors and noise work as those of `unknown`: all but things and the sky."""


def keyframe_plan(*, seed: int, minutes: float, iterations: int | None = None) -> Plan:
    """The plan for keyframes: train until the minutes or the iterations are over, whichever comes first."""
    return Plan(iterations=iterations or 1_000_000, minutes=minutes, seed=seed, game=None)


class KeyframeLesson:
    """Painted keyframes of one game; `name` is that of the theme. Implements `Lesson`."""

    warp = 0.0
    extra_loss: ExtraLoss | None = None

    def __init__(
        self, keyframes: Sequence[Keyframe], name: str, seed: int = 0, start: Theme | None = None
    ) -> None:
        """start: a theme whose body and head a new student starts with."""
        self.keyframes, self.name, self.seed, self.start = keyframes, name, seed, start
        self.title = theme_title(name)

    @classmethod
    def from_folder(
        cls, folder: Path, name: str, seed: int = 0, start: Theme | None = None
    ) -> KeyframeLesson:
        """The lesson of the keyframes in a folder, which are checked. Raises KeyframeError, or LearnError for
        a bad name."""
        check_lesson_name(name)
        keyframes = read_keyframes(folder)
        check_keyframes(keyframes)
        return cls(keyframes, name, seed, start)

    def cache_key(self) -> str:
        parts: list[bytes] = [f"{self.seed} {self.start.name if self.start else ''}".encode()]
        for k in self.keyframes:
            parts += [k.frame.color.tobytes(), features(k.frame).material.tobytes(), k.painted.tobytes()]
        return lesson_digest(*parts)

    def count(self) -> int:
        return (TRUE_PER_HIDDEN + 1) * len(self.keyframes)

    @cached_property
    def residual(self) -> ResidualTextures:
        """Textures for the part of the paintings that the inputs do not explain."""
        return ResidualTextures(self.keyframes, self.seed)

    def clips(self, cache: Path) -> Iterator[Clip]:
        """Made anew each time, which is quick. The first clip is the first keyframe."""
        for number, k in enumerate(self.keyframes):
            random = np.random.default_rng((self.seed, number))
            painted = self.residual.repainted(number)
            clip = record_clip([k.frame], _always(painted))
            yield clip
            for _ in range(1, TRUE_PER_HIDDEN):
                yield self._moved_clip(number, random) if self.residual.textures else clip
            yield record_clip([_hide(k.frame, random)], _always(painted))

    def _moved_clip(self, number: int, random: np.random.Generator) -> Clip:
        frame, painted = self.residual.moved_in_world(number, random)
        return record_clip([frame], _always(painted))

    def init_student(self, student: Student) -> None:
        """Copy the body and the head of the theme to start from, if any, and set the residual textures."""
        if self.start is not None:
            _take_over(student, Network.of(self.start.tensors))
        self.residual.init_student(student)

    def finalize(self, theme: Theme) -> Theme:
        """The theme with its PSNR to the keyframes, and with fallbacks for materials they do not show."""
        restyler = Restyler(theme)
        errors = []
        for k in self.keyframes:
            restyler.reset()
            learnt = to_rgb(restyler(k.frame), k.frame.layout)
            errors.append(np.mean((learnt / 255.0 - k.painted / 255.0) ** 2))
        decibels = psnr(np.zeros(1), np.full(1, float(np.mean(errors)) ** 0.5))
        theme = theme.with_metrics({"keyframes": len(self.keyframes), "keyframe_psnr": round(decibels, 3)})
        return with_fallback_materials(theme, *self._means())

    def _means(self) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Which materials the keyframes show, bool [M], and their mean painted colours, float [M,3] 0..1."""
        material = np.concatenate([features(k.frame).material.ravel() for k in self.keyframes])
        painted = np.concatenate([k.painted.reshape(-1, 3) for k in self.keyframes]) / 255.0
        counts = np.bincount(material, minlength=len(MATERIALS))
        sums = sums_by(material, painted, len(MATERIALS))
        shown = counts >= LEAST_SHOWN
        shown[MATERIAL_INDEX["unknown"]] = True  # where materials were hidden
        return shown, sums / np.maximum(counts, 1)[:, None]

    def write_preview(self, theme: Theme, path: Path) -> None:
        frame = self.keyframes[0].frame
        both = np.concatenate((frame.color, Restyler(theme)(frame)), 1)
        save_png(path / PREVIEW, np.ascontiguousarray(both[::2, ::2]), frame.layout)


def _always(painted: Array) -> Callable[[Frame], Array]:
    """A teacher that gives this painting for any frame."""
    return lambda frame: painted


def _take_over(student: Student, known: Network) -> None:
    """Copy from a network the body, its activation ranges, the embedding of its inputs, and the head."""
    with torch.no_grad():
        for name in ("weights", "biases", "head_weights", "head_biases"):
            for new, old in zip(getattr(student, name), getattr(known, name), strict=True):
                new.copy_(old)
        student.activation_ranges.copy_(known.activation_ranges)
        student.embed_logits.copy_(torch.logit(known.embed.clamp(0.01, 0.99)))
        student.gain.copy_(known.surfaces.gain)


def _hide(frame: Frame, random: np.random.Generator) -> Frame:
    """The frame with some of its materials replaced by `unknown`, of which the plain colours are an input."""
    hidden = _HIDEABLE & (random.random(len(_HIDEABLE)) < HIDDEN)
    material = features(frame).material
    unknown = np.uint8(MATERIAL_INDEX["unknown"])
    return frame.replace(material=np.where(hidden[material], unknown, material))
