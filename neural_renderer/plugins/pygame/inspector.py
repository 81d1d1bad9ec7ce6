"""The renderer's process of `reskin inspect`: takes in a game's draws, shows the plain picture, and in the
end writes what it found of each source image.

    python -m reskin.neural_renderer.plugins.pygame.inspector CONFIGURATION

It restyles nothing, so it loads no theme. Read next: `game_frames`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np

from reskin.neural_renderer.from_draws.frames import FrameBuilder
from reskin.neural_renderer.handoff.channel import HandoffError
from reskin.neural_renderer.handoff.renderer_side import RendererSide
from reskin.neural_renderer.plugins.pygame.game_frames import (
    LOADING_LIMIT_S,
    DrawnFrame,
    Heart,
    drawn_frames,
)
from reskin.neural_renderer.plugins.pygame.source_images import SourceImages
from reskin.neural_renderer.plugins.pygame.supervisor import READY
from reskin.neural_renderer.source_materials.contact_sheet import as_data, contact_sheets
from reskin.neural_renderer.source_materials.judge import Materials
from reskin.neural_renderer.source_materials.tags import Tags

FOUND: Final = "inspection.json"
"""In the run's folder: what was found, for the command."""
PAGES: Final = "inspection-{}.npy"
"""In the run's folder: the pages of the contact sheet, uint8 [H,W,4] RGBA."""


class Inspector:
    """Judges the source images of one game. asked: the run's configuration."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self._folder = Path(asked["folder"])
        self._name = asked["name"]
        self._tags = Tags(Path(asked["game"]))
        self._materials = Materials(self._tags, Path(asked["sources"]))
        self._materials.watches_all = True
        self._builder = FrameBuilder(self._materials)
        self._images = SourceImages()
        self._frames = 0
        self._fault = ""

    def serve(self, path: str) -> None:
        """Take in a game's frames until it ends, and write what was found."""
        try:
            side = RendererSide(path)
        except HandoffError:
            return  # the game has ended already
        try:
            for frame in drawn_frames(side, Heart(side), self._images, LOADING_LIMIT_S, self._unreadable):
                self._take(side, frame)
        finally:
            with suppress(OSError):
                self._materials.close()
            self._write()
            side.close()

    def _unreadable(self, reason: str) -> None:
        self._fault = reason

    def _take(self, side: RendererSide, frame: DrawnFrame) -> None:
        message = frame.message
        try:
            self._builder.frame(message, frame.pixels, self._images.pixels, message.state.keys)
        except Exception as error:  # what was found so far is shown all the same
            traceback.print_exc()
            self._fault = repr(error)
        if frame.wanted:
            side.send_picture(frame.number, frame.pixels)
        if not self._frames:
            (self._folder / READY).touch()
        self._frames += 1

    def _write(self) -> None:
        seen = self._materials.seen()
        view = "side" if self._materials.side_view else "top"
        pages = (
            contact_sheets(seen, f"{self._name}: {len(seen)} images, seen from the {view}") if seen else []
        )
        for number, page in enumerate(pages):
            np.save(self._folder / PAGES.format(number), page)
        found = {
            "view": view, "frames": self._frames, "pages": len(pages), "units": as_data(seen),
            "tags": str(self._tags.path), "problem": self._tags.problem or self._tags.warning,
            "fault": self._fault,
        }  # fmt: skip
        partial = self._folder / f"{FOUND}.part"
        partial.write_text(json.dumps(found), encoding="utf-8")
        partial.replace(self._folder / FOUND)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the game
    inspector = Inspector(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    path = sys.stdin.readline().strip()
    if path:
        inspector.serve(path)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
