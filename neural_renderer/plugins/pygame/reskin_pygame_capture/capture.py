"""Switches the capture on in the game's process, before the game is imported."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .draws import DrawLists
from .hooks import DrawHooks
from .identity import Drawers
from .patching import Patches, patching_works
from .pixel_hooks import PixelHooks
from .present import PresentHooks

if TYPE_CHECKING:
    import pygame

    from .present import Callback


class Capture:
    """All hooks of this process.

        capture = Capture(callback).install()
        ...                                 # callback(display) at each frame; capture.lists.draws(display)
        capture.undo()

    `follows_draws` says whether draws are seen. Where types cannot be patched, frames are presented all the
    same, and the draw lists stay empty.
    """

    def __init__(self, callback: Callback) -> None:
        self.lists = DrawLists()
        self.drawers = Drawers()
        self.patches = Patches()
        self.follows_draws = False
        self.keeps_draws = False
        """Whether the draws of the frame that is shown now are kept with those of the next."""
        self.present = PresentHooks(callback, self._presented)

    def install(self) -> Capture:
        self.follows_draws = patching_works()
        self.present.install(self.patches)
        if self.follows_draws:
            DrawHooks(self.lists, self.drawers).install(self.patches)
            PixelHooks(self.lists, self.drawers).install(self.patches)
        return self

    def undo(self) -> None:
        """Put the originals back."""
        self.patches.undo()

    def _presented(self, display: pygame.Surface | None) -> None:
        if display is not None and self.follows_draws and not self.keeps_draws:
            self.lists.presented(display)
            self.drawers.presented(sys._getframe(1))
