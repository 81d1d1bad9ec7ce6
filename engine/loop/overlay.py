"""What the loop draws over the window: help with milliseconds, the menu, notices.

It is drawn on the window and not on the picture, so that recordings and screenshots do not show it.
Read next: `engine.loop.hotkeys`, which decides what to show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import pygame

INK: Final = (240, 240, 244)
FAINT: Final = (168, 170, 182)
ACCENT: Final = (255, 204, 92)
PANEL: Final = (18, 19, 26, 216)
MARGIN: Final = 14
TEXTS_KEPT: Final = 400

Row = tuple[str, str]
"""A row of a panel: the text in the first and in the second column."""


@dataclass
class Menu:
    """Entries, a label and an action each, to choose from with the arrow keys or the mouse."""

    entries: list[tuple[str, Callable[[], None]]]
    at: int = 0
    places: list[pygame.Rect] = field(default_factory=list)
    """Where each entry is on the screen, in window px."""

    def move(self, step: int) -> None:
        self.at = (self.at + step) % len(self.entries)

    def choose(self) -> None:
        self.entries[self.at][1]()

    def hover(self, position: tuple[int, int]) -> bool:
        """Select the entry at a point, in window px; False if there is none."""
        for i, place in enumerate(self.places):
            if place.collidepoint(position):
                self.at = i
                return True
        return False


class Overlay:
    """Draws panels on a surface. Rendered text is cached, because rendering takes most of the time."""

    def __init__(self) -> None:
        self._fonts: dict[int, pygame.font.Font] = {}
        self._texts: dict[tuple[str, int, tuple[int, int, int]], pygame.Surface] = {}

    def help(self, surface: pygame.Surface, title: str, *blocks: Sequence[Row]) -> None:
        """Draw blocks of two-column rows in the top left corner."""
        rows = [row for block in blocks for row in (*block, ("", ""))][:-1]
        room = (surface.get_height() - 4 * MARGIN) * 4 // (5 * (len(rows) + 2))
        size = max(min(_text_size(surface), room), 10)
        line = size * 5 // 4
        texts = [(self._text(a, size, ACCENT), self._text(b, size, INK)) for a, b in rows]
        heading = self._text(title, size * 4 // 3, INK)
        first = max((a.get_width() for a, _ in texts), default=0) + MARGIN
        width = first + max((b.get_width() for _, b in texts), default=0)
        box = pygame.Rect(MARGIN, MARGIN, max(width, heading.get_width()) + 2 * MARGIN, 0)
        box.height = 2 * MARGIN + line * (len(rows) + 2)
        self._panel(surface, box)
        surface.blit(heading, (box.left + MARGIN, box.top + MARGIN))
        for i, (a, b) in enumerate(texts, 2):
            top = box.top + MARGIN + i * line - line // 4
            surface.blit(a, (box.left + MARGIN, top))
            surface.blit(b, (box.left + MARGIN + first, top))

    def menu(self, surface: pygame.Surface, title: str, menu: Menu, hint: str) -> None:
        """Draw the menu in the middle, and store in `menu.places` where each entry is."""
        room = (surface.get_height() - 2 * MARGIN) * 5 // (8 * (len(menu.entries) + 3))
        size = max(min(_text_size(surface) * 4 // 3, room), 8)
        line = size * 8 // 5
        veil = pygame.Surface(surface.get_size(), pygame.SRCALPHA)
        veil.fill((8, 8, 12, 120))
        surface.blit(veil, (0, 0))
        texts = [self._text(label, size, INK) for label, _ in menu.entries]
        below = self._text(hint, size * 2 // 3, FAINT)
        width = max(size * 16, below.get_width(), *(text.get_width() + 2 * size for text in texts))
        box = pygame.Rect(0, 0, width + 2 * MARGIN, line * (len(texts) + 3) + 2 * MARGIN)
        box.center = surface.get_rect().center
        self._panel(surface, box)
        heading = self._text(title, size, ACCENT)
        surface.blit(heading, heading.get_rect(midtop=(box.centerx, box.top + MARGIN)))
        menu.places = []
        for i, text in enumerate(texts):
            place = pygame.Rect(box.left + MARGIN, 0, width, line)
            place.top = box.top + MARGIN + line * 3 // 2 + line * i
            if i == menu.at:
                pygame.draw.rect(surface, (74, 80, 110), place, border_radius=6)
            surface.blit(text, text.get_rect(center=place.center))
            menu.places.append(place)
        surface.blit(below, below.get_rect(midbottom=(box.centerx, box.bottom - MARGIN // 2)))

    def notices(self, surface: pygame.Surface, lines: Sequence[tuple[str, bool]]) -> None:
        """Draw lines at the bottom right, the last one lowest; True marks a warning."""
        size = _text_size(surface) * 4 // 5
        right, bottom = surface.get_width() - 2 * MARGIN, surface.get_height() - MARGIN
        wrapped = [
            (part, warns) for line, warns in lines for part in self._wrapped(line, size, right - 2 * MARGIN)
        ]
        for line, warns in reversed(wrapped):
            text = self._text(line, size, ACCENT if warns else INK)
            box = text.get_rect(bottomright=(right, bottom - 4)).inflate(2 * MARGIN, 8)
            self._panel(surface, box)
            surface.blit(text, (box.left + MARGIN, box.top + 4))
            bottom = box.top - 6

    def mark_recording(self, surface: pygame.Surface) -> None:
        """Draw REC and a red dot at the top, in the middle."""
        size = _text_size(surface)
        text = self._text("REC", size, INK)
        place = text.get_rect(midtop=(surface.get_width() // 2, MARGIN))
        self._panel(surface, place.inflate(size * 3, 8))
        pygame.draw.circle(surface, (240, 60, 60), (place.left - size * 3 // 4, place.centery), size // 3)
        surface.blit(text, place)

    def _panel(self, surface: pygame.Surface, box: pygame.Rect) -> None:
        panel = pygame.Surface(box.size, pygame.SRCALPHA)
        pygame.draw.rect(panel, PANEL, panel.get_rect(), border_radius=8)
        surface.blit(panel, box)

    def _wrapped(self, text: str, size: int, width: int) -> list[str]:
        """The text in lines of at most `width` px, broken at spaces; a longer word gets its own line."""
        lines = [""]
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}".lstrip()
            if lines[-1] and self._font(size).size(longer)[0] > width:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def _font(self, size: int) -> pygame.font.Font:
        if size not in self._fonts:
            self._fonts[size] = pygame.font.Font(None, size)
        return self._fonts[size]

    def _text(self, text: str, size: int, color: tuple[int, int, int]) -> pygame.Surface:
        key = (text, size, color)
        if key not in self._texts:
            if len(self._texts) >= TEXTS_KEPT:
                self._texts.clear()
            self._texts[key] = self._font(size).render(text, True, color)
        return self._texts[key]


def _text_size(surface: pygame.Surface) -> int:
    """A 22nd of the window's height, from 16 to 34 px: legible at 640 x 360 and on a large screen."""
    return min(max(surface.get_height() // 22, 16), 34)
