"""What a student is asked for: the painter's colours, its edges, and its changes from frame to frame."""

from __future__ import annotations

import torch
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


def corrupt(history: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Spoil whole histories, float [B,4,H,W], so that a network learns not to trust what is wrong.

    Each item is spoilt with probability `share`, in one of these ways: one colour (black, red or any),
    noise, a colour shift, or another place's picture; its validity still says that it is good.
    """
    spoilt = history.clone()
    for i in range(len(history)):
        if torch.rand((), generator=generator) >= share:
            continue
        way = int(torch.randint(5, (), generator=generator))
        picture = spoilt[i, :3]
        if way == 0:
            picture[:] = torch.tensor(
                [[1.0, 0, 0], [0, 0, 0]][int(torch.randint(2, (), generator=generator))]
            ).view(3, 1, 1)
        elif way == 1:
            picture[:] = torch.rand(3, 1, 1, generator=generator)
        elif way == 2:
            picture[:] = torch.rand(picture.shape, generator=generator)
        elif way == 3:
            picture += 0.4 * (torch.rand(3, 1, 1, generator=generator) - 0.5)
        else:
            picture[:] = picture.roll((17, 29), (1, 2)).clone()
        spoilt[i, :3] = picture.clamp(0, 1) * spoilt[i, 3:]
    return spoilt
