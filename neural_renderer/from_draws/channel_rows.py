"""What the channels of pixels need to know of each row of the display's table, for `kernels.channels`."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.channels import reference as channels
from reskin.kernels.channels.reference import START, Rows
from reskin.kernels.simd.jit import jit_kernel
from reskin.neural_renderer.from_draws.sources import KEEP, THING_MATERIALS, UNKNOWN, Sources
from reskin.neural_renderer.from_draws.surfaces.planes import HEIGHT, LEFT, MIRROR, SLOT, TOP, WIDTH
from reskin.neural_renderer.from_draws.things import Things
from reskin.neural_renderer.from_draws.tiles import Grid

UNSEEN: Final = np.uint16(UNKNOWN | KEEP << 8)
"""The look of a row that nobody has looked at yet."""


def channel_rows(
    table: NDArray[np.int32], seen: NDArray[np.int64], sources: Sources, things: Things, grid: Grid
) -> Rows:
    """The rows of a table int32 [n,COLUMNS], as `Rows` says. seen: those of which a pixel is seen; they are
    the ones that `things` has followed, in its order."""
    count = len(table)
    rows = Rows(
        np.empty((count, 8), np.int32), np.empty(count, np.uint16), np.zeros((count, 2), np.uint16),
        np.zeros((count, 2), np.float16), np.empty((count, 2, 4)), np.empty(count, np.uint8),
    )  # fmt: skip
    slots = table[:, SLOT]
    origin = np.empty((count, 2))
    origin[:] = things.camera
    origin[seen] = things.origin
    rows.motion[seen] = things.motion
    _fill(
        table, sources.start, sources.width, sources.height, sources.flips, sources.looked, sources.look,
        sources.kinds, origin, 1 / grid.size, rows.place, rows.look, rows.surface, rows.kinds,
    )  # fmt: skip
    _name(seen, slots, things.identity, things.own, sources.look, THING_MATERIALS, rows.identity)
    return rows


@jit_kernel
def _fill(  # type: ignore[no-untyped-def]
    table, start, wide, high, flips, looked, look, kinds, origin, scale, place_out, look_out, surface_out,
    kinds_out,
):  # fmt: skip
    for n in range(len(table)):
        slot = table[n, SLOT]
        place, surface = place_out[n], surface_out[n]
        for c in range(4):
            place[channels.LEFT + c] = table[n, LEFT + c]
        place[channels.START] = start[slot] if looked[slot] else -1
        place[channels.COLUMNS_OF], place[channels.ROWS_OF] = wide[slot], high[slot]
        place[channels.MIRROR] = table[n, MIRROR]
        look_out[n] = look[slot] if looked[slot] else UNSEEN
        kinds_out[n] = kinds[slot] if looked[slot] else channels.TERRAIN | channels.THING
        mirror = flips[slot] ^ table[n, MIRROR]
        for axis in range(2):
            surface[0, 2 * axis], surface[0, 2 * axis + 1] = origin[n, axis] + 0.5, scale
            size = max(table[n, WIDTH + axis], 1)
            back = (mirror >> axis) & 1 == 1
            surface[1, 2 * axis] = 0.5 - table[n, LEFT + axis] - (size if back else 0)
            surface[1, 2 * axis + 1] = (-1.0 if back else 1.0) / size


@jit_kernel
def _name(seen, slots, identity, own, look, things, out):  # type: ignore[no-untyped-def]
    """Write the identities of rows: of their terrain, and of their things."""
    for k in range(len(seen)):
        n = seen[k]
        number = 1 + (identity[k] - 1) % 0xFFFF if identity[k] > 0 else 0
        out[n, 1] = number
        # The glass and the wood of a thing are parts of it.
        out[n, 0] = number if own[k] or things[look[slots[n]] & 255] else 0


assert (TOP, HEIGHT, START) == (LEFT + 1, WIDTH + 1, 4)  # `_fill` counts on their order
