"""Screenshots and recordings of a game that is restyled. A fault is said, and costs the file alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.capture import Recording, open_recording, save_png
from reskin.engine.errors import LoopError
from reskin.neural_renderer.from_draws.messages import State

RATE: Final = 60


class Recorder:
    """Takes every picture, and writes those that the player wants.

    folder: where files of the player's go. name: the game's. record: a file that is recorded from the first
    picture to the last, or None; in it a frame is 1/60 s. What the player records goes by the clock.
    """

    def __init__(self, folder: Path, name: str, record: str | None, say: Callable[[str], None]) -> None:
        self.files: list[Path] = []
        self._folder = folder
        self._name = name
        self._say = say
        self._whole = self._open(Path(record), fast=False) if record else None
        self._part: Recording | None = None
        self._began = 0.0
        self._screenshots = 0
        self._recordings = 0

    def take(self, picture: NDArray[np.uint8], state: State, number: int) -> None:
        """A picture uint8 [H,W,4] BGRX of frame `number`."""
        if state.screenshots > self._screenshots:
            self._screenshots = state.screenshots
            self._save(picture, self._free_name(state.theme, ".png"))
        if state.recordings > self._recordings:
            self._recordings = state.recordings
            self._end(self._part)
            self._part = None
            if state.recordings % 2:
                self._part = self._open(self._free_name(state.theme, ".mp4"), fast=True)
                self._began = time.monotonic()
                if self._part is not None:
                    self._say("recording")
        self._whole = self._add(self._whole, picture, number)
        self._part = self._add(self._part, picture, round((time.monotonic() - self._began) * RATE))

    def close(self) -> None:
        """Finish what is being recorded."""
        for recording in (self._whole, self._part):
            self._end(recording)
        self._whole = self._part = None

    def _open(self, path: Path, fast: bool) -> Recording | None:
        try:
            return open_recording(path, RATE, fast)
        except LoopError as error:
            self._say(str(error))
            return None

    def _add(self, recording: Recording | None, picture: NDArray[np.uint8], tick: int) -> Recording | None:
        if recording is not None:
            try:
                recording.add(picture, "BGRX", tick)
            except Exception as error:  # of a codec or a full disk
                self._say(f"the recording {recording.path.name} ends: {error}")
                self._end(recording)
                return None
        return recording

    def _end(self, recording: Recording | None) -> None:
        if recording is None:
            return
        try:
            path = recording.close()
        except Exception as error:
            self._say(f"the recording {recording.path.name} is lost: {error}")
            return
        if path is not None:
            self.files.append(path)
            self._say(f"recorded: {path}")

    def _save(self, picture: NDArray[np.uint8], path: Path) -> None:
        try:
            self.files.append(save_png(path, picture, "BGRX"))
            self._say(f"screenshot: {path}")
        except LoopError as error:
            self._say(str(error))

    def _free_name(self, theme: str, suffix: str) -> Path:
        """A path that is not taken, such as `recordings/game-winter-1.png`."""
        count = 1
        while (path := self._folder / f"{self._name}-{Path(theme).name}-{count}{suffix}").exists():
            count += 1
        return path
