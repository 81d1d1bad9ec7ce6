"""The HUD: exact numbers on solid panels. Themes do not change it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from reskin import Simulation
from reskin.demo_games.miner.components import FULL_HEALTH, Body, Note, Player, hero
from reskin.demo_games.miner.rules import aim, trade
from reskin.demo_games.miner.rules.digging import digging_resistance, digging_tool
from reskin.demo_games.miner.rules.effects import NOTE_TICKS
from reskin.demo_games.miner.world.tiles import ITEMS, PRICE, SUB, TILE, TOOLS

if TYPE_CHECKING:
    from reskin import Canvas

PANEL, INK, DIM, TROUGH = "#1b1f2a", "#f4f1e6", "#9aa3b5", "#39404f"
GOLD, RED, STEEL, HURT = "#f7c531", "#e0524a", "#b9c4d4", "#f5a39c"
HINTS: Final = ("A D  walk      W  jump      mouse  dig and place      E R  chests, stall",)
HINT_TICKS, FADE_TICKS = 420, 60

# Icons, one letter a pixel, drawn twice as large.
INKS: Final = {
    "y": "#f7c531", "w": "#fdeeb0", "r": "#e0524a", "p": "#f5a39c", "s": "#b9c4d4", "b": "#8a5f34",
    "d": "#8a6240", "g": "#7b7f88", "o": "#b0543f", "n": "#d9bf7f", "k": "#4a4a55", "i": "#d08e62",
    "c": "#4fd6d2", "l": "#5da53e",
}  # fmt: skip
ICONS: Final[dict[str, tuple[str, ...]]] = {
    "coin": (" yyyy ", "ywwyyy", "ywyyyy", "yyyyyy", "yyyyyy", " yyyy "),
    "heart": ("rr rr ", "prrrr ", "rrrrr ", " rrr  ", "  r   ", "      "),
    "pickaxe": (" ssss ", "s  bss", "  b  s", " b   s", "b     ", "      "),
    "dirt": ("llllll", "dldldl", "dddddd", "dddddd", "dddddd", "dddddd"),
    "stone": (" gggg ", "gggggg", "gsgggg", "gggggg", "gggsgg", " gggg "),
    "wood": ("bbbbbb", "dddddd", "bbbbbb", "bbbbbb", "dddddd", "bbbbbb"),
    "brick": ("ooogoo", "gggggg", "ogoooo", "gggggg", "ooogoo", "gggggg"),
    "sand": ("      ", "  nn  ", " nnnn ", "nnnnnn", "nnnnnn", "      "),
    "coal": ("  kk  ", " kkkk ", "kkskkk", "kkkkkk", " kkkk ", "      "),
    "iron": ("  ii  ", " iwii ", "iiiiii", "iiiiig", " iigi ", "      "),
    "gold": ("  yy  ", " ywyy ", "yyyyyy", "yyyyyg", " yygy ", "      "),
    "gem": ("  cc  ", " cwcc ", "cwcccc", " cccc ", "  cc  ", "      "),
}
"""Six by six."""


def draw_hud(canvas: Canvas, simulation: Simulation, camera: tuple[int, int], caption: str) -> None:
    """All of it. `camera` is the view's top left in world px, `caption` the theme's name."""
    _, body, player = hero(simulation.world)
    _status(canvas, simulation, body, player)
    _inventory(canvas, simulation)
    _caption(canvas, caption)
    _target(canvas, simulation, player, camera)
    _notes(canvas, simulation)
    lines = _prompts(simulation, body)
    if lines:
        _banner(canvas, lines, 255)
    elif simulation.tick < HINT_TICKS + FADE_TICKS:
        left = min(HINT_TICKS + FADE_TICKS - simulation.tick, FADE_TICKS)
        _banner(canvas, HINTS, left * 15 // FADE_TICKS * 17)


def _status(canvas: Canvas, simulation: Simulation, body: Body, player: Player) -> None:
    """Coins, health, depth, and what is left of the pickaxe."""
    hud = canvas.hud
    hud.rect(8, 8, 172, 46, PANEL)
    _icon(canvas, "coin", 14, 13)
    hud.text(32, 11, str(simulation.ledger.balance("player", "coin")), GOLD, 22, shadow=False)
    _icon(canvas, "heart", 86, 13)
    color = HURT if player.invulnerable and simulation.tick // 6 % 2 else RED
    _bar(canvas, 102, 15, 72, 8, player.health, FULL_HEALTH, color)
    _icon(canvas, "pickaxe", 14, 36)
    if player.tool:
        item = simulation.ledger.unique(player.tool)
        color = "#bfe4f2" if item.kind == "steel_pickaxe" else STEEL
        _bar(canvas, 32, 38, 46, 6, item.state["durability"], TOOLS[item.kind].durability, color)
    else:
        hud.text(32, 34, digging_tool(simulation.ledger, player).title, DIM, 15, shadow=False)
    hud.text(174, 33, f"{aim.depth_m(body, player)} m deep", INK, 16, align="right", shadow=False)


def _inventory(canvas: Canvas, simulation: Simulation) -> None:
    """A slot for each item held, with its count."""
    x = 188
    held = simulation.ledger.holdings("player")
    for item in ITEMS:
        if held.get(item):
            canvas.hud.rect(x, 8, 30, 30, PANEL)
            _icon(canvas, item, x + 5, 11)
            canvas.hud.text(x + 28, 24, str(held[item]), INK, 15, align="right", shadow=False)
            x += 33


def _caption(canvas: Canvas, caption: str) -> None:
    if caption:
        width = canvas.hud.width(caption, 18) + 18
        canvas.hud.rect(canvas.width - 8 - width, 8, width, 24, PANEL)
        canvas.hud.text(canvas.width - 17, 14, caption, INK, 18, align="right", shadow=False)


def _target(canvas: Canvas, simulation: Simulation, player: Player, camera: tuple[int, int]) -> None:
    """Brackets around the tile being dug, and a bar of the work done."""
    if player.dig_column < 0:
        return
    need = digging_resistance(simulation, player.dig_column, player.dig_row)
    x, y = player.dig_column * TILE - camera[0], player.dig_row * TILE - camera[1]
    for dx in (0, TILE - 8):
        for dy in (0, TILE - 2):
            canvas.hud.rect(x + dx, y + dy, 8, 2, INK)
    for dx in (0, TILE - 2):
        for dy in (0, TILE - 8):
            canvas.hud.rect(x + dx, y + dy, 2, 8, INK)
    _bar(canvas, x + 4, y + 13, TILE - 8, 5, min(player.dig_work, need), max(need, 1), GOLD)


def _notes(canvas: Canvas, simulation: Simulation) -> None:
    for _, note in simulation.world.query(Note):
        age = simulation.tick - note.tick
        color = "#ff8a80" if note.text.startswith("-") else "#fff4c2"
        if age < NOTE_TICKS:
            canvas.text(note.x / SUB, note.y / SUB - 14 - age / 3, note.text, color, 16, "center")


def _prompts(simulation: Simulation, body: Body) -> tuple[str, ...]:
    """What E, R and C do here and now."""
    ledger = simulation.ledger
    made = trade.craftable_tool(ledger)
    craft = f"C  make a {TOOLS[made].title}" if made else ""
    if trade.near_friend(simulation, body):
        offer = "" if trade.has_bought_steel(ledger) else f"E  steel pickaxe, {PRICE} coins"
        parts = [offer, "R  sell ore", craft]
        return ("      ".join(part for part in parts if part),)
    chest = trade.near_chest(simulation, body)
    if chest:
        inside = ledger.holdings(trade.chest_account(chest))
        names = {"coin": "coins"}
        parts = [f"{inside[i]} {names.get(i, i)}" for i in ("coin", *ITEMS) if i in inside]
        holds = ", ".join(parts) or "empty"
        return (f"chest: {holds}", "E  put ore in      R  take all")
    return (craft,) if craft else ()


def _banner(canvas: Canvas, lines: tuple[str, ...], alpha: int) -> None:
    """Lines of text at the bottom, on a panel."""
    hud = canvas.hud
    width = max(hud.width(line, 16) for line in lines) + 28
    height = 12 + 16 * len(lines)
    x, y = (canvas.width - width) // 2, canvas.height - height - 8
    hud.rect(x, y, width, height, (27, 31, 42, alpha))
    for i, line in enumerate(lines):
        hud.text(canvas.width // 2, y + 8 + 16 * i, line, (244, 241, 230, alpha), 16, "center", shadow=False)


def _bar(canvas: Canvas, x: float, y: float, w: int, h: int, value: int, full: int, color: str) -> None:
    canvas.hud.rect(x, y, w, h, TROUGH)
    canvas.hud.rect(x, y, max(w * max(value, 0) // full, 1), h, color)


def _icon(canvas: Canvas, name: str, x: int, y: int) -> None:
    for dx, dy, w, color in _runs(name):
        canvas.hud.rect(x + dx, y + dy, w, 2, color)


@lru_cache(maxsize=32)
def _runs(name: str) -> list[tuple[int, int, int, str]]:
    """An icon as horizontal runs of one colour: x, y, width in px, colour."""
    runs: list[tuple[int, int, int, str]] = []
    for row, line in enumerate(ICONS[name]):
        for column, letter in enumerate(line):
            if letter == " ":
                continue
            last = runs[-1] if runs else None
            if last and last[1] == row * 2 and last[0] + last[2] == column * 2 and last[3] == INKS[letter]:
                runs[-1] = (last[0], last[1], last[2] + 2, last[3])
            else:
                runs.append((column * 2, row * 2, 2, INKS[letter]))
    return runs
