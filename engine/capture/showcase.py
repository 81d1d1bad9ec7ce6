"""The showcase: a run that shows every theme in turn, each uncovered by a wipe from the plain picture.

It only directs: which theme a frame has, and where the wipe stands. Read next: `engine.loop.loop`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Showcase:
    """Themes in turn, `each` frames long; in the first `sweep` of them the plain picture gives way."""

    themes: tuple[str, ...]
    each: int = 150
    sweep: int = 50
    hold: int = 15

    @classmethod
    def of(cls, themes: Sequence[str], frames: int, rate: int = 60) -> Showcase:
        """A showcase of about 2.5 s a theme, and no longer than `frames` ticks in all."""
        each = max(min(rate * 5 // 2, frames // max(len(themes), 1)), 1)
        return cls(tuple(themes), each, sweep=each // 3, hold=each // 10)

    def theme(self, frame: int) -> str:
        """The theme of a frame; the last one stays."""
        return self.themes[min(frame // self.each, len(self.themes) - 1)]

    def edge(self, frame: int, width: int) -> int:
        """The column up to which the picture is plain: all of it at first, then less and less."""
        if frame >= self.each * len(self.themes):
            return 0
        progress = min(max(frame % self.each - self.hold, 0), self.sweep)
        return width - width * progress // max(self.sweep, 1)
