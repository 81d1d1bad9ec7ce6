"""The HUD: exact numbers on solid panels. Themes do not change it."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, Final

from reskin import Simulation
from reskin.demo_games.city.components import Courier, Note, courier
from reskin.demo_games.city.rules.deliveries import delivery_door, delivery_stop
from reskin.demo_games.city.units import SUB
from reskin.demo_games.city.view.daylight import daylight_minutes

if TYPE_CHECKING:
    from reskin import Canvas

PANEL, INK, GOLD, TROUGH = "#1b1f2a", "#f4f1e6", "#f7c531", "#39404f"
HINT: Final = "W S  drive, brake      A D  turn      halt at the yellow frame"
HINT_TICKS: Final = 420


def draw_hud(canvas: Canvas, simulation: Simulation, camera: tuple[int, int], caption: str) -> None:
    """Coins, the parcel and the way to it, the time, the caption, notes, and at first how to play."""
    _, body, player = courier(simulation)
    for _, text in simulation.world.query(Note):
        age = simulation.tick - text.tick
        color = "#ff8a80" if text.text.startswith("-") else "#fff4c2"
        canvas.text(text.x / SUB, text.y / SUB - 24 - age / 3, text.text, color, 18, "center")
    hud = canvas.hud
    hud.rect(8, 8, 206, 46, PANEL)
    hud.rect(15, 13, 10, 12, GOLD)
    hud.rect(18, 15, 3, 8, "#b98a12")
    hud.text(32, 11, str(simulation.ledger.balance("player", "coin")), GOLD, 22, shadow=False)
    now = daylight_minutes(simulation.tick)
    hud.text(206, 12, f"{now // 60:02d}:{now % 60 // 10 * 10:02d}", INK, 18, "right", shadow=False)
    x, y = delivery_stop(simulation, delivery_door(player))
    away = (x - body.x / SUB, y - body.y / SUB)
    hud.text(32, 34, f"{_task(player)}, {int(hypot(*away)) // 16} m", INK, 16, shadow=False)
    _arrow(canvas, 20, 40, away, 8)
    if player.carrying:
        left = max(player.par - (simulation.tick - player.since), 0)
        hud.rect(8, 54, 206, 5, TROUGH)
        hud.rect(8, 54, 206 * left // player.par, 5, GOLD)
    if caption:
        width = hud.width(caption, 18) + 18
        hud.rect(canvas.width - 8 - width, 8, width, 24, PANEL)
        hud.text(canvas.width - 17, 14, caption, INK, 18, align="right", shadow=False)
    _beacon(canvas, (x - camera[0], y - camera[1]), away)
    if simulation.tick < HINT_TICKS:
        width = hud.width(HINT, 16) + 28
        hud.rect((canvas.width - width) // 2, canvas.height - 36, width, 28, PANEL)
        hud.text(canvas.width // 2, canvas.height - 28, HINT, INK, 16, "center", shadow=False)


def _task(player: Courier) -> str:
    return f"deliver for {player.fare}" if player.carrying else "fetch a parcel"


def _beacon(canvas: Canvas, at: tuple[float, float], away: tuple[float, float]) -> None:
    """An arrow above the goal, or at the edge of the view if the goal is outside of it."""
    x = max(24.0, min(at[0], canvas.width - 24.0))
    y = max(84.0, min(at[1], canvas.height - 24.0))
    if (x, y) == at:
        _arrow(canvas, x, y - 26, (0, 1), 8)
    else:
        _arrow(canvas, x, y, away, 11)


def _arrow(canvas: Canvas, x: float, y: float, way: tuple[float, float], size: int) -> None:
    """A triangle that points in a direction, row by row because the HUD draws boxes only."""
    length = hypot(*way) or 1.0
    dx, dy = way[0] / length * size, way[1] / length * size
    corners = [(dx, dy), (-dx - dy * 0.8, -dy + dx * 0.8), (-dx + dy * 0.8, -dy - dx * 0.8)]
    for row in range(-2 * size, 2 * size):
        crossings = []
        for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
            if (y0 <= row + 0.5) != (y1 <= row + 0.5):
                crossings.append(x0 + (row + 0.5 - y0) * (x1 - x0) / (y1 - y0))
        if len(crossings) == 2:
            left, right = round(min(crossings)), round(max(crossings))
            canvas.hud.rect(x + left, y + row, right - left, 1, GOLD)
