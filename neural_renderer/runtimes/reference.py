"""The reference runtime: the kernels' torch references, on any torch device. Slow, and easy to check."""

from __future__ import annotations

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from reskin.engine.frame import Frame, to_rgb
from reskin.kernels import PATCH
from reskin.kernels.border.reference import border_reference
from reskin.kernels.head.reference import noise_reference
from reskin.kernels.rectify.reference import rectify_reference
from reskin.kernels.reproject.reference import reproject_reference
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.errors import NonFinite
from reskin.neural_renderer.features import GBuffer
from reskin.neural_renderer.history import History
from reskin.neural_renderer.network import Network
from reskin.neural_renderer.stages import Stages
from reskin.neural_renderer.theme.pack import Theme

KEPT: Final = 24
"""How many networks are kept, the oldest dropped first. One takes 5 MB of the device."""


class TorchRuntime:
    """Keeps the networks of the themes that were used last on its device."""

    name = "torch"

    def __init__(self, device: str = "cpu") -> None:
        self.device = device
        self.stages = Stages()
        self._noise = self._put(noise.noise_textures().astype(np.float32) / np.float32(255))
        self._scale = self._put(materials.NOISE_SCALE * np.float32(noise.TEXELS_PER_TILE))
        self._networks: dict[int, tuple[Theme, Network]] = {}

    def prepare(self, theme: Theme, size: tuple[int, int]) -> None:
        self._network(theme)

    @torch.inference_mode()
    def restyle(self, theme: Theme, frame: Frame, features: GBuffer, history: History | None) -> History:
        network = self._network(theme)
        with self.stages("ingest"):
            material = self._put(features.material.astype(np.int64))[None]
            albedo = self._picture(features.albedo)
            anchor = (self._put(features.anchor) - self._put(features.offsets)[material[0]])[None]
            sampled = noise_reference(anchor, self._scale[material], self._noise)
            moved = self._history(features, history)
            edge_nearness, neighbour = border_reference(self._put(features.surface_id.astype(np.int64))[None])
        with self.stages("network"):
            height, width = features.material.shape
            padding = (0, -width % PATCH, 0, -height % PATCH)
            output = network(
                _pad(material, padding), _pad(albedo, padding), _pad_last(anchor, padding),
                _pad_last(sampled, padding), _pad(edge_nearness, padding), _pad(neighbour, padding),
            )[0, :, :height, :width]  # fmt: skip
        if not bool(torch.isfinite(output).all()):
            raise NonFinite(f"theme {theme.name!r} gave NaN or infinity; its weights are damaged")
        levels = (output.clamp(0, 1) * 255 + 0.5).int()[None]
        steady = rectify_reference(levels, (moved * 255 + 0.5).int())
        picture = np.full((height, width, 4), 255, np.uint8)
        picture[..., :3] = steady[0].byte().permute(1, 2, 0).cpu().numpy()
        if frame.layout == "BGRX":
            picture[..., :3] = picture[..., 2::-1].copy()
        return History(picture, features.surface_id, frame.layout, features.offsets)

    def _history(self, features: GBuffer, history: History | None) -> Tensor:
        if history is None or history.surface_id.shape != features.surface_id.shape:
            return torch.zeros(1, 4, *features.surface_id.shape, device=self.device)
        motion = (
            None
            if features.motion is None
            else self._put(features.motion.astype(np.float32)).permute(2, 0, 1)[None]
        )
        if motion is not None:
            motion = torch.nan_to_num(motion, nan=1e6, posinf=1e6, neginf=-1e6)
        return reproject_reference(
            self._picture(to_rgb(history.picture, history.layout)),
            self._put(history.surface_id.astype(np.int64))[None],
            self._put(features.surface_id.astype(np.int64))[None],
            motion,
            self._put(history.scrolled(features.offsets)),
        )

    def _network(self, theme: Theme) -> Network:
        if id(theme.tensors) not in self._networks:
            self._networks[id(theme.tensors)] = (theme, Network.of(theme.tensors, self.device))
            while len(self._networks) > KEPT:
                del self._networks[next(iter(self._networks))]
        return self._networks[id(theme.tensors)][1]

    def _put(self, array: NDArray[np.generic]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device)

    def _picture(self, picture: NDArray[np.uint8]) -> Tensor:
        return self._put(picture[..., :3]).permute(2, 0, 1)[None].float() / 255


def _pad(x: Tensor, padding: tuple[int, int, int, int]) -> Tensor:
    """Replicate the right and lower border of [B,H,W] or [B,C,H,W]."""
    if not any(padding):
        return x
    if x.ndim == 3:
        return functional.pad(x[:, None].float(), padding, mode="replicate")[:, 0].to(x.dtype)
    return functional.pad(x.float(), padding, mode="replicate").to(x.dtype)


def _pad_last(x: Tensor, padding: tuple[int, int, int, int]) -> Tensor:
    """Likewise of [B,H,W,C]."""
    return _pad(x.permute(0, 3, 1, 2), padding).permute(0, 2, 3, 1).contiguous() if any(padding) else x
