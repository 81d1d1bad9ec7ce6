"""One of our own games as it is captured from its draws, beside the truth; and how far the two agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pygame
from numpy.typing import NDArray

from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, THINGS, Frame
from reskin.engine.simulation.games import load_game
from reskin.neural_renderer.from_draws.frames import FrameBuilder
from reskin.neural_renderer.from_draws.messages import decode, decode_image
from reskin.neural_renderer.from_draws.observation import Judgement, Observation, Unit
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.capture import Capture
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.encode import Encoder
from tests.neural_renderer.from_draws.adapter import HUD, Materials, PygameCanvas

IS_THING = np.array([name in THINGS for name in MATERIALS])
LEVELS = 3
"""By which a channel of the HUD may differ: pygame rounds otherwise when it blends a text."""


class GivenMaterials:
    """Judges units by what the adapter knows of them."""

    def __init__(self, materials: Materials, side_view: bool) -> None:
        self.materials = materials
        self.side_view = side_view
        self.tile: float | None = None

    def rests(self, unit: NDArray[np.integer[Any]], units: int, renewed: bool) -> bool:
        return False

    def observe(self, seen: Observation) -> bool:
        return False

    def hud_by_place(
        self, unit: NDArray[np.integer[Any]], box: NDArray[np.integer[Any]]
    ) -> NDArray[np.bool_]:
        return np.zeros(len(unit), np.bool_)

    def judgement(self, unit: Unit) -> Judgement:
        known: NDArray[np.uint8] | int | None = None
        if unit.kind == "text":
            known = HUD
        elif unit.color is not None:
            known = self.materials.of_color(unit.color[:3])
        elif unit.name:
            known = self.materials.images[Path(unit.name).name]
        if known is None:
            return Judgement(MATERIAL_INDEX["unknown"], False, False, None, 0.0, "not known")
        if isinstance(known, int):
            return Judgement(max(known, 0), known == HUD, False, None, 1.0, "given")
        drawn = self.materials.pixels[Path(unit.name).name][..., 3] > 0
        most = int(np.bincount(known[drawn]).argmax())
        return Judgement(most, False, False, known if (known[drawn] != most).any() else None, 1.0, "given")

    def of_pixels(self, unit: Unit, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        known = self.materials.images[Path(unit.name).name]
        assert isinstance(known, np.ndarray) and known.shape == image.shape[:2] and unit.image is not None
        return known if np.array_equal(image, self.materials.pixels[Path(unit.name).name]) else known[:, ::-1]


class Pair(NamedTuple):
    """A frame of the canvas, and what was made of its draws."""

    truth: Frame
    captured: Frame


def captured_frames(
    game: str, frames: int, folder: Path, size: tuple[int, int] = (640, 480), seed: int = 7, skip: int = 0
) -> Iterator[Pair]:
    """A game that its bot plays, drawn by plain pygame on a display; the first `skip` frames are not drawn.

    The arrays of a pair belong to whoever takes it.
    """
    play = load_game(game)(seed)
    for _ in range(skip):
        play.simulation.step(play.bot())
    got: list[Frame] = []
    images: dict[bytes, NDArray[np.uint8]] = {}

    def present(display: pygame.Surface) -> None:
        number = len(got)
        data = encoder.encode(number, display, ("winter", True, 1.0, 0.0))
        images.update({name: decode_image(image)[0] for name, image in encoder.images().items()})
        encoder.images_sent(0)
        pixels = np.frombuffer(display.get_buffer().raw, np.uint8).reshape(size[1], size[0], 4)
        got.append(builder.frame(decode(data), pixels, images))
        encoder.acknowledged(number)

    pygame.display.init()
    capture = Capture(present).install()
    try:
        encoder = Encoder(capture.lists, follows=capture.follows_draws)
        screen = pygame.display.set_mode(size)
        canvas = PygameCanvas(screen, folder, play.tile)
        builder = FrameBuilder(GivenMaterials(canvas.materials, side_view=game == "miner"), scale="display")
        for _ in range(frames):
            play.simulation.step(play.bot())
            play.draw(canvas, 1.0, "winter")
            truth = canvas.finish()
            pygame.display.flip()
            yield Pair(truth, got[-1])
    finally:
        capture.undo()


@dataclass
class Agreement:
    """How far captured frames agree with the truth: `add` each pair; then the shares of pixels, 0..1."""

    pixels: int = 0
    motion_equal: int = 0
    hud_equal: int = 0
    material_equal: int = 0
    _together: dict[tuple[int, int], int] = field(default_factory=dict)

    def add(self, pair: Pair, follows: bool = True) -> None:
        """follows: not the first frame."""
        truth, captured = pair
        assert truth.identity is not None and captured.identity is not None
        assert truth.motion is not None and captured.motion is not None
        assert truth.material is not None and captured.material is not None and truth.hud is not None
        both, count = np.unique(
            truth.identity.astype(np.int64) << 16 | captured.identity, return_counts=True
        )
        for value, number in zip(both.tolist(), count.tolist(), strict=True):
            pair_of_ids = value >> 16, value & 0xFFFF
            self._together[pair_of_ids] = self._together.get(pair_of_ids, 0) + number
        self.pixels += truth.identity.size
        self.material_equal += int((truth.material == captured.material).sum())
        self.motion_equal += int((truth.motion == captured.motion).all(-1).sum())
        empty = np.zeros_like(truth.hud)
        hud = captured.hud if captured.hud is not None else empty
        self.hud_equal += int((np.abs(truth.hud.astype(int) - hud).max(-1) <= LEVELS).sum())

    @property
    def identity(self) -> float:
        """With the numbers renamed one to one, those that lie on each other most first; 0 stays 0."""
        equal, renamed, taken = self._together.get((0, 0), 0), {0: 0}, {0: 0}
        for (true, found), number in sorted(self._together.items(), key=lambda item: -item[1]):
            if true not in renamed and found not in taken:
                renamed[true], taken[found] = found, true
                equal += number
        return equal / self.pixels

    @property
    def motion(self) -> float:
        return self.motion_equal / self.pixels

    @property
    def hud(self) -> float:
        return self.hud_equal / self.pixels

    @property
    def material(self) -> float:
        return self.material_equal / self.pixels


class Origins:
    """Where the origins of the layers and things lie. No draw tells it, so captured ones have their own.

    The first frame in which one is seen says by how much it differs; it is moved by that in all: `aligned`.
    """

    def __init__(self) -> None:
        self.offsets: dict[tuple[float, int], NDArray[np.float64]] = {}
        """By the depth of the layer and the true number of the thing, 0 for none: x and y in tiles."""

    def aligned(self, pair: Pair) -> Frame:
        """The captured frame with the origins of the truth, and without what keeps its paint or is light.

        A door that is drawn outside of any thing has no box for the canvas, so the truth's anchors are taken.
        """
        truth, captured = pair
        assert truth.depth is not None and truth.anchor is not None and truth.identity is not None
        assert captured.anchor is not None and captured.material is not None
        anchor = captured.anchor.astype(np.float64)
        thing = IS_THING[captured.material]
        boxless = thing & (truth.identity == 0)
        anchor[boxless] = truth.anchor[boxless]
        # float16 and uint16 as one integer, which sorts faster than pairs.
        place = truth.depth.view(np.uint16).astype(np.int64) << 16 | truth.identity
        for value in np.unique(place[~thing]).tolist():
            part = ~thing & (place == value)
            key = (float(np.uint16(value >> 16).view(np.float16)), value & 0xFFFF)
            if key not in self.offsets:
                found = np.rint((truth.anchor[part] - anchor[part]) * 64)
                values, count = np.unique(found, axis=0, return_counts=True)
                self.offsets[key] = values[count.argmax()] / 64
            anchor[part] += self.offsets[key]
        return captured.replace(anchor=anchor.astype(np.float32), detail=None, overlay=None)
