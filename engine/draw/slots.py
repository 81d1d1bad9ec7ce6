"""Slots: rows of a table with what pixels have in common, and the pass that writes it to every pixel.

Each shape is drawn twice: once in its colour, once in the number of its slot. `derive_into` then goes through
the numbers and writes material, identity, motion, anchor and depth, so that these channels agree with the
picture to the pixel. Read next: `engine.draw.canvas`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.engine.compiled import compiled
from reskin.engine.draw.buffers import Buffers

LIMIT = 1 << 24
"""Slots that one frame may have: a number must fit the three colour bytes of a pixel."""


class Surface2D(NamedTuple):
    """Anchors of a slot: `u = clip((x + ax) * sx, u_low, u_high)`, and v likewise; x and y in screen px."""

    ax: float
    ay: float
    sx: float
    sy: float
    u_low: float = -np.inf
    u_high: float = np.inf
    v_low: float = -np.inf
    v_high: float = np.inf


def slot_lattice(left: int, top: int, size: float) -> Surface2D:
    """Anchors in tiles of `size` px; 0 is at the top left corner of screen pixel (left, top)."""
    return Surface2D(0.5 - left, 0.5 - top, 1 / size, 1 / size)


def slot_box(left: int, top: int, width: int, height: int, flip: bool) -> Surface2D:
    """Anchors from 0 to 1 over a box in screen px; `flip` mirrors u.

    Pixels outside the box get the anchor of the nearest pixel inside.
    """
    u, v = 0.5 / width, 0.5 / height
    if flip:
        return Surface2D(0.5 - left - width, 0.5 - top, -1 / width, 1 / height, u, 1 - u, v, 1 - v)
    return Surface2D(0.5 - left, 0.5 - top, 1 / width, 1 / height, u, 1 - u, v, 1 - v)


def slot_patch(left: int, top: int, width: int, size: float, flip: bool, id: int) -> Surface2D:
    """Anchors in tiles over a thing in screen px, from a start in whole tiles that depends on the id.

    So things of one material look alike, but not the same. The start is even in both directions, because
    learnt textures repeat every two tiles.
    """
    column, row = id % 8 * 2, id // 8 % 8 * 2
    if flip:
        return Surface2D(0.5 - left - width - column * size, 0.5 - top + row * size, -1 / size, 1 / size)
    return Surface2D(0.5 - left + column * size, 0.5 - top + row * size, 1 / size, 1 / size)


@dataclass(slots=True)
class Slots:
    """The slots of one frame, in the order of first use; slot 0 is where nothing was drawn."""

    material: list[int] = field(default_factory=list)
    identity: list[int] = field(default_factory=list)
    motion: list[tuple[int, int]] = field(default_factory=list)
    depth: list[float] = field(default_factory=list)
    surface: list[Surface2D] = field(default_factory=list)

    def add(
        self, material: int, identity: int, motion: tuple[int, int], depth: float, surface: Surface2D
    ) -> int:
        """Append a slot and return its number."""
        self.material.append(material)
        self.identity.append(identity)
        self.motion.append(motion)
        self.depth.append(depth)
        self.surface.append(surface)
        return len(self.material) - 1

    def clear(self) -> None:
        for column in (self.material, self.identity, self.motion, self.depth, self.surface):
            column.clear()

    def rounded_motion(self) -> NDArray[np.float16]:
        """The motion of each slot as a frame has it, float16 [slots,2]."""
        return np.clip(np.array(self.motion, np.float32), -60000, 60000).astype(np.float16)

    def rounded_depth(self) -> NDArray[np.float16]:
        """The depth of each slot as a frame has it, float16 [slots]."""
        return np.array(self.depth, np.float32).astype(np.float16)

    def derive_into(self, index: NDArray[np.uint32], buffers: Buffers) -> None:
        """Fill the derived channels of `buffers` from slot numbers, uint32 [H,W] without the top byte."""
        motion, depth = self.rounded_motion(), self.rounded_depth()
        _derive(
            index, np.array(self.material, np.uint8), np.array(self.identity, np.uint16),
            motion.view(np.uint32)[:, 0], depth.view(np.uint16), np.array(self.surface, np.float64),
            buffers.material, buffers.identity,
            buffers.motion.view(np.uint32)[..., 0], buffers.anchor, buffers.depth.view(np.uint16),
        )  # fmt: skip


@compiled()
def _derive(  # type: ignore[no-untyped-def]
    index, material, identity, motion, depth, surface,
    material_out, identity_out, motion_out, anchor_out, depth_out,
):  # fmt: skip
    """One pass over rows, a run of equal slots at a time. float16 is copied as integers of the same size."""
    height, width = index.shape
    for y in range(height):
        start = 0
        while start < width:
            raw = index[y, start]
            end = start + 1
            while end < width and index[y, end] == raw:
                end += 1
            slot = raw & np.uint32(0xFFFFFF)
            row = surface[slot]
            ax, sx, u_low, u_high = row[0], row[2], row[4], row[5]
            v = np.float32(min(max((y + row[1]) * row[3], row[6]), row[7]))
            if u_low == -np.inf:  # a lattice; without the clip this loop is vectorised
                for x in range(start, end):
                    anchor_out[y, x, 0] = np.float32((x + ax) * sx)
                    anchor_out[y, x, 1] = v
            else:
                for x in range(start, end):
                    anchor_out[y, x, 0] = np.float32(min(max((x + ax) * sx, u_low), u_high))
                    anchor_out[y, x, 1] = v
            material_out[y, start:end] = material[slot]
            identity_out[y, start:end] = identity[slot]
            motion_out[y, start:end] = motion[slot]
            depth_out[y, start:end] = depth[slot]
            start = end
