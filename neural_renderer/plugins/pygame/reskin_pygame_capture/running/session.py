"""What happens at each frame that the game presents.

Two modes. *Live*: the frame goes to the renderer, and the newest picture is shown; this frame's own is waited
for only in time that the game would have slept anyway. *Lockstep*, without a window: each frame waits for its
picture. Where there is no picture in time, the plain frame is shown.
"""

from __future__ import annotations

import json
import os
import zlib
from typing import Any

import pygame

from ..capture import Capture
from ..patching import Patches
from ..present import PresentHooks
from .figures import Figures
from .real_time import monotonic, perf_counter
from .renderer_link import RendererLink, Shown

OLDEST_SECONDS = 0.25
"""A picture older than this is not shown."""
FIRST_PICTURE_SECONDS = 120.0
"""How long lockstep waits for a renderer that loads."""
PICTURE_SECONDS = 10.0
"""How long lockstep waits for a picture."""
GRACE_FRAMES = 120
"""Frames that a game may present after it was asked to quit."""

_buffer_of = pygame.Surface.get_buffer
_size_of = pygame.Surface.get_size
_pitch_of = pygame.Surface.get_pitch
_bits_of = pygame.Surface.get_bitsize
_post = pygame.event.post


def begin_session(asked: dict[str, Any]) -> None:
    """Hook pygame as the configuration says."""
    session = Session(asked)
    if asked["hooks"]:
        session.capture = Capture(session).install()
    else:
        PresentHooks(session).install(Patches())


class Session:
    """Called with the display once for each presented frame; gives the picture to show, or None."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self.capture: Capture | None = None
        self.on: bool = asked["on"]
        self.theme: str = asked["theme"]
        self.strength: float = asked["strength"]
        self.frames = 0
        self._process = os.getpid()
        self._lockstep: bool = asked["headless"]
        self._last_frame: int | None = asked["frames"]
        self._hooks: bool = asked["hooks"]
        self._link = RendererLink(asked["channel"], asked["folder"])
        self._figures = Figures(os.path.join(asked["folder"], "figures"))
        self._shown: Shown | None = None
        self._checksums: Any = None
        if asked["checksums"]:
            self._checksums = open(asked["checksums"], "w", encoding="ascii")  # noqa: SIM115 - for the whole run

    def __call__(self, display: pygame.Surface) -> bytes | None:
        if os.getpid() != self._process:  # a copy of the game's process, by fork
            return None
        self.frames += 1
        self._note(display)
        if self._ended():
            return None
        self._figures.count("presented")
        start = perf_counter()
        picture = self._picture(display) if self.on and self._hooks else None
        self._figures.count("plain" if picture is None else "restyled")
        self._figures.took("frame", perf_counter() - start)
        return None if picture is None else picture.pixels

    def _note(self, display: pygame.Surface) -> None:
        now = perf_counter()
        if self.frames == 1:
            self._figures["first_s"] = now
        self._figures["last_s"] = now
        if self._checksums is not None and not self._after_the_last():
            self._checksums.write(f"{self.frames} {zlib.crc32(_buffer_of(display).raw):08x}\n")
            self._checksums.flush()

    def _after_the_last(self) -> bool:
        return self._last_frame is not None and self.frames > self._last_frame

    def _ended(self) -> bool:
        """Whether all frames that were asked for have been presented. The game is then asked to quit."""
        if not self._after_the_last():
            return False
        assert self._last_frame is not None
        if self.frames == self._last_frame + 1:
            self._link.close()
            _post(pygame.event.Event(pygame.QUIT))
        elif self.frames > self._last_frame + GRACE_FRAMES:
            os._exit(0)
        return True

    def _picture(self, display: pygame.Surface) -> Shown | None:
        width, height = _size_of(display)
        if _bits_of(display) != 32:
            return None
        start = perf_counter()
        sent = self._link.send(self.frames, width, height, _pixels(display), self._message())
        sent_at = perf_counter()
        self._figures.took("encode", sent_at - start)
        self._figures["restarts"] = self._link.restarts
        if not sent:
            return None
        if self._lockstep:
            seconds = FIRST_PICTURE_SECONDS if self._link.coming else PICTURE_SECONDS
            found = self._link.wait(self.frames, width, height, seconds)
            self._figures.took("wait", perf_counter() - sent_at)
            return found if found is not None and found.number == self.frames else None
        newest = self._link.receive(width, height, 0)
        if newest is not None:
            self._shown = newest
        elif self._shown is not None:
            self._figures.count("reused")
        shown = self._shown
        if shown is None or (shown.width, shown.height) != (width, height):
            return None
        return shown if monotonic() - shown.came <= OLDEST_SECONDS else None

    def _message(self) -> bytes:
        state = {"theme": self.theme, "on": self.on, "strength": self.strength, "wipe": 0.0}
        return json.dumps(state).encode()


def _pixels(display: pygame.Surface) -> Any:
    """The display's pixels without padding, in the order B, G, R, X."""
    raw = _buffer_of(display).raw
    width, height = _size_of(display)
    row, pitch = width * 4, _pitch_of(display)
    if pitch == row:
        return raw
    return b"".join(raw[y * pitch : y * pitch + row] for y in range(height))
