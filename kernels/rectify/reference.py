"""`rectify` in torch. The CPU kernel beside it must give the same numbers."""

from __future__ import annotations

import torch
from torch import Tensor

from kernels.rectify import LIMIT


def rectify_reference(picture: Tensor, history: Tensor) -> Tensor:
    """Half-way from the picture to its history, the way cut at LIMIT: int [B,3,H,W], 0..255.

    picture int [B,3,H,W] 0..255; history int [B,4,H,W], RGB and validity (0: nothing is known).
    In the manner of temporal anti-aliasing, where the history is clamped to what the new frame allows
    (Karis 2014, "High Quality Temporal Supersampling").
    """
    way = (history[:, :3] - picture).clamp(-LIMIT, LIMIT) * (history[:, 3:] > 0)
    return picture + torch.div(way, 2, rounding_mode="trunc")
