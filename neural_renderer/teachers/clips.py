"""Training clips: a few consecutive frames of a scene or a game, as inputs of a student and as painted.

All that does not depend on the teacher (materials, anchors, noise, where each pixel was a frame ago) is
computed from the frames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from reskin.engine.atomic_write import atomic_write
from reskin.engine.frame import Frame
from reskin.kernels.border.cpu import border_cpu
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.features import GBuffer, features
from reskin.neural_renderer.history import history_sources_of_frames
from reskin.neural_renderer.painters.kit.brushes import Array

FrameSource = Callable[[], Sequence[Frame]]
"""Called for the consecutive frames of a clip."""


class Crop(NamedTuple):
    """A part of one frame, as `Network` takes it, and its target. Colours and noise are 0..1.

    material int64 [H,W]; albedo float [3,H,W]; anchor float [H,W,2]; noise float [H,W,16]; edge_nearness,
    neighbour int64 [4,H,W]; source int64 [H,W], the flat index of the same point in the same part of the
    frame before, -1 outside it; target float [3,H,W], as painted.
    """

    material: Tensor
    albedo: Tensor
    anchor: Tensor
    noise: Tensor
    edge_nearness: Tensor
    neighbour: Tensor
    source: Tensor
    target: Tensor

    def inputs(self) -> tuple[Tensor, ...]:
        """The inputs of a network, in order."""
        return self[:6]


@dataclass(frozen=True, eq=False)
class Clip:
    """T consecutive frames.

    material uint8 [T,H,W]; albedo uint8 [T,H,W,3]; anchor float32 [T,H,W,2]; noise uint8 [T,H,W,16];
    edge_nearness, neighbour uint8 [T,4,H,W], as `border_cpu` gives them; source int32 [T,H,W], the flat index
    of the same point in the frame before, -1 where there is none; target uint8 [T,H,W,3], as painted.
    """

    material: NDArray[np.uint8]
    albedo: NDArray[np.uint8]
    anchor: NDArray[np.float32]
    noise: NDArray[np.uint8]
    edge_nearness: NDArray[np.uint8]
    neighbour: NDArray[np.uint8]
    source: NDArray[np.int32]
    target: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.material)

    def save(self, path: Path) -> None:
        """Write to a temporary name first, so that an interrupted write leaves no broken file."""
        with atomic_write(path) as partial, partial.open("wb") as file:
            np.savez(file, **{name: getattr(self, name) for name in self.__dataclass_fields__})

    def crop(self, t: int, top: int, left: int, height: int, width: int) -> Crop:
        """A part of frame t, as tensors."""
        rows, columns = slice(top, top + height), slice(left, left + width)
        return Crop(
            torch.from_numpy(self.material[t, rows, columns].astype(np.int64)),
            _planes(self.albedo[t, rows, columns]),
            torch.from_numpy(self.anchor[t, rows, columns]),
            torch.from_numpy(self.noise[t, rows, columns]).float() / 255,
            torch.from_numpy(self.edge_nearness[t, :, rows, columns].astype(np.int64)),
            torch.from_numpy(self.neighbour[t, :, rows, columns].astype(np.int64)),
            torch.from_numpy(_crop_sources(self.source[t], top, left, height, width)),
            _planes(self.target[t, rows, columns]),
        )

    @classmethod
    def load(cls, path: Path) -> Clip:
        with np.load(path, allow_pickle=False) as stored:
            return cls(**{name: stored[name] for name in cls.__dataclass_fields__})


def record_clip(frames: Sequence[Frame], teacher: Callable[[Frame], Array]) -> Clip:
    """Paint consecutive frames of one scene, and compute the inputs of a student for them."""
    buffers = [features(frame) for frame in frames]
    borders = [border_cpu(g.surface_id) for g in buffers]
    return Clip(
        material=np.stack([g.material for g in buffers]),
        albedo=np.stack([g.albedo for g in buffers]),
        anchor=np.stack([g.anchor for g in buffers]),
        noise=np.stack([clip_noise(g) for g in buffers]),
        edge_nearness=np.stack([edge_nearness for edge_nearness, _ in borders]),
        neighbour=np.stack([neighbour for _, neighbour in borders]),
        source=np.stack(
            [np.full(buffers[0].material.shape, -1, np.int32), *history_sources_of_frames(buffers)]
        ),
        target=np.stack([np.rint(teacher(frame) * 255).astype(np.uint8) for frame in frames]),
    )


def clip_noise(g: GBuffer) -> NDArray[np.uint8]:
    """uint8 [H,W,16]: the noise channels at each pixel's anchor."""
    return np.rint(noise.sample_noise(g.anchor, materials.NOISE_SCALE[g.material]) * 255).astype(np.uint8)


def record_clips(
    teacher: Callable[[Frame], Array], sources: Iterable[FrameSource], cache: Path
) -> Iterator[Clip]:
    """Record a clip of each source. Clips that are in the folder `cache` already are read from there."""
    for number, source in enumerate(sources):
        path = cache / f"{number:04d}.npz"
        if path.exists():
            yield Clip.load(path)
            continue
        clip = record_clip(source(), teacher)
        clip.save(path)
        yield clip


def _planes(picture: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1))).float() / 255


def _crop_sources(
    source: NDArray[np.int32], top: int, left: int, height: int, width: int
) -> NDArray[np.int64]:
    """Convert flat indices into the whole frame to flat indices into the crop; -1 outside it."""
    whole = source.shape[1]
    window = source[top : top + height, left : left + width].astype(np.int64)
    row, column = window // whole - top, window % whole - left
    good = (window >= 0) & (row >= 0) & (row < height) & (column >= 0) & (column < width)
    return np.where(good, row * width + column, -1)
