"""What the loop's own keys do, and what is drawn over the picture: the menu, the help and the notices.

It knows nothing of pacing. Read next: `engine.loop.controls`, which lists the keys, and
`engine.loop.overlay`, which draws.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import pygame

from reskin.engine.capture.pictures import Picture, save_png
from reskin.engine.errors import LoopError, short_line
from reskin.engine.frame import Frame
from reskin.engine.loop.controls import SHORTCUTS, Controls
from reskin.engine.loop.gamepads import HELP as PAD_HELP
from reskin.engine.loop.gamepads import Gamepads
from reskin.engine.loop.key_places import event_place, forget_layout, key_label, key_place
from reskin.engine.loop.overlay import Menu, Overlay, Row
from reskin.engine.loop.report import STAGES
from reskin.engine.loop.session import Session
from reskin.engine.loop.window import Window
from reskin.engine.simulation.clock import SECOND_NS

NOTICE_NS: Final = 3 * SECOND_NS
TROUBLE_LINES: Final = 12
"""The most lines that are shown of what is wrong; more would cover the game, and cost ticks."""
NOTICES: Final = 4


class Hotkeys:
    """What the user can do besides playing."""

    def __init__(
        self, session: Session, window: Window, controls: Controls, gamepads: Gamepads | None = None
    ) -> None:
        self.session = session
        self.player = session.player
        self.window = window
        self.controls = controls
        self._gamepads = gamepads
        self.menu: Menu | None = None
        self.helping = False
        self.wiping = False
        self.quitting = False
        self.latest: tuple[Frame, Picture] | None = None
        """The frame and the picture in the window, without what is drawn over it."""
        self._overlay = Overlay()
        self._notices: list[tuple[int, str, bool]] = []
        self._advised = False
        self._faults_seen = 0
        self._rules = session.game.rules_fingerprint
        actions: dict[str, Callable[[], None]] = {
            "theme": self.turn_theme, "restyle": self.toggle_restyle, "wipe": self.toggle_wipe,
            "help": self.toggle_help, "scaling": self.toggle_scaling, "screenshot": self.screenshot,
            "record": self.toggle_recording, "fullscreen": window.toggle_fullscreen, "menu": self.open_menu,
        }  # fmt: skip
        self._keys = {key_place(s.key): (s.action, actions[s.action]) for s in SHORTCUTS}

    @property
    def paused(self) -> bool:
        return self.menu is not None

    def handle(self, event: pygame.event.Event) -> None:
        """Act on an event, or pass it on to the game's controls."""
        if event.type == pygame.KEYMAPCHANGED:
            forget_layout()
        elif event.type == pygame.QUIT:
            self.quitting = True
        elif self.menu is not None:
            self._handle_menu(self.menu, event)
        elif event.type == pygame.KEYDOWN and event_place(event) in self._keys:
            action, act = self._keys[event_place(event)]
            if action == "theme" and event.mod & pygame.KMOD_SHIFT:
                self.turn_theme(-1)
            else:
                act()
        else:
            self.controls.handle(event)

    # The keys

    def turn_theme(self, step: int = 1) -> None:
        """Switch to the next theme, or to the previous one by a `step` of -1."""
        if not self.player.themes:
            self.notice("no restyler is there, so there are no themes")
            return
        self.set_theme(hotkey_theme(self.player.themes, self.player.theme, step))

    def set_theme(self, theme: str) -> None:
        """Switch to a theme from the next frame on, and turn restyling on."""
        self.player.set_theme(theme)
        self.notice(f"theme: {theme}")

    def toggle_restyle(self) -> None:
        if self.player.post is None:
            self.notice("no restyler is there; the picture is plain")
            return
        self.player.restyling = not self.player.restyling
        self.notice(f"restyling is {'on' if self.player.restyling else 'off'}")

    def toggle_wipe(self) -> None:
        self.wiping = not self.wiping
        if self.wiping and not self.player.restyling:
            self.notice("the wipe shows once restyling is on (F5)")
        else:
            self.notice("wipe: plain on the left, restyled on the right" if self.wiping else "wipe off")

    def toggle_help(self) -> None:
        self.helping = not self.helping

    def toggle_scaling(self) -> None:
        self.window.smooth = not self.window.smooth
        self.notice("smooth pixels" if self.window.smooth else "whole pixels")

    def screenshot(self) -> None:
        """Save the picture, without what is drawn over it."""
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
        """Pause, and show a menu of themes."""
        self.controls.release()
        entries: list[tuple[str, Callable[[], None]]] = [("Resume", self.close_menu)]
        entries += [(name, partial(self._pick_theme, name)) for name in self.player.themes]
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

    def notice(self, text: str, warns: bool = False) -> None:
        """Show a line at the bottom of the window for three seconds."""
        self._notices.append((time.perf_counter_ns() + NOTICE_NS, short_line(text), warns))
        del self._notices[:-NOTICES]

    def draw(self) -> None:
        """Draw the recording mark, help, menu and notices over the picture, those that are on."""
        session, lines = self.session, self._lines()
        if not (session.recording is not None or self.helping or self.menu is not None or lines):
            return
        surface = self.window.surface
        if session.recording is not None:
            self._overlay.mark_recording(surface)
        if self.helping:
            self._overlay.help(surface, session.game.title, self._figures(), self._help())
        if self.menu is not None:
            self._overlay.menu(surface, session.game.title, self.menu, "arrows and Enter, or the mouse")
        self._overlay.notices(surface, lines)

    def _lines(self) -> list[tuple[str, bool]]:
        """The notices to show now, True for a warning. What is wrong is shown for as long as it is."""
        breaker, game, now = self.player.breaker, self.session.game, time.perf_counter_ns()
        if game.rules_fingerprint != self._rules:
            self._rules = game.rules_fingerprint
            self.notice("the scripts changed")
        if self.player.advice and not self._advised:
            self._advised = True
            self.notice(self.player.advice)
        trouble = [(short_line(line), True) for line in self.session.trouble.splitlines()[:TROUBLE_LINES]]
        if breaker.faults > self._faults_seen:
            self._faults_seen = breaker.faults
            self._notices = [notice for notice in self._notices if not notice[2]]
            self.notice(breaker.status, warns=True)
        self._notices = [notice for notice in self._notices if notice[0] > now]
        lasting = [short_line(text) for text in (self.session.status, breaker.status * breaker.open) if text]
        kept = [(text, warns) for _, text, warns in self._notices if not (warns and breaker.open)]
        return [*kept, *((text, True) for text in lasting), *trouble]

    def _figures(self) -> list[Row]:
        meter, caption = self.session.meter, self.player.caption
        post = self.player.post if self.player.restyling else None
        runtime = " on ".join(str(getattr(post, a)) for a in ("runtime", "device") if hasattr(post, a))
        return [
            ("ms", "   ".join(f"{stage} {meter.recent(stage):.1f}" for stage in STAGES)),
            ("frames/s", f"{meter.recent_fps:.0f}"),
            ("look", f"{caption} ({runtime})" if runtime else caption),
            ("faults", str(self.player.breaker.faults)),
        ]

    def _help(self) -> list[Row]:
        game = [(", ".join(map(key_label, control.keys)), control.help) for control in self.session.controls]
        if self._gamepads is not None and self._gamepads.connected:
            game.append(("gamepad", PAD_HELP))
        return [*game, ("", ""), *((shortcut.shown, shortcut.help) for shortcut in SHORTCUTS)]


def hotkey_theme(names: Sequence[str], current: str, step: int) -> str:
    """The name `step` places after the current one; after the last comes the first."""
    at = names.index(current) if current in names else (-1 if step > 0 else 0)
    return names[(at + step) % len(names)]
