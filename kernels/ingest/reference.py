"""`ingest` in torch. The CPU kernel beside it must give the same numbers."""

from __future__ import annotations

import torch
from torch import Tensor

from reskin.kernels import PATCH


def ingest_reference(material: Tensor, albedo: Tensor, embed: Tensor) -> Tensor:
    """The body's input: float [B,INGEST,H/4,W/4].

    material int64 [B,H,W]; albedo float [B,3,H,W] 0..1 (the plain colours of the materials that show theirs,
    else 0); embed float [M,EMBED] 0..1. H and W are multiples of PATCH. Channels: the EMBED numbers of each
    of the 16 pixels of a patch, in reading order, then likewise the three of its albedo.
    """
    embedded = embed[material].permute(0, 3, 1, 2)
    return torch.cat((_patches(embedded), _patches(albedo)), 1)


def _patches(field: Tensor) -> Tensor:
    """[B,C,H,W] to [B,16*C,H/4,W/4], the pixel's place in the patch slowest."""
    batch, channels, height, width = field.shape
    split = field.view(batch, channels, height // PATCH, PATCH, width // PATCH, PATCH)
    return split.permute(0, 3, 5, 1, 2, 4).reshape(batch, -1, height // PATCH, width // PATCH)
