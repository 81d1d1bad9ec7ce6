"""`dissolve` on a GPU, and what follows it at each pixel: the kernel of `dissolve.cuh`, and its launch."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from reskin.kernels.cuda.launch import Kernel, Launch, Read, Source, Write
from reskin.kernels.head.cuda import Grading
from reskin.kernels.reproject import UNSEEN

_WIDE: Final = 256
SOURCE: Final = Source("dissolve/dissolve.cuh", (("UNSEEN", int(UNSEEN) - (1 << 32)),))
DISSOLVE: Final = Kernel("dissolve", SOURCE, (_WIDE, 1, 1))


class Dissolved(NamedTuple):
    """What a launch makes, all uint32 [H,W].

    carried, carried_id: the picture of the theme before and its surface ids, as this frame sees them; mixed:
    what is shown before the grade; graded, shown: as of `HeadOutputs`, or None.
    """

    carried: Any
    carried_id: Any
    mixed: Any
    graded: Any = None
    shown: Any = None


def dissolve_launch(
    size: tuple[int, int], picture: Any, surface_id: Any, motion: Any, left: Any, left_id: Any, share: Any,
    made: Dissolved, grading: Grading | None = None, hud: Any = None,
) -> Launch:  # fmt: skip
    """Mix the picture of the theme before into the new one, of `size` (height, width).

    picture, left uint32 [H,W], packed pixels of one layout; surface_id, left_id uint32 [H,W]; motion float16
    [H,W,2], px, or None; share uint32 [W], 0..256; grading, hud: as of `head_launch`. See `dissolve_cpu`.
    """
    height, width = size
    graded = Grading(None, None) if grading is None else grading
    optional = [None if array is None else Read(array) for array in (*graded, hud)]
    outputs = [None if array is None else Write(array) for array in made]
    arguments = (
        Read(picture), Read(surface_id), None if motion is None else Read(motion), Read(left), Read(left_id),
        Read(share), *optional, *outputs, height, width,
    )  # fmt: skip
    return Launch(DISSOLVE, (-(-height * width // _WIDE), 1, 1), arguments)
