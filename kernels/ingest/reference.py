"""`ingest` in torch. The CPU kernel beside it must give the same numbers."""

from __future__ import annotations

import torch
from torch import Tensor

from kernels import PATCH


def reproject_reference(previous: Tensor, previous_key: Tensor, key: Tensor, motion: Tensor | None) -> Tensor:
    """History for this frame: the previous picture, moved by `motion`, where it shows the same thing.

    previous float [B,3,H,W] 0..1; previous_key, key int64 [B,H,W] (material and identity of each
    pixel); motion float [B,2,H,W], this pixel's position minus its position a frame ago, in pixels.
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
    moved = previous.reshape(batch, 3, -1).gather(2, flat.view(batch, 1, -1).expand(batch, 3, -1))
    valid = same.unsqueeze(1).to(previous.dtype)
    return torch.cat((moved.view_as(previous) * valid, valid), 1)


def ingest_reference(material: Tensor, tint: Tensor, embed: Tensor) -> Tensor:
    """The body's input: float [B,INGEST,H/4,W/4].

    material int64 [B,H,W]; tint float [B,3,H,W] 0..1 (plain colours of tinted materials, else 0);
    embed float [M,EMBED] 0..1. H and W are multiples of PATCH. Channels: for each of the 16 pixels of a
    patch in reading order its EMBED numbers, then likewise the three of its tint.
    """
    embedded = embed[material].permute(0, 3, 1, 2)
    return torch.cat((_patches(embedded), _patches(tint)), 1)


def _patches(field: Tensor) -> Tensor:
    """[B,C,H,W] to [B,16*C,H/4,W/4], the pixel's place in the patch slowest."""
    batch, channels, height, width = field.shape
    split = field.view(batch, channels, height // PATCH, PATCH, width // PATCH, PATCH)
    return split.permute(0, 3, 5, 1, 2, 4).reshape(batch, -1, height // PATCH, width // PATCH)
