"""Themes and frames for tests: a theme of random weights, a small scrolling world, the miner at play."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.engine.draw import Canvas
from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, THINGS, Frame, Layout
from reskin.engine.simulation.games import load_game
from reskin.kernels import FEATURES
from reskin.kernels.block import WEIGHT_LIMIT
from reskin.neural_renderer.noise import hash01
from reskin.neural_renderer.theme.pack import Theme, pack_theme

TERRAIN = tuple(i for i, name in enumerate(MATERIALS) if name not in THINGS)


def few(names: Iterable[str]) -> list[Any]:
    """Names as parameters of a test: the last two in `make test`, all of them in `make test-all`."""
    every = list(names)
    return [pytest.param(name, marks=pytest.mark.slow) for name in every[:-2]] + every[-2:]


@cache
def random_theme(seed: int = 1, warp: float = 0.0, name: str = "random") -> Theme:
    """A theme that nobody trained. Scaled so that its pictures have contrast and seldom clip.

    Without a guard: its pictures are what the network gives.
    """
    import torch

    from reskin.neural_renderer.network import Student

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        student = Student(warp)
        with torch.no_grad():
            student.head_weights[0][:, :FEATURES].normal_(0, 0.2)
            for table in (student.edge_self, student.edge_other):
                table.normal_(0, 0.1)
    student.start_rounding()
    with torch.no_grad():
        student.texture_logits.mul_(20)
        student.head_weights[1].mul_(0.043 / student.head_weights[1].std())
        student.head_biases[1][:3].fill_(0.4)
    theme = pack_theme(student.network(), name=name, title=name.title(), training={})
    return replace(theme, legibility=0.0)


def older(theme: Theme) -> Theme:
    """The theme as packs were before they were exact: weights of 8 bits, steps and ranges of any size."""
    made, finer = dict(theme.tensors), 127 / WEIGHT_LIMIT
    for name, tensor in theme.tensors.items():
        if name.startswith("body.") and name.endswith("weight"):
            made[name] = np.rint(tensor * finer).astype(np.int8)
        elif name.startswith("body.") and name.endswith("step"):
            made[name] = (tensor / finer).astype(np.float32)
    made["highs"] = (made["highs"] * np.linspace(0.9, 1.1, len(made["highs"]))).astype(np.float32)
    return replace(theme, tensors=made)


def world(
    t: int = 0,
    height: int = 72,
    width: int = 104,
    *,
    speed: tuple[int, int] = (3, 1),
    offset: float = 0.0,
    layout: Layout = "BGRX",
    cut: bool = False,
) -> Frame:
    """Frame t of a view that scrolls by `speed` px over patches of 8 px of every terrain, with a thing
    that walks through it and a HUD of one solid and one half transparent band. `offset`, px, shifts
    the anchors between the texels."""
    y, x = np.mgrid[0:height, 0:width]
    column, row = x + speed[0] * t, y + speed[1] * t
    choice = hash01((column // 8 + 4096) * 8192 + row // 8 + 4096, 11)
    material = np.array(TERRAIN, np.uint8)[(choice * len(TERRAIN)).astype(int)]
    anchor = ((np.stack((column, row), -1) + 0.5 + offset) / 32).astype(np.float32)
    motion = np.empty((height, width, 2), np.float16)
    motion[:] = (0, 0) if t == 0 else (-speed[0], -speed[1])
    identity = np.zeros((height, width), np.uint16)
    left, top, wide, high = width // 4 + 2 * t, height // 3, 20, 26
    body = (x >= left) & (x < left + wide) & (y >= top) & (y < top + high)
    own = np.stack(((x + 0.5 - left) / wide, (y + 0.5 - top) / high), -1).astype(np.float32)
    material[body], identity[body] = MATERIAL_INDEX["player"], 7
    anchor[body], motion[body] = own[body], (0, 0) if t == 0 else (2, 0)
    return Frame(
        color=_painted(material, layout), material=material, identity=identity, motion=motion, anchor=anchor,
        hud=bands(height, width), tick=t, cut=cut, layout=layout,
    )  # fmt: skip


def bands(height: int, width: int) -> NDArray[np.uint8]:
    """A premultiplied HUD: a solid band of many colours, a half transparent one, nothing below."""
    hud = np.zeros((height, width, 4), np.uint8)
    solid = hud[: max(1, height // 6)]
    solid[..., 0], solid[..., 1], solid[..., 2] = np.arange(width) % 256, 40, 200
    solid[..., 3] = 255
    hud[height // 6 + 1 : height // 6 + 4] = (30, 60, 10, 128)
    return hud


def _painted(material: NDArray[np.uint8], layout: Layout) -> NDArray[np.uint8]:
    """A flat colour a material; red and blue change places with the layout."""
    colours = (30 + hash01(np.arange(3 * len(MATERIALS)), 21).reshape(-1, 3) * 200).astype(np.uint8)
    color = np.full((*material.shape, 4), 255, np.uint8)
    color[..., :3] = colours[material] if layout == "RGBA" else colours[material][..., ::-1]
    return color


def miner(frames: int, height: int = 180, width: int = 320, seed: int = 3, skip: int = 30) -> Iterator[Frame]:
    """Consecutive frames of the miner, played by its bot, after `skip` ticks."""
    game = load_game("miner")(seed)
    canvas = Canvas(width, height, tile=game.tile)
    for tick in range(skip + frames):
        game.simulation.step(game.bot())
        if tick >= skip:
            game.draw(canvas, 1.0, "random")
            yield canvas.finish()


def levels(a: NDArray[np.generic], b: NDArray[np.generic]) -> tuple[float, float]:
    """Mean and largest difference of two arrays."""
    difference = np.abs(a.astype(np.float64) - b.astype(np.float64))
    return float(difference.mean()), float(difference.max())
