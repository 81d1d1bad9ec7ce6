"""`rectify` in torch. The CPU kernel beside it must give the same numbers."""

from __future__ import annotations

import torch
from torch import Tensor

from reskin.kernels.rectify import HOLD, LIMIT


def rectify_reference(picture: Tensor, history: Tensor) -> Tensor:
    """The history where the picture is within HOLD of it, else two thirds of the way there, where the way is
    cut to LIMIT. Returns int [B,3,H,W], 0..255.

    picture int [B,3,H,W] 0..255; history int [B,4,H,W], RGB and validity (0: nothing is known).
    Temporal anti-aliasing works alike: it clamps the history to what the new frame allows (Karis 2014, "High
    Quality Temporal Supersampling").
    """
    way = (history[:, :3] - picture).clamp(-LIMIT, LIMIT) * (history[:, 3:] > 0)
    return picture + torch.where(way.abs() <= HOLD, way, torch.div(way * 2, 3, rounding_mode="trunc"))
