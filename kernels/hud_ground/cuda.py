"""`hud_ground` on a GPU, and the HUD over the result: the kernels of `hud_ground.cuh`, and their launches."""

from __future__ import annotations

from typing import Any, Final

from reskin.kernels.cuda.launch import Kernel, Launch, Read, Source, Write
from reskin.kernels.hud_ground import BAR, BLOCK, FULL, SLOPE

SOURCE: Final = Source(
    "hud_ground/hud_ground.cuh", (("BAR", BAR), ("BLOCK", BLOCK), ("FULL", FULL), ("SLOPE", SLOPE))
)
_WIDE: Final = 256
_TILE: Final = 16
_SUMS: Final = Kernel("hud_sums", SOURCE, (_WIDE, 1, 1))
_LOOK: Final = Kernel("hud_look", SOURCE, (_WIDE, 1, 1), 4 * ((_TILE + 4) ** 2 + (_TILE + 2) ** 2))
_MIX: Final = Kernel("hud_mix", SOURCE, (_WIDE, 1, 1))
HUD_GROUND: Final = (_SUMS, _LOOK, _MIX)
"""The kernels, in the order of their launches."""

assert BLOCK == 8


def hud_ground_shapes(size: tuple[int, int]) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """The shapes of the two int32 arrays that the kernels need for pictures of `size` (height, width): sums,
    and looks."""
    rows, columns = (-(-side // BLOCK) for side in size)
    return (rows, columns, 5), (rows, columns, 4)


def hud_ground_launches(
    size: tuple[int, int], picture: Any, plain: Any, hud: Any, sums: Any, looks: Any, shown: Any,
    detail: Any = None,
) -> tuple[Launch, ...]:  # fmt: skip
    """Show a picture of `size` (height, width) with a HUD that can be read, as `hud_ground_cpu` and
    `compose_hud` do.

    picture, plain, hud uint32 [H,W], packed pixels of one layout, the HUD premultiplied; sums, looks: memory,
    see `hud_ground_shapes`; detail uint8 [H,W] or None: where it is 0, the plain pixel takes the place of the
    picture's. shown uint32 [H,W]: the result, another array.
    """
    height, width = size
    (rows, columns, _), _ = hud_ground_shapes(size)
    kept = None if detail is None else Read(detail)
    given = Read(picture), Read(plain), kept, Read(hud)
    tiles = -(-columns // _TILE), -(-rows // _TILE), 1
    return (
        Launch(_SUMS, (-(-rows * columns // 8), 1, 1), (*given, Write(sums), height, width)),
        Launch(_LOOK, tiles, (Read(sums), Write(looks), rows, columns)),
        Launch(_MIX, (-(-height * width // _WIDE), 1, 1), (*given, Read(looks), Write(shown), height, width)),
    )
