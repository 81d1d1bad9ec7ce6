"""The loop's own keys, the same in every game; a game's controls may not take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reskin.engine.errors import LoopError
from reskin.engine.simulation.game import Control


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One key (a pygame name), what it does, and how the help calls it. Shift is for going back."""

    action: str
    key: str
    label: str
    help: str


SHORTCUTS: Final[tuple[Shortcut, ...]] = (
    Shortcut("theme", "t", "T, Shift+T", "next, previous theme"),
    Shortcut("restyle", "f5", "F5", "restyle on or off"),
    Shortcut("wipe", "f6", "F6", "wipe between plain and restyled, with the mouse"),
    Shortcut("help", "f1", "F1", "this help and the milliseconds"),
    Shortcut("scaling", "f8", "F8", "whole or smooth pixels"),
    Shortcut("screenshot", "f9", "F9", "screenshot"),
    Shortcut("record", "f10", "F10", "record, and again to stop"),
    Shortcut("fullscreen", "f11", "F11", "full screen"),
    Shortcut("menu", "escape", "Esc", "menu: resume, themes, quit"),
)


def check_controls(controls: tuple[Control, ...]) -> None:
    """Raise LoopError if a game's control lies on one of the loop's keys."""
    own = {shortcut.key: shortcut for shortcut in SHORTCUTS}
    for control in controls:
        for key in control.keys:
            if key.lower() in own:
                raise LoopError(
                    f"control {control.action!r} is on key {key!r}, which is the loop's own "
                    f"({own[key.lower()].help}); give it another key"
                )
