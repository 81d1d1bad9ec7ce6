"""The pixels of a display on their way to the renderer."""

from __future__ import annotations

import threading

import pygame
import pytest

from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.present import pixels_for_now, pixels_of


@pytest.mark.parametrize("width", [64, 37])
def test_lent_pixels_are_those_of_the_surface_and_leave_it_unlocked(width: int) -> None:
    surface = pygame.Surface((width, 20), 0, 32)
    surface.fill((200, 100, 50), (3, 4, 9, 9))
    with pixels_for_now(surface) as pixels:
        assert bytes(pixels) == pixels_of(surface)
    assert not surface.get_locked()
    with pytest.raises(KeyboardInterrupt), pixels_for_now(surface) as pixels:
        raise KeyboardInterrupt
    assert not surface.get_locked()
    surface.blit(pygame.Surface((4, 4)), (0, 0))


def test_with_a_second_thread_the_surface_is_never_locked() -> None:
    """SDL refuses to draw on a locked surface, and the other thread may be the game's."""
    surface, done = pygame.Surface((64, 20), 0, 32), threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        with pixels_for_now(surface) as pixels:
            assert not surface.get_locked()
            surface.fill((9, 9, 9))
            assert bytes(pixels) != pixels_of(surface)
    finally:
        done.set()
        other.join()
