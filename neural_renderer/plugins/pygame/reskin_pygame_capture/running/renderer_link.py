"""The game's link to the renderer: it is asked for, given frames, watched, and replaced when it fails.

Nothing here waits longer than it is told, and nothing raises because of what the renderer does.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from ..real_time import TIME, monotonic, sleep

WANTED = "renderer-wanted"
"""A file of this name tells `reskin run` the block of memory for which a renderer is wanted."""
FAILED = "renderer-failed"
"""A file of this name tells the game the block whose renderer ended before it came."""
USELESS = "useless"
"""Stands in that file instead of a block, where no other renderer can do better."""
ENDED = "ended"
"""A file of this name tells `reskin run` that all frames that were asked for have been presented."""
LOOK_SECONDS = 0.1
HANG_SECONDS = 3.0
"""How long a renderer may hang before another one is wanted; the plain frame is shown long before. On a busy
machine its heartbeat may fail to come for a second while it compiles."""
POLL_SECONDS = 0.0005
MOST_FAILURES = 6
"""Renderers that may fail in a row. After the first a new one is wanted at once, then after 1, 2, 4, 8 s."""


class Shown(NamedTuple):
    """A picture: the number of its frame, its size, and its pixels in the order B, G, R, X."""

    number: int
    width: int
    height: int
    pixels: bytes


def load_channel(path: str) -> Any:
    """The handoff by its path, with the real clock."""
    spec = importlib.util.spec_from_file_location("reskin_pygame_capture.channel", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    module.time = TIME  # type: ignore[attr-defined]
    return module


class RendererLink:
    """Frames out, pictures in. `generation` counts the renderers: a new one knows nothing yet.

    `lost` says that renderers failed too often: there will be no more pictures.
    """

    def __init__(self, channel_path: str, folder: str, say: Callable[[str], None]) -> None:
        self._channel = load_channel(channel_path)
        self._folder = folder
        self._say = say
        self._side: Any = None
        self._size = (0, 0)
        self._looked = 0.0
        self._hangs = 0.0
        """Since when it hangs; 0 if it does not."""
        self._state = "absent"
        self._failures = 0
        self._ask_at = 0.0
        self._pictures = 0
        self.generation = 0
        self.restarts = 0
        self.lost = False

    @property
    def alive(self) -> bool:
        return self._side is not None and self._state == "alive"

    @property
    def coming(self) -> bool:
        """Whether a renderer is on its way."""
        return not self.lost and (self._side is None or self._state == "absent")

    def send(self, number: int, width: int, height: int, pixels: Any, draws: bytes) -> bool:
        """Hand over a frame; False if there is nobody to take it, or it is too large."""
        if self._side is None:
            return False
        try:
            self._side.send_frame(number, width, height, pixels, draws)
        except self._channel.HandoffError:
            return False
        return True

    def send_images(self, images: dict[bytes, bytes], dropped: list[bytes]) -> int:
        """Hand over source images, after those that the renderer has dropped were forgotten. Gives how many
        wait still."""
        if self._side is None:
            return len(images)
        self._side.forget_images(dropped)
        return int(self._side.send_images(images))

    def ready(self, width: int, height: int) -> bool:
        """Whether there is somebody to take frames of this size, now or soon."""
        return not self.lost and self._ready(width, height)

    def receive(self, width: int, height: int, oldest: int) -> Shown | None:
        """The newest picture that is new, of this size, and of frame `oldest` or a later one."""
        if self._side is None:
            return None
        found = self._side.receive_picture(width, height, oldest)
        if found is None:
            return None
        self._pictures += 1
        if self._pictures > 100:
            self._failures = 0
        return Shown(found.number, found.width, found.height, bytes(found.first))

    def wait(self, number: int, width: int, height: int, seconds: float) -> Shown | None:
        """The picture of a frame, within so many seconds and while there is a renderer; or an earlier one."""
        end = monotonic() + seconds
        newest = None
        while True:
            newest = self.receive(width, height, 0) or newest
            if (newest is not None and newest.number >= number) or monotonic() >= end or not self._watch():
                return newest
            sleep(POLL_SECONDS)

    def status(self) -> Any:
        return None if self._side is None else self._side.status()

    def _ready(self, width: int, height: int) -> bool:
        """Make the block, or a larger one, or a new one for a new renderer."""
        now = monotonic()
        if self._side is None:
            if now < self._ask_at:
                return False
            self._size = (max(width, self._size[0]), max(height, self._size[1]))
            self._side = self._channel.GameSide(*self._size, draws=4 << 20, images=8 << 20)
            self._ask()
        elif width > self._size[0] or height > self._size[1]:
            self._size = (max(width, self._size[0]), max(height, self._size[1]))
            self._side.resize(*self._size)
        return self._watch()

    def _ask(self) -> None:
        """Ask `reskin run` for a renderer at the new block."""
        self._state, self._pictures = "absent", 0
        self.generation += 1
        path = os.path.join(self._folder, WANTED)
        with open(f"{path}.part", "w", encoding="utf-8") as file:
            file.write(self._side.path)
        os.replace(f"{path}.part", path)

    def _watch(self) -> bool:
        """Look after the renderer now and then; False if it was lost."""
        now = monotonic()
        if now - self._looked < LOOK_SECONDS:
            return self._side is not None
        self._looked = now
        self._state = self._side.renderer()
        self._hangs = (self._hangs or now) if self._state == "hanging" else 0.0
        hangs = self._hangs and now - self._hangs > HANG_SECONDS
        if self._state == "gone" or hangs or (self._state == "absent" and self._failed()):
            self._drop()
            return False
        return True

    def _failed(self) -> bool:
        try:
            with open(os.path.join(self._folder, FAILED), encoding="utf-8") as file:
                failed = file.read()
        except OSError:
            return False
        self.lost = self.lost or failed == USELESS
        return self.lost or failed == self._side.path

    def _drop(self) -> None:
        """Give this renderer up, and say when the next one may be asked for."""
        self._side.close()
        self._side = None
        self._failures += 1
        self.restarts += 1
        if self._failures >= MOST_FAILURES and not self.lost:
            self.lost = True
            self._say(f"the renderer failed {self._failures} times in a row; the game goes on plain")
        elif not self.lost:
            self._say("the renderer failed and is started anew")
        self._ask_at = monotonic() + (2.0 ** (self._failures - 2) if self._failures > 1 else 0.0)

    def close(self) -> None:
        if self._side is not None:
            self._side.close()
            self._side = None
