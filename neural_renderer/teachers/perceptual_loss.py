"""A loss by a trained network that the user provides: differences in content and in style.

After Johnson et al. 2016, "Perceptual Losses for Real-Time Style Transfer and Super-Resolution": the content
is compared by the features of the last convolution before each pooling, the style by their Gram matrices
(Gatys et al. 2016). Any network of the VGG kind will do: 3x3 convolutions, relus and poolings of two.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from reskin.neural_renderer.errors import LearnError

CONTENT: Final = 0.05
STYLE: Final = 0.02
"""Weights of the two parts beside `trainer.picture_loss`. Each part is about 1 for pictures without
similarity."""
LEVELS: Final = 3
"""The most poolings that a picture goes through. Deeper layers respond to objects, not to brushwork."""
LARGEST: Final = 1024**3
_KEY: Final = re.compile(r"features\.(\d+)\.(weight|bias)")
_MEAN: Final = (0.485, 0.456, 0.406)
_DEVIATION: Final = (0.229, 0.224, 0.225)
"""Mean and deviation of ImageNet's colours, RGB 0..1, by which the inputs of torchvision's networks are
normalised."""


class PerceptualLoss:
    """`loss(output, target)` is small if output has the content of target and the style of `style`.

    layers: weight [O,I,3,3] and bias [O] of each convolution, and whether a pooling follows it; style
    float32 [H,W,3] RGB 0..1. `key` changes whenever the loss would.
    """

    def __init__(self, layers: list[tuple[Tensor, Tensor, bool]], style: NDArray[np.float32]) -> None:
        self.layers = layers
        picture = torch.from_numpy(np.ascontiguousarray(style)).permute(2, 0, 1)[None]
        with torch.no_grad():
            self.style = [gram_matrices(f) for f in self.features(picture)]
        tensors = [picture, *(t for weight, bias, _ in layers for t in (weight, bias))]
        found = blake2b(digest_size=8)
        for tensor in tensors:
            found.update(tensor.contiguous().numpy().tobytes())
        self.key = found.hexdigest()

    def __call__(self, output: Tensor, target: Tensor) -> Tensor:
        """A scalar; output and target float [B,3,H,W] RGB 0..1. Gradients reach output only."""
        with torch.no_grad():
            targets = self.features(target)
        loss = torch.zeros((), device=output.device)
        for found, expected, style in zip(self.features(output), targets, self.style, strict=False):
            loss = loss + CONTENT * _difference(found, expected)
            loss = loss + STYLE * _difference(gram_matrices(found), style.expand(len(found), -1, -1))
        return loss / len(targets)

    def features(self, picture: Tensor) -> list[Tensor]:
        """The features of a picture [B,3,H,W] at each level, as many as the size of the picture allows."""
        mean, deviation = (picture.new_tensor(v).view(1, 3, 1, 1) for v in (_MEAN, _DEVIATION))
        x, found = (picture - mean) / deviation, []
        for number, (weight, bias, pooled) in enumerate(self.layers):
            x = functional.conv2d(x, weight, bias, padding=1).relu()
            if pooled or number == len(self.layers) - 1:
                found.append(x)
                if min(x.shape[2:]) < 4:
                    break
                x = functional.max_pool2d(x, 2)
        return found


def read_perceptual_loss(path: Path, style: NDArray[np.float32]) -> PerceptualLoss:
    """Read a loss from a file of weights with torchvision's names (features.0.weight and so on):
    .safetensors, or a state_dict saved by torch.save. Nothing in the file is executed. Raises LearnError."""
    return PerceptualLoss(_layers(_read(path), path), style)


def gram_matrices(features: Tensor) -> Tensor:
    """Gram matrices, [B,C,C], of features [B,C,H,W]: the mean products of channels."""
    flat = features.flatten(2)
    return flat @ flat.transpose(1, 2) / flat.shape[2]


def _difference(found: Tensor, expected: Tensor) -> Tensor:
    """Mean squared difference divided by the mean square of `expected`: 0 if equal, 1 if `found` is 0."""
    return ((found - expected) ** 2).mean() / (expected**2).mean().clamp_min(1e-8)


def _read(path: Path) -> dict[str, Tensor]:
    try:
        if path.stat().st_size > LARGEST:
            raise LearnError(f"{path}: expected at most {LARGEST} bytes of weights")
        if path.suffix == ".safetensors":
            from safetensors.torch import load

            tensors: dict[str, Tensor] = load(path.read_bytes())
            return tensors
        found = torch.load(path, map_location="cpu", weights_only=True)
    except LearnError:
        raise
    except Exception as error:  # safetensors and torch raise errors of many kinds for a bad file
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise LearnError(
            f"cannot read the weights {path}: {reason}; expected .safetensors, or a state_dict by torch.save"
        ) from error
    if not isinstance(found, dict):
        raise LearnError(f"{path}: expected a state_dict of tensors, found {type(found).__name__}")
    return {str(key): value for key, value in found.items() if isinstance(value, Tensor)}


def _layers(tensors: dict[str, Tensor], path: Path) -> list[tuple[Tensor, Tensor, bool]]:
    """The convolutions in order. Between two of them lies a relu if their numbers differ by 2, a relu and a
    pooling if they differ by 3."""
    expected = (
        f"{path}: expected a VGG network without batch normalisation in torchvision's names "
        "(features.0.weight, features.0.bias, ...)"
    )
    parts = {match.groups(): tensor for key, tensor in tensors.items() if (match := _KEY.fullmatch(key))}
    numbers = sorted({int(number) for number, _ in parts})
    if not numbers:
        raise LearnError(f"{expected}, found {', '.join(sorted(tensors))[:100] or 'nothing'}")
    layers, channels, pools = [], 3, 0
    for number, following in zip(numbers, [*numbers[1:], numbers[-1] + 3], strict=True):
        weight, bias = parts.get((str(number), "weight")), parts.get((str(number), "bias"))
        if (
            weight is None
            or bias is None
            or weight.shape[1:] != (channels, 3, 3)
            or bias.shape != weight.shape[:1]
        ):
            found = "nothing" if weight is None else str(list(weight.shape))
            raise LearnError(
                f"{expected}, features.{number}.weight of shape [any, {channels}, 3, 3] with its bias, "
                f"found {found}"
            )
        if following - number not in (2, 3):
            raise LearnError(f"{expected}, found features.{number} and then features.{following}")
        if not (torch.isfinite(weight).all() and torch.isfinite(bias).all()):
            raise LearnError(f"{path}: features.{number} must be finite, found NaN or infinity")
        pools += following - number == 3
        layers.append((weight.float(), bias.float(), following - number == 3))
        channels = len(weight)
        if pools == LEVELS:
            break
    return layers
