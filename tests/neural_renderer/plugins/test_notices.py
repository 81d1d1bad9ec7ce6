"""Short lines over the picture, which the game's display does not get."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pygame
import pytest

from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.patching import Patches
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.present import (
    PresentHooks,
    padded,
    pixels_of,
)
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running import notices as module
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.notices import MARGIN, Notices

SKY = (90, 150, 220)


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[pygame.Surface]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    pygame.display.init()
    surface = pygame.display.set_mode((320, 200))
    surface.fill(SKY)
    yield surface
    pygame.display.quit()


def at(pixels: bytes, x: int, y: int) -> tuple[int, ...]:
    """The color of a pixel in a picture of 320 px, as red, green, blue."""
    start = (y * 320 + x) * 4
    return tuple(pixels[start : start + 3][::-1])


def test_it_is_drawn_over_what_is_shown_and_not_into_the_display(
    display: pygame.Surface, tmp_path: Path
) -> None:
    notices = Notices(str(tmp_path / "said"))
    display.set_clip((0, 0, 5, 5))
    font_was_on = pygame.font.get_init()
    picture = bytes((10, 200, 30, 0)) * (320 * 200)
    for base, color in ((None, SKY), (picture, (30, 200, 10))):
        found = notices.over(display, base, ["winter is loading"])
        assert found is not None and len(found) == 320 * 200 * 4
        assert at(found, 0, 0) == at(found, 160, 100) == at(found, 0, 199) == color
        panel = at(found, 320 - MARGIN - 2, 200 - MARGIN - 2)
        assert max(panel) < 60, "the panel is dark"
        right = [at(found, x, y) for x in range(200, 320) for y in range(160, 200)]
        assert sum(min(color) > 200 for color in right) > 60, "letters"
    assert pixels_of(display) == bytes((*SKY[::-1], 0)) * (320 * 200) and tuple(display.get_clip()) == (
        0,
        0,
        5,
        5,
    )
    assert pygame.font.get_init() == font_was_on
    assert notices.over(display, None, []) is None and notices.over(display, picture, []) is picture


def test_long_lines_are_broken_to_fit(display: pygame.Surface, tmp_path: Path) -> None:
    found = Notices("").over(display, None, ["screenshot: /" + "long" * 60 + "\x00 name.png"])
    assert found is not None
    assert at(found, MARGIN - 2, 199 - MARGIN) == SKY and at(found, 160, 199 - MARGIN - 2) != SKY


def test_it_shows_what_any_process_says_for_a_while(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    now = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    said = tmp_path / "said"
    notices = Notices(str(said))
    assert notices.lines() == [] and not notices.changed([])
    said.write_text("theme: bricks\nhalf a li")
    assert notices.lines("bricks is loading") == ["theme: bricks", "bricks is loading"]
    with said.open("a") as file:
        file.write("ne\n")
    now[0] += 2
    assert notices.lines() == ["theme: bricks", "half a line"]
    now[0] += 2
    assert notices.lines() == ["half a line"]
    for number in range(9):
        notices.add(str(number))
    assert notices.lines() == ["5", "6", "7", "8"]
    now[0] += 9
    assert notices.lines() == []


def test_without_fonts_nothing_is_drawn(display: pygame.Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_render", None)
    assert Notices("").over(display, None, ["a line"]) is None


def test_rows_are_padded_as_a_surface_holds_them() -> None:
    assert padded(b"abcdefgh", 4, 6) == b"abcd\0\0efgh\0\0" and padded(b"abcd", 4, 4) == b"abcd"


def test_all_of_the_window_goes_back_to_the_plain_frame(
    display: pygame.Surface, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A game that shows parts only would leave the restyled picture beside them."""
    flips: list[int] = []
    original = pygame.display.flip
    monkeypatch.setattr(pygame.display, "flip", lambda: flips.append(original() or 1))
    pictures: list[bytes | None] = [None, bytes(320 * 200 * 4), None, None]
    hooks, patches = PresentHooks(lambda _: pictures.pop(0)), Patches()
    hooks.install(patches)
    try:
        counts = []
        for _ in range(4):
            pygame.display.update((0, 0, 5, 5))
            counts.append(len(flips))
    finally:
        patches.undo()
    assert counts == [0, 1, 2, 2]


def test_only_the_games_wish_makes_a_display_one_of_opengl(
    display: pygame.Surface, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On X11 the flags of every display say OPENGL."""
    seen: list[pygame.Surface] = []
    told: list[str] = []
    hooks, patches = PresentHooks(seen.append), Patches()
    hooks.unseen = told.append
    monkeypatch.setattr(pygame.display, "set_mode", lambda *_, **__: display)
    hooks.install(patches)
    try:
        pygame.display.set_mode((320, 200), flags=pygame.SCALED)
        pygame.display.flip()
        assert seen == [display] and not told
        pygame.display.set_mode((320, 200), pygame.OPENGL | pygame.DOUBLEBUF)
        pygame.display.flip()
        assert seen == [display] and "OpenGL" in told[0]
        pygame.display.set_mode((320, 200))
        pygame.display.flip()
        assert len(seen) == 2
    finally:
        patches.undo()
