"""`border` in torch. The CPU kernels beside it and in `head` must give the same numbers."""

from __future__ import annotations

import torch
from torch import Tensor

from reskin.kernels.border import DIRECTIONS, REACH


def border_reference(key: Tensor) -> tuple[Tensor, Tensor]:
    """Nearness to the next pixel with another key, and the material of that pixel: left, right, up, down.

    key int64 [B,H,W]: material and identity of each pixel, the material in the lowest byte. Both int64
    [B,4,H,W]. A neighbour with another key means a nearness of REACH, one pixel more means one less, and
    REACH pixels or more, or none within the picture, mean 0; the material is then 0.
    """
    turned = key.transpose(1, 2)
    ways = [_behind(key), _behind(key.flip(2)), _behind(turned), _behind(turned.flip(2))]
    near, across = (
        torch.stack(
            [way[i] if k == 0 else way[i].flip(2) if k == 1 else way[i].transpose(1, 2) if k == 2
             else way[i].flip(2).transpose(1, 2) for k, way in enumerate(ways)], 1,
        )
        for i in (0, 1)
    )  # fmt: skip
    return near, across


def profile_reference(material: Tensor, near: Tensor, across: Tensor, own: Tensor, other: Tensor) -> Tensor:
    """The sum of the profiles of all borders within reach: float [B,PROFILE,H,W].

    material int64 [B,H,W]; near, across int64 [B,4,H,W] as `border_reference` gives them; own, other
    float [M,4,REACH,PROFILE]: what a material adds at a nearness of 1 to REACH on its own side of a
    border, and on the far side.
    """
    channels = own.shape[-1]
    total = torch.zeros(*material.shape, channels, dtype=own.dtype, device=own.device)
    for way in range(DIRECTIONS):
        seen = near[:, way] > 0
        row = way * REACH + near[:, way][seen] - 1
        pitch = DIRECTIONS * REACH
        mine = own.reshape(-1, channels).index_select(0, material[seen] * pitch + row)
        theirs = other.reshape(-1, channels).index_select(0, across[:, way][seen] * pitch + row)
        total = total.index_put((seen,), mine + theirs, accumulate=True)
    return total.permute(0, 3, 1, 2)


def _behind(key: Tensor) -> tuple[Tensor, Tensor]:
    """Nearness and material towards the start of the last axis."""
    near, across = torch.zeros_like(key), torch.zeros_like(key)
    for away in range(min(REACH, key.shape[-1] - 1), 0, -1):  # the nearest is written last
        before = key[..., :-away]
        other = key[..., away:] != before
        near[..., away:] = torch.where(other, REACH + 1 - away, near[..., away:])
        across[..., away:] = torch.where(other, before & 255, across[..., away:])
    return near, across
