"""`head` in torch. The CPU kernel beside it must give the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from reskin.kernels import FEATURES, HEAD_PARTS, PATCH, SURFACE
from reskin.kernels.block.reference import quantize_activation, relu_gradient, relu_reference
from reskin.kernels.border import PROFILE


class Surfaces(NamedTuple):
    """A theme's anchored surfaces.

    textures float [M,SURFACE,T,T] 0..1, repeating; gain float [SURFACE], their weight; mix float
    [M,NOISES,SURFACE] and bias float [M,SURFACE]: how each material mixes the noises; tile_span float
    [M]: tiles that a texture covers; warp float [M]: tiles by which noise displaces its coordinates.
    """

    textures: Tensor
    gain: Tensor
    mix: Tensor
    bias: Tensor
    tile_span: Tensor
    warp: Tensor


def noise_reference(anchor: Tensor, scale: Tensor, noise: Tensor) -> Tensor:
    """The noise channels at each anchor, float [B,H,W,NOISES] 0..1.

    anchor float [B,H,W,2] tiles; scale float [B,H,W,2] texels a tile; noise float [N,N,NOISES],
    repeating. Bilinear; the centre of texel i lies at i + 0.5.
    """
    size = noise.shape[0]
    place = anchor * scale - 0.5
    low = torch.floor(place)
    fx, fy = (place - low).unsqueeze(-1).unbind(-2)
    x0, y0 = torch.remainder(low, size).long().unbind(-1)
    x1, y1 = (x0 + 1) % size, (y0 + 1) % size
    above = noise[y0, x0] * (1 - fx) + noise[y0, x1] * fx
    below = noise[y1, x0] * (1 - fx) + noise[y1, x1] * fx
    return above * (1 - fy) + below * fy


def surface_reference(material: Tensor, anchor: Tensor, noise: Tensor, s: Surfaces) -> Tensor:
    """gain * texture(anchor) + mix . noise + bias: float [B,SURFACE,H,W].

    material int64 [B,H,W]; anchor float [B,H,W,2] tiles; noise float [B,H,W,NOISES] 0..1, sampled
    at the anchor; the last two noises displace the texture's coordinates by up to half of `warp`.
    Bilinear; the centre of texel i lies at (i + 0.5) / T of the tile span.
    """
    texels = s.textures.shape[-1]
    place = anchor + s.warp[material].unsqueeze(-1) * (noise[..., -2:] - 0.5)
    place = torch.remainder(place / s.tile_span[material].unsqueeze(-1), 1.0) * texels
    atlas = functional.pad(s.textures, (1, 1, 1, 1), mode="circular")
    rows = atlas.shape[-2]
    sheet = atlas.permute(1, 0, 2, 3).reshape(1, atlas.shape[1], -1, rows)
    x = (place[..., 0] + 1) * (2 / rows) - 1
    y = (place[..., 1] + 1 + material * rows) * (2 / sheet.shape[2]) - 1
    grid = torch.stack((x, y), -1).view(1, -1, material.shape[-1], 2).to(sheet.dtype)
    texture = functional.grid_sample(sheet, grid, mode="bilinear", align_corners=False)
    texture = texture.view(-1, *material.shape).transpose(0, 1) * s.gain.view(1, -1, 1, 1)
    return texture + mix_reference(material, noise, s)


def mix_reference(material: Tensor, noise: Tensor, s: Surfaces) -> Tensor:
    """mix[material] . noise + bias[material]: float [B,SURFACE,H,W]; one matrix product a material."""
    flat, kinds = noise.reshape(-1, noise.shape[-1]), material.reshape(-1)
    order = torch.argsort(kinds)
    counts = torch.bincount(kinds, minlength=s.mix.shape[0]).tolist()
    parts = [
        torch.addmm(s.bias[m], rows, s.mix[m])
        for m, rows in enumerate(torch.split(flat[order], counts))
        if len(rows)
    ]
    mixed = torch.cat(parts)[torch.argsort(order)]
    return mixed.view(*material.shape, -1).permute(0, 3, 1, 2)


def head_reference(
    features: Tensor,
    surface: Tensor,
    border: Tensor,
    albedo: Tensor,
    weights: Sequence[Tensor],
    biases: Sequence[Tensor],
    high: Tensor | None = None,
) -> Tensor:
    """Colours, float [B,3,H,W], not clamped.

    features float [B,16*FEATURES,H/4,W/4] (shuffled up here), surface [B,SURFACE,H,W], border
    [B,PROFILE,H,W], albedo [B,3,H,W]; weights [HIDDEN,HEAD_INPUTS], [OUTPUTS,HIDDEN]; high: the upper end
    of the surface's 8-bit range, or None if the inputs are not rounded to bytes.

    The edges are the sums of surface and border profile, cut to 0..1 channel by channel: how far snow hangs
    down depends on noise and on distance together, and only a value with an upper end can cover what is below
    it. The last output says how much of the albedo is added: a product, which sums and relus only
    approximate.
    """
    edges = (surface + border).clamp(0, 1)
    rounded = relu_reference(surface) if high is None else quantize_activation(surface, high)
    edges = edges if high is None else round_head_bytes(edges)
    parts = (functional.pixel_shuffle(features, PATCH), rounded, edges, albedo)
    inputs = torch.cat([part.transpose(0, 1) for part in parts]).flatten(1)
    outputs: Tensor = _Layers.apply(inputs, *weights, *biases)  # type: ignore[no-untyped-call]
    outputs = outputs.view(-1, len(albedo), *albedo.shape[2:]).transpose(0, 1)
    return outputs[:, :3] + outputs[:, 3:] * albedo


def round_head_bytes(x: Tensor) -> Tensor:
    """Round 0..1 to steps of 1/255; gradients pass through."""
    return x + (torch.round(x * 255) / 255 - x).detach()


def head_levels(weight: Tensor, activation_ranges: Tensor) -> tuple[Tensor, Tensor]:
    """The first layer as int8 runtimes store it: levels -127..127, [HIDDEN,HEAD_INPUTS], and steps
    [HIDDEN,2].

    A step is the worth of a level times the range of its input. A hidden unit has one step for the surface,
    whose weights are the largest, and one for all other inputs. The last two of `activation_ranges` are those
    of features and surface.
    """
    scaled = (weight * _ranges(activation_ranges)).detach()
    surface = _is_surface(weight)
    step = torch.stack([(scaled * part).abs().amax(1) for part in (~surface, surface)], 1) / 127
    step = step.clamp_min(1e-12)
    return torch.round(scaled / step[:, surface.long()]), step


def head_weights_from_levels(levels: Tensor, step: Tensor, activation_ranges: Tensor) -> Tensor:
    """The rounded weights: the inverse of `head_levels`."""
    return levels * step[:, _is_surface(levels).long()] / _ranges(activation_ranges)


def quantize_head(weight: Tensor, activation_ranges: Tensor) -> Tensor:
    """Round the first layer's weights as int8 runtimes do; gradients pass through."""
    rounded = head_weights_from_levels(*head_levels(weight, activation_ranges), activation_ranges)
    return weight + (rounded - weight).detach()


def _is_surface(like: Tensor) -> Tensor:
    """Which of the head's inputs are the surface: bool [HEAD_INPUTS]."""
    at = torch.arange(like.shape[1], device=like.device)
    return (at >= HEAD_PARTS[0]) & (at < HEAD_PARTS[1])


def _ranges(activation_ranges: Tensor) -> Tensor:
    """The upper end of each input's 8-bit range."""
    one = torch.ones_like(activation_ranges[:1])
    return torch.cat(
        (
            activation_ranges[-2:-1].expand(FEATURES),
            activation_ranges[-1:].expand(SURFACE),
            one.expand(PROFILE + 3),
        )
    )


class _Layers(torch.autograd.Function):
    """Two layers at every pixel: [I,N] to [OUTPUTS,N].

    The hidden layer is never stored whole, but computed again for the gradient, in runs of pixels that fit a
    core's cache: with a stored layer, half the time of a training step went into fresh memory for it.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, w: Tensor, v: Tensor, b: Tensor, c: Tensor) -> Tensor:
        ctx.save_for_backward(x, w, v, b)
        run = _run(x)
        parts = [torch.addmm(c[:, None], v, _hidden(p, w, b)) for p in torch.split(x, run, 1)]
        return torch.cat(parts, 1)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, ...]:
        x, w, v, b = ctx.saved_tensors
        (g,), run = gradients, _run(x)
        to_x = torch.empty_like(x)
        to_w, to_v, to_b = torch.zeros_like(w), torch.zeros_like(v), torch.zeros_like(b)
        for p, q, out in zip(*(torch.split(a, run, 1) for a in (x, g, to_x)), strict=True):
            y = _hidden(p, w, b)
            to_v.addmm_(q, y.T)
            to_y = relu_gradient(v.T @ q, y)
            to_w.addmm_(to_y, p.T)
            to_b.add_(to_y.sum(1))
            out.copy_(w.T @ to_y)
        return to_x, to_w, to_v, to_b, g.sum(1)


def _hidden(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.addmm(bias[:, None], weight, x).relu_()


def _run(x: Tensor) -> int:
    return 16384 if x.device.type == "cpu" else x.shape[1]
