"""The body's residual blocks on a GPU: the kernels of `block.cuh`, and their launches."""

from __future__ import annotations

from typing import Any, Final

from reskin.kernels import BLOCKS, BODY, FEATURES, PATCH
from reskin.kernels.cuda.launch import Kernel, Launch, Read, Source, Write

TILE_WIDTH: Final = 16
TILE_HEIGHT: Final = 12
_THREADS: Final = 128
_LAST: Final = PATCH * PATCH * FEATURES
_PER_SM: Final = (3, 2, 2)
"""Blocks of threads that each kernel is compiled for to fit a multiprocessor of 228 KiB at a time."""


def _shared(dilations: tuple[int, int], last: bool) -> int:
    """Bytes of shared memory: weights and scales, the tile with its halo, and what lies between."""
    first, second = dilations
    halo = first + second
    weights = 2 * (-(-9 * BODY // 32) * 32 * BODY + 8 * BODY) + last * (-(-BODY // 32) * 32 + 8) * _LAST
    tile = (TILE_WIDTH + 2 * halo) * (TILE_HEIGHT + 2 * halo) * BODY
    between = (TILE_WIDTH + 2 * second) * (TILE_HEIGHT + 2 * second) * BODY
    return weights + tile + max(between, last * _THREADS // 32 * 16 * _LAST)


_NAMES: Final = ("first", "middle", "last")
_SHARED: Final = tuple(_shared(pair, name == "last") for name, pair in zip(_NAMES, BLOCKS, strict=True))
SOURCE: Final = Source(
    "block/block.cuh",
    (
        ("BLOCK_TILE_WIDTH", TILE_WIDTH),
        ("BLOCK_TILE_HEIGHT", TILE_HEIGHT),
        ("BLOCK_THREADS", _THREADS),
        *((f"DILATION_{i}", dilation) for i, dilation in enumerate(sum(BLOCKS, ()))),
        *((f"{name.upper()}_SHARED", size) for name, size in zip(_NAMES, _SHARED, strict=True)),
        *((f"{name.upper()}_BLOCKS", count) for name, count in zip(_NAMES, _PER_SM, strict=True)),
    ),
)
RESIDUAL: Final = tuple(
    Kernel(f"block_{name}", SOURCE, (_THREADS, 1, 1), size)
    for name, size in zip(_NAMES, _SHARED, strict=True)
)
"""The kernels of the residual blocks, in order. The last also makes the features."""


def block_launch(
    number: int, activation: Any, weights: Any, result: Any, size: tuple[int, int], skip: float, blocks: int
) -> Launch:
    """Block `number` of the body.

    activation uint8 [h,w,BODY], levels; weights uint8, as `lay_out_block` makes them; result uint8
    [h,w,BODY], another array; of the last block the features, [h,w,PATCH*PATCH*FEATURES]. size: (h, w);
    skip: levels of the result for a level of the activation; blocks: how many blocks of threads share the
    tiles, best as many as the GPU runs at a time.
    """
    height, width = size
    tiles = -(-height // TILE_HEIGHT) * -(-width // TILE_WIDTH)
    arguments = (Read(activation), Read(weights), Write(result), height, width, float(skip))
    return Launch(RESIDUAL[number], (min(blocks, tiles), 1, 1), arguments)
