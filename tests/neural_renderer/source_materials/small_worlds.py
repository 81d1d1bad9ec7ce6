"""Observations of two small games, one seen from the side and one from above, with images drawn here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.from_draws.observation import Judgement, Observation, Unit

Color = tuple[int, int, int]
SIZE = (320, 240)


def material(found: Judgement) -> str:
    """The name of a judgement's material, or "hud"."""
    return "hud" if found.hud else MATERIALS[found.material]


def canvas(width: int, height: int, color: Color | None = None) -> NDArray[np.uint8]:
    """uint8 [H,W,4], clear or of one colour."""
    image = np.zeros((height, width, 4), np.uint8)
    if color is not None:
        image[:] = (*color, 255)
    return image


def speckled(width: int, height: int, color: Color, spread: int = 12, seed: int = 0) -> NDArray[np.uint8]:
    """A tile of one hue with noise."""
    image = canvas(width, height, color)
    noise = np.random.default_rng(seed).integers(-spread, spread + 1, (height, width, 1))
    image[..., :3] = np.clip(image[..., :3].astype(int) + noise, 0, 255)
    return image


def grass_on_dirt() -> NDArray[np.uint8]:
    image = speckled(32, 32, (130, 85, 45))
    image[:12] = speckled(32, 12, (80, 180, 60))
    return image


def bricks() -> NDArray[np.uint8]:
    image = speckled(32, 32, (170, 70, 50), 6)
    image[::8] = (90, 40, 35, 255)
    for row in range(0, 32, 8):
        image[row : row + 8, (row // 8 % 2) * 8 :: 16] = (90, 40, 35, 255)
    return image


def disc(size: int, color: Color, eye: bool = False) -> NDArray[np.uint8]:
    """A round thing with a dark rim, and eyes if asked."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    radius = np.hypot(x, y)
    image = canvas(size, size)
    image[radius < size / 2] = (20, 20, 30, 255)
    image[radius < size / 2 - 2] = (*color, 255)
    if eye:
        image[size // 3 : size // 3 + 3, size // 3 : size // 3 + 3] = (255, 255, 255, 255)
        image[size // 3 : size // 3 + 3, -size // 3 - 3 : -size // 3] = (255, 255, 255, 255)
        image[-size // 3 :] = np.where(
            image[-size // 3 :, :, 3:] > 0, np.array([40, 60, 200, 255], np.uint8), 0
        )
    return image


def person(step: int) -> NDArray[np.uint8]:
    """Head, shirt and legs, in two steps of a walk."""
    image = canvas(20, 32)
    image[0:10, 5:15] = (240, 200, 160, 255)
    image[10:22, 3:17] = (200, 40, 40, 255)
    image[22:32, 4 + step : 9 + step] = (40, 50, 120, 255)
    image[22:32, 11 - step : 16 - step] = (40, 50, 120, 255)
    image[3:5, 7:9] = image[3:5, 12:14] = (10, 10, 10, 255)
    return image


def tree() -> NDArray[np.uint8]:
    image = canvas(48, 64)
    image[40:, 20:28] = (110, 70, 40, 255)
    crown = disc(44, (50, 140, 50))
    image[:44, 2:46] = np.where(crown[..., 3:] > 0, crown, image[:44, 2:46])
    image[10:20, 12:24, :3] = (70, 170, 60)
    image[24:30, 24:36, :3] = (35, 110, 45)
    return image


def landscape() -> NDArray[np.uint8]:
    """A painted view: blue sky, a cloud, green hills below."""
    image = canvas(*SIZE, (120, 180, 240))
    image[30:50, 60:120] = (245, 245, 250, 255)
    image[150:] = speckled(320, 90, (70, 160, 60))
    return image


class Game:
    """Units by name, and frames of draws. names: False gives every file a number for a name."""

    def __init__(self, names: bool) -> None:
        self.units: list[Unit] = []
        self.numbers: dict[str, int] = {}
        self._names = names
        self._last: dict[tuple[int, int], tuple[int, int]] = {}

    def image(
        self, name: str, image: NDArray[np.uint8], cut: tuple[int, int, int, int] | None = None
    ) -> None:
        self._add(
            name, "cut" if cut else "file", name if self._names else f"{len(self.units):03}.png", image, cut
        )

    def text(self, name: str, text: str, width: int) -> None:
        key = hashlib.md5(name.encode()).hexdigest()
        self.numbers[name] = len(self.units)
        self.units.append(
            Unit(key, "text", "", None, width, 16, canvas(width, 16, (255, 255, 255)), text=text)
        )

    def shape(self, name: str, color: Color, width: int, height: int) -> None:
        key = hashlib.md5(name.encode()).hexdigest()
        self.numbers[name] = len(self.units)
        self.units.append(Unit(key, "shape", "", None, width, height, None, (*color, 255)))

    def _add(
        self,
        name: str,
        kind: str,
        file: str,
        image: NDArray[np.uint8],
        cut: tuple[int, int, int, int] | None,
    ) -> None:
        key = hashlib.md5(name.encode() + image.tobytes()).hexdigest()
        self.numbers[name] = len(self.units)
        self.units.append(Unit(key, kind, file, cut, image.shape[1], image.shape[0], image))

    def unit(self, name: str) -> Unit:
        return self.units[self.numbers[name]]

    def frame(
        self, draws: list[tuple[str, int, int, int]], scroll: tuple[float, float], keys: bool
    ) -> Observation:
        """A frame of draws (unit, x, y, thing). A draw of thing 0 is matched by its unit and number."""
        unit, box, things, moved, keys_of = [], [], [], [], []
        count: dict[str, int] = {}
        for name, x, y, thing in draws:
            number = self.numbers[name]
            of = self.units[number]
            key = (-thing, 0) if thing else (number, count.get(name, 0))
            count[name] = count.get(name, 0) + 1
            before = self._last.get(key)
            moved.append((x - before[0], y - before[1]) if before else (np.nan, np.nan))
            unit.append(number)
            box.append((x, y, of.width, of.height))
            things.append(thing)
            keys_of.append((key, (x, y)))
        self._last = dict(keys_of)
        boxes = np.array(box, np.int32)
        visible, covers = _visible(boxes)
        n = len(unit)
        return Observation(
            units=list(self.units),
            unit=np.array(unit, np.int32),
            box=boxes,
            visible=visible,
            identity=np.array(things, np.int32),
            moved=np.array(moved, np.float32),
            rank=np.linspace(0, 1, n, dtype=np.float32),
            covers=covers,
            scroll=scroll,
            keys=keys,
            size=SIZE,
        )


def _visible(boxes: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Pixels that each rectangle shows in the end, and the share of it that lay over others."""
    width, height = SIZE
    last = np.full((height, width), -1)
    covers = np.zeros(len(boxes), np.float32)
    for number, (x, y, w, h) in enumerate(boxes.tolist()):
        part = last[max(0, y) : max(0, y + h), max(0, x) : max(0, x + w)]
        covers[number] = float((part >= 0).mean()) if part.size else 0.0
        part[:] = number
    return np.bincount(last[last >= 0], minlength=len(boxes)).astype(np.int32), covers


def platformer(names: bool = True) -> tuple[Game, Iterator[Observation]]:
    """A game from the side: it scrolls after 60 frames, its hero jumps, a foe walks, a score is shown."""
    game = Game(names)
    game.image("images/background.png", landscape())
    game.image("tiles/grass.png", grass_on_dirt())
    game.image("tiles/brick.png", bricks())
    for step in range(2):
        game.image(f"hero/walk{step}.png", person(2 * step))
    game.image("enemies/slime.png", disc(24, (180, 60, 200), eye=True))
    game.image("tree.png", tree())
    game.image("coin.png", disc(12, (240, 200, 40)))
    game.image("hud/heart.png", disc(14, (220, 30, 50)))
    game.text("score", "12", 40)

    def frames() -> Iterator[Observation]:
        y, speed = 150.0, 0.0
        for number in range(300):
            scroll = -2 if number >= 60 else 0
            camera = -2 * max(0, number - 60)
            jump = number % 50 == 20
            speed = -6.0 if jump else speed + 0.5
            y = min(150.0, y + speed)
            speed = 0.0 if y == 150.0 and not jump else speed
            draws = [("images/background.png", 0, 0, 0)]
            draws += [("tiles/grass.png", 32 * i + camera % 32 - 32, 208, 0) for i in range(12)]
            draws += [("tiles/brick.png", 40 + 32 * i + camera, 96, 0) for i in range(12)]
            draws += [("tree.png", 200 + camera // 2, 146, 0)]
            draws += [("coin.png", 30 + 40 * i + camera, 70, 0) for i in range(9)]
            draws += [(f"hero/walk{number // 8 % 2}.png", 150, int(y) + 26, 7)]
            draws += [("enemies/slime.png", 100 + number % 40 - 20 + camera // 4, 184, 8)]
            draws += [("hud/heart.png", 8 + 18 * i, 6, 0) for i in range(3)]
            draws += [("score", 270, 6, 0)]
            yield game.frame(draws, (float(scroll if number > 60 else 0), 0.0), number % 30 < 15)

    return game, frames()


def field(names: bool = True) -> tuple[Game, Iterator[Observation]]:
    """A game from above: lawn and road in tiles, a car that answers the keys, a panel with digits."""
    game = Game(names)
    game.image("lawn.png", speckled(32, 32, (90, 170, 70), seed=1))
    game.image("road.png", speckled(32, 32, (70, 70, 74), seed=2))
    game.image("car_red.png", person(0)[:, ::-1])
    game.image("rock.png", disc(26, (130, 130, 132)))
    game.shape("bar", (30, 200, 40), 60, 8)
    game.text("clock", "0:12", 40)

    def frames() -> Iterator[Observation]:
        x = 100
        for number in range(300):
            keys = number % 40 < 20
            x += 2 * keys * (1 if number % 80 < 40 else -1)
            draws = [
                ("road.png" if row == 4 else "lawn.png", 32 * column, 32 * row, 0)
                for row in range(8)
                for column in range(10)
            ]
            draws += [
                ("rock.png", 220, 60, 0),
                ("car_red.png", x, 130, 3),
                ("bar", 10, 6, 0),
                ("clock", 270, 6, 0),
            ]
            yield game.frame(draws, (0.0, 0.0), keys)

    return game, frames()
