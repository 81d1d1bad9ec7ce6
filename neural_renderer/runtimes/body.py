"""The body of a network as an OpenVINO model with int8 convolutions.

The graph is built from a pack's tensors: int8 weights with a step each, and a FakeQuantize after
each relu, which the CPU plugin turns into true 8-bit arithmetic. Nothing is calibrated here: the
ranges were learnt. Importing openvino costs 0.3 s, so it is imported where it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kernels import BLOCKS, FEATURES, INGEST, PATCH
from neural_renderer.quiet import import_openvino, openvino_core

if TYPE_CHECKING:
    from neural_renderer.theme import Tensors


class Body:
    """A compiled body for one size. Call it with uint8 [h,w,INGEST]; get uint8 [h,w,4,FEATURES/4,4,4]: row
    in the patch, group of features, column in the patch, feature in the group. The result is overwritten by
    the next call."""

    def __init__(self, tensors: Tensors, height: int, width: int, threads: int) -> None:
        settings = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32",  # layers left out of int8 must not fall to bf16
            "INFERENCE_NUM_THREADS": threads,
        }
        compiled = _compile(_model(tensors, height, width), settings)
        self._tensor = import_openvino().Tensor
        self._request = compiled.create_infer_request()
        self._shape = (height, width, PATCH, FEATURES // 4, PATCH, 4)

    def __call__(self, packed: NDArray[np.uint8]) -> NDArray[np.uint8]:
        self._request.set_input_tensor(self._tensor(packed[None], shared_memory=True))
        self._request.infer()
        result: NDArray[np.uint8] = self._request.get_output_tensor().data
        return result.reshape(self._shape)


def _compile(model: Any, settings: dict[str, Any]) -> Any:
    """Compile for the CPU, without the plugin's own code generator where it can be switched off: it takes the
    rounding after a residual sum as a pass of its own, over 3 MB of float32, which the convolution does on
    the way. 5 to 13 % of the body, more where the cores' caches are busy; the same numbers."""
    try:
        return openvino_core().compile_model(model, "CPU", {**settings, "SNIPPETS_MODE": "DISABLE"})
    except RuntimeError:  # not a documented property: another version may not know it
        return openvino_core().compile_model(model, "CPU", settings)


def _model(tensors: Tensors, height: int, width: int) -> Any:
    import_openvino()
    from openvino import Model
    from openvino import opset13 as op

    def scalar(value: float) -> Any:
        return op.constant(np.full((1, 1, 1, 1), value, np.float32))

    def rounded(x: Any, high: float) -> Any:
        return op.fake_quantize(x, scalar(0), scalar(high), scalar(0), scalar(high), 256)

    def convolve(x: Any, index: int, order: NDArray[np.int64] | None = None, dilation: int = 1) -> Any:
        weight, step, bias = (tensors[f"body.{index}.{part}"] for part in ("weight", "step", "bias"))
        if order is not None:
            weight, step, bias = weight[order], step[order], bias[order]
        reach = dilation * (weight.shape[-1] // 2)
        if reach:  # replicate the border: zeros would show as a frame around the picture
            border = op.constant(np.array([0, 0, reach, reach]))
            x = op.pad(x, border, border, "edge")
        values = op.multiply(op.convert(op.constant(np.ascontiguousarray(weight)), "f32"), op.constant(step))
        y = op.convolution(x, values, [1, 1], [0, 0], [0, 0], [dilation, dilation])
        return op.add(y, op.constant(bias.reshape(1, -1, 1, 1)))

    highs = [float(h) for h in tensors["highs"]]
    source = op.parameter([1, height, width, INGEST], np.uint8, name="packed")
    x = op.transpose(op.convert(source, "f32"), op.constant(np.array([0, 3, 1, 2])))
    x = rounded(op.multiply(x, scalar(1 / 255)), 1.0)
    x = rounded(op.relu(convolve(x, 0)), highs[0])
    for i, dilations in enumerate(BLOCKS):
        j, k = 2 * i + 1, 2 * i + 2
        y = rounded(op.relu(convolve(x, j, dilation=dilations[0])), highs[j])
        y = convolve(y, k, dilation=dilations[1])
        x = rounded(op.relu(op.add(x, y)), highs[k])
    last = len(highs) - 2
    # The head reads row by row, and four features of a pixel as one word.
    rows = np.arange(FEATURES * PATCH * PATCH).reshape(FEATURES // 4, 4, PATCH, PATCH)
    order = rows.transpose(2, 0, 3, 1).reshape(-1)
    # One rounding to bytes is fused into the convolution; spelt out, it passes over 11 MB of float32 twice.
    y = op.fake_quantize(op.relu(convolve(x, last, order)), *map(scalar, (0, highs[last], 0, 255)), 256)
    y = op.transpose(op.convert(y, "u8"), op.constant(np.array([0, 2, 3, 1])))
    return Model([y], [source], "body")
