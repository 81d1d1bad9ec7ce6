"""The network in torch: `Network` computes a picture, `Student` holds what is learnt.

    material, albedo ─► ingest ─► stem ─► 3 blocks ─► 12 features a pixel ─────┐
    anchor, noise ─► surface: learned texture + mixed noise, per material ──┬─┤─► head ─► RGB
    distance to edges, what lies beyond ─► edge profile, per material ──────┴─┤
    albedo ───────────────────────────────────────────────────────────────────┘

Each theme has one such network. The body runs at a quarter of the resolution in 8-bit arithmetic, and knows
the light and the surroundings of a pixel. The surfaces hold the detail. They are sampled at the anchors, so
textures stick to the world. The edge profiles place ink, rims and snow to the pixel. The head gets the sum of
surface and profile, held to 0..1, so that noise can displace an edge.

There is no normalisation layer, so the brightness of one part of the picture cannot change another. The last
output is no input: a network that read it was less steady from frame to frame, and can drift.
`kernels.rectify` uses it instead, within a limit.

The trainer and the torch runtime both use `Network`; its operations are the references in `kernels`. Learned
textures are after Thies et al. 2019, "Deferred Neural Rendering".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS
from reskin.kernels import (
    BLOCKS,
    EMBED,
    FEATURES,
    HEAD_INPUTS,
    HIDDEN,
    NOISES,
    OUTPUTS,
    SURFACE,
)
from reskin.kernels.block.reference import (
    block_reference,
    convolve_reference,
    quantize_activation,
    quantize_weight,
    relu_reference,
)
from reskin.kernels.border import DIRECTIONS, DOWN, PROFILE, REACH, UP
from reskin.kernels.border.reference import profile_reference
from reskin.kernels.head.reference import (
    Surfaces,
    head_levels,
    head_reference,
    head_weights_from_levels,
    quantize_head,
    round_head_bytes,
    surface_reference,
)
from reskin.kernels.ingest.reference import ingest_reference
from reskin.kernels.simd.forks import forget_in_children
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.architecture import ACTIVATIONS, BODY_LAYERS, CONVOLUTIONS, Tensors
from reskin.neural_renderer.quantization import Ranges, exact_layer, exact_ranges

# In a forked child torch's threads are missing, and the first operation on several waits for them for ever.
forget_in_children(partial(torch.set_num_threads, 1))

_M = len(MATERIALS)
COARSE = 16
"""Side of the coarse scale of a texture while it is learnt, in texels."""


@dataclass(frozen=True)
class Network:
    """The tensors of a network, ready to run.

    embed float [M,EMBED] 0..1; surfaces: see `kernels.head.reference.Surfaces`; edge_self, edge_other
    float [M,4,REACH,PROFILE]: see `kernels.border.reference.profile_reference`; weights, biases: the
    body's `CONVOLUTIONS`; activation_ranges float [ACTIVATIONS]: the upper end of each activation's 8-bit
    range, the surface's last; head_weights, head_biases: two layers; rounded: whether activations are rounded
    as in the int8 runtimes (weights are used as they are); observe: called with the index and the values of
    each activation, by which the trainer finds the ranges.
    """

    embed: Tensor
    surfaces: Surfaces
    edge_self: Tensor
    edge_other: Tensor
    weights: Sequence[Tensor]
    biases: Sequence[Tensor]
    activation_ranges: Tensor
    head_weights: Sequence[Tensor]
    head_biases: Sequence[Tensor]
    rounded: bool = True
    observe: Callable[[int, Tensor], None] | None = None

    def __call__(
        self,
        material: Tensor,
        albedo: Tensor,
        anchor: Tensor,
        noise: Tensor,
        edge_nearness: Tensor,
        neighbour: Tensor,
    ) -> Tensor:
        """One frame: float [B,3,H,W], RGB, not clamped.

        material int64 [B,H,W]; albedo float [B,3,H,W]; anchor float [B,H,W,2]; noise float
        [B,H,W,NOISES]; edge_nearness, neighbour int64 [B,4,H,W], as `border_reference` gives them. H and W
        are multiples of 4; colours are 0..1.
        """
        place = surface_reference(material, anchor, noise, self.surfaces)
        if self.observe is not None:
            self.observe(ACTIVATIONS - 1, place)
        features = self.body(ingest_reference(material, albedo, self.embed))
        border = profile_reference(material, edge_nearness, neighbour, self.edge_self, self.edge_other)
        high = self.activation_ranges[-1] if self.rounded else None
        return head_reference(features, place, border, albedo, self.head_weights, self.head_biases, high)

    @classmethod
    def of(cls, tensors: Tensors, device: str = "cpu") -> Network:
        """The network of a pack's tensors, on a torch device."""

        def put(name: str) -> Tensor:
            return torch.from_numpy(tensors[name].astype(np.float32)).to(device)

        ranges = put("highs")
        surfaces = (put("textures") / 255, put("gain"), put("mix"), put("mix_bias"), put("span"), put("warp"))
        return cls(
            embed=put("embed") / 255,
            surfaces=Surfaces(*surfaces),
            edge_self=put("own"),
            edge_other=put("other"),
            weights=[put(names.weight) * put(names.step) for names in BODY_LAYERS],
            biases=[put(names.bias) for names in BODY_LAYERS],
            activation_ranges=ranges,
            head_weights=[
                head_weights_from_levels(put("head.0.weight"), put("head.0.step"), ranges),
                put("head.1.weight"),
            ],
            head_biases=[put("head.0.bias"), put("head.1.bias")],
        )  # fmt: skip

    def tensors(self) -> Tensors:
        """The tensors of a pack, each rounded to its type; see `neural_renderer.architecture.TENSORS`."""
        s, ranges = self.surfaces, _numbers(self.activation_ranges)
        levels, steps = head_levels(self.head_weights[0], self.activation_ranges)
        found: Tensors = {
            "embed": np.rint(_numbers(self.embed) * 255).astype(np.uint8),
            "textures": np.rint(_numbers(s.textures) * 255).astype(np.uint8),
            "gain": _numbers(s.gain),
            "mix": _numbers(s.mix),
            "mix_bias": _numbers(s.bias),
            "span": _numbers(s.tile_span),
            "warp": _numbers(s.warp),
            "own": _numbers(self.edge_self),
            "other": _numbers(self.edge_other),
            "highs": ranges,
            "head.0.weight": _numbers(levels).astype(np.int8),
            "head.0.step": _numbers(steps),
            "head.0.bias": _numbers(self.head_biases[0]),
            "head.1.weight": _numbers(self.head_weights[1]),
            "head.1.bias": _numbers(self.head_biases[1]),
        }
        for i, names in enumerate(BODY_LAYERS):
            layer = exact_layer(_numbers(self.weights[i]), _numbers(self.biases[i]), i, ranges)
            found.update(zip(names, layer, strict=True))
        return found

    def body(self, packed: Tensor) -> Tensor:
        """The body: float [B,INGEST,h,w], 0..1, to [B,16*FEATURES,h,w]. Where `rounded`, each value is one of
        256 levels of its range."""
        w, b, last = self.weights, self.biases, len(self.weights) - 1
        # In levels 0..255, so that an exact body (see `quantization`) is exact here too: 1 / 255 is not.
        x = self._activate(0, convolve_reference(packed * 255, w[0] / 255, b[0]))
        for i, dilations in enumerate(BLOCKS):
            j, k = 2 * i + 1, 2 * i + 2
            x = block_reference(x, w[j : k + 1], b[j : k + 1], (j, k), self._activate, dilations)
        return self._activate(last, convolve_reference(x, w[last], b[last]))

    def _activate(self, index: int, x: Tensor) -> Tensor:
        if self.observe is not None:
            self.observe(index, x)
        return quantize_activation(x, self.activation_ranges[index]) if self.rounded else relu_reference(x)


class Student(nn.Module):
    """What is learnt of one theme.

    warp: how far noise displaces texture coordinates, in tiles. `rounded` starts False; the trainer calls
    `start_rounding` when the ranges of the activations are known.
    """

    activation_ranges: Tensor
    tile_span: Tensor
    warp: Tensor

    def __init__(self, warp: float = 0.0) -> None:
        super().__init__()
        self.rounded = False
        self.embed_logits = nn.Parameter(torch.randn(_M, EMBED))
        self.texture_logits = nn.Parameter(
            torch.randn(_M, SURFACE, materials.TEXELS, materials.TEXELS) * 0.05
        )
        # A texture is learnt at two scales: single texels learn a broad gradient, such as a sky's, too
        # slowly.
        self.coarse_logits = nn.Parameter(torch.zeros(_M, SURFACE, COARSE, COARSE))
        self.gain = nn.Parameter(torch.full((SURFACE,), 2.0))
        self.mix = nn.Parameter(torch.randn(_M, NOISES, SURFACE) * 0.1)
        # A texture starts at half its gain; this puts the sum in the middle of 0..1, where gradients reach
        # both.
        self.mix_bias = nn.Parameter(torch.full((_M, SURFACE), -0.5))
        shape = (_M, DIRECTIONS, REACH, PROFILE)
        self.edge_self, self.edge_other = nn.Parameter(torch.zeros(shape)), nn.Parameter(torch.zeros(shape))
        self._start_clouds()
        self._start_edges()
        self.weights = nn.ParameterList([_he(*shape) for shape in CONVOLUTIONS])
        self.biases = nn.ParameterList([nn.Parameter(torch.zeros(shape[0])) for shape in CONVOLUTIONS])
        for second in list(self.weights)[2:-1:2]:
            second.data.mul_(0.3)  # a block starts near the identity
        self.head_weights = nn.ParameterList([_he(HIDDEN, HEAD_INPUTS), _he(OUTPUTS, HIDDEN)])
        self.head_biases = nn.ParameterList([nn.Parameter(torch.zeros(n)) for n in (HIDDEN, OUTPUTS)])
        # The head starts with weights of 0 for the body's features. Random features are noise, and the
        # optimiser removed that noise by making the body itself useless.
        self.head_weights[0].data[:, :FEATURES] = 0
        # Start from a flat grey: large first errors drive whole layers below zero at once.
        self.head_weights[1].data.mul_(0.2)
        self.head_biases[1].data[:3].fill_(0.4)
        self.register_buffer("activation_ranges", torch.full((ACTIVATIONS,), 4.0))
        self.register_buffer("tile_span", torch.from_numpy(materials.TILE_SPAN.copy()))
        self.register_buffer("warp", torch.from_numpy(~materials.IS_THING).float() * warp)

    @torch.no_grad()
    def _start_clouds(self) -> None:
        """Let three channels of the sky start as thresholds of a broad noise.

        Otherwise the sky's wide texture memorises the clouds of the few skies in training before the noise
        can explain them: after ten more minutes 17.5 dB on unseen skies, instead of 22.6.
        """
        sky = MATERIAL_INDEX["sky"]
        broad = torch.zeros(NOISES)
        broad[[noise.N64, noise.N24, noise.N10]] = torch.tensor([6.0, 3.0, 1.0])
        for channel, threshold in enumerate((0.50, 0.58, 0.68)):
            self.mix[sky, :, channel] = broad
            self.mix_bias[sky, channel] = -broad.sum() * threshold - self.gain[channel] / 2

    @torch.no_grad()
    def _start_edges(self) -> None:
        """Let two channels of all terrain start as an edge that noise displaces, some 9 pixels below and
        above a border: the shape of lying snow, hanging turf or running paint.

        Otherwise the average of that shape, a ramp, is learnt first, and leaves nothing for the noise to
        explain: 23.1 dB on unseen scenes in winter after 1,500 steps.
        """
        land = torch.from_numpy(~materials.IS_THING)
        steep = 8.0  # an edge of REACH / steep = 3 pixels
        nearness = torch.arange(1, REACH + 1) / REACH
        for channel, way in ((SURFACE - 1, UP), (SURFACE - 2, DOWN)):
            self.edge_self[land, way, :, channel] = steep * nearness
            self.mix[land, :, channel] *= 0.3
            self.mix[land, noise.N24, channel] += 3.0
            self.mix[land, noise.N10, channel] += 1.0
            self.mix_bias[land, channel] = -steep * 16 / REACH - (3 + 1) / 2 - self.gain[channel] / 2

    def network(self) -> Network:
        """The network with the present weights; gradients flow through it."""
        first, second = self.head_weights
        return Network(
            embed=_byte(self.embed_logits),
            surfaces=Surfaces(
                _byte(self.texture_logits + _spread(self.coarse_logits)),
                self.gain,
                self.mix,
                self.mix_bias,
                self.tile_span,
                self.warp,
            ),
            edge_self=self.edge_self,
            edge_other=self.edge_other,
            weights=[self._rounded(i, w) for i, w in enumerate(self.weights)],
            biases=list(self.biases),
            activation_ranges=self.activation_ranges,
            head_weights=[quantize_head(first, self.activation_ranges) if self.rounded else first, second],
            head_biases=list(self.head_biases),
            rounded=self.rounded,
            observe=self._observe if self.training and not self.rounded else None,
        )

    def _rounded(self, number: int, weight: Tensor) -> Tensor:
        """Weights of the body's convolution `number`; in whole steps once rounding has started."""
        if not self.rounded:
            return weight
        return quantize_weight(weight) if number else quantize_weight(weight / 255) * 255

    @torch.no_grad()
    def start_rounding(self, ranges: Ranges | None = None) -> Ranges:
        """From now on, round as the int8 runtimes do.

        The activations get exact ranges (see `quantization`), and the weights are scaled to make up for it,
        so that rounding is all that changes. ranges: use these instead of finding them, so that two students
        agree. Returns the ranges. A second call changes nothing.
        """
        upper, factors = ranges = ranges or exact_ranges(self.activation_ranges.numpy())
        before = 1.0
        for weight, bias, factor in zip(self.weights, self.biases, factors, strict=True):
            weight.mul_(factor / before)
            bias.mul_(factor)
            before = factor
        self.head_weights[0][:, :FEATURES] /= before
        self.activation_ranges[: len(upper)] = torch.from_numpy(upper)
        self.rounded = True
        return ranges

    @torch.no_grad()
    def _observe(self, index: int, x: Tensor) -> None:
        """Follow the largest activation slowly, with 5 % of room above it. A surface's range grows at once:
        each material has other values, and some materials are rarely seen."""
        beyond = x.amax().clamp_min(0.1) * 1.05 - self.activation_ranges[index]
        self.activation_ranges[index] += beyond * (1.0 if index == ACTIVATIONS - 1 and beyond > 0 else 0.02)


def _spread(coarse: Tensor) -> Tensor:
    """[M,S,COARSE,COARSE] to [M,S,TEXELS,TEXELS], bilinear, repeating."""
    scale = materials.TEXELS // COARSE
    padded = functional.pad(coarse, (1, 1, 1, 1), mode="circular")
    spread = functional.interpolate(padded, scale_factor=scale, mode="bilinear", align_corners=False)
    return spread[..., scale:-scale, scale:-scale]


def _numbers(tensor: Tensor) -> NDArray[np.float32]:
    return np.ascontiguousarray(tensor.detach().cpu().float().numpy())


def _byte(logits: Tensor) -> Tensor:
    """Sigmoid, rounded to steps of 1/255; gradients pass through the rounding."""
    return round_head_bytes(torch.sigmoid(logits))


def _he(out: int, inputs: int, kernel: int | None = None) -> nn.Parameter:
    """He et al. 2015: normal weights that keep the variance through relus."""
    size = (out, inputs) if kernel is None else (out, inputs, kernel, kernel)
    return nn.Parameter(torch.randn(size) * math.sqrt(2 / (inputs * (kernel or 1) ** 2)))
