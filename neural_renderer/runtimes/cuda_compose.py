"""The last steps of a picture on a CUDA device: the grade, the legibility guard, and the HUD, whose ground in
frames with detail is kept such that it can be read.

They are part of a frame's graph, and do there what `compose.compose` does on the host, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
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
from reskin.kernels.head.cuda import Grading, HeadOutputs
from reskin.kernels.hud_ground.cuda import hud_ground_launches, hud_ground_shapes
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
    overlay: bool
    grounded: bool
    """Whether the ground around the HUD is changed, so that the HUD can be drawn only after that."""

    @classmethod
    def of(
        cls, theme: Theme, strength: float, bar: float, layout: Layout, detail: bool, hud: bool,
        device: CudaDevice, overlay: bool = False, identity: bool = True,
    ) -> Composition:  # fmt: skip
        """strength 0..1, over the theme's own; bar: the contrast that the guard keeps, 0 for no guard, of
        text neither; detail, hud, overlay, identity: whether frames have them. Without identities there are
        no things to guard."""
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
            GuardTables(*map(copied, guard_tables(IS_GUARDED, bar))) if bar > 0 and identity else None,
            detail, hud, tuple(buffers), overlay, grounded=detail and hud and bar > 0,
        )  # fmt: skip


class ComposedPlanes:
    """What composing needs of a size: hud uint32 [H,W], packed and premultiplied, detail uint8 [H,W] and
    overlay int16 [H,W,6], to be filled; and `shown` uint32 [H,W], the picture, with 255 on top.

    `new(shape, dtype)` gives memory.
    """

    def __init__(self, size: tuple[int, int], new: Callable[[tuple[int, ...], Any], Any]) -> None:
        self._size, self._new = size, new
        self.hud, self.detail = new(size, np.uint32), new(size, np.uint8)
        self.graded, self.shown = new(size, np.uint32), new(size, np.uint32)
        self._memory: GuardMemory | None = None
        self._overlay: Any = None
        self._ground: tuple[Any, Any] | None = None

    @property
    def overlay(self) -> Any:
        """Memory that few frames need; made when first asked for."""
        if self._overlay is None:
            self._overlay = self._new((*self._size, 6), np.int16)
        return self._overlay

    def outputs(self, composition: Composition, made: HeadOutputs) -> HeadOutputs:
        """What `head` makes, so that it is composed."""
        return replace(made, graded=self.graded, shown=None if composition.grounded else self.shown)

    def grading(self, composition: Composition, plain: Any) -> Grading:
        """What `head` does after it has steadied a pixel."""
        detail = self.detail if composition.detail else None
        overlay = self.overlay if composition.overlay else None
        return Grading(plain, composition.grade, composition.scales, detail, overlay)

    def finish(
        self, composition: Composition, surface_id: Any, plain: Any, red_shift: int, device: CudaDevice
    ) -> tuple[Launch, ...]:
        """The launches after `head`: those of the guard, and of the ground under the HUD."""
        guard: tuple[Launch, ...] = ()
        if composition.guard is not None:
            guard = self._guard(composition, composition.guard, surface_id, plain, red_shift, device)
        if not composition.grounded:
            return guard
        if self._ground is None:
            sums, looks = hud_ground_shapes(self._size)
            self._ground = self._new(sums, np.int32), self._new(looks, np.int32)
        return guard + hud_ground_launches(
            self._size, self.graded, plain, self.hud, *self._ground, self.shown, self.detail
        )

    def _guard(
        self, composition: Composition, tables: GuardTables, surface_id: Any, plain: Any, red_shift: int,
        device: CudaDevice,
    ) -> tuple[Launch, ...]:  # fmt: skip
        """The launches that correct `graded`, and `shown` where it is complete by then."""
        if self._memory is None:
            self._memory = guard_memory(self._size, self._new)
        return guard_launches(
            self._size, self.graded, surface_id, plain, tables, self._memory, red_shift,
            None if composition.grounded else self.shown, self.detail if composition.detail else None,
            self.hud if composition.hud else None, blocks=min(map(device.blocks, GUARD[-2:])),
        )  # fmt: skip
