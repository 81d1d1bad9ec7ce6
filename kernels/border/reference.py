"""`border` in torch. The CPU kernels beside it and in `head` must give the same numbers."""

from __future__ import annotations

import torch
from torch import Tensor

from reskin.kernels.border import DIRECTIONS, REACH


def border_reference(surface_id: Tensor) -> tuple[Tensor, Tensor]:
    """`edge_nearness` and `neighbour` to the left, to the right, upwards and downwards: both int64 [B,4,H,W].

    surface_id int64 [B,H,W]: material and identity of each pixel, the material in the lowest byte. Where the
    next pixel in a direction has another surface id, the nearness is REACH; it is 1 less for each pixel
    farther away, and 0 from REACH pixels on and where there is no border within the picture. The neighbour
    is the material beyond the border, and 0 where the nearness is 0.
    """
    turned = surface_id.transpose(1, 2)
    ways = [_behind(surface_id), _behind(surface_id.flip(2)), _behind(turned), _behind(turned.flip(2))]
    edge_nearness, neighbour = (
        torch.stack(
            [way[i] if k == 0 else way[i].flip(2) if k == 1 else way[i].transpose(1, 2) if k == 2
             else way[i].flip(2).transpose(1, 2) for k, way in enumerate(ways)], 1,
        )
        for i in (0, 1)
    )  # fmt: skip
    return edge_nearness, neighbour


def profile_reference(
    material: Tensor, edge_nearness: Tensor, neighbour: Tensor, edge_self: Tensor, edge_other: Tensor
) -> Tensor:
    """The sum of the profiles of all borders within reach: float [B,PROFILE,H,W].

    material int64 [B,H,W]; edge_nearness, neighbour int64 [B,4,H,W] as `border_reference` gives them;
    edge_self, edge_other float [M,4,REACH,PROFILE]: what a material adds at a nearness of 1 to REACH,
    on its own side of a border and on the far side.
    """
    channels = edge_self.shape[-1]
    total = torch.zeros(*material.shape, channels, dtype=edge_self.dtype, device=edge_self.device)
    for way in range(DIRECTIONS):
        seen = edge_nearness[:, way] > 0
        row = way * REACH + edge_nearness[:, way][seen] - 1
        pitch = DIRECTIONS * REACH
        mine = edge_self.reshape(-1, channels).index_select(0, material[seen] * pitch + row)
        theirs = edge_other.reshape(-1, channels).index_select(0, neighbour[:, way][seen] * pitch + row)
        total = total.index_put((seen,), mine + theirs, accumulate=True)
    return total.permute(0, 3, 1, 2)


def _behind(surface_id: Tensor) -> tuple[Tensor, Tensor]:
    """Edge distance and neighbour towards the start of the last axis."""
    edge_nearness, neighbour = torch.zeros_like(surface_id), torch.zeros_like(surface_id)
    for away in range(min(REACH, surface_id.shape[-1] - 1), 0, -1):  # the nearest is written last
        before = surface_id[..., :-away]
        differs = surface_id[..., away:] != before
        edge_nearness[..., away:] = torch.where(differs, REACH + 1 - away, edge_nearness[..., away:])
        neighbour[..., away:] = torch.where(differs, before & 255, neighbour[..., away:])
    return edge_nearness, neighbour
