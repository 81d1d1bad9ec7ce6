"""`guard` on a GPU: its kernels, and their launches.

There are seven launches a frame, whatever it shows: so they can be part of a graph. Read next: `things.cuh`,
`around.cuh`, `guard.cuh`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.cuda.launch import Kernel, Launch, Read, Source, Write
from reskin.kernels.guard import AIM, BRIGHTEST, DARKEST, FAR, HALO, HALVINGS, HUED, MOST, RING, SWEEPS
from reskin.kernels.guard.colour import BYTE, LIGHT, LIGHTS, TO_XYZ, WHITE
from reskin.kernels.guard.reference import guard_falloff, guard_odds

_CONSTANTS: Final = (
    ("HALO", HALO), ("RING", RING), ("MOST", MOST), ("SWEEPS", SWEEPS), ("HALVINGS", HALVINGS),
    ("HUED", HUED), ("LIGHTS", LIGHTS),
)  # fmt: skip
_FIND: Final = Source("guard/things.cuh", _CONSTANTS)
_LIST: Final = Source("guard/around.cuh", _CONSTANTS)
SOURCE: Final = Source("guard/guard.cuh", _CONSTANTS)
_WIDE: Final = 256
_SEED: Final = Kernel("guard_seed", _FIND, (_WIDE, 1, 1))
_JOIN: Final = Kernel("guard_join", _FIND, (_WIDE, 1, 1))
_PIECES: Final = Kernel("guard_pieces", _FIND, (_WIDE, 1, 1))
_THINGS: Final = Kernel("guard_things", _FIND, (512, 1, 1), 4 * (MOST + 257 + 1))
_BOXES: Final = Kernel("guard_boxes", _FIND, (_WIDE, 1, 1))
_TILE: Final = (32 + 2 * HALO) * (64 + 2 * HALO), (32 + 2 * HALO) * 64
_AROUND: Final = Kernel("guard_around", _LIST, (512, 1, 1), sum(_TILE) + 4 * 19)
_CORRECT: Final = Kernel("guard_correct", SOURCE, (512, 1, 1), 5504)
GUARD: Final = (_SEED, _JOIN, _PIECES, _THINGS, _BOXES, _AROUND, _CORRECT)
"""The kernels, in the order of their launches."""
LARGEST: Final = 1 << 23
"""Pixels of a picture, at most: 3840 x 2160 and some more."""

assert MOST <= 512
assert HALVINGS == 10  # two stages of five
assert 3 * HALO + 3 < 32
assert _TILE[0] % 4 == _TILE[1] % 4 == 0


class GuardTables(NamedTuple):
    """What the kernels read besides the frame.

    guarded uint8 [256], by material; numbers float64 [23]: linear light to XYZ over white and its inverse,
    then AIM, FAR, DARKEST, BRIGHTEST and the theme's bar; light float32 [256] and byte uint8 [LIGHTS + 1]:
    see `colour`; odds float64 [256]; fall float32 [3 HALO + 4].
    """

    guarded: Any
    numbers: Any
    light: Any
    byte: Any
    odds: Any
    fall: Any


def guard_tables(guarded: NDArray[np.bool_], bar: float) -> GuardTables:
    """The tables as NumPy arrays. guarded bool [M]; bar: CIEDE2000 that is always enough."""
    by_material = np.zeros(256, np.uint8)
    by_material[: len(guarded)] = guarded
    to_seen = TO_XYZ / WHITE[:, None]
    rest = [AIM, FAR, DARKEST, BRIGHTEST, bar]
    return GuardTables(
        by_material, np.concatenate((to_seen.ravel(), np.linalg.inv(to_seen).ravel(), rest)), LIGHT, BYTE,
        guard_odds(LIGHT.astype(np.float64)), guard_falloff(np.arange(3 * HALO + 4)).astype(np.float32),
    )  # fmt: skip


class GuardMemory(NamedTuple):
    """What the kernels keep during a frame, made once for a size by `guard_memory`.

    label, number, pieces uint32 [H,W]; state uint32 [4]; firsts, progress, changed uint32 [MOST]; boxes
    uint32 [MOST,4]; begins uint32 [MOST,2]; known int32 [MOST,2]; bars float64 [MOST,4]; lists uint32 [room].
    """

    label: Any
    number: Any
    pieces: Any
    state: Any
    firsts: Any
    progress: Any
    changed: Any
    boxes: Any
    begins: Any
    known: Any
    bars: Any
    lists: Any
    room: int


def guard_memory(
    size: tuple[int, int], empty: Callable[[tuple[int, ...], Any], Any] = np.empty
) -> GuardMemory:
    """Memory for pictures of a size (height, width); `empty(shape, dtype)` makes an array on the device.

    There is room for things whose boxes have four times the pixels of the picture, and 2^18 more. Those for
    which there is none left, which no game has come near, are left as they are.
    """
    height, width = size
    if height * width > LARGEST:
        raise ValueError(f"the picture must have at most {LARGEST} pixels, found {height} x {width}")
    room = 4 * height * width + (1 << 18)
    return GuardMemory(
        label=empty(size, np.uint32), number=empty(size, np.uint32), pieces=empty(size, np.uint32),
        state=empty((4,), np.uint32), firsts=empty((MOST,), np.uint32), progress=empty((MOST,), np.uint32),
        changed=empty((MOST,), np.uint32), boxes=empty((MOST, 4), np.uint32),
        begins=empty((MOST, 2), np.uint32), known=empty((MOST, 2), np.int32),
        bars=empty((MOST, 4), np.float64), lists=empty((room,), np.uint32), room=room,
    )  # fmt: skip


def guard_launches(
    size: tuple[int, int], picture: Any, surface_id: Any, plain: Any, tables: GuardTables,
    memory: GuardMemory, red_shift: int, shown: Any = None, detail: Any = None, hud: Any = None,
    blocks: int = 1,
) -> tuple[Launch, ...]:  # fmt: skip
    """Raise the contrast of every guarded thing in a picture of `size` (height, width), in place.

    picture, plain uint32 [H,W], packed pixels with red at bit `red_shift`, without a HUD; surface_id uint32
    [H,W]. shown uint32 [H,W] or None: the picture with the plain pixel where `detail` uint8 [H,W] is 0, and
    with `hud` uint32 [H,W] over it; the pixels that the guard changes are written to it. blocks: how many
    work on things at the same time: on a GPU, no more than run at once.
    """
    height, width = size
    m, t = memory, tables
    grid = -(-height * width // _WIDE), 1, 1
    ids, guarded = Read(surface_id), Read(t.guarded)
    none = None
    return (
        Launch(_SEED, grid, (ids, guarded, Write(m.label), Write(m.state), height * width)),
        Launch(_JOIN, grid, (ids, guarded, Write(m.label), height, width)),
        Launch(
            _PIECES, grid,
            (ids, guarded, Write(m.label), Write(m.pieces), Write(m.number), Write(m.state), height * width),
        ),
        Launch(
            _THINGS, (1, 1, 1),
            (
                ids, Read(m.pieces), Write(m.number), Write(m.firsts), Write(m.boxes), Write(m.progress),
                Write(m.changed), Write(m.state),
            ),
        ),
        Launch(_BOXES, grid, (ids, guarded, Write(m.label), Write(m.number), Write(m.boxes), height, width)),
        Launch(
            _AROUND, (blocks, 1, 1),
            (
                ids, guarded, Read(m.number), Read(m.firsts), Read(m.boxes), Write(m.lists), Write(m.begins),
                Write(m.known), Write(m.state), m.room, height, width,
            ),
        ),
        Launch(
            _CORRECT, (blocks, 1, 1),
            (
                Write(picture), none if shown is None else Write(shown), Read(plain),
                none if detail is None else Read(detail), none if hud is None else Read(hud), Read(m.lists),
                Read(m.begins), Read(m.known), Read(m.boxes), Write(m.progress), Write(m.changed),
                Write(m.bars), Write(m.state), Read(t.numbers), Read(t.light), Read(t.byte), Read(t.odds),
                Read(t.fall), red_shift,
            ),
        ),
    )  # fmt: skip
