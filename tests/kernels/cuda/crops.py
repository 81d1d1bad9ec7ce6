"""Random crops of frames of the demo games, with all that the kernels after the body read of a frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reskin.engine.draw import Canvas
from reskin.engine.frame import MATERIALS, Frame
from reskin.engine.simulation.games import load_game
from reskin.kernels import FEATURES, PATCH
from reskin.kernels.border.cpu import border_cpu
from reskin.kernels.head.cpu import HeadInputs
from reskin.kernels.ingest.cpu import ingest_cpu
from reskin.kernels.simd.contiguous import packed_pixels
from reskin.neural_renderer import materials

GAMES = ("miner", "city", "caravan")
Packed = NDArray[np.uint32]


@dataclass(frozen=True)
class Crop:
    """A part of a frame: what `head` reads of it, and what `rectify`, `grade` and the HUD read besides.

    color, hud, previous, surface_id, previous_id uint32 [H,W]; motion float16 [H,W,2]; forgotten bool [M];
    share int32 [M]; scales int32 [M,3]; detail uint8 [H,W]; factors int32 [M,256]; overlay int16 [H,W,6].
    """

    head: HeadInputs
    red_shift: int
    color: Packed
    hud: Packed
    previous: Packed
    surface_id: Packed
    previous_id: Packed
    motion: NDArray[np.float16]
    forgotten: NDArray[np.bool_]
    share: NDArray[np.int32]
    scales: NDArray[np.int32]
    detail: NDArray[np.uint8]
    factors: NDArray[np.int32]
    overlay: NDArray[np.int16]

    @property
    def shape(self) -> tuple[int, int]:
        height, width = self.head.material.shape
        return height, width


@cache
def game_frames(name: str) -> tuple[Frame, Frame]:
    """Two consecutive frames of a game, played by its bot."""
    game = load_game(name)(3)
    canvas = Canvas(320, 180, tile=game.tile)
    for _ in range(40):
        game.simulation.step(game.bot())
    game.draw(canvas, 1.0, "none")
    first = canvas.finish()
    first = first.replace(**{c: getattr(first, c).copy() for c in ("material", "identity")})
    game.simulation.step(game.bot())
    game.draw(canvas, 1.0, "none")
    second = canvas.finish()
    return first, second


def random_crop(seed: int, most: tuple[int, int] = (40, 90)) -> Crop:
    """Crop number `seed`, of any odd or even size up to `most`. Game and byte order change with the seed; a
    third of the crops lie between texels. The body's features, the last picture and the grade are random."""
    random = np.random.default_rng(seed)
    before, frame = game_frames(GAMES[seed % len(GAMES)])
    height, width = (int(random.integers(1, n + 1)) for n in most)
    top, left = int(random.integers(180 - height + 1)), int(random.integers(320 - width + 1))

    def cut(channel: Any) -> Any:
        assert channel is not None
        return np.ascontiguousarray(channel[top : top + height, left : left + width])

    red_shift = 16 if seed % 2 else 0  # where it is 0, red and blue of the game have changed places
    material, color = cut(frame.material), packed_pixels(cut(frame.color))
    _, albedo, surface_id = ingest_cpu(
        material, cut(frame.identity), color, red_shift, np.zeros((len(MATERIALS), 6), np.uint8),
        materials.SHOWS_ALBEDO,
    )  # fmt: skip
    edge_nearness, neighbour = border_cpu(surface_id)
    anchor = cut(frame.anchor).astype(np.float32)
    offsets = np.zeros((len(MATERIALS), 2), np.float32)
    if seed % 3 == 0:
        anchor += random.uniform(-1, 1, 2).astype(np.float32)
        offsets[::2] = random.uniform(-9, 9, (len(MATERIALS) // 2, 2))
    patches = -(-height // PATCH), -(-width // PATCH)
    features = random.integers(0, 256, (*patches, PATCH, FEATURES // 4, PATCH, 4)).astype(np.uint8)
    head = HeadInputs(material, anchor, offsets, features, edge_nearness, neighbour, albedo)

    last_id = cut(before.material).astype(np.uint32) | cut(before.identity).astype(np.uint32) << np.uint32(8)
    detail = random.integers(0, 256, (height, width)).astype(np.uint8)
    detail[random.random((height, width)) < 0.1] = 0
    share = random.integers(0, 257, len(MATERIALS)).astype(np.int32)
    share[::3] = 256
    return Crop(
        head=head, red_shift=red_shift, color=color, hud=_hud(random, height, width),
        previous=random.integers(0, 1 << 32, (height, width), np.uint32), surface_id=surface_id,
        previous_id=last_id, motion=_motion(random, cut(frame.motion)),
        forgotten=random.random(len(MATERIALS)) < 0.2, share=share,
        scales=random.integers(0, 513, (len(MATERIALS), 3)).astype(np.int32), detail=detail,
        factors=random.integers(0, 4011, (len(MATERIALS), 256)).astype(np.int32),
        overlay=random.integers(-255, 257, (height, width, 6)).astype(np.int16),
    )  # fmt: skip


def _motion(random: np.random.Generator, motion: NDArray[np.float16]) -> NDArray[np.float16]:
    """The frame's motion, with some of any other, and some that is no number."""
    other = random.uniform(-7, 7, motion.shape).astype(np.float16)
    moved = np.where(random.random((*motion.shape[:2], 1)) < 0.3, other, motion).astype(np.float16)
    strange = np.array([np.nan, np.inf, -np.inf, 65504], np.float16)
    odd = random.random(motion.shape) < 0.01
    moved[odd] = strange[random.integers(0, 4, int(odd.sum()))]
    return moved


def _hud(random: np.random.Generator, height: int, width: int) -> Packed:
    """A premultiplied HUD: a third of its pixels are opaque, a third half transparent, the rest empty."""
    hud = np.zeros((height, width, 4), np.uint8)
    kind = random.integers(0, 3, (height, width))
    alpha = np.where(kind == 0, 255, random.integers(1, 255, kind.shape))
    hud[..., 3] = np.where(kind == 2, 0, alpha)
    hud[..., :3] = random.random((height, width, 3)) * (hud[..., 3:] + 0.99)
    return packed_pixels(hud)
