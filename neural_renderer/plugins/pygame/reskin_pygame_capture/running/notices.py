"""Short lines of text over the picture: which theme it is, what a key did, that something failed.

They are drawn into a copy of what is shown, so that neither the game's display nor a recording has them.
While there is nothing to say, a frame costs one look at the size of a file. Everything that is said to the
player comes through that file, by whichever process, and `reskin run` prints it in the terminal, too.

Text needs `pygame.font`. Where the game has not switched that on, it is on for a moment only. Without it no
notices are drawn.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

import pygame

from ..originals import blit, fill, get_buffer, get_pitch, get_size
from ..present import is_bgrx, padded, pixels_of
from ..real_time import monotonic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHOWN_S = 3.0
MOST = 4
"""As many lines as in our own games."""
INK, PANEL = (240, 240, 244, 255), (18, 19, 26, 216)
MARGIN = 8
SMALLEST, LARGEST = 15, 27
"""Height of the letters, in px: a 27th of the display's, within these."""

_Surface = pygame.Surface
_font: Any = None
_render: Callable[..., pygame.Surface] | None = None
with contextlib.suppress(Exception):  # pygame may be built without fonts
    _font, _render = pygame.font, pygame.font.Font.render


class Notices:
    """Lines to show now. path: the file in which processes write what they say, a line each."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._read = 0
        self._timed: list[tuple[float, str]] = []
        self._panels: dict[tuple[str, int, int], pygame.Surface] = {}
        self._drawn: list[str] = []

    def add(self, text: str, seconds: float = SHOWN_S) -> None:
        """Show a line for some seconds."""
        self._timed.append((monotonic() + seconds, text))
        del self._timed[:-MOST]

    def lines(self, lasting: str = "") -> list[str]:
        """What to show now, the newest last. lasting: a line that is shown for as long as it is given."""
        self._take_said()
        if self._timed:
            now = monotonic()
            self._timed = [notice for notice in self._timed if notice[0] > now]
        found = [text for _, text in self._timed]
        return [*found, lasting] if lasting else found

    def changed(self, lines: list[str]) -> bool:
        """Whether these are others than were drawn last."""
        return lines != self._drawn

    def over(self, display: pygame.Surface, pixels: bytes | None, lines: list[str]) -> bytes | None:
        """The picture with lines drawn over it, in the order B, G, R, X; `pixels` where there are none.

        pixels: width × height × 4 bytes, or None for what the display holds. Also `pixels` for a display that
        is not of this order, and without fonts."""
        self._drawn = lines
        if not lines or _render is None or not is_bgrx(display):
            return pixels
        width, height = get_size(display)
        canvas = _Surface((width, height), 0, display)
        shown = pixels_of(display) if pixels is None else pixels
        get_buffer(canvas).write(padded(shown, width * 4, get_pitch(canvas)), 0)
        self._draw(canvas, lines)
        return pixels_of(canvas)

    def _draw(self, canvas: pygame.Surface, lines: Sequence[str]) -> None:
        """Draw the lines at the bottom right, the last one lowest."""
        width, height = get_size(canvas)
        letters = min(max(height // 27, SMALLEST), LARGEST)
        bottom = height - MARGIN
        for line in reversed(lines):
            key = (line, letters, width - 2 * MARGIN)
            if key not in self._panels:
                if len(self._panels) > 4 * MOST:
                    self._panels.clear()
                self._panels[key] = _panel(*key)
            across, down = get_size(self._panels[key])
            blit(canvas, self._panels[key], (width - MARGIN - across, bottom - down))
            bottom -= down + MARGIN // 2

    def _take_said(self) -> None:
        """Show what processes have said since the last time."""
        try:
            if os.stat(self._path).st_size <= self._read:
                return
            with open(self._path, "rb") as file:
                file.seek(self._read)
                data = file.read()
        except OSError:
            return
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.decode("utf-8", "replace").splitlines():
            self.add(line)


def _panel(text: str, letters: int, width: int) -> pygame.Surface:
    """A dark panel with the text on it, in lines that fit into a width."""
    assert _render is not None
    was_on = _font.get_init()
    if not was_on:
        _font.init()
    try:
        font = _font.Font(None, letters)
        rows = [_render(font, row, True, INK) for row in _wrapped(text, font, width - 2 * MARGIN)]
    finally:
        if not was_on:
            _font.quit()
    across = max(get_size(row)[0] for row in rows)
    down = sum(get_size(row)[1] for row in rows)
    panel = _Surface((across + 2 * MARGIN, down + MARGIN), pygame.SRCALPHA, 32)
    fill(panel, PANEL)
    top = MARGIN // 2
    for row in rows:
        blit(panel, row, (MARGIN, top))
        top += get_size(row)[1]
    return panel


def _wrapped(text: str, font: Any, width: int) -> list[str]:
    """The text in rows of at most `width` px, broken at spaces, and within words that are longer."""
    rows = [""]
    for word in "".join(letter if letter.isprintable() else "?" for letter in text).split(" "):
        longer = f"{rows[-1]} {word}".lstrip()
        if font.size(longer)[0] <= width:
            rows[-1] = longer
            continue
        if rows[-1]:
            rows.append("")
        for letter in word:
            if rows[-1] and font.size(rows[-1] + letter)[0] > width:
                rows.append("")
            rows[-1] += letter
    return rows
