"""`dissolve` in torch. The CPU kernel beside it must give the same numbers."""

from __future__ import annotations

import torch
from torch import Tensor


def dissolve_reference(picture: Tensor, source: Tensor, left: Tensor, share: Tensor) -> tuple[Tensor, Tensor]:
    """The mixture, and `left` as this frame sees it, 0 where it does not show: both int64 [H,W,4].

    picture int64 [H,W,4], 0..255; source int64 [H,W]: flat index of the same spot a frame ago, or -1;
    left int64 [H,W,4], the other picture a frame ago; share int64 [W], 0..256: how much of `left` shows in
    each column.
    """
    seen = (source >= 0).unsqueeze(-1)
    moved = left.reshape(-1, 4)[source.clamp_min(0)] * seen
    part = share.view(1, -1, 1) * seen
    shown = (picture * (256 - part) + moved * part + 128) >> 8
    return torch.cat((shown[..., :3], picture[..., 3:]), -1), moved
