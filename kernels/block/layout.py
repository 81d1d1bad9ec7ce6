"""The body's weights as the CUDA kernels read them: in the order of a tensor core's fragments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reskin.kernels import FEATURES, PATCH

Part = tuple[NDArray[np.int8], NDArray[np.float32], NDArray[np.float32]]
"""Weight int8 [O,I,k,k], step float32 [O] and bias float32 [O] of a convolution."""


def lay_out_weights(weight: NDArray[np.int8]) -> NDArray[np.int8]:
    """int8 [O,I,k,k] as int8 [steps, O/16, 32 lanes, 16 bytes], 32 inputs a step, the rest zero.

    Inputs are ordered as the taps are read, the channel fastest. A lane, with g = lane // 4 and t = lane % 4,
    holds for two columns of 8 outputs the weights of output g, inputs 4t to 4t + 3 and 16 + 4t to 19 + 4t.
    O must be a multiple of 16.
    """
    outputs, inputs = weight.shape[0], weight[0].size
    rows = np.zeros((outputs, -(-inputs // 32) * 32), np.int8)
    rows[:, :inputs] = weight.transpose(0, 2, 3, 1).reshape(outputs, inputs)
    split = rows.reshape(outputs // 16, 2, 8, -1, 2, 4, 4)  # pair, column, g, step, half, t, byte
    return np.ascontiguousarray(split.transpose(3, 0, 2, 5, 1, 4, 6)).reshape(-1, outputs // 16, 32, 16)


def lay_out_block(parts: Sequence[Part]) -> NDArray[np.uint8]:
    """What a launch of the body reads as one array: weights and scales of its convolutions.

    parts: the one convolution of the stem, the two of a residual block, or those and the last convolution,
    whose outputs are ordered with `feature_order`. The weights of the block's convolutions come first, then
    their scales.
    """
    block, last = parts[:2], parts[2:]
    pieces = [lay_out_weights(weight) for weight, _, _ in block]
    pieces += [_scales(part) for part in block]
    for part in last:
        pieces += [lay_out_weights(part[0]), _scales(part)]
    return np.concatenate([piece.reshape(-1).view(np.uint8) for piece in pieces])


def _scales(part: Part) -> NDArray[np.int8]:
    return np.concatenate((part[1], part[2])).astype(np.float32).view(np.int8)


def feature_order() -> NDArray[np.intp]:
    """Which output of the last convolution comes where: row in the patch, group of four features, column in
    the patch, feature in the group, as the head reads them."""
    outputs = np.arange(FEATURES * PATCH * PATCH).reshape(FEATURES // 4, 4, PATCH, PATCH)
    return outputs.transpose(2, 0, 3, 1).reshape(-1)
