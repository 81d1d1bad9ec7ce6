"""`ingest` on a GPU, with the stem of the body: the kernel of `ingest.cuh`, and its launch."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels import BODY, EMBED, INGEST, PATCH
from reskin.kernels.cuda.launch import Kernel, Launch, Read, Source, Write

_PATCHES: Final = 64
_THREADS: Final = 128
_SHARED: Final = -(-INGEST // 32) * 32 * BODY + 8 * BODY + _PATCHES * INGEST

SOURCE: Final = Source(
    "ingest/ingest.cuh",
    (("INGEST_PATCHES", _PATCHES), ("INGEST_THREADS", _THREADS), ("INGEST_SHARED", _SHARED)),
)
INGEST_KERNEL: Final = Kernel("ingest", SOURCE, (_THREADS, 1, 1), _SHARED)


class IngestTables(NamedTuple):
    """What a launch reads besides the frame: embed uint8 [M,8], the numbers of each material and two zeros;
    shown uint32 [M], 0xFFFFFF where the albedo is shown, else 0; weights uint8, the stem as `lay_out_block`
    makes it."""

    embed: Any
    shown: Any
    weights: Any


def ingest_tables(
    embed: NDArray[np.uint8], shows_albedo: NDArray[np.bool_], weights: NDArray[np.uint8]
) -> IngestTables:
    """The tables from embed uint8 [M,EMBED], shows_albedo bool [M] and the laid out stem, as NumPy arrays."""
    padded = np.zeros((len(embed), 8), np.uint8)
    padded[:, :EMBED] = embed
    return IngestTables(padded, np.where(shows_albedo, np.uint32(0xFFFFFF), np.uint32(0)), weights)


class Ingested(NamedTuple):
    """What a launch writes: albedo and surface_id uint32 [H,W], activation uint8 [h,w,BODY] of the stem, and
    packed uint8 [h,w,INGEST], the body's input, or None where nobody asks for it."""

    albedo: Any
    surface_id: Any
    activation: Any
    packed: Any = None


def ingest_launch(
    material: Any, identity: Any, color: Any, tables: IngestTables, result: Ingested, size: tuple[int, int],
    red_shift: int,
) -> Launch:  # fmt: skip
    """material uint8, identity uint16 or None and color uint32, all [H,W]; size: (H, W). The numbers are
    those of `ingest_cpu`, and of the body's first convolution."""
    height, width = size
    rows, columns = -(-height // PATCH), -(-width // PATCH)
    given = Read(material), None if identity is None else Read(identity), Read(color)
    made = Write(result.albedo), Write(result.surface_id), Write(result.activation)
    packed = None if result.packed is None else Write(result.packed)
    arguments = (*given, *map(Read, tables), *made, packed, height, width, red_shift)
    return Launch(INGEST_KERNEL, (-(-columns // _PATCHES), rows, 1), arguments)
