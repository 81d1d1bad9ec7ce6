"""The loop's own keys, and everything that lies over the picture.

Owns the menu, the help, the wipe and the notices; asks the session for the rest. Knows nothing of
pacing. Read next: `engine.loop.windowed_loop`, which owns one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final

import pygame

from reskin.engine.capture.pictures import Picture, save_png
from reskin.engine.errors import LoopError
from reskin.engine.frame import Frame
from reskin.engine.loop.controls import Controls
from reskin.engine.loop.overlay import Menu, Overlay, Row
from reskin.engine.loop.report import STAGES
from reskin.engine.loop.session import Session
from reskin.engine.loop.shortcuts import SHORTCUTS
from reskin.engine.loop.theming import neighbour
from reskin.engine.loop.window import Window
from reskin.engine.simulation.clock import SECOND_NS

NOTICE_NS: Final = 3 * SECOND_NS
NOTICES: Final = 4


class Hotkeys:
    """What the person at the window can do besides playing."""

    def __init__(self, session: Session, window: Window, controls: Controls) -> None:
        self.session = session
        self.window = window
        self.controls = controls
        self.menu: Menu | None = None
        self.helping = False
        self.wiping = False
        self.quitting = False
        self.latest: tuple[Frame, Picture] | None = None
        """What the window shows, without what lies over it."""
        self.switch_to: str | None = None
        """A theme that the post-renderer has not been told yet."""
        self._overlay = Overlay()
        self._notices: list[tuple[int, str, bool]] = []
        self._faults_seen = 0
        self._edition = session.game.edition
        actions: dict[str, Callable[[], None]] = {
            "theme": self.turn_theme, "restyle": self.toggle_restyle, "wipe": self.toggle_wipe,
            "help": self.toggle_help, "scaling": self.toggle_scaling, "screenshot": self.screenshot,
            "record": self.toggle_recording, "fullscreen": window.toggle_fullscreen, "menu": self.open_menu,
        }  # fmt: skip
        self._keys = {pygame.key.key_code(s.key): actions[s.action] for s in SHORTCUTS}

    @property
    def paused(self) -> bool:
        return self.menu is not None

    def handle(self, event: pygame.event.Event) -> None:
        """Act on an event, or pass it on to the game's controls."""
        if event.type == pygame.QUIT:
            self.quitting = True
        elif self.menu is not None:
            self._handle_menu(self.menu, event)
        elif event.type == pygame.KEYDOWN and event.key in self._keys:
            if event.key == pygame.K_t and event.mod & pygame.KMOD_SHIFT:
                self.turn_theme(-1)
            else:
                self._keys[event.key]()
        else:
            self.controls.handle(event)

    # The keys

    def turn_theme(self, step: int = 1) -> None:
        """To the next theme, or the previous one."""
        if not self.session.themes:
            self.notice("no restyler is there, so there are no themes")
            return
        self.set_theme(neighbour(self.session.themes, self.session.theme, step))

    def set_theme(self, theme: str) -> None:
        """The next frame that is drawn has this theme, and restyling is on."""
        self.session.theme = self.switch_to = theme
        self.session.restyle = True
        self.notice(f"theme: {theme}")

    def toggle_restyle(self) -> None:
        if self.session.breaker.post is None:
            self.notice("no restyler is there; the picture is plain")
            return
        self.session.restyle = not self.session.restyle
        self.notice(f"restyling is {'on' if self.session.restyle else 'off'}")

    def toggle_wipe(self) -> None:
        self.wiping = not self.wiping
        if self.wiping and not self.session.restyle:
            self.notice("the wipe shows once restyling is on (F5)")
        else:
            self.notice("wipe: plain on the left, restyled on the right" if self.wiping else "wipe off")

    def toggle_help(self) -> None:
        self.helping = not self.helping

    def toggle_scaling(self) -> None:
        self.window.smooth = not self.window.smooth
        self.notice("smooth pixels" if self.window.smooth else "whole pixels")

    def screenshot(self) -> None:
        """The picture as it is, without what lies over it."""
        if self.latest is None:
            return
        frame, picture = self.latest
        try:
            path = save_png(self.session.free_name(".png"), picture, frame.layout)
        except LoopError as error:
            self.notice(str(error), warns=True)
            return
        self.session.files.append(path)
        self.notice(f"screenshot: {path}")

    def toggle_recording(self) -> None:
        session = self.session
        try:
            if session.recording is None:
                session.recording = session.start_recording(session.free_name(".mp4"), fast=True)
                self.notice("recording")
            else:
                path = session.stop_recording()
                self.notice(f"recorded: {path}" if path else "nothing was recorded")
        except LoopError as error:
            self.notice(str(error), warns=True)

    def open_menu(self) -> None:
        """Pause, with a menu of themes."""
        self.controls.release()
        entries: list[tuple[str, Callable[[], None]]] = [("Resume", self.close_menu)]
        entries += [(name, partial(self._pick_theme, name)) for name in self.session.themes]
        self.menu = Menu([*entries, ("Quit", self._quit)])

    def close_menu(self) -> None:
        self.menu = None

    def _pick_theme(self, theme: str) -> None:
        self.set_theme(theme)
        self.close_menu()

    def _quit(self) -> None:
        self.quitting = True

    def _handle_menu(self, menu: Menu, event: pygame.event.Event) -> None:
        if event.type == pygame.KEYDOWN:
            if event.key == pygame.K_ESCAPE:
                self.close_menu()
            elif event.key in (pygame.K_UP, pygame.K_DOWN):
                menu.move(1 if event.key == pygame.K_DOWN else -1)
            elif event.key in (pygame.K_RETURN, pygame.K_KP_ENTER, pygame.K_SPACE):
                menu.choose()
        elif event.type == pygame.MOUSEMOTION:
            menu.hover(event.pos)
            self.controls.handle(event)
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == 1 and menu.hover(event.pos):
            menu.choose()

    # Over the picture

    def notice(self, words: str, warns: bool = False) -> None:
        """Say something at the bottom of the window for three seconds."""
        self._notices.append((time.perf_counter_ns() + NOTICE_NS, words, warns))
        del self._notices[:-NOTICES]

    def draw(self) -> None:
        """Draw over the window what is to be seen there now."""
        surface, session = self.window.surface, self.session
        if session.recording is not None:
            self._overlay.mark_recording(surface)
        if self.helping:
            self._overlay.help(surface, session.game.title, self._figures(), self._help())
        if self.menu is not None:
            self._overlay.menu(surface, session.game.title, self.menu, "arrows and Enter, or the mouse")
        self._overlay.notices(surface, self._lines())

    def _lines(self) -> list[tuple[str, bool]]:
        """The notices that still hold; a rest and a script's trouble are shown as long as they last."""
        breaker, game, now = self.session.breaker, self.session.game, time.perf_counter_ns()
        if game.edition != self._edition:
            self._edition = game.edition
            self.notice("the scripts changed")
        trouble = [(line, True) for line in self.session.trouble.splitlines()]
        if breaker.faults > self._faults_seen:
            self._faults_seen = breaker.faults
            self._notices = [notice for notice in self._notices if not notice[2]]
            self.notice(breaker.status, warns=True)
        self._notices = [notice for notice in self._notices if notice[0] > now]
        lasting = [words for words in (self.session.status, breaker.status * bool(breaker.resting)) if words]
        kept = [(words, warns) for _, words, warns in self._notices if not (warns and breaker.resting)]
        return [*kept, *((words, True) for words in lasting), *trouble]

    def _figures(self) -> list[Row]:
        session, meter = self.session, self.session.meter
        post = session.breaker.post if session.restyle else None
        runtime = " on ".join(str(getattr(post, a)) for a in ("runtime", "device") if hasattr(post, a))
        return [
            ("ms", "   ".join(f"{stage} {meter.recent(stage):.1f}" for stage in STAGES)),
            ("frames/s", f"{meter.recent_fps:.0f}"),
            ("look", f"{session.caption} ({runtime})" if runtime else session.caption),
            ("faults", str(session.breaker.faults)),
        ]

    def _help(self) -> list[Row]:
        game = [(", ".join(control.keys), control.help) for control in self.session.controls]
        return [*game, ("", ""), *((shortcut.label, shortcut.help) for shortcut in SHORTCUTS)]
