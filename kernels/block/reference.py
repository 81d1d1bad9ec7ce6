"""`block` in torch, with the rounding of the int8 runtimes built in.

Activations are unsigned 8-bit with one scale per tensor. Weights are signed 7-bit with one scale per output
channel, a power of two. The network is trained with this rounding (Jacob et al. 2018, "Quantization and
Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference"), so that a runtime in int8 gives
the same numbers, and the same bits for an exact pack (see `neural_renderer.quantization`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import torch
from torch import Tensor
from torch.nn import functional

from reskin.kernels.block.steps import weight_steps

LEAK: Final = 0.05
"""Slope of a relu's gradient below zero where a larger value would help, so that a unit that is always 0 can
recover. Where a smaller value would help, the gradient is 0: passed on, it drove whole layers further and
further below zero, as nothing in the output could stop it."""


def relu_gradient(gradient: Tensor, y: Tensor) -> Tensor:
    """The gradient of a relu whose result is y."""
    return torch.where(y > 0, gradient, gradient.clamp_max(0) * LEAK)


class _Relu(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        y = functional.relu(x)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        return relu_gradient(gradients[0], y)


class _Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, high: Tensor) -> Tensor:
        ctx.save_for_backward(x, high)
        step = high / 255
        return torch.round(torch.minimum(functional.relu(x), high) / step) * step

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        x, high = ctx.saved_tensors
        return relu_gradient(gradients[0], x) * (x <= high), None


def relu_reference(x: Tensor) -> Tensor:
    """max(x, 0), with the gradient of `LEAK` below zero."""
    result: Tensor = _Relu.apply(x)  # type: ignore[no-untyped-call]
    return result


def quantize_activation(x: Tensor, high: Tensor) -> Tensor:
    """Relu, clamped to `high` and rounded to 256 levels; gradients pass through the rounding."""
    result: Tensor = _Quantize.apply(x, high)  # type: ignore[no-untyped-call]
    return result


def quantize_weight(weight: Tensor) -> Tensor:
    """Round each output channel of [O,I,k,k] to whole steps; gradients pass through."""
    step = torch.from_numpy(weight_steps(weight.detach().cpu().numpy())).to(weight)
    return weight + (torch.round(weight / step) * step - weight).detach()


def convolve_reference(x: Tensor, weight: Tensor, bias: Tensor, dilation: int = 1) -> Tensor:
    """A convolution of [B,I,H,W] that keeps the size, replicating the border."""
    reach = dilation * (weight.shape[-1] // 2)
    if reach:
        x = functional.pad(x, (reach, reach, reach, reach), mode="replicate")
    return functional.conv2d(x, weight, bias, dilation=dilation)


def block_reference(
    x: Tensor,
    weights: Sequence[Tensor],
    biases: Sequence[Tensor],
    numbers: tuple[int, int],
    activate: Callable[[int, Tensor], Tensor],
    dilations: tuple[int, int],
) -> Tensor:
    """relu(x + conv(relu(conv(x)))) on [B,BODY,H,W].

    `activate(number, values)` is the relu, rounded to 8 bits or not; `numbers` are those of its two calls.
    """
    inner = activate(numbers[0], convolve_reference(x, weights[0], biases[0], dilations[0]))
    outer = convolve_reference(inner, weights[1], biases[1], dilations[1])
    return activate(numbers[1], x + outer)
