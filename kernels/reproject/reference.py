"""`reproject` in torch. The CPU code beside it must give the same numbers."""

from __future__ import annotations

import torch
from torch import Tensor


def reproject_reference(
    previous: Tensor,
    previous_key: Tensor,
    key: Tensor,
    motion: Tensor | None,
    forgotten: Tensor | None = None,
) -> Tensor:
    """History for this frame: the previous picture, moved by `motion`, where it shows the same thing.

    previous float [B,3,H,W] 0..1; previous_key, key int64 [B,H,W] (material and identity of each
    pixel, the material in the low byte); motion float [B,2,H,W], this pixel's position minus its position a
    frame ago, in pixels; forgotten bool [M]: materials whose past is not to be used, or None.
    Returns float [B,4,H,W]: RGB and validity; all four are 0 where a pixel was outside the picture
    or showed another thing (a disocclusion). Nearest pixel: sub-pixel history only blurs.
    """
    batch, _, height, width = previous.shape
    row = torch.arange(height, device=key.device).view(1, height, 1)
    column = torch.arange(width, device=key.device).view(1, 1, width)
    if motion is None:
        source_row, source_column = row.expand_as(key), column.expand_as(key)
    else:
        source_column = torch.floor(column - motion[:, 0] + 0.5).long()
        source_row = torch.floor(row - motion[:, 1] + 0.5).long()
    inside = (source_row >= 0) & (source_row < height) & (source_column >= 0) & (source_column < width)
    flat = source_row.clamp(0, height - 1) * width + source_column.clamp(0, width - 1)
    same = inside & (previous_key.view(batch, -1).gather(1, flat.view(batch, -1)).view_as(key) == key)
    if forgotten is not None:
        same &= ~forgotten[key & 0xFF]
    moved = previous.reshape(batch, 3, -1).gather(2, flat.view(batch, 1, -1).expand(batch, 3, -1))
    valid = same.unsqueeze(1).to(previous.dtype)
    return torch.cat((moved.view_as(previous) * valid, valid), 1)
