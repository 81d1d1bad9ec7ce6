"""The body in float64, as `neural_renderer.quantization` defines it: what its CUDA kernels must equal."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from reskin.kernels import BLOCKS
from reskin.kernels.block.reference import convolve_reference
from reskin.kernels.block.steps import weight_steps
from reskin.neural_renderer.architecture import Tensors
from reskin.neural_renderer.quantization import Layer, body_layers

Levels = NDArray[np.uint8]


def convolved(x: Levels, layer: Layer, dilation: int = 1) -> NDArray[np.float64]:
    """A convolution of levels [h,w,I], in levels [h,w,O], before they are rounded."""
    source = torch.from_numpy(x.transpose(2, 0, 1).astype(np.float64))[None]
    weight = torch.from_numpy(layer.weight * layer.step.astype(np.float64).reshape(-1, 1, 1, 1))
    bias = torch.from_numpy(layer.bias.astype(np.float64))
    found: NDArray[np.float64] = convolve_reference(source, weight, bias, dilation)[0].numpy()
    return found.transpose(1, 2, 0)


def levels(values: NDArray[np.float64]) -> Levels:
    """Values as levels: clipped and rounded, ties to even."""
    return np.rint(np.clip(values, 0, 255)).astype(np.uint8)


def block(x: Levels, first: Layer, second: Layer, dilations: tuple[int, int]) -> Levels:
    """A residual block."""
    inner = levels(convolved(x, first, dilations[0]))
    return levels(convolved(inner, second, dilations[1]) + second.skip * x.astype(np.float64))


def features(x: Levels, tensors: Tensors) -> Levels:
    """The body's result uint8 [h,w,192], in the order of the last convolution's outputs, from its input."""
    stem, *blocks, last = body_layers(tensors)
    x = levels(convolved(x, stem))
    for first, second, dilations in zip(blocks[::2], blocks[1::2], BLOCKS, strict=True):
        x = block(x, first, second, dilations)
    return levels(convolved(x, last))


def some_layer(outputs: int, inputs: int, size: int, seed: Any, skip: float = 0.0) -> Layer:
    """A random exact layer whose levels fill 0..255 and are clipped now and then, below and above."""
    random = np.random.default_rng([outputs, inputs, size, seed])
    values = random.normal(0, 1, (outputs, inputs, size, size))
    steps = weight_steps(values)
    weight = np.rint(values / steps).astype(np.int8)
    spread = 64 * 150 * np.sqrt(weight[0].size) / 2
    exponents = np.round(np.log2(100 / spread)) + random.integers(-1, 2, outputs)
    step = (2.0**exponents).astype(np.float32)
    bias = (np.rint(random.normal(100, 50, outputs) / step) * step).astype(np.float32)
    return Layer(weight, step, bias, skip)
