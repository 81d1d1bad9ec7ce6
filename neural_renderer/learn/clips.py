"""Training clips: a few consecutive frames of many random scenes, as a student sees them, and painted.

A `Clip` holds T frames of one scene. Everything that does not depend on the painter (materials,
anchors, noise, where each pixel was a frame ago) is computed from the frames alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.frame import Frame
from kernels.border.cpu import border_cpu
from neural_renderer import noise, surface
from neural_renderer.features import Features, features
from neural_renderer.history import sources
from neural_renderer.learn.painters.base import Painter

Take = Callable[[], Sequence[Frame]]
"""Gives a few consecutive frames when it is asked."""


@dataclass(frozen=True, eq=False)
class Clip:
    """T frames. material uint8 [T,H,W]; tint uint8 [T,H,W,3]; anchor float32 [T,H,W,2]; noise uint8
    [T,H,W,16]; near, across uint8 [T,4,H,W], as `border_cpu` gives them; source int32 [T,H,W], flat
    index of the same spot a frame ago, -1 where there is none; target uint8 [T,H,W,3], as painted."""

    material: NDArray[np.uint8]
    tint: NDArray[np.uint8]
    anchor: NDArray[np.float32]
    noise: NDArray[np.uint8]
    near: NDArray[np.uint8]
    across: NDArray[np.uint8]
    source: NDArray[np.int32]
    target: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.material)

    def save(self, path: Path) -> None:
        """Write beside the name first, so that an interrupted write leaves no broken file."""
        partial = path.with_suffix(".part.npz")
        np.savez(partial, **{name: getattr(self, name) for name in self.__dataclass_fields__})
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> Clip:
        with np.load(path, allow_pickle=False) as stored:
            return cls(**{name: stored[name] for name in cls.__dataclass_fields__})


def record(frames: Sequence[Frame], painter: Painter) -> Clip:
    """Paint consecutive frames of one scene and put down what the student will be told of them."""
    seen = [features(frame) for frame in frames]
    borders = [border_cpu(f.key) for f in seen]
    return Clip(
        material=np.stack([f.material for f in seen]),
        tint=np.stack([f.tint for f in seen]),
        anchor=np.stack([f.anchor for f in seen]),
        noise=np.stack([sampled_noise(f) for f in seen]),
        near=np.stack([near for near, _ in borders]),
        across=np.stack([across for _, across in borders]),
        source=np.stack(_sources(seen, frames)),
        target=np.stack([np.rint(painter(frame) * 255).astype(np.uint8) for frame in frames]),
    )


def sampled_noise(f: Features) -> NDArray[np.uint8]:
    """uint8 [H,W,16]: the noise channels at each pixel's anchor."""
    return np.rint(noise.sample(f.anchor, surface.NOISE_SCALE[f.material]) * 255).astype(np.uint8)


def clips(painter: Painter, takes: Iterable[Take], cache: Path | None = None) -> Iterator[Clip]:
    """Record each take; with `cache`, a folder, reuse what is already there."""
    for number, take in enumerate(takes):
        path = cache / f"{number:04d}.npz" if cache is not None else None
        if path is not None and path.exists():
            yield Clip.load(path)
            continue
        clip = record(take(), painter)
        if path is not None:
            clip.save(path)
        yield clip


def _sources(seen: Sequence[Features], frames: Sequence[Frame]) -> list[NDArray[np.int32]]:
    none = np.full(seen[0].material.shape, -1, np.int32)
    found = [none]
    for before, now, frame in zip(seen, seen[1:], frames[1:], strict=False):
        found.append(none if frame.cut else sources(before.key, now.key, now.motion))
    return found
