"""What every theme's network consists of: its convolutions, and the tensors of its pack. Needs no torch.

All themes have the same architecture; `kernels` holds its sizes. The names of the tensors are the file format
of a pack, and stay as they are.
"""

from __future__ import annotations

import reprlib
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS
from reskin.kernels import (
    BLOCKS,
    BODY,
    EMBED,
    FEATURES,
    HEAD_INPUTS,
    HIDDEN,
    INGEST,
    NOISES,
    OUTPUTS,
    PATCH,
    SURFACE,
)
from reskin.kernels.border import DIRECTIONS, PROFILE, REACH
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.errors import ThemeError

ARCHITECTURE: Final = (
    f"reskin-4/{BODY}x{2 * len(BLOCKS)}/{FEATURES}+{SURFACE}+{PROFILE}/{HIDDEN}/noise-{noise.VERSION}"
)
"""Names the architecture in a pack. Packs of another one are refused."""

CONVOLUTIONS: Final = (
    (BODY, INGEST, 1),
    *((BODY, BODY, 3),) * (2 * len(BLOCKS)),
    (PATCH * PATCH * FEATURES, BODY, 1),
)
"""Output channels, input channels and kernel size of the body's convolutions, in order: the stem, two for
each block, and the last."""
SKIPPED: Final = tuple(range(0, len(CONVOLUTIONS) - 1, 2))
"""Indices of the activations that a block adds its result to: those of the stem and of each block."""
ACTIVATIONS: Final = len(CONVOLUTIONS) + 1
"""How many activations are rounded to 8 bits: that of each convolution, and that of the surface."""

Tensors = dict[str, NDArray[Any]]
"""The tensors of a pack by name; see `TENSORS`."""

_M = len(MATERIALS)
_T = materials.TEXELS


class LayerNames(NamedTuple):
    """Names of the tensors of one convolution of the body."""

    weight: str
    step: str
    bias: str


BODY_LAYERS: Final = tuple(
    LayerNames(f"body.{i}.weight", f"body.{i}.step", f"body.{i}.bias") for i in range(len(CONVOLUTIONS))
)

TENSORS: Final[dict[str, tuple[str, tuple[int, ...]]]] = {
    "embed": ("uint8", (_M, EMBED)),
    "textures": ("uint8", (_M, SURFACE, _T, _T)),
    "gain": ("float32", (SURFACE,)),
    "mix": ("float32", (_M, NOISES, SURFACE)),
    "mix_bias": ("float32", (_M, SURFACE)),
    "span": ("float32", (_M,)),  # `tile_span` in the code
    "warp": ("float32", (_M,)),
    "own": ("float32", (_M, DIRECTIONS, REACH, PROFILE)),  # `edge_self` in the code
    "other": ("float32", (_M, DIRECTIONS, REACH, PROFILE)),  # `edge_other` in the code
    "highs": ("float32", (ACTIVATIONS,)),  # `activation_ranges` in the code
    **{
        name: entry
        for names, (outputs, inputs, size) in zip(BODY_LAYERS, CONVOLUTIONS, strict=True)
        for name, entry in (
            (names.weight, ("int8", (outputs, inputs, size, size))),
            (names.step, ("float32", (outputs, 1, 1, 1))),
            (names.bias, ("float32", (outputs,))),
        )
    },
    "head.0.weight": ("int8", (HIDDEN, HEAD_INPUTS)),
    "head.0.step": ("float32", (HIDDEN, 2)),
    "head.0.bias": ("float32", (HIDDEN,)),
    "head.1.weight": ("float32", (OUTPUTS, HIDDEN)),
    "head.1.bias": ("float32", (OUTPUTS,)),
}
"""Name, dtype and shape of every tensor of a pack. The weights of a convolution are `weight * step`; for the
head's first layer see `kernels.head.reference.head_levels`."""

_FIXED = ("span", "warp", "highs", "head.0.step", *(names.step for names in BODY_LAYERS))
_POSITIVE = (("highs", 1e-6), ("span", 1e-6), ("head.0.step", 0))


def count_parameters(tensors: Tensors) -> int:
    """How many of the numbers were learnt."""
    return sum(tensor.size for name, tensor in tensors.items() if name not in _FIXED)


def check_tensors(tensors: Tensors, where: str) -> None:
    """Raise ThemeError unless every tensor of `TENSORS` is there, with its type, shape and range."""
    missing, extra = sorted(TENSORS.keys() - tensors.keys()), sorted(tensors.keys() - TENSORS.keys())
    if missing or extra:
        raise ThemeError(f"{where}: missing tensors {missing[:5]}, unexpected tensors {reprlib.repr(extra)}")
    for name, (dtype, shape) in TENSORS.items():
        t = tensors[name]
        if t.dtype.name != dtype or t.shape != shape:
            raise ThemeError(
                f"{where}: {name} must be {dtype} {list(shape)}, found {t.dtype} {list(t.shape)}"
            )
        if dtype == "float32" and not (np.isfinite(t).all() and np.abs(t).max() < 1e6):
            raise ThemeError(
                f"{where}: {name} must be finite and below a million, found NaN, infinity or more"
            )
    for name, least in _POSITIVE:
        if not (tensors[name] > least).all():
            raise ThemeError(f"{where}: {name} must be above {least:g}, found {float(tensors[name].min())}")
