"""What happens at each frame that the game presents.

Two modes. *Live*: the frame goes to the renderer, and the newest picture is shown; this frame's own is waited
for only in time that the game would have slept anyway. *Lockstep*, without a window: each frame waits for its
picture. Where there is no picture in time, the plain frame is shown.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Callable
from typing import Any

import pygame

from ..capture import Capture
from ..encode import Encoder
from ..originals import get_bitsize, get_buffer, get_display, get_size, post
from ..patching import Patches
from ..present import PresentHooks, pixels_for_now
from ..real_time import monotonic, perf_counter, sleep
from .choices import MESSAGES, Choices
from .event_hooks import EventHooks
from .figures import FIGURES, Figures
from .headless.pretended_time import PretendedTime
from .hotkeys import Hotkeys
from .idle_time import IdleTime
from .notices import Notices
from .renderer_link import ENDED, POLL_SECONDS, RendererLink, Shown

OLDEST_S = 0.4
"""A picture of a frame that is older is not shown, unless there was no frame since."""
PLAIN_S = 1.0
"""For how long frames stay plain after a picture that was too old. On a machine that is too slow, the window
would else jump to and fro between both looks."""
FIRST_PICTURE_S = 120.0
"""How long lockstep waits for a renderer that loads."""
PICTURE_S = 60.0
"""How long lockstep waits for a picture. The first of its kind may compile kernels."""
UNREAD_S = 0.05
"""How long a frame may lie unread before the next one is sent over it."""
PATIENCE_S = 0.3
"""How long a theme's first picture may take before the window says that the theme is loading."""
GREETING_S = 5.0
KEPT_DRAWS = 512
"""Draws that are told at once while restyling is off; fewer wait for those of later frames."""


def begin_session(asked: dict[str, Any], pretended: PretendedTime | None) -> Session:
    """Hook pygame as the configuration says. `pretended` is given for a run without a window."""
    session = Session(asked, pretended)
    session.install()
    return session


class Session:
    """Called with the display once for each presented frame; gives the picture to show, or None."""

    def __init__(self, asked: dict[str, Any], pretended: PretendedTime | None) -> None:
        self._pretended = pretended
        self._choices = Choices(asked)
        self._hotkeys = Hotkeys(asked["hotkeys"], self._choices.actions)
        self._hooks: bool = asked["hooks"]
        self._records: bool = bool(asked["record"])
        self._process = os.getpid()
        self._folder: str = asked["folder"]
        self._patches = Patches()
        self._capture: Capture | None = None
        self._present: PresentHooks | None = None
        self._encoder: Encoder | None = None
        self._generation = -1
        self._idle_time = IdleTime()
        self._link = RendererLink(asked["channel"], asked["folder"], self._choices.say)
        self._figures = Figures(os.path.join(asked["folder"], FIGURES))
        self._number = 0
        self._presented = 0
        self._last: int | None = asked["frames"]
        self._sent_at: dict[int, float] = {}
        self._sent_changes = 0
        self._shown: Shown | None = None
        self._plain_until = 0.0
        self._notices: Notices | None = None
        if pretended is None and asked["hooks"]:
            self._notices = Notices(os.path.join(asked["folder"], MESSAGES))
        self._greeting = self._hotkeys.help()
        self._awaited = 0.0
        """Since when the theme has been awaited, 0 if it is there."""
        self._checksums: Any = None
        if asked["checksums"]:
            self._checksums = open(asked["checksums"], "w", encoding="ascii")  # noqa: SIM115 - for the whole run

    def install(self) -> None:
        if self._pretended is not None:
            self._pretended.install(self._quit)
        else:
            self._idle_time.install(self._patches)
        pretended = self._pretended
        EventHooks(
            self._hotkeys,
            self._idle,
            None if pretended is None else pretended.looked,
            None if pretended is None else pretended.wait,
        ).install(self._patches)
        if self._hooks:
            self._capture = Capture(self).install()
            self._present = self._capture.present
            self._encoder = Encoder(self._capture.lists, follows=self._capture.follows_draws)
            self._figures["follows"] = float(self._capture.follows_draws)
            if not self._capture.follows_draws:
                self._choices.not_captured("draws cannot be followed with this Python")
        else:
            self._present = PresentHooks(self)
            self._present.install(self._patches)
        self._present.unseen = self._choices.not_captured
        self._present.counted = self._counted
        window = getattr(pygame, "Window", None)
        if isinstance(window, type):
            self._patches.watch_method(window, "flip", self._unseen("a Window of its own"))

    def video_imported(self) -> None:
        """The game has imported `pygame._sdl2.video`."""
        renderer = getattr(sys.modules["pygame._sdl2.video"], "Renderer", None)
        if isinstance(renderer, type):
            self._patches.watch_method(renderer, "present", self._unseen("pygame's Renderer"))

    def _unseen(self, what: str) -> Callable[..., None]:
        def observe(*_: Any) -> None:
            self._choices.not_captured(
                f"this game draws with {what}; reskin run cannot see that yet; it runs plain"
            )

        return observe

    def __call__(self, display: pygame.Surface) -> bytes | None:
        if os.getpid() != self._process:  # a copy of the game's process, by fork
            return None
        if self._pretended is not None and self._pretended.over:
            return None
        if self._pretended is not None:
            self._pretended.presents()
        start = perf_counter()
        self._note(display, start)
        if self._present is not None and self._present.swap_s:
            self._figures.took("swap", self._present.swap_s)
            self._present.swap_s = 0.0
        self._hotkeys.look()
        picture = self._picture(display) if self._hooks else None
        self._figures.count("plain" if picture is None else "restyled")
        self._figures.took("frame", perf_counter() - start)
        return self._with_notices(display, None if picture is None else picture.pixels)

    def _counted(self) -> None:
        """A frame was presented."""
        if os.getpid() != self._process:
            return
        if self._pretended is not None:
            self._pretended.frame()
        elif self._presented == self._last:
            post(pygame.event.Event(pygame.QUIT))

    def _note(self, display: pygame.Surface, now: float) -> None:
        self._presented += 1
        self._figures.count("presented")
        if self._presented == 1:
            self._figures["first_s"] = now
        self._figures["last_s"] = now
        if self._checksums is not None:
            self._checksums.write(f"{self._presented} {zlib.crc32(get_buffer(display).raw):08x}\n")
            self._checksums.flush()

    def _quit(self) -> None:
        """The run is over: no more pictures are needed."""
        open(os.path.join(self._folder, ENDED), "w").close()
        self._link.close()

    # One frame

    def _picture(self, display: pygame.Surface) -> Shown | None:
        status = self._link.status()
        allowed = self._idle_time.frame(status.milliseconds / 1000 if status is not None else 0.0)
        assert self._capture is not None
        if not (self._choices.on or self._choices.recording or self._records):
            self._off(display)
            return None
        if get_bitsize(display) != 32:
            return None
        self._capture.lists.pause(False)
        self._capture.keeps_draws = False
        if self._pretended is not None:
            return self._picture_in_lockstep(display)
        width, height = get_size(display)
        if self._unread():
            self._capture.keeps_draws = True
        else:
            self._send(display)
        start = monotonic()
        newest = self._link.wait(self._number, width, height, allowed if self._link.alive else 0.0)
        waited = monotonic() - start
        self._idle_time.waited(waited)
        self._figures.took("wait", waited)
        if newest is not None:
            self._shown = newest
        elif self._shown is not None:
            self._figures.count("reused")
        return self._still_good(width, height)

    def _off(self, display: pygame.Surface) -> None:
        """Restyling is off. Where the game does not draw all of the display in each frame, the renderer is
        told of the draws all the same, so that it knows what the display shows when it goes on."""
        assert self._capture is not None
        assert self._encoder is not None
        self._shown = None
        lists = self._capture.lists
        lists.pause(True)
        draws = lists.record(display).draws
        told = self._link.alive and bool(draws) and not draws.covered
        self._capture.keeps_draws = told and len(draws) < KEPT_DRAWS
        if told and not self._capture.keeps_draws:
            self._number += 1
            self._link.ready(0, 0)
            self._link.send(self._number, 0, 0, b"", self._message(display))

    def _picture_in_lockstep(self, display: pygame.Surface) -> Shown | None:
        width, height = get_size(display)
        if not self._send(display):
            return None
        start = monotonic()
        found = self._link.wait(
            self._number, width, height, FIRST_PICTURE_S if self._link.coming else PICTURE_S
        )
        self._figures.took("wait", monotonic() - start)
        return found if self._choices.on and found is not None and found.number == self._number else None

    def _unread(self) -> bool:
        """Whether the renderer has not read the last frame yet. Games may present faster than it reads."""
        status = self._link.status()
        sent = self._sent_at.get(self._number)
        if status is None or sent is None or not self._link.alive:
            return False
        return bool(status.received < self._number) and monotonic() - sent < UNREAD_S

    def _still_good(self, width: int, height: int) -> Shown | None:
        """The newest picture, if it may be shown."""
        shown = self._shown
        if shown is None or (shown.width, shown.height) != (width, height) or not self._choices.on:
            return None
        if shown.number == self._number:
            return shown
        now = monotonic()
        if now - self._sent_at.get(shown.number, 0.0) > OLDEST_S:
            self._plain_until = now + PLAIN_S
        return shown if now >= self._plain_until else None

    def _send(self, display: pygame.Surface) -> bool:
        """Send what the display shows as the next frame."""
        width, height = get_size(display)
        start = perf_counter()
        self._number += 1
        self._sent_changes = self._choices.changes
        sent = self._link.ready(width, height)
        if sent:
            message = self._message(display)
            with pixels_for_now(display) as pixels:
                sent = self._link.send(self._number, width, height, pixels, message)
        self._sent_at[self._number] = monotonic()
        self._sent_at.pop(self._number - 64, None)
        self._figures.took("encode", perf_counter() - start)
        self._figures["restarts"] = self._link.restarts
        return sent

    def _message(self, display: pygame.Surface) -> bytes:
        """The frame's draws. What they need of images goes first."""
        assert self._encoder is not None
        if self._generation != self._link.generation:
            self._generation = self._link.generation
            self._encoder.forget()
        else:
            self._encoder.acknowledged(self._link.status().received)
        pointer = pygame.mouse.get_pos()[0] / get_size(display)[0]
        data = self._encoder.encode(self._number, display, self._choices.state(pointer, _keys_down()))
        images = self._encoder.images()
        end = monotonic() + (PICTURE_S if self._pretended is not None else 0.0)
        while True:
            left = self._link.send_images(images, self._encoder.images_unsent())
            self._encoder.images_sent(left)
            if not left or monotonic() >= end or not self._link.alive:
                return data
            sleep(POLL_SECONDS)

    # Between frames

    def _idle(self) -> None:
        """The game waits for an event, or looks for one without having presented for a while."""
        if self._pretended is not None or not self._hooks or os.getpid() != self._process:
            return
        if not self._presented or not self._idle_time.paused:
            return
        self._hotkeys.look()
        display = get_display()
        if display is None:
            return
        width, height = get_size(display)
        if self._sent_changes != self._choices.changes:
            if self._choices.on:
                self._send(display)
            else:
                self._sent_changes = self._choices.changes
                self._shown = None
                self._show(display)
                return
        newest = self._link.receive(width, height, self._number)
        if newest is not None and self._choices.on:
            self._shown = newest
            self._show(display)
        elif self._notices is not None and self._notices.changed(self._lines()):
            self._show(display)

    def _show(self, display: pygame.Surface) -> None:
        """Show the display again, with the newest picture and what there is to say now."""
        assert self._present is not None
        shown = self._still_good(*get_size(display))
        self._present.show(self._with_notices(display, None if shown is None else shown.pixels))

    # What is said

    def _with_notices(self, display: pygame.Surface, pixels: bytes | None) -> bytes | None:
        """A picture, or None for the plain one, with what there is to say drawn over it."""
        if self._notices is None:
            return pixels
        lines = self._lines()
        return self._notices.over(display, pixels, lines) if lines or self._notices.changed(lines) else pixels

    def _lines(self) -> list[str]:
        """What to say now. At first the theme and the keys; while a theme loads, that it does."""
        assert self._notices is not None
        theme = os.path.basename(self._choices.theme)
        status = self._link.status()
        here = status is not None and self._link.alive and status.theme == self._choices.theme
        waits = self._choices.on and not here and not self._link.lost
        self._awaited = (self._awaited or monotonic()) if waits else 0.0
        if self._greeting and not waits:
            title = f"{theme}: " if self._choices.on else ""
            self._notices.add(title + self._greeting, GREETING_S)
            self._greeting = ""
        late = waits and monotonic() - self._awaited > PATIENCE_S
        return self._notices.lines(f"{theme} is loading" if late else "")


def _keys_down() -> bool:
    """Whether the player holds a key or a button. pygame forbids to look through the keys; tuples do not."""
    return tuple.__contains__(pygame.key.get_pressed(), True) or any(pygame.mouse.get_pressed())
