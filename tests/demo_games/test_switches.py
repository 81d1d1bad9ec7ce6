"""Themes are switched at random while a game is played."""

from __future__ import annotations

import time

import numpy as np
import pytest

from reskin import Canvas, Restyler, load_game
from reskin.neural_renderer.theme.pack import available_themes

SWITCHES = 1000
SIZE = (640, 360)


def _resident() -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * 4096
    except OSError:
        return 0


@pytest.mark.slow
def test_a_thousand_random_switches() -> None:
    """The next frame shows the new theme alone, the state stays the same, and memory does not grow."""
    switch(SWITCHES)


@pytest.mark.speed
def test_switches_cost_nothing() -> None:
    """99 of 100 frames take at most 1.3 times as long as without switches."""
    times = switch(300)
    p99 = {name: float(np.quantile(values, 0.99)) for name, values in times.items()}
    assert p99["switched"] < 1.3 * p99["steady"], p99


def switch(count: int) -> dict[str, list[float]]:
    """Play with `count` switches, and check every picture. Returns the seconds of each frame, with switches
    and without."""
    themes, random = available_themes(), np.random.default_rng(1)
    kind = load_game("miner")
    game, alone = kind(7), kind(7)
    canvas = Canvas(*SIZE, tile=kind.tile)
    switched, steady, fresh = (Restyler(themes[0], size=SIZE) for _ in range(3))
    times: dict[str, list[float]] = {"switched": [], "steady": []}
    memory: list[int] = []
    for at in range(count + 20):
        for played in (game, alone):
            played.simulation.step(played.bot())
        game.draw(canvas, 1.0, "")
        frame = canvas.finish()
        chosen = str(random.choice([name for name in themes if name != switched.theme]))
        switched.set_theme(chosen)
        fresh.set_theme(chosen)
        fresh.reset()
        started = time.perf_counter()
        picture = switched(frame)
        middle = time.perf_counter()
        steady(frame)
        if at >= 20:  # all themes are ready by now
            times["switched"].append(middle - started)
            times["steady"].append(time.perf_counter() - middle)
        assert np.array_equal(picture, fresh(frame)), f"frame {at} does not show {chosen} alone"
        if at % 100 == 99:
            memory.append(_resident())
    assert game.simulation.state_hash() == alone.simulation.state_hash()
    assert memory[-1] - memory[0] < 16 << 20, f"memory grows: {memory}"
    return times
