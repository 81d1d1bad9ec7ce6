"""The picture that the rows of a message tell is the game's own, pixel by pixel, for random draws of all
kinds. Pictures are speckled, so that a wrong pixel of the right source is seen too."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray

from reskin.neural_renderer.from_draws.sources import IMAGE
from reskin.neural_renderer.from_draws.surfaces.planes import SLOT
from tests.neural_renderer.from_draws.recording import FrameBuilder, Named, Recording, record

SIZE = (96, 64)


def told(builder: FrameBuilder) -> NDArray[np.uint8]:
    """uint8 [H,W,4] RGBA: what the rows tell; alpha 0 where they tell nothing."""
    planes = builder.display
    return builder.layers.picture(planes, True).view(np.uint8).reshape(*planes.ids.shape, 4)


def check(recording: Recording, least: float = 1.0) -> None:
    """Every pixel that rows explain has the colour that they tell; they explain at least this share."""
    builder = FrameBuilder(Named({}, hud=()))
    for shown in recording.frames:
        builder.frame(shown.message, shown.pixels, recording.images)
        found, known = told(builder), builder.display.ids > 0
        # Surfaces that were drawn on each other too often are boxes whose pixels are not known.
        slots, sources = builder.display.table[:, SLOT], builder.sources
        unknown = (sources.mode[slots] == IMAGE) & (sources.start[slots] < 0)
        wrong = known & ~unknown[builder.display.ids] & (found[..., 2::-1] != shown.pixels[..., :3]).any(-1)
        assert not wrong.any(), f"frame {shown.message.number}: {np.argwhere(wrong)[:4].tolist()}"
        assert known.mean() >= least


class RandomDraws:
    """Each frame draws something: on the display, on layers, on a subsurface."""

    def __init__(self, seed: int, kinds: tuple[str, ...], covers: bool) -> None:
        self.random = np.random.default_rng(seed)
        self.kinds, self.covers = kinds, covers
        self.pictures = [self.picture(style) for style in ("plain", "alpha", "key") for _ in range(2)]
        self.layers = [pygame.Surface((40, 30)), pygame.Surface((50, 40), pygame.SRCALPHA)]
        for layer in self.layers:
            layer.blit(self.pictures[0], (0, 0))
        self.started = False

    def number(self, low: int, high: int) -> int:
        return int(self.random.integers(low, high))

    def picture(self, style: str) -> pygame.Surface:
        size = self.number(4, 30), self.number(4, 30)
        surface = pygame.Surface(size, pygame.SRCALPHA if style == "alpha" else 0)
        pixels = self.random.integers(1, 255, (*size, 3)).astype(np.uint8)
        hole = self.random.random(size) < 0.3
        if style == "key":
            pixels[hole] = 0
            surface.set_colorkey((0, 0, 0))
        for x in range(size[0]):
            for y in range(size[1]):
                alpha = 0 if style == "alpha" and hole[x, y] else 255
                surface.set_at((x, y), (*pixels[x, y].tolist(), alpha))
        # A copy shows what the surface does, and was never written pixel by pixel.
        return surface.copy()

    def color(self) -> tuple[int, int, int]:
        return self.number(1, 255), self.number(1, 255), self.number(1, 255)

    def __call__(self, screen: pygame.Surface) -> None:
        if self.covers or not self.started:
            screen.fill(self.color())
            self.started = True
        targets = [screen, screen, screen.subsurface((20, 10, 50, 40)), *self.layers]
        for _ in range(12):
            target = targets[self.number(0, len(targets))]
            kind = self.kinds[self.number(0, len(self.kinds))]
            getattr(self, kind)(target)
        pygame.display.flip()

    def place(self) -> tuple[int, int]:
        return self.number(-20, 90), self.number(-20, 60)

    def blit(self, target: pygame.Surface) -> None:
        target.blit(self.pictures[self.number(0, 6)], self.place())

    def part(self, target: pygame.Surface) -> None:
        picture = self.pictures[self.number(0, 6)]
        target.blit(picture, self.place(), (self.number(-3, 10), self.number(-3, 10), 9, 7))

    def turned(self, target: pygame.Surface) -> None:
        picture = pygame.transform.flip(self.pictures[self.number(0, 4)], True, bool(self.number(0, 2)))
        target.blit(picture, self.place())

    def box(self, target: pygame.Surface) -> None:
        target.fill(self.color(), (*self.place(), self.number(1, 30), self.number(1, 30)))

    def shape(self, target: pygame.Surface) -> None:
        kind = self.number(0, 6)
        (x, y), color = self.place(), self.color()
        if kind == 0:
            pygame.draw.circle(target, color, (x, y), self.number(2, 20), self.number(0, 3))
        elif kind == 1:
            pygame.draw.polygon(target, color, [self.place() for _ in range(4)])
        elif kind == 2:
            pygame.draw.line(target, color, (x, y), self.place(), self.number(1, 5))
        elif kind == 3:
            pygame.draw.rect(target, color, (x, y, 20, 12), self.number(0, 4), self.number(0, 5))
        elif kind == 4:
            pygame.draw.lines(target, color, True, [self.place() for _ in range(3)], width=2)
        else:
            pygame.draw.ellipse(target, color, pygame.Rect(x, y, 25, 14))

    def layer(self, target: pygame.Surface) -> None:
        for layer in self.layers:
            if target is not layer:
                target.blit(layer, self.place())

    def window(self, target: pygame.Surface) -> None:
        layer = self.layers[self.number(0, 2)]
        if target is not layer and target is not self.layers[0]:
            target.blit(layer, self.place(), (self.number(0, 10), self.number(0, 10), 25, 20))

    def flipped(self, target: pygame.Surface) -> None:
        layer = self.layers[self.number(0, 2)]
        if target is not layer and target is not self.layers[0]:
            target.blit(pygame.transform.flip(layer, True, False), self.place())

    def doubled(self, target: pygame.Surface) -> None:
        layer = self.layers[self.number(0, 2)]
        if target is not layer and target is not self.layers[0]:
            size = 2 * layer.get_width(), 2 * layer.get_height()
            target.blit(pygame.transform.scale(layer, size), self.place())


def game(*kinds: str, seed: int = 0, covers: bool = True) -> Callable[[pygame.Surface], None]:
    made: list[RandomDraws] = []

    def play(screen: pygame.Surface) -> None:
        if not made:
            made.append(RandomDraws(seed, kinds, covers))
        made[0](screen)

    return play


@pytest.mark.parametrize("covers", [True, False])
@pytest.mark.parametrize(
    "kinds",
    [
        ("blit", "part", "turned"),
        ("box", "shape"),
        ("blit", "box", "layer"),
        ("blit", "shape", "layer", "window", "flipped", "doubled"),
    ],
    ids="-".join,
)
def test_every_pixel_is_explained(kinds: tuple[str, ...], covers: bool) -> None:
    check(record(game(*kinds, covers=covers), SIZE, 12))


@pytest.mark.parametrize(("lag", "lost"), [(2, 0.0), (3, 0.3)])
def test_messages_that_are_late_or_lost_change_nothing(lag: int, lost: float) -> None:
    everything = ("blit", "part", "shape", "layer", "doubled")
    check(record(game(*everything, seed=1, covers=False), SIZE, 24, lag=lag, lost=lost))
