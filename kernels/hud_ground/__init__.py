"""Keeps the HUD readable: white text that the game wrote on black must not end up on a bright sky.

Only the ground around the HUD changes, never the HUD. Distances of two colours are levels, 0..255: a quarter
of the sum of the differences in red, blue and twice green. A pixel of the HUD *lacks* contrast as far as the
styled ground under it is nearer to it than the plain ground is; what is beyond `BAR` counts as `BAR`.

1. Sums over blocks of `BLOCK` x `BLOCK` px of the HUD: its alpha, its colours, and what it lacks. They are
   smoothed over 3x3 blocks, so that the change fades out beside the text.
2. Of each block the mean colour of the HUD, and a weight from what its pixels lack: 1 from a quarter of `BAR`
   on, as text may be lost over a few bright bricks only.
3. Weights and colours are interpolated between the centres of the blocks. A pixel of the ground is mixed with
   the plain one, only as far as its distance to the HUD's colour needs it to reach `BAR`, or as far as the
   plain pixel is away; times the weight. So dark joints between bright bricks stay.

All is in integers and continuous: nothing flips when colours change a little, and a still scene stays still.
"""

from typing import Final

BLOCK: Final = 8
BAR: Final = 96
"""Levels of distance that are enough: white on a ground of level 159, a contrast ratio of 2.6 by WCAG 2."""
SLOPE: Final = 32
"""Levels by which styled and plain ground differ in distance, below which the mix fades out."""
FULL: Final = 4 * 4 * 255
"""Smoothed alpha from which a block counts fully: of four opaque pixels in it."""
