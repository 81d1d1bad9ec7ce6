"""What a student is asked for: the painter's colours, its edges, and its changes from frame to frame."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def picture_loss(output: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Colours, gradients and quarter-scale colours.

    output, target float [B,3,H,W] 0..1; weight float [B,1,H,W], 0 where nothing is asked.
    """
    error = output - target
    scale = weight.mean().clamp_min(1e-6)
    colour = ((error.abs() + 4 * error * error) * weight).mean()
    across = (error[..., 1:] - error[..., :-1]).abs() * weight[..., 1:]
    along = (error[..., 1:, :] - error[..., :-1, :]).abs() * weight[..., 1:, :]
    coarse = functional.avg_pool2d(error * weight, 4).abs().mean()
    return (colour + 0.5 * (across.mean() + along.mean()) + 0.5 * coarse) / scale


def change_loss(
    output: Tensor, before: Tensor, target: Tensor, target_before: Tensor, valid: Tensor
) -> Tensor:
    """How differently the output and the painter changed since the last frame, where both show the
    same spot. `before` and `target_before` are already moved to this frame; valid float [B,1,H,W]."""
    difference = ((output - before) - (target - target_before)).abs() * valid
    return difference.mean() / valid.mean().clamp_min(1e-3)
