"""The default runtime on a CPU: OpenVINO computes the body in int8, Numba kernels the rest."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Frame
from reskin.kernels import PATCH
from reskin.kernels.border.cpu import border_cpu
from reskin.kernels.head.cpu import Tables, head_cpu, tables
from reskin.kernels.ingest.cpu import ingest_cpu
from reskin.kernels.rectify.cpu import rectify_cpu
from reskin.kernels.simd.contiguous import dense, pixels, words
from reskin.kernels.simd.threads import Rows, by_rows, cores
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.errors import NonFinite
from reskin.neural_renderer.features import GBuffer
from reskin.neural_renderer.history import History
from reskin.neural_renderer.runtimes.body import Body
from reskin.neural_renderer.stages import Stages
from reskin.neural_renderer.theme.pack import Theme

KEPT: Final = 24
"""How many compiled networks are kept, the oldest dropped first: all themes at a few sizes."""


@dataclass(frozen=True)
class _Ready:
    theme: Theme
    body: Body
    tables: Tables


class OpenVinoRuntime:
    """Keeps compiled networks of the themes and sizes that were used last."""

    name = "openvino"
    device = "cpu"

    def __init__(self) -> None:
        self.stages = Stages()
        self._ready: dict[tuple[int, int, int], _Ready] = {}
        self._lock = threading.Lock()

    def prepare(self, theme: Theme, size: tuple[int, int]) -> None:
        self._network(theme, size)

    def restyle(self, theme: Theme, frame: Frame, features: GBuffer, history: History | None) -> History:
        ready = self._network(theme, (frame.width, frame.height))
        red_shift = 16 if frame.layout == "BGRX" else 0
        with self.stages("ingest"):
            packed, albedo, surface_id = ingest_cpu(
                features.material, frame.identity, words(frame.color), red_shift, theme.tensors["embed"],
                materials.SHOWS_ALBEDO,
            )  # fmt: skip
        with self.stages("border"):
            edge_nearness, neighbour = border_cpu(surface_id)
        with self.stages("body"):
            body = ready.body(packed)
        with self.stages("head"):
            picture = np.empty_like(surface_id)
            paint = head_cpu(
                features.material, features.anchor, body, edge_nearness, neighbour, albedo, ready.tables,
                features.offsets, red_shift, picture,
            )  # fmt: skip
            steady: Rows = _keep
            if history is not None and history.fits(frame.layout, surface_id.shape):
                steady = rectify_cpu(
                    picture, surface_id, features.motion, words(history.picture), history.surface_id,
                    history.scrolled(features.offsets), red_shift,
                )  # fmt: skip
            # A band of rows is steadied right after it is painted, while it is in the cache.
            bad = by_rows(lambda first, end: paint(first, end) + steady(first, end), frame.height)
        if bad:
            raise NonFinite(
                f"theme {theme.name!r} gave {bad} pixels that are not finite; its weights are damaged"
            )
        return History(pixels(picture), surface_id, frame.layout, features.offsets)

    def _network(self, theme: Theme, size: tuple[int, int]) -> _Ready:
        at = (id(theme.tensors), *size)  # an edit of theme.yaml alone needs no new network
        ready = self._ready.get(at)
        if ready is not None:  # without the lock: another theme may be compiling behind it
            return ready
        with self._lock:
            ready = self._ready.get(at)
            if ready is None:
                width, height = (-(-side // PATCH) for side in size)
                body = Body(theme.tensors, height, width, min(cores(), 8))
                head = tables(theme.tensors, _noise(), materials.NOISE_SCALE, noise.TEXELS_PER_TILE)
                # The tensors are kept with their network, so that their id is not given to another.
                ready = self._ready[at] = _Ready(theme, body, head)
                while len(self._ready) > KEPT:  # a window that is being resized passes many sizes
                    del self._ready[next(iter(self._ready))]
            return ready


def _keep(first: int, end: int) -> int:
    """Stands in for `rectify` where there is no history."""
    return 0


@cache
def _noise() -> NDArray[np.uint8]:
    """The noise textures as the kernel takes them: contiguous and writable. One copy serves all themes."""
    return dense(noise.textures(), np.uint8)
