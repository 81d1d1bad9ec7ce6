"""The baseline: the image transformation network of Johnson, Alahi and Fei-Fei 2016, "Perceptual Losses
for Real-Time Style Transfer and Super-Resolution", as its authors released it.

c9s1-32, d64, d128, five residual blocks of 128, U2 c3s1-64, U2 c3s1-32, c9s1-3; reflected borders and
instance norm. The weights are random: they change nothing about its speed.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn


class Johnson(nn.Module):
    """uint8 [1,H,W,3] RGB to the same, conversions included as in our runtimes."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *_convolution(3, 32, 9), nn.ReLU(),
            *_convolution(32, 64, 3, stride=2), nn.ReLU(),
            *_convolution(64, 128, 3, stride=2), nn.ReLU(),
            *(_Residual(128) for _ in range(5)),
            nn.Upsample(scale_factor=2), *_convolution(128, 64, 3), nn.ReLU(),
            nn.Upsample(scale_factor=2), *_convolution(64, 32, 3), nn.ReLU(),
            nn.ReflectionPad2d(4), nn.Conv2d(32, 3, 9), nn.Tanh(),
        )  # fmt: skip

    def forward(self, picture: Tensor) -> Tensor:
        x = picture.permute(0, 3, 1, 2).to(torch.float32) - 127.5
        y: Tensor = self.layers(x)
        return (y * 127.5 + 128).clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8)


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *_convolution(channels, channels, 3), nn.ReLU(), *_convolution(channels, channels, 3)
        )

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.layers(x)
        return x + y


def _convolution(inputs: int, outputs: int, kernel: int, stride: int = 1) -> tuple[nn.Module, ...]:
    return (
        nn.ReflectionPad2d(kernel // 2),
        nn.Conv2d(inputs, outputs, kernel, stride),
        nn.InstanceNorm2d(outputs, affine=True),
    )


def macs_per_pixel() -> float:
    """Multiply-accumulates per output pixel of its convolutions, counted on one that runs."""
    net, side, total = Johnson().eval(), 64, 0

    def count(layer: nn.Module, _: Any, output: Tensor) -> None:
        assert isinstance(layer, nn.Conv2d)
        nonlocal total
        total += output.shape[-1] * output.shape[-2] * layer.weight.numel()

    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(count)
    with torch.inference_mode():
        net(torch.zeros(1, side, side, 3, dtype=torch.uint8))
    return total / side**2


class InTorch:
    """Eager torch in float32, on as many threads as torch takes by itself."""

    def __init__(self) -> None:
        self._net = Johnson().eval()

    def __call__(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """uint8 [H,W,3] RGB to the same."""
        with torch.inference_mode():
            styled: NDArray[np.uint8] = self._net(torch.from_numpy(rgb)[None])[0].numpy()
        return styled


class InOpenVino:
    """Converted by OpenVINO, float32, with the settings of our own runtime."""

    def __init__(self, height: int, width: int, threads: int) -> None:
        from reskin.neural_renderer.runtimes.openvino_setup import import_openvino, openvino_core

        openvino = import_openvino()
        example = torch.zeros(1, height, width, 3, dtype=torch.uint8)
        with torch.inference_mode(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch warns about its tracer, which OpenVINO uses
            model = openvino.convert_model(Johnson().eval(), example_input=example)
        model.reshape([1, height, width, 3])
        settings = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": threads,
        }
        self._request = openvino_core().compile_model(model, "CPU", settings).create_infer_request()
        self._tensor = openvino.Tensor

    def __call__(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """uint8 [H,W,3] RGB to the same; overwritten by the next call."""
        self._request.set_input_tensor(self._tensor(rgb[None], shared_memory=True))
        self._request.infer()
        styled: NDArray[np.uint8] = self._request.get_output_tensor().data[0]
        return styled
