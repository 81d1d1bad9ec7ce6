"""A theme's network on a CUDA device, and what a frame of one size needs there: one graph a frame.

The graph clears the count of bad pixels, then runs `ingest`, `border`, the body's blocks and `head`. Frames
alternate between two pictures and two maps of surface ids: what one frame writes is the history of the next.
So there are two graphs, whose arrays stay where they are. What changes between frames besides the channels is
512 bytes: how far textures have scrolled, and which materials forget their history.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS
from reskin.kernels import BODY, FEATURES, PATCH
from reskin.kernels.block.cuda import RESIDUAL
from reskin.kernels.border import DIRECTIONS
from reskin.kernels.border.cuda import border_launch
from reskin.kernels.cuda.launch import Launch
from reskin.kernels.head.cpu import HeadInputs, lay_out_head
from reskin.kernels.head.cuda import (
    HEAD,
    CudaHeadTables,
    HeadOutputs,
    PastFrame,
    head_launch,
    lay_out_head_cuda,
)
from reskin.kernels.ingest.cuda import Ingested, IngestTables, ingest_launch
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.architecture import Tensors
from reskin.neural_renderer.runtimes.cpu import head_weights
from reskin.neural_renderer.runtimes.cuda_body import BodyTables, block_launches, body_tables
from reskin.neural_renderer.runtimes.cuda_compose import ComposedPlanes, Composition
from reskin.neural_renderer.runtimes.cuda_device import Clear, CudaDevice, DeviceBuffer, Graph

_IDS: Final = 256
"""Entries of the table of materials that keep their history: one for each byte."""


class FrameChannels(NamedTuple):
    """The channels of a frame on a device, to be filled before `CudaFrames.begin`.

    material uint8, identity uint16 and color uint32, packed pixels, all [H,W]; anchor float32 [H,W,2] in
    tiles; motion float16 [H,W,2] in px. A frame without identity or motion has zeros there.
    """

    material: Any
    identity: Any
    color: Any
    anchor: Any
    motion: Any


@dataclass(frozen=True, eq=False)
class CudaTables:
    """A theme's network on a device. `tensors` are those that it was made of."""

    tensors: Tensors
    body: BodyTables
    head: CudaHeadTables
    buffers: tuple[DeviceBuffer, ...]

    @classmethod
    def of(cls, tensors: Tensors, device: CudaDevice) -> CudaTables:
        """Lay out a network, and copy it to the device."""
        buffers: list[DeviceBuffer] = []

        def copied(array: NDArray[Any]) -> Any:
            buffers.append(device.constant(array))
            return buffers[-1]

        body = body_tables(tensors)
        on_device = BodyTables(
            IngestTables(*map(copied, body.ingest)), tuple(map(copied, body.blocks)), body.skips
        )
        weights = head_weights(tensors)
        laid = lay_out_head(
            weights, noise.noise_textures(), materials.NOISE_SCALE, noise.TEXELS_PER_TILE
        )
        head = lay_out_head_cuda(weights, laid)
        parts: list[Any] = [copied(part) if isinstance(part, np.ndarray) else part for part in head]
        return cls(tensors, on_device, CudaHeadTables(*parts), tuple(buffers))


class CudaFrames:
    """Frames of one size on a device.

    Fill `channels`, call `begin`, and read `picture`: its pixels, packed, and after them how many were not
    finite, uint32 [H*W+1]. `number` counts the frames. No call after the first two of a theme and a layout
    allocates, waits, or copies pixels from or to the host.
    """

    def __init__(self, device: CudaDevice, height: int, width: int) -> None:
        self.size = height, width
        self._device = device
        rows, columns = -(-height // PATCH), -(-width // PATCH)
        plane, patches = (height, width), (rows, columns)
        self._owned: list[DeviceBuffer] = []
        self.channels = FrameChannels(
            self._new(plane, np.uint8), self._new(plane, np.uint16), self._new(plane, np.uint32),
            self._new((*plane, 2), np.float32), self._new((*plane, 2), np.float16),
        )  # fmt: skip
        self._albedo = self._new(plane, np.uint32)
        self._ids = [self._new(plane, np.uint32) for _ in range(2)]
        self._pictures = [self._new((height * width + 1,), np.uint32) for _ in range(2)]
        self._activations = self._new((*patches, BODY), np.uint8), self._new((*patches, BODY), np.uint8)
        self._features = self._new((*patches, PATCH * PATCH * FEATURES), np.uint8)
        self._nearness, self._neighbour = (self._new((DIRECTIONS, *plane), np.uint8) for _ in range(2))
        self._parameters = np.full((2 * len(MATERIALS) + _IDS // 4,), np.nan, np.float32)
        self._given = self._new(self._parameters.shape, np.float32)
        self._graphs: dict[tuple[int, int, int, int], Graph] = {}
        self._planes: ComposedPlanes | None = None
        self._turn = 0
        self.number = 0
        for kept in (*self._ids, *self._pictures):  # read by the first frame, though it keeps nothing of it
            device.run(Clear(kept))

    @property
    def picture(self) -> DeviceBuffer:
        """The last picture, and the number of bad pixels after it."""
        picture: DeviceBuffer = self._pictures[self._turn]
        return picture

    @property
    def surface_id(self) -> DeviceBuffer:
        """The surface ids of the last picture, uint32 [H,W]."""
        surface_id: DeviceBuffer = self._ids[self._turn]
        return surface_id

    @property
    def planes(self) -> ComposedPlanes:
        """What a composed picture needs, and that picture; made when first asked for."""
        if self._planes is None:
            self._planes = ComposedPlanes(self.size, self._new)
        return self._planes

    def begin(
        self, tables: CudaTables, red_shift: int, offsets: NDArray[np.float32], keep: NDArray[np.bool_],
        composition: Composition | None = None,
    ) -> None:  # fmt: skip
        """Begin to compute a frame of the filled channels.

        offsets float32 [M,2]: tiles by which each material's texture has scrolled; keep bool [M]: materials
        that are steadied by the last picture; all False where there is none. composition: how the picture is
        composed, into `planes.shown`; None: it is not.
        """
        self._turn = 1 - self._turn
        self.number += 1
        self._set(offsets, keep)
        key = (id(tables), id(composition), self._turn, red_shift)
        graph = self._graphs.get(key)
        if graph is None:
            graph = self._graphs[key] = self._device.capture(self._parts(tables, red_shift, composition))
        self._device.replay(graph)

    def forget(self, gone: CudaTables | Composition) -> None:
        """Free the graphs of a theme or of a composition."""
        for key in [key for key in self._graphs if id(gone) in key[:2]]:
            self._device.discard(self._graphs.pop(key))

    def close(self) -> None:
        """Free everything, after the last frame has been waited for."""
        for graph in self._graphs.values():
            self._device.discard(graph)
        for buffer in self._owned:
            self._device.free(buffer)
        self._graphs.clear()
        self._owned.clear()

    def _new(self, shape: tuple[int, ...], dtype: Any) -> Any:
        """A buffer; typed as what launches take, which are NumPy's arrays elsewhere."""
        self._owned.append(self._device.buffer(shape, dtype))
        return self._owned[-1]

    def _set(self, offsets: NDArray[np.float32], keep: NDArray[np.bool_]) -> None:
        """Copy what changed of a frame's settings. The driver takes so few bytes at once, before it returns,
        and the stream gets them in its turn."""
        wanted = np.zeros_like(self._parameters)
        wanted[: offsets.size] = offsets.reshape(-1)
        wanted[2 * len(MATERIALS) :].view(np.uint8)[: len(keep)] = keep
        if wanted.tobytes() != self._parameters.tobytes():
            self._parameters = wanted
            self._device.upload(self._given, wanted)

    def _parts(
        self, tables: CudaTables, red_shift: int, composition: Composition | None
    ) -> list[Launch | Clear]:
        now, last = self._turn, 1 - self._turn
        height, width = self.size
        plane = height * width
        ids, channels, device = self._ids[now], self.channels, self._device
        offsets: Any = self._given.part(0, (len(MATERIALS), 2))
        keep = self._given.part(2 * len(MATERIALS), (_IDS // 4,))
        bad = self._pictures[now].part(plane, (1,))
        made = Ingested(self._albedo, ids, self._activations[0])
        inputs = HeadInputs(
            channels.material, channels.anchor, offsets, self._features, self._nearness, self._neighbour,
            self._albedo,
        )  # fmt: skip
        made_here = HeadOutputs(self._pictures[now].part(0, self.size), bad)
        grading, hud, rest = None, None, tuple[Launch, ...]()
        if composition is not None:
            planes = self.planes
            made_here = planes.outputs(composition, made_here)
            grading = planes.grading(composition, channels.color)
            hud = planes.hud if composition.hud else None
            rest = planes.finish(composition, ids, channels.color, red_shift, device)
        return [
            Clear(bad),
            ingest_launch(
                channels.material, channels.identity, channels.color, tables.body.ingest, made, self.size,
                red_shift,
            ),
            border_launch(ids, self._nearness, self._neighbour, height, width),
            *block_launches(
                self._activations, self._features, tables.body, self._features.shape[:2],
                min(map(device.blocks, RESIDUAL)),
            ),
            head_launch(
                self.size, inputs, ids, tables.head, red_shift,
                made_here,
                PastFrame(self._pictures[last].part(0, self.size), self._ids[last], channels.motion, keep),
                grading, hud, device.blocks(HEAD),
            ),
            *rest,
        ]  # fmt: skip
