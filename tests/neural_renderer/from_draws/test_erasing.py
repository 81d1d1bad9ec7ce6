"""Games that draw only what changed: what they erase with is the backdrop again, and leaves no trail."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pygame
import pytest

from reskin.neural_renderer.from_draws.observation import Judgement, Unit
from tests.neural_renderer.from_draws.recording import Named, build, explained, record
from tests.neural_renderer.from_draws.test_frames import speckled

SIZE = (160, 96)
HERO = (200, 60, 60)
Backdrop = tuple[Callable[[pygame.Surface], object], Callable[[pygame.Surface, pygame.Rect], object]]
"""What draws it, and what erases a rectangle of the display."""


def black() -> Backdrop:
    """The display is black from the start; erased is with a fill."""
    return lambda _: None, lambda screen, rectangle: screen.fill((0, 0, 0), rectangle)


def coloured() -> Backdrop:
    """Erased is with a rectangle in the colour of the first fill."""
    sky = (90, 160, 230)
    return lambda screen: screen.fill(sky), lambda screen, box: pygame.draw.rect(screen, sky, box)


def pictured() -> Backdrop:
    """Erased is with a part of the backdrop's image."""
    image = speckled((90, 160, 230), SIZE, 5)
    return lambda screen: screen.blit(image, (0, 0)), lambda screen, box: screen.blit(image, box, box)


def composed() -> Backdrop:
    """Erased is with a part of a surface on which the backdrop was composed."""
    background = pygame.Surface(SIZE)
    background.fill((90, 160, 230))
    pygame.draw.rect(background, (60, 160, 60), (0, 64, 160, 32))

    def erase(screen: pygame.Surface, box: pygame.Rect) -> None:
        group: pygame.sprite.RenderUpdates[pygame.sprite.Sprite] = pygame.sprite.RenderUpdates()
        group.lostsprites.append(box)
        group.clear(screen, background)

    return lambda screen: screen.blit(background, (0, 0)), erase


class Dirty:
    """A hero who walks, and what was below him before."""

    def __init__(self, backdrop: Callable[[], Backdrop]) -> None:
        self.backdrop = backdrop
        self.drawn: Backdrop | None = None
        self.at = 0

    def __call__(self, screen: pygame.Surface) -> None:
        if self.drawn is None:  # now that the hooks are there
            self.drawn = self.backdrop()
            self.drawn[0](screen)
        self.at += 3
        self.drawn[1](screen, pygame.Rect(self.at - 3, 50, 20, 20))
        screen.fill(HERO, (self.at, 50, 20, 20))
        pygame.display.update([(self.at - 3, 50, 23, 20)])


@pytest.mark.parametrize("backdrop", [black, coloured, pictured, composed])
def test_what_erases_is_the_backdrop(backdrop: Callable[[], Backdrop]) -> None:
    recording = record(Dirty(backdrop), SIZE, 20)
    builder, frames = build(recording, Named({str(HERO)[:-1]: "player"}, hud=()))
    ids, table = builder.display.ids, builder.display.table
    units = builder.sources.unit[table[: builder.display.count, 0]][ids]
    hero = (recording.frames[-1].pixels[..., 2::-1] == HERO).all(-1)
    assert hero.sum() == 400
    # As if nobody had ever been there.
    assert len(np.unique(ids[~hero])) == (2 if backdrop is composed else 1) and (ids > 0).all()
    assert len(np.unique(units[~hero])) == len(np.unique(ids[~hero]))
    last = frames[-1]
    assert last.motion is not None and last.anchor is not None and frames[0].anchor is not None
    assert not last.motion[~hero].any() and (last.motion[hero] == (3, 0)).all()
    at_first = (recording.frames[0].pixels[..., 2::-1] == HERO).all(-1)
    both = ~hero & ~at_first
    assert (last.anchor[both] == frames[0].anchor[both]).all()


class AtFirstHud(Named):
    """Takes everything for HUD until it was seen for three frames."""

    def rests(self, unit: object, units: int, renewed: bool) -> bool:
        return False

    def observe(self, seen: object) -> bool:
        super().observe(seen)  # type: ignore[arg-type]
        return len(self.seen) == 3

    def judgement(self, unit: Unit) -> Judgement:
        return super().judgement(unit)._replace(hud=len(self.seen) < 3)


def test_a_backdrop_that_was_taken_for_hud_comes_back() -> None:
    recording = record(Dirty(black), SIZE, 6)
    builder, frames = build(recording, AtFirstHud({}))
    assert frames[0].hud is not None and (frames[0].hud[..., 3] == 255).all()
    last = frames[-1]
    assert last.hud is None or not last.hud.any()
    assert (builder.display.ids > 0).all() and len(np.unique(builder.display.ids)) == 2


def test_what_is_scrolled_on_the_display_moves() -> None:
    pictures: list[pygame.Surface] = []
    column = 0

    def game(screen: pygame.Surface) -> None:
        nonlocal column
        if not pictures:
            pictures.append(speckled((80, 170, 60), SIZE, 9))
        picture = pictures[0]
        if column:
            screen.scroll(-2, 0)
            screen.blit(picture, (SIZE[0] - 2, 0), (2 * column % 100, 0, 2, SIZE[1]))
        else:
            screen.blit(picture, (0, 0))
        column += 1
        pygame.display.flip()

    recording = record(game, SIZE, 12)
    _, frames = build(recording, Named({}, hud=()))
    assert not recording.frames[-1].message.unseen
    last = frames[-1]
    assert last.motion is not None and (last.motion[:, :120, 0] == -2).all() and not last.motion[..., 1].any()
    assert explained(frames[-2], last)[:, :-2].mean() > 0.98
