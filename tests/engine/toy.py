"""The smallest game that the loop can play, and post-renderers with faults, for tests."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from reskin.engine.draw import Canvas
from reskin.engine.frame import Frame, compose_hud
from reskin.engine.simulation.command import Command
from reskin.engine.simulation.game import Control, Game, Inputs
from reskin.engine.simulation.simulation import Simulation


def _count(simulation: Simulation, commands: Sequence[Command]) -> None:
    for command in commands:
        simulation.arrays["place"][0] += int(command.args[0])
        simulation.arrays["place"][1] += 1


class Toy(Game):
    """A box that moves right while `right` is held, and jumps by ten px for each `jump`."""

    name = "toy"
    title = "A toy"
    controls: ClassVar[tuple[Control, ...]] = (
        Control("right", ("d", "right"), "walk"),
        Control("jump", ("space",), "jump"),
    )

    def __init__(self, seed: int = 1) -> None:
        self.simulation = Simulation(seed, systems=[_count])
        self.simulation.arrays["place"] = np.zeros(2, np.int64)
        self.inputs: list[Inputs] = []
        self.captions: list[str] = []

    def commands(self, inputs: Inputs) -> list[Command]:
        self.inputs.append(inputs)
        steps = ("right" in inputs.held) + 10 * inputs.pressed.count("jump")
        return [self.simulation.command("go", steps)] if steps else []

    def bot(self) -> list[Command]:
        return [self.simulation.command("go", 1 + self.simulation.tick % 3)]

    def draw(self, canvas: Canvas, alpha: float, caption: str) -> None:
        self.captions.append(caption)
        x = int(self.simulation.arrays["place"][0]) % canvas.width
        canvas.begin(tick=self.simulation.tick)
        canvas.fill("#87ceeb", "sky")
        canvas.rect(0, canvas.height * 2 // 3, canvas.width, canvas.height, "#6b8e23", "grass")
        with canvas.thing(1, "player", x, canvas.height // 2, 16, 16):
            canvas.rect(x, canvas.height // 2, 16, 16, "#dc3c3c")
        canvas.hud.rect(4, 4, 40, 12, (20, 20, 24, 255))
        canvas.hud.text(6, 4, caption, (255, 255, 255, 255), 12)

    def report(self) -> dict[str, int]:
        return {"coins": int(self.simulation.arrays["place"][1])}


class Tint:
    """A post-renderer with themes: each tints the picture in one channel. Remembers what it saw."""

    themes = ("red", "green", "blue")
    runtime = "numpy"
    device = "cpu"

    def __init__(self, theme: str = "red") -> None:
        self.theme = theme
        self.seen: list[tuple[int, bool, str]] = []
        self.threads: set[str] = set()

    def set_theme(self, theme: str) -> None:
        self.theme = theme

    def __call__(self, frame: Frame) -> NDArray[np.uint8]:
        self.seen.append((frame.tick, frame.cut, self.theme))
        self.threads.add(threading.current_thread().name)
        picture = frame.color.copy()
        picture[..., 2 - self.themes.index(self.theme)] |= 128
        return compose_hud(picture, frame.hud)


class Faulty(Tint):
    """Fails as `faults` says, call by call; None is no fault, and the last entry goes on for ever."""

    def __init__(self, *faults: Any) -> None:
        super().__init__()
        self.faults = list(faults)
        self.calls = 0
        self.release = threading.Event()

    def __call__(self, frame: Frame) -> NDArray[np.uint8]:
        fault = self.faults[min(self.calls, len(self.faults) - 1)]
        self.calls += 1
        if isinstance(fault, BaseException):
            raise fault
        if isinstance(fault, str) and fault == "hang":
            self.release.wait(30)
        elif fault is not None:
            return fault  # type: ignore[no-any-return]
        return super().__call__(frame)


def frame(width: int = 32, height: int = 24, **changes: Any) -> Frame:
    """A small frame with a HUD of two bands: solid at the top, half transparent below."""
    y, x = np.mgrid[0:height, 0:width]
    color = np.stack([x * 7 % 256, y * 9 % 256, (x + y) % 256, x * 0 + 255], axis=-1).astype(np.uint8)
    hud = np.zeros((height, width, 4), np.uint8)
    hud[:4] = (9, 8, 7, 255)
    hud[6:8] = (50, 60, 70, 128)
    return Frame(color=color, hud=hud, **changes)
