"""The last steps of a picture on a CUDA device: the grade, the legibility guard, and the HUD.

They are part of a frame's graph, and do there what `compose.compose` does on the host, bit for bit. Not there
yet: the overlay of a frame, and the ground of a HUD in frames with detail (`kernels.hud_ground`); such frames
are composed on the host.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Layout
from reskin.kernels.cuda.launch import Launch
from reskin.kernels.grade.cpu import grade_table, packed_scales
from reskin.kernels.guard.cuda import (
    GUARD,
    GuardMemory,
    GuardTables,
    guard_launches,
    guard_memory,
    guard_tables,
)
from reskin.kernels.head.cuda import Grading
from reskin.neural_renderer.legibility import IS_GUARDED
from reskin.neural_renderer.runtimes.cuda_device import CudaDevice, DeviceBuffer
from reskin.neural_renderer.theme.pack import Theme


@dataclass(frozen=True, eq=False)
class Composition:
    """How pictures of a theme are composed: tables on a device, and which channels frames have.

    grade uint32 [256 M] and scales uint32 [M] or None: see `Grading`; guard: None for no guard.
    """

    grade: Any
    scales: Any
    guard: GuardTables | None
    detail: bool
    hud: bool
    buffers: tuple[DeviceBuffer, ...]

    @classmethod
    def of(
        cls, theme: Theme, strength: float, bar: float, layout: Layout, detail: bool, hud: bool,
        device: CudaDevice,
    ) -> Composition:  # fmt: skip
        """strength 0..1, over the theme's own; bar: the contrast that the guard keeps, 0 for no guard;
        detail, hud: whether frames have them. Raises ValueError for what is composed on the host."""
        if detail and hud and bar > 0:
            raise ValueError("the ground of a HUD in frames with detail is computed on the host")
        share = np.rint(theme.strengths() * np.float32(strength) * 256).astype(np.int32)
        given = theme.color_scales()
        scales: NDArray[np.uint32] = packed_scales(None)
        if given is not None:
            channels = given[:, ::-1] if layout == "BGRX" else given
            scales = packed_scales(np.rint(channels * 256).astype(np.int32))
        buffers: list[DeviceBuffer] = []

        def copied(array: NDArray[Any]) -> Any:
            buffers.append(device.constant(array))
            return buffers[-1]

        return cls(
            copied(grade_table(share, theme.detail_factors if detail else None)),
            copied(scales) if scales.size else None,
            GuardTables(*map(copied, guard_tables(IS_GUARDED, bar))) if bar > 0 else None,
            detail, hud, tuple(buffers),
        )  # fmt: skip


class ComposedPlanes:
    """What composing needs of a size: hud uint32, packed and premultiplied, and detail uint8, to be filled;
    and `shown` uint32, the picture, with 255 on top. All [H,W]. `new(shape, dtype)` gives memory."""

    def __init__(self, size: tuple[int, int], new: Callable[[tuple[int, ...], Any], Any]) -> None:
        self._size, self._new = size, new
        self.hud, self.detail = new(size, np.uint32), new(size, np.uint8)
        self.graded, self.shown = new(size, np.uint32), new(size, np.uint32)
        self._memory: GuardMemory | None = None

    def grading(self, composition: Composition, plain: Any) -> Grading:
        """What `head` does after it has steadied a pixel."""
        detail = self.detail if composition.detail else None
        return Grading(plain, composition.grade, composition.scales, detail)

    def guard(
        self, composition: Composition, surface_id: Any, plain: Any, red_shift: int, device: CudaDevice
    ) -> tuple[Launch, ...]:
        """The launches of the guard, which corrects `graded` and `shown`; none without a guard."""
        if composition.guard is None:
            return ()
        if self._memory is None:
            self._memory = guard_memory(self._size, self._new)
        return guard_launches(
            self._size, self.graded, surface_id, plain, composition.guard, self._memory, red_shift,
            self.shown, self.detail if composition.detail else None, self.hud if composition.hud else None,
            blocks=min(map(device.blocks, GUARD[-2:])),
        )  # fmt: skip
