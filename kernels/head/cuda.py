"""`head` on a GPU, and what follows it at each pixel: the kernel of `head.cuh`, and its launch.

One launch paints a frame and steadies it by the history. If that is asked for, it also grades it, and draws
the HUD over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels import FEATURES, HIDDEN, NOISES, OUTPUTS, PATCH, SURFACE
from reskin.kernels.border import DIRECTIONS, PROFILE
from reskin.kernels.cuda.launch import Argument, Kernel, Launch, Read, Source, Write
from reskin.kernels.head.cpu import HeadInputs, HeadTables, HeadWeights, packed_first_layer
from reskin.kernels.rectify import HOLD, LIMIT
from reskin.kernels.simd.contiguous import contiguous
from reskin.kernels.simd.vectors import dot_table

_WARPS: Final = 8
_TILE: Final = 256
"""Floats of shared memory that a warp needs."""
MOST_MATERIALS: Final = 32
"""Materials whose mixes fit the kernel's shared memory."""
_SHARED: Final = 4 * (
    _WARPS * _TILE + HIDDEN * 8 + HIDDEN * 8 + MOST_MATERIALS * (NOISES + 1) * SURFACE
)

SOURCE: Final = Source(
    "head/head.cuh", (("HOLD", HOLD), ("LIMIT", LIMIT), ("HEAD_WARPS", _WARPS), ("TILE", _TILE))
)
HEAD: Final = Kernel("head", SOURCE, (32 * _WARPS, 1, 1), _SHARED)
HEAD_BLOCKS: Final = 3
"""Blocks of `HEAD` that a multiprocessor runs at once."""

assert (FEATURES, SURFACE, PROFILE, DIRECTIONS, PATCH, OUTPUTS) == (12, 8, 8, 4, 4, 4)  # as it is written
assert HIDDEN == 32


class CudaHeadTables(NamedTuple):
    """A theme's head, laid out for `HEAD` by `lay_out_head_cuda`.

    texels, noises, places, mix, edge_self, edge_other: as in `HeadTables`; hidden uint32 [2,HIDDEN/8,32]:
    four signed weights each, as the 32 threads of a warp need them for eight units, of the first half of a
    pixel's packed inputs and of the second; units float32 [HIDDEN,8]: as in `HeadTables`, but for two zeros
    before the weights to the outputs; numbers float32 [16]: gain, bias of the outputs, and levels of the
    surface's range. Then how many materials there are, and the sides of a texture and of the noises, both
    powers of two.
    """

    texels: Any
    noises: Any
    places: Any
    mix: Any
    edge_self: Any
    edge_other: Any
    hidden: Any
    units: Any
    numbers: Any
    materials: int
    texture_size: int
    noise_size: int


def lay_out_head_cuda(weights: HeadWeights, tables: HeadTables) -> CudaHeadTables:
    """The tables of a theme, from its weights and from what `lay_out_head` made of them; NumPy's arrays."""
    assert len(tables.places) <= MOST_MATERIALS
    numbers = np.zeros(16, np.float32)
    parts = np.concatenate((tables.gain, tables.output_bias, tables.scale))
    numbers[: len(parts)] = parts
    packed = contiguous(dot_table(packed_first_layer(weights), "bytes"), np.int32)
    # Thread l multiplies number l % 4 of four inputs by the weights of unit l / 4 of eight.
    eights = packed.view(np.uint32).reshape(HIDDEN // 8, 8, 2, 4).transpose(2, 0, 1, 3)
    hidden: NDArray[np.uint32] = contiguous(eights, np.uint32).reshape(2, HIDDEN // 8, 32)
    units = np.zeros((HIDDEN, 8), np.float32)
    units[:, :2], units[:, 4:] = tables.units[:, :2], tables.units[:, 2:]
    return CudaHeadTables(
        tables.texels, tables.noises, tables.places, tables.mix, tables.edge_self, tables.edge_other, hidden,
        units, numbers, len(tables.places), tables.texels.shape[1], len(tables.noises),
    )  # fmt: skip


class PastFrame(NamedTuple):
    """The last picture, and what `rectify_cpu` knows of it.

    picture, surface_id uint32 [H,W]; motion float16 [H,W,2], px, or None; keep uint8 [256]: 0 for materials
    whose history is not used.
    """

    picture: Any
    surface_id: Any
    motion: Any
    keep: Any


class Grading(NamedTuple):
    """What `grade_cpu` does to a pixel.

    plain uint32 [H,W]; table uint32 [256 M] and scales uint32 [M] or None: see `grade_table` and
    `packed_scales`; detail uint8 [H,W] or None; overlay int16 [H,W,6] or None.
    """

    plain: Any
    table: Any
    scales: Any = None
    detail: Any = None
    overlay: Any = None


@dataclass(frozen=True)
class HeadOutputs:
    """What a launch makes, all uint32 [H,W] packed pixels with 255 on top, but for `bad`.

    picture: steadied, the next frame's history; bad uint32 [1]: to which the number of pixels that are not
    finite is added; graded: also graded, for the guard, or None; shown: with the HUD over it, or None.
    """

    picture: Any
    bad: Any
    graded: Any = None
    shown: Any = None


def head_launch(
    size: tuple[int, int], inputs: HeadInputs, surface_id: Any, tables: CudaHeadTables, red_shift: int,
    made: HeadOutputs, past: PastFrame | None = None, grading: Grading | None = None, hud: Any = None,
    blocks: int = 1,
) -> Launch:  # fmt: skip
    """Paint a frame of `size` (height, width).

    surface_id uint32 [H,W]; red_shift: 16 (BGRX) or 0 (RGBA); hud uint32 [H,W], packed and premultiplied, or
    None; blocks: how many share the picture: on a GPU, `HEAD_BLOCKS` times its multiprocessors. Shapes and
    types are those of `HeadInputs`; all arrays are contiguous, and features are of whole patches.
    """
    height, width = size
    last = PastFrame(None, None, None, None) if past is None else past
    graded = Grading(None, None) if grading is None else grading
    tiles = -(-width // 32) * -(-height // _WARPS)
    arguments: tuple[Argument, ...] = (
        Read(inputs.material), Read(inputs.anchor), Read(inputs.features), Read(inputs.edge_nearness),
        Read(inputs.neighbour), Read(inputs.albedo), Read(surface_id), Read(inputs.offsets),
        Read(tables.texels), Read(tables.noises), Read(tables.places), Read(tables.mix),
        Read(tables.edge_self), Read(tables.edge_other), Read(tables.hidden), Read(tables.units),
        Read(tables.numbers), _read(last.picture), _read(last.surface_id), _read(last.motion),
        _read(last.keep), _read(graded.plain), _read(graded.table), _read(graded.scales),
        _read(graded.detail), _read(graded.overlay), _read(hud), Write(made.picture), _write(made.graded),
        _write(made.shown), Write(made.bad), tables.materials, tables.texture_size, tables.noise_size, height,
        width, red_shift,
    )  # fmt: skip
    return Launch(HEAD, (min(blocks, tiles), 1, 1), arguments)


def _read(array: Any) -> Read | None:
    return None if array is None else Read(array)


def _write(array: Any) -> Write | None:
    return None if array is None else Write(array)
