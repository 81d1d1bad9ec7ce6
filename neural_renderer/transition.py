"""How one theme replaces another: a cut, a fade or a wipe.

Only the new theme's network runs. The old theme's last picture is moved along by the motion vectors and fades
out over it, so a transition costs a fraction of a millisecond. A pixel that came into view since then shows
the new theme at once. None of this enters the new theme's history.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.dissolve.cpu import dissolve_cpu
from reskin.kernels.simd.contiguous import packed_pixels, unpacked_pixels
from reskin.neural_renderer.features import GBuffer
from reskin.neural_renderer.history import History

Kind = Literal["cut", "fade", "wipe"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
FRAMES: Final = 24
"""Frames that a fade or a wipe takes: 0.4 s at 60 a second."""
_EDGE: Final = 0.12
"""Width of a wipe's soft edge, as a part of the picture's width."""


@dataclass(frozen=True, eq=False)
class LeavingTheme:
    """The theme that is being replaced.

    last: its last picture, moved along to the last frame; shown: what the last frame showed, `last` mixed
    with the new theme; step: how many frames of FRAMES have passed.
    """

    kind: Kind
    last: History
    shown: History
    step: int = 0

    def over(self, styled: History, seen: GBuffer) -> tuple[NDArray[np.uint8], LeavingTheme | None]:
        """The mixed picture, uint8 [H,W,4], to show instead of `styled`, and the state for the next frame
        (None at the end)."""
        step, picture = self.step + 1, styled.picture
        same = self.last.picture.shape == picture.shape and self.last.layout == styled.layout
        if step >= FRAMES or not same:
            return picture, None
        shown, carried, carried_id = dissolve_cpu(
            packed_pixels(picture), styled.surface_id, seen.motion, packed_pixels(self.last.picture),
            self.last.surface_id, transition_share(self.kind, step, picture.shape[1]),
        )  # fmt: skip
        last = History(unpacked_pixels(carried), carried_id, styled.layout, styled.offsets)
        mixed = History(unpacked_pixels(shown), styled.surface_id, styled.layout, styled.offsets)
        return mixed.picture, replace(self, last=last, shown=mixed, step=step)


def transition_share(kind: Kind, step: int, width: int) -> NDArray[np.uint32]:
    """How much of the old picture shows in each column at frame `step` of FRAMES: uint32 [W], 0..256."""
    done = step / FRAMES
    if kind == "wipe":  # from left to right
        x = (np.arange(width) + 0.5) / width
        rest = np.clip((x + _EDGE - done * (1 + _EDGE)) / _EDGE, 0, 1)
    else:
        rest = np.full(width, 1 - done)
    return np.rint(256 * rest * rest * (3 - 2 * rest)).astype(np.uint32)
