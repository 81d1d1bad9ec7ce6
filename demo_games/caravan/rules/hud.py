"""The HUD: exact numbers on solid panels. Themes do not change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pygame

from reskin import Simulation
from reskin.demo_games.caravan.rules import life, market, quests
from reskin.demo_games.caravan.rules.components import CELL, GOODS, SUB, Animal, Note, Town, hero
from reskin.demo_games.caravan.rules.land import COLUMNS, ROWS

if TYPE_CHECKING:
    from reskin import Canvas

PANEL, INK, DIM, TROUGH = "#1b1f2a", "#f4f1e6", "#9aa3b5", "#39404f"
GOLD, RED, GREEN, BLUE = "#f7c531", "#e0524a", "#8fd06a", "#7fb6ef"
HINT: Final = "A D W S  walk      1-6  buy, with Shift sell      E  talk, open      space  staff"
TOWN: Final = 11
"""A place within so many tiles of a town's middle is in the town."""
HINT_TICKS: Final = 480
NOTE_TICKS: Final = life.NOTE_TICKS
INKS: Final = np.array(
    [(106, 168, 74), (123, 181, 82), (54, 110, 52), (63, 134, 201), (220, 196, 140), (120, 124, 132),
     (214, 184, 130), (139, 98, 57), (232, 218, 190), (168, 67, 63), (229, 214, 184), (109, 69, 38),
     (200, 168, 74), (130, 184, 86)],
    np.uint8,
)  # fmt: skip
"""Colours of the map, by kind of tile."""


def draw_hud(canvas: Canvas, simulation: Simulation, camera: tuple[int, int], caption: str) -> None:
    """All of it. `camera` is the view's top left in world px."""
    _purse(canvas, simulation)
    _pack(canvas, simulation)
    _quest(canvas, simulation)
    _map(canvas, simulation)
    _notes(canvas, simulation)
    if caption:
        width = canvas.hud.width(caption, 18) + 18
        canvas.hud.rect(canvas.width - 8 - width, 8, width, 24, PANEL)
        canvas.hud.text(canvas.width - 17, 14, caption, INK, 18, align="right", shadow=False)
    found = market.market(simulation)
    if found:
        _market(canvas, simulation, *found)
    elif held := life.chest_goods_near(simulation):
        _banner(canvas, "E  open the chest: " + ", ".join(f"{count} {item}" for item, count in held.items()))
    elif simulation.tick < HINT_TICKS:
        _banner(canvas, HINT)


def _purse(canvas: Canvas, simulation: Simulation) -> None:
    """Coins, and the weight of the pack as a share of its limit."""
    hud, (weight, limit) = canvas.hud, market.load_of_goods(simulation)
    hud.rect(8, 8, 150, 46, PANEL)
    hud.rect(15, 15, 12, 12, GOLD)
    hud.rect(18, 17, 5, 5, "#fdeeb0")
    hud.text(34, 12, str(simulation.ledger.balance("player", "coin")), GOLD, 22, shadow=False)
    animals = sum(1 for _ in simulation.world.query(Animal))
    hud.text(150, 14, f"{animals} camel{'s' * (animals > 1)}", INK, 16, align="right", shadow=False)
    hud.text(15, 35, "load", DIM, 15, shadow=False)
    hud.rect(46, 38, 104, 8, TROUGH)
    hud.rect(46, 38, max(104 * weight // limit, 1), 8, RED if weight * 10 > limit * 9 else GREEN)


def _pack(canvas: Canvas, simulation: Simulation) -> None:
    """A slot for each good carried, with its count."""
    x = 166
    for good, count in simulation.ledger.holdings("pack").items():
        canvas.hud.rect(x, 8, 46, 34, PANEL)
        _bale(canvas, x + 5, 12, GOODS[good].color)
        canvas.hud.text(x + 42, 12, str(count), INK, 17, align="right", shadow=False)
        canvas.hud.text(x + 23, 28, good, DIM, 14, align="center", shadow=False)
        x += 50


def _bale(canvas: Canvas, x: int, y: int, color: str) -> None:
    canvas.hud.rect(x, y, 13, 12, color)
    canvas.hud.rect(x, y + 5, 13, 2, "#4a3a2c")
    canvas.hud.rect(x + 6, y, 2, 12, "#4a3a2c")


def _quest(canvas: Canvas, simulation: Simulation) -> None:
    """The player's delivery: what, where to, the reward, and the time left."""
    found = quests.quest_taken(simulation)
    if found is None:
        return
    id, quest = found
    town = simulation.world.get(quest.target, Town)
    held = simulation.ledger.balance("pack", quest.good)
    seconds = max(quest.until - simulation.tick, 0) // 60
    _, body, _ = hero(simulation)
    way = _compass(town.column - body.x // CELL, town.row - body.y // CELL)
    reward = simulation.ledger.balance(f"quest:{id}", "coin")
    canvas.hud.rect(8, 60, 190, 38, PANEL)
    ready = held >= quest.count
    canvas.hud.text(15, 65, f"{min(held, quest.count)}/{quest.count} {quest.good} to {town.name} {way}",
                    GREEN if ready else INK, 16, shadow=False)  # fmt: skip
    canvas.hud.text(15, 81, f"for {reward} coins", GOLD, 15, shadow=False)
    late = RED if seconds < 20 else DIM
    canvas.hud.text(190, 81, f"{seconds // 60}:{seconds % 60:02d}", late, 15, align="right", shadow=False)


def _compass(dx: int, dy: int) -> str:
    north = "S" if dy > abs(dx) // 2 else "N" if -dy > abs(dx) // 2 else ""
    return north + ("E" if dx > abs(dy) // 2 else "W" if -dx > abs(dy) // 2 else "")


def _map(canvas: Canvas, simulation: Simulation) -> None:
    """The land, a pixel for each tile, with the towns, the target of the delivery, and the player."""
    hud, tick = canvas.hud, simulation.tick
    x, y = 10, canvas.height - ROWS - 10
    pixels = np.ascontiguousarray(INKS[simulation.arrays["land"]])
    hud.rect(x - 2, y - 2, COLUMNS + 4, ROWS + 4, PANEL)
    hud.sprite(pygame.image.frombuffer(pixels.tobytes(), (COLUMNS, ROWS), "RGB"), x, y)
    quest = quests.quest_taken(simulation)
    for id, town in simulation.world.query(Town):
        aim = quest is not None and quest[1].target == id
        hud.rect(x + town.column - 3, y + town.row - 3, 6, 6, PANEL)
        hud.rect(x + town.column - 2, y + town.row - 2, 4, 4, GOLD if aim and tick // 20 % 2 else RED)
    _, body, _ = hero(simulation)
    towns = (
        (abs(t.column - body.x // CELL) + abs(t.row - body.y // CELL), t.name)
        for _, t in simulation.world.query(Town)
    )
    far, name = min(towns)
    hud.rect(x - 2, y - 18, COLUMNS + 4, 16, PANEL)
    hud.text(x + COLUMNS // 2, y - 16, name if far < TOWN else f"by {name}", INK if far < TOWN else DIM, 15,
             align="center", shadow=False)  # fmt: skip
    hud.rect(x + body.x // CELL - 2, y + body.y // CELL - 2, 4, 4, PANEL)
    hud.rect(x + body.x // CELL - 1, y + body.y // CELL - 1, 2, 2, "#ffffff")


def _notes(canvas: Canvas, simulation: Simulation) -> None:
    for _, note in simulation.world.query(Note):
        age = simulation.tick - note.tick
        if age < NOTE_TICKS:
            color = "#ff8a80" if note.text.startswith("-") else "#fff4c2"
            canvas.text(note.x / SUB, note.y / SUB - 14 - age / 3, note.text, color, 16, "center")


def _market(canvas: Canvas, simulation: Simulation, id: int, town: Town) -> None:
    """The goods of a market: stock, price to buy and to sell, and what the player has."""
    hud, ledger = canvas.hud, simulation.ledger
    offer, due = quests.quest_offered(simulation, id), quests.quest_due(simulation, id)
    x, y = canvas.width - 226, 40
    hud.rect(x, y, 218, 32 + 18 * len(GOODS), PANEL)
    hud.text(x + 8, y + 6, town.name, GOLD, 18, shadow=False)
    for right, title in ((116, "stock"), (148, "buy"), (178, "sell"), (210, "have")):
        hud.text(x + right, y + 9, title, DIM, 14, align="right", shadow=False)
    for i, good in enumerate(GOODS):
        row, stock = y + 26 + 18 * i, market.market_stock(simulation, town, good)
        cheap = stock > market.WANTED * 4 // 3
        dear = stock < market.WANTED * 2 // 3
        hud.text(x + 8, row, str(i + 1), DIM, 15, shadow=False)
        _bale(canvas, x + 18, row + 1, GOODS[good].color)
        hud.text(x + 36, row, good, INK, 16, shadow=False)
        cost = str(market.price_to_buy(stock, good)) if stock else "-"
        figures = ((116, str(stock), DIM), (148, cost, GREEN if cheap else INK),
                   (178, str(market.price_to_sell(stock, good)), GOLD if dear else INK),
                   (210, str(ledger.balance("pack", good)), BLUE))  # fmt: skip
        for right, words, color in figures:
            hud.text(x + right, row, words, color, 16, align="right", shadow=False)
    animals = sum(1 for _ in simulation.world.query(Animal))
    if due:
        _banner(canvas, f"E  hand over {due[1].count} {due[1].good}")
    elif offer:
        quest, target = offer[1], simulation.world.get(offer[1].target, Town)
        reward = ledger.balance(f"quest:{offer[0]}", "coin")
        _banner(canvas, f"E  bring {quest.count} {quest.good} to {target.name} for {reward} coins")
    elif animals < len(market.ANIMAL_PRICES):
        _banner(
            canvas,
            f"1-6  buy      Shift 1-6  sell      H  another camel, {market.ANIMAL_PRICES[animals]} coins",
        )


def _banner(canvas: Canvas, words: str) -> None:
    """A line at the bottom, on a panel."""
    hud = canvas.hud
    width = hud.width(words, 16) + 24
    x = max((canvas.width - width) // 2, 108)
    hud.rect(x, canvas.height - 34, width, 26, PANEL)
    hud.text(x + 12, canvas.height - 27, words, INK, 16, shadow=False)
