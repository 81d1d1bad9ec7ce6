"""`reproject` in torch. The CPU kernel beside it must give the same numbers."""

from __future__ import annotations

import torch
from torch import Tensor


def reproject_reference(
    previous: Tensor,
    previous_id: Tensor,
    surface_id: Tensor,
    motion: Tensor | None,
    forgotten: Tensor | None = None,
) -> Tensor:
    """History for this frame: the previous picture, moved by `motion`, where it shows the same thing.

    previous float [B,3,H,W] 0..1; previous_id, surface_id int64 [B,H,W] (material and identity of each
    pixel, the material in the lowest byte); motion float [B,2,H,W], this pixel's position minus its position
    a frame ago, in pixels; forgotten bool [M]: materials whose history is not used, or None.
    Returns float [B,4,H,W]: RGB and validity; all four are 0 where a pixel was outside the picture or
    showed another thing (a disocclusion). The nearest pixel is taken: interpolation would blur the picture a
    little more with every frame.
    """
    batch, _, height, width = previous.shape
    row = torch.arange(height, device=surface_id.device).view(1, height, 1)
    column = torch.arange(width, device=surface_id.device).view(1, 1, width)
    if motion is None:
        source_row, source_column = row.expand_as(surface_id), column.expand_as(surface_id)
    else:
        source_column = torch.floor(column - motion[:, 0] + 0.5).long()
        source_row = torch.floor(row - motion[:, 1] + 0.5).long()
    inside = (source_row >= 0) & (source_row < height) & (source_column >= 0) & (source_column < width)
    flat = source_row.clamp(0, height - 1) * width + source_column.clamp(0, width - 1)
    same = inside & (
        previous_id.view(batch, -1).gather(1, flat.view(batch, -1)).view_as(surface_id) == surface_id
    )
    if forgotten is not None:
        same &= ~forgotten[surface_id & 0xFF]
    moved = previous.reshape(batch, 3, -1).gather(2, flat.view(batch, 1, -1).expand(batch, 3, -1))
    valid = same.unsqueeze(1).to(previous.dtype)
    return torch.cat((moved.view_as(previous) * valid, valid), 1)
