"""`border` on a GPU: the kernel of `border.cuh`, and its launch."""

from __future__ import annotations

from typing import Any, Final

from reskin.kernels.border import REACH
from reskin.kernels.cuda.launch import Kernel, Launch, Read, Source, Write

_WIDTH: Final = 64
_HEIGHT: Final = 32
_THREADS: Final = 256

_ROWS: Final = _HEIGHT + 2 * REACH
_PITCH: Final = _WIDTH + 64
_SHARED: Final = 4 * (_ROWS * _PITCH + _HEIGHT * (_PITCH // 32) + _WIDTH * -(-_ROWS // 32))

SOURCE: Final = Source(
    "border/border.cuh",
    (
        ("BORDER_TILE_WIDTH", _WIDTH),
        ("BORDER_TILE_HEIGHT", _HEIGHT),
        ("BORDER_THREADS", _THREADS),
        ("BORDER_SHARED", _SHARED),
    ),
)
BORDER: Final = Kernel("border", SOURCE, (_THREADS, 1, 1), _SHARED)


def border_launch(surface_id: Any, edge_nearness: Any, neighbour: Any, height: int, width: int) -> Launch:
    """surface_id uint32 [H,W] to edge_nearness and neighbour, both uint8 [4,H,W], as of `border_cpu`."""
    grid = (-(-width // _WIDTH), -(-height // _HEIGHT), 1)
    return Launch(BORDER, grid, (Read(surface_id), Write(edge_nearness), Write(neighbour), height, width))
