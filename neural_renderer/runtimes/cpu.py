"""The default runtime on a CPU: OpenVINO computes the body in int8, Numba kernels the rest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Frame
from reskin.kernels import PATCH
from reskin.kernels.border.cpu import border_cpu
from reskin.kernels.head.cpu import HeadInputs, HeadTables, HeadWeights, head_cpu, lay_out_head
from reskin.kernels.ingest.cpu import ingest_cpu
from reskin.kernels.rectify.cpu import rectify_cpu
from reskin.kernels.simd.contiguous import contiguous, packed_pixels, unpacked_pixels
from reskin.kernels.simd.threads import Rows, cores_for_threads, parallel_rows
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.architecture import Tensors
from reskin.neural_renderer.errors import NonFinite
from reskin.neural_renderer.features import GBuffer
from reskin.neural_renderer.history import History
from reskin.neural_renderer.runtimes.body import Body
from reskin.neural_renderer.runtimes.openvino_setup import compiling, threads_after_forks
from reskin.neural_renderer.stages import Stages
from reskin.neural_renderer.theme.pack import Theme

KEPT: Final = 24
"""How many compiled networks are kept, the oldest dropped first: all themes at a few sizes."""


@dataclass(frozen=True)
class _Ready:
    theme: Theme
    body: Body
    tables: HeadTables


class OpenVinoRuntime:
    """Keeps compiled networks of the themes and sizes that were used last."""

    name = "openvino"
    device = "cpu"

    def __init__(self) -> None:
        self.stages = Stages()
        self._ready: dict[tuple[int, int, int], _Ready] = {}

    def prepare(self, theme: Theme, size: tuple[int, int]) -> None:
        self._network(theme, size)

    def restyle(self, theme: Theme, frame: Frame, features: GBuffer, history: History | None) -> History:
        ready = self._network(theme, (frame.width, frame.height))
        red_shift = 16 if frame.layout == "BGRX" else 0
        with self.stages("ingest"):
            packed, albedo, surface_id = ingest_cpu(
                features.material, frame.identity, packed_pixels(frame.color), red_shift,
                theme.tensors["embed"], materials.SHOWS_ALBEDO,
            )  # fmt: skip
        with self.stages("border"):
            edge_nearness, neighbour = border_cpu(surface_id)
        with self.stages("body"):
            body = ready.body(packed)
        with self.stages("head"):
            picture = np.empty_like(surface_id)
            inputs = HeadInputs(
                features.material, features.anchor, features.offsets, body, edge_nearness, neighbour, albedo
            )
            paint = head_cpu(inputs, ready.tables, red_shift, picture)
            steady: Rows = _keep
            if history is not None and history.fits(frame.layout, surface_id.shape):
                steady = rectify_cpu(
                    picture, surface_id, features.motion, packed_pixels(history.picture), history.surface_id,
                    history.scrolled(features.offsets), red_shift,
                )  # fmt: skip
            # A band of rows is steadied right after it is painted, while it is in the cache.
            bad = parallel_rows(lambda first, end: paint(first, end) + steady(first, end), frame.height)
        if bad:
            raise NonFinite(
                f"theme {theme.name!r} gave {bad} pixels that are not finite; its weights are damaged"
            )
        return History(unpacked_pixels(picture), surface_id, frame.layout, features.offsets)

    def _network(self, theme: Theme, size: tuple[int, int]) -> _Ready:
        at = (id(theme.tensors), *size)  # an edit of theme.yaml alone needs no new network
        ready = self._ready.get(at)
        if ready is not None:  # without the lock: another theme may be compiling behind it
            return ready
        with compiling:
            ready = self._ready.get(at)
            if ready is None:
                width, height = (-(-side // PATCH) for side in size)
                threads = threads_after_forks(min(cores_for_threads(), 8))
                body = Body(theme.tensors, height, width, threads)
                weights, scale = head_weights(theme.tensors), materials.NOISE_SCALE
                head = lay_out_head(weights, _noise(), scale, noise.TEXELS_PER_TILE)
                # The tensors are kept with their network, so that their id is not given to another.
                ready = self._ready[at] = _Ready(theme, body, head)
                while len(self._ready) > KEPT:  # a window that is being resized passes many sizes
                    del self._ready[next(iter(self._ready))]
            return ready


def head_weights(tensors: Tensors) -> HeadWeights:
    """The head's weights among a pack's tensors."""
    return HeadWeights(
        textures=tensors["textures"],
        tile_span=tensors["span"],
        warp=tensors["warp"],
        gain=tensors["gain"],
        mix=tensors["mix"],
        mix_bias=tensors["mix_bias"],
        edge_self=tensors["own"],
        edge_other=tensors["other"],
        surface_range=tensors["highs"][-1:],
        hidden_levels=tensors["head.0.weight"],
        hidden_step=tensors["head.0.step"],
        hidden_bias=tensors["head.0.bias"],
        output_weight=tensors["head.1.weight"],
        output_bias=tensors["head.1.bias"],
    )


def _keep(first: int, end: int) -> int:
    """Stands in for `rectify` where there is no history."""
    return 0


@cache
def _noise() -> NDArray[np.uint8]:
    """The noise textures as the kernel takes them: contiguous and writable. One copy serves all themes."""
    return contiguous(noise.noise_textures(), np.uint8)
