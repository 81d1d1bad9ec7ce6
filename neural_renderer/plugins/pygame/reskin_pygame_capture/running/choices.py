"""What the player has chosen for the restyling, and the keys by which it is changed.

Each change is written to a file, so that `reskin run` remembers it however the game ends.
"""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple

CHOICES = "choices.json"
UNSEEN = "not-captured"
"""A line for each thing of this game that cannot be seen."""
MESSAGES = "messages"
"""Lines in this file are said to the player by `reskin run`."""


def say(folder: str, text: str) -> None:
    """Tell the player something, by the file in a run's folder. A single write, so that lines of several
    processes do not mix."""
    descriptor = os.open(os.path.join(folder, MESSAGES), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, f"{text}\n".encode())
    finally:
        os.close(descriptor)


class State(NamedTuple):
    """As `from_draws.messages.State`, which explains it."""

    theme: str
    on: bool
    strength: float
    wipe: float
    screenshots: int = 0
    recordings: int = 0
    keys: bool = False


class Choices:
    """Theme, strength, on or off, wipe, recording."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self.on: bool = asked["on"]
        self.theme: str = asked["theme"]
        self.strength: float = asked["strength"]
        self.wiping = False
        self.screenshots = 0
        self.recordings = 0
        self.changes = 0
        """Counts what makes the picture of the same frame another."""
        self._themes: list[str] = asked["themes"]
        self._folder: str = asked["folder"]
        self._unseen: list[str] = []
        self.actions = {
            "theme": self._turn_theme, "restyle": self._toggle, "wipe": self._toggle_wipe,
            "screenshot": self._take_screenshot, "record": self._toggle_recording,
        }  # fmt: skip

    @property
    def recording(self) -> bool:
        return self.recordings % 2 == 1

    def state(self, pointer: float, keys: bool) -> State:
        """For a frame. pointer: where the mouse is, as a share of the width. keys: whether one is down."""
        wipe = min(max(pointer, 0.0), 1.0) if self.wiping else 0.0
        return State(self.theme, self.on, self.strength, wipe, self.screenshots, self.recordings, keys)

    def say(self, text: str) -> None:
        """Tell the player something."""
        say(self._folder, text)

    def not_captured(self, text: str) -> None:
        """Tell the player, once, that something of this game cannot be seen."""
        if text in self._unseen:
            return
        self._unseen.append(text)
        self.say(text)
        with open(os.path.join(self._folder, UNSEEN), "a", encoding="utf-8") as file:
            file.write(f"{text}\n")

    def _turn_theme(self, step: int) -> None:
        if not self._themes:
            return
        themes = self._themes
        at = themes.index(self.theme) if self.theme in themes else (-1 if step > 0 else 0)
        self.theme, self.on = themes[(at + step) % len(themes)], True
        self._changed(f"theme: {self.theme}")

    def _toggle(self, _: int) -> None:
        self.on = not self.on
        self._changed(f"restyling is {'on' if self.on else 'off'}")

    def _toggle_wipe(self, _: int) -> None:
        self.wiping = not self.wiping
        self._changed("wipe: plain on the left, restyled on the right" if self.wiping else "wipe off")

    def _take_screenshot(self, _: int) -> None:
        self.screenshots += 1
        self.changes += 1

    def _toggle_recording(self, _: int) -> None:
        self.recordings += 1
        self.changes += 1

    def _changed(self, text: str) -> None:
        self.changes += 1
        self.say(text)
        path = os.path.join(self._folder, CHOICES)
        with open(f"{path}.part", "w", encoding="utf-8") as file:
            json.dump({"theme": self.theme, "strength": self.strength}, file)
        os.replace(f"{path}.part", path)
