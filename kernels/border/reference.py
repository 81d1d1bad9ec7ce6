"""`border` in torch. The CPU kernel beside it must give the same numbers."""

from __future__ import annotations

import torch
from torch import Tensor

from kernels.border import REACH


def border_reference(key: Tensor) -> Tensor:
    """Nearness, int [B,4,H,W] 0..REACH, to the next pixel with another key: left, right, up, down.

    key int [B,H,W]: material and identity of each pixel. A neighbour with another key means REACH, one
    pixel more means one less, and REACH pixels or more, or none within the picture, mean 0.
    """
    return torch.stack(
        [
            _behind(key),
            _behind(key.flip(2)).flip(2),
            _behind(key.transpose(1, 2)).transpose(1, 2),
            _behind(key.transpose(1, 2).flip(2)).flip(2).transpose(1, 2),
        ],
        1,
    )


def planes_reference(near: Tensor) -> Tensor:
    """What a network is told of nearness [B,4,H,W]: float [B,PLANES,H,W] 0..1."""
    steep = torch.exp2(near.float() - REACH) * (near > 0)
    return torch.cat((near.float() / REACH, steep), 1)


def _behind(key: Tensor) -> Tensor:
    """Nearness towards the start of the last axis."""
    nearness = torch.zeros_like(key, dtype=torch.int32)
    for away in range(1, min(REACH, key.shape[-1] - 1) + 1):
        other = (key[..., away:] != key[..., :-away]) * (REACH + 1 - away)
        nearness[..., away:] = torch.maximum(nearness[..., away:], other.int())
    return nearness
