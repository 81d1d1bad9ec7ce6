"""Frames for the steps of `make gpu`, of any size, and a clock that a GPU keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reskin import Canvas, Frame, Theme, load_game
from reskin.kernels.simd.contiguous import packed_pixels
from reskin.neural_renderer.runtimes.cuda_device import CudaDevice
from reskin.neural_renderer.runtimes.cuda_network import CudaFrames, FrameChannels
from reskin.neural_renderer.theme.pack import available_themes, load_theme


def game_frame(width: int, height: int, ticks: int = 40, game: str = "miner") -> Frame:
    """A frame of a game that its bot has played for so many ticks, drawn at this size."""
    play = load_game(game)(7)
    canvas = Canvas(width, height, tile=play.tile)
    for _ in range(ticks):
        play.simulation.step(play.bot())
    play.draw(canvas, 1.0, "plain")
    return canvas.finish()


def themes() -> list[Theme]:
    return [load_theme(name) for name in available_themes()]


def fill(device: CudaDevice, frames: CudaFrames, frame: Frame, hud: bool = False) -> None:
    """Put a frame's channels, and its HUD, where the kernels read them, and wait until they are there."""
    given = FrameChannels(
        frame.material, frame.identity, packed_pixels(frame.color), frame.anchor, frame.motion
    )
    kept = []
    for name, array in given._asdict().items():
        buffer = getattr(frames.channels, name)
        kept.append(np.ascontiguousarray(array, buffer.dtype))
        device.upload(buffer, kept[-1])
    if hud and frame.hud is not None:
        kept.append(packed_pixels(frame.hud))
        device.upload(frames.planes.hud, kept[-1])
    device.wait()


class Events:
    """Milliseconds of work on a stream, by events of CUDA's: the GPU's own time, without the host's."""

    def __init__(self, driver: Any, device: CudaDevice) -> None:
        self._driver, self._device = driver, device
        self._events = [self._call("cuEventCreate", 0) for _ in range(2)]

    def ms(self, begin: Callable[[], None]) -> float:
        """Begin some work, wait for it, and say how long the GPU took."""
        first, last = self._events
        self._call("cuEventRecord", first, self._device.stream)
        begin()
        self._call("cuEventRecord", last, self._device.stream)
        self._call("cuEventSynchronize", last)
        return float(self._call("cuEventElapsedTime", first, last))

    def close(self) -> None:
        for event in self._events:
            self._call("cuEventDestroy", event)

    def _call(self, function: str, *arguments: Any) -> Any:
        code, *results = getattr(self._driver, function)(*arguments)
        if int(code):
            raise RuntimeError(f"{function} gave {int(code)}")
        return results[0] if results else None


def nothing_kept() -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Offsets and `keep` of `CudaFrames.begin`: textures that stand still, and a history that counts."""
    from reskin import MATERIALS

    return np.zeros((len(MATERIALS), 2), np.float32), np.ones(len(MATERIALS), bool)
