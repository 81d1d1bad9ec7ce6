"""The lesson of painted keyframes: one to ten whole frames, seen in many small crops.

After Texler et al. 2020, "Interactive Video Stylization Using Few-Shot Patch-Based Training". The inputs are
anchored, so that what is learnt of a few places holds everywhere. Some of the clips are the same frames with
some of their materials said to be unknown: so that a pixel of which only the colour is known looks like the
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
from reskin.neural_renderer.measure.image_metrics import psnr
from reskin.neural_renderer.network import Network
from reskin.neural_renderer.painters.kit.brushes import Array
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.teachers.clips import Clip, record
from reskin.neural_renderer.teachers.fallback_materials import fill_in
from reskin.neural_renderer.teachers.keyframe_checks import check
from reskin.neural_renderer.teachers.keyframes import Keyframe, read
from reskin.neural_renderer.teachers.lessons import Further, check_name, digest
from reskin.neural_renderer.teachers.plan import Plan
from reskin.neural_renderer.teachers.residual_texture import ResidualTexture
from reskin.neural_renderer.theme.pack import PREVIEW, Theme, title_of

if TYPE_CHECKING:
    from reskin.neural_renderer.network import Network, Student

TRUE_PER_HIDDEN: Final = 5
"""Times that a frame is taken as it is for once with materials hidden."""
HIDDEN: Final = 0.4
"""How likely each material is hidden then."""
LEAST_SHOWN: Final = 40
"""Pixels of a material below which nothing was learnt of it."""
_HIDEABLE: Final = ~materials.IS_THING & (materials.NOISE_SCALE == 1).all(1)
"""Materials whose anchors and noises are those of the unknown: no things, no sky."""


def keyframe_plan(*, seed: int, minutes: float, iterations: int | None = None) -> Plan:
    """How to train on keyframes: until the minutes are over, or the iterations, whichever is first."""
    return Plan(iterations=iterations or 1_000_000, minutes=minutes, seed=seed, game=None)


class KeyframeLesson:
    """Painted keyframes, all of one game; `name` is the theme's. Implements `Lesson`."""

    warp = 0.0
    further: Further | None = None

    def __init__(
        self, keyframes: Sequence[Keyframe], name: str, seed: int = 0, start: Theme | None = None
    ) -> None:
        """start: a theme whose body and head a new student takes over; its surfaces it learns itself."""
        self.keyframes, self.name, self.seed, self.start = keyframes, name, seed, start
        self.title = title_of(name)

    @classmethod
    def from_folder(
        cls, folder: Path, name: str, seed: int = 0, start: Theme | None = None
    ) -> KeyframeLesson:
        """Of the keyframes in a folder, checked. Raises KeyframeError, or LearnError for a bad name."""
        check_name(name)
        keyframes = read(folder)
        check(keyframes)
        return cls(keyframes, name, seed, start)

    def subject(self) -> str:
        parts: list[bytes] = [f"{self.seed} {self.start.name if self.start else ''}".encode()]
        for k in self.keyframes:
            parts += [k.frame.color.tobytes(), _material(k.frame).tobytes(), k.painted.tobytes()]
        return digest(*parts)

    def count(self) -> int:
        return (TRUE_PER_HIDDEN + 1) * len(self.keyframes)

    @cached_property
    def handmade(self) -> ResidualTexture:
        """What of the paintings is handmade, and is made predictable."""
        return ResidualTexture(self.keyframes, self.seed)

    def clips(self, cache: Path) -> Iterator[Clip]:
        """Quick to make, so nothing is cached. The first is the first keyframe."""
        for number, k in enumerate(self.keyframes):
            random = np.random.default_rng((self.seed, number))
            painted = self.handmade.anew(number)
            true = record([k.frame], _always(painted))
            yield true
            for _ in range(1, TRUE_PER_HIDDEN):
                yield self._elsewhere(number, random) if self.handmade.textures else true
            yield record([_hide(k.frame, random)], _always(painted))

    def _elsewhere(self, number: int, random: np.random.Generator) -> Clip:
        frame, painted = self.handmade.elsewhere(number, random)
        return record([frame], _always(painted))

    def begin(self, student: Student) -> None:
        """ResidualTexture textures are known from the start, in three of the surface's channels."""
        if self.start is not None:
            _share(student, Network.of(self.start.tensors))
        self.handmade.begin(student)

    def complete(self, theme: Theme) -> Theme:
        """The theme with its likeness to the keyframes, in dB, and with what they do not show filled in."""
        restyler = Restyler(theme)
        errors = []
        for k in self.keyframes:
            restyler.reset()
            learnt = to_rgb(restyler(k.frame), k.frame.layout)
            errors.append(np.mean((learnt / 255.0 - k.painted / 255.0) ** 2))
        likeness = psnr(np.zeros(1), np.full(1, float(np.mean(errors)) ** 0.5))
        theme = theme.with_metrics({"keyframes": len(self.keyframes), "keyframe_psnr": round(likeness, 3)})
        return fill_in(theme, *self._means())

    def _means(self) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Which materials the keyframes show, bool [M], and the mean of their painted colours, [M,3] 0..1."""
        material = np.concatenate([_material(k.frame).ravel() for k in self.keyframes])
        painted = np.concatenate([k.painted.reshape(-1, 3) for k in self.keyframes]) / 255.0
        counts = np.bincount(material, minlength=len(MATERIALS))
        sums = np.stack([np.bincount(material, painted[:, i], len(MATERIALS)) for i in range(3)], 1)
        shown = counts >= LEAST_SHOWN
        shown[MATERIAL_INDEX["unknown"]] = True  # by what is hidden
        return shown, sums / np.maximum(counts, 1)[:, None]

    def show(self, theme: Theme, path: Path) -> None:
        frame = self.keyframes[0].frame
        both = np.concatenate((frame.color, Restyler(theme)(frame)), 1)
        save_png(path / PREVIEW, np.ascontiguousarray(both[::2, ::2]), frame.layout)


def _material(frame: Frame) -> np.ndarray:
    assert frame.material is not None
    return frame.material


def _always(painted: Array) -> Callable[[Frame], Array]:
    """A painter of one frame."""
    return lambda frame: painted


def _share(student: Student, known: Network) -> None:
    """Take over what all materials share: the body, its ranges, the embedding that it reads, and the head."""
    with torch.no_grad():
        for name in ("weights", "biases", "head_weights", "head_biases"):
            for mine, theirs in zip(getattr(student, name), getattr(known, name), strict=True):
                mine.copy_(theirs)
        student.activation_ranges.copy_(known.activation_ranges)
        student.embed_logits.copy_(torch.logit(known.embed.clamp(0.01, 0.99)))
        student.gain.copy_(known.surfaces.gain)


def _hide(frame: Frame, random: np.random.Generator) -> Frame:
    """The frame with some of its materials said to be unknown; their plain colours then count."""
    hidden = _HIDEABLE & (random.random(len(_HIDEABLE)) < HIDDEN)
    material = _material(frame)
    unknown = np.uint8(MATERIAL_INDEX["unknown"])
    return frame.replace(material=np.where(hidden[material], unknown, material))
