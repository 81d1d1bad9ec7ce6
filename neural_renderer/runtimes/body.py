"""The body of a network as an OpenVINO model with int8 convolutions.

The graph is built from a pack's tensors: int8 weights with a step for each channel, and a FakeQuantize
after each relu, which the CPU plugin turns into true 8-bit arithmetic. There is no calibration: the ranges of
the activations were learnt. Importing openvino costs 0.3 s, so it is imported where it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reskin.kernels import BLOCKS, FEATURES, INGEST, PATCH
from reskin.neural_renderer.quantization import Layer, body_layers
from reskin.neural_renderer.runtimes.openvino_setup import import_openvino, openvino_core

if TYPE_CHECKING:
    from reskin.neural_renderer.architecture import Tensors


class Body:
    """A compiled body for one size.

    Call it with uint8 [h,w,INGEST]. It returns uint8 [h,w,4,FEATURES/4,4,4]: row in the patch, group of
    features, column in the patch, feature in the group. The next call overwrites the result.
    """

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
    """Compile for the CPU, with the plugin's own code generator switched off where that is possible.

    It makes the rounding after a residual sum a pass of its own over 3 MB of float32; without it, the
    convolution does the rounding. That saves 5 to 13 % of the body, with the same numbers.
    """
    try:
        return openvino_core().compile_model(model, "CPU", {**settings, "SNIPPETS_MODE": "DISABLE"})
    except RuntimeError:  # not a documented property: another version may not know it
        return openvino_core().compile_model(model, "CPU", settings)


def _model(tensors: Tensors, height: int, width: int) -> Any:
    """The graph. All values are levels, see `neural_renderer.quantization`. What is not int8 is float32, in
    which an exact body is exact too."""
    import_openvino()
    from openvino import Model
    from openvino import opset13 as op

    def scalar(value: float) -> Any:
        return op.constant(np.full((1, 1, 1, 1), value, np.float32))

    def rounded(x: Any) -> Any:
        return op.fake_quantize(x, *map(scalar, (0, 255, 0, 255)), 256)

    def convolve(x: Any, layer: Layer, dilation: int = 1) -> Any:
        reach = dilation * (layer.weight.shape[-1] // 2)
        if reach:  # replicate the border: zeros would show as a frame around the picture
            border = op.constant(np.array([0, 0, reach, reach]))
            x = op.pad(x, border, border, "edge")
        step, bias = (op.constant(part.reshape(shape)) for part, shape in (
            (layer.step, (-1, 1, 1, 1)), (layer.bias, (1, -1, 1, 1))
        ))  # fmt: skip
        values = op.multiply(op.convert(op.constant(np.ascontiguousarray(layer.weight)), "f32"), step)
        y = op.convolution(x, values, [1, 1], [0, 0], [0, 0], [dilation, dilation])
        return op.add(y, bias)

    stem, *blocks, last = body_layers(tensors)
    source = op.parameter([1, height, width, INGEST], np.uint8, name="packed")
    x = op.transpose(op.convert(source, "f32"), op.constant(np.array([0, 3, 1, 2])))
    x = rounded(op.relu(convolve(rounded(x), stem)))
    for first, second, dilations in zip(blocks[::2], blocks[1::2], BLOCKS, strict=True):
        y = convolve(rounded(op.relu(convolve(x, first, dilations[0]))), second, dilations[1])
        x = rounded(op.relu(op.add(op.multiply(x, scalar(second.skip)), y)))
    # The head reads row by row, and four features of a pixel as one word.
    rows = np.arange(FEATURES * PATCH * PATCH).reshape(FEATURES // 4, 4, PATCH, PATCH)
    order = rows.transpose(2, 0, 3, 1).reshape(-1)
    last = Layer(last.weight[order], last.step[order], last.bias[order], last.skip)
    y = op.transpose(
        op.convert(rounded(op.relu(convolve(x, last))), "u8"), op.constant(np.array([0, 2, 3, 1]))
    )
    return Model([y], [source], "body")
