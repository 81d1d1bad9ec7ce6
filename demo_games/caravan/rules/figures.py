"""Draws people, animals and things, each in a few flat boxes. Faces are left to the themes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from reskin.demo_games.caravan.rules.components import GOODS, SUB, Body, Chest, Coin, Trade

if TYPE_CHECKING:
    from reskin import Canvas

BOB: Final = (0, 0, 1, 1, 2, 2, 2, 1, 1, 0)
STAFF_ID: Final = 60_001
STRIDE: Final = 7 * SUB


def mixed(a: str, b: str, part: int) -> str:
    """A colour between two "#rrggbb": part/256 of b."""
    pairs = ((int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{x + (y - x) * part // 256:02x}" for x, y in pairs)


def place(body: Body, alpha: float) -> tuple[float, float]:
    """Where a body's feet are drawn: between its last two places, world px."""
    x = body.was_x + (body.x - body.was_x) * alpha
    y = body.was_y + (body.y - body.was_y) * alpha
    return x / SUB, y / SUB


def _person(
    canvas: Canvas, body: Body, x: float, y: float, coat: str, head: str, skin: str = "#eac39b"
) -> None:
    """Head, coat and feet in the body's box; (x, y) is its top left."""
    w, h = body.w, body.h
    step = body.stepped // STRIDE % 2
    canvas.rect(x + 3, y + h - 5, 6, 5 - 2 * step, "#4a3a2c")
    canvas.rect(x + w - 9, y + h - 5, 6, 3 + 2 * step, "#4a3a2c")
    canvas.rect(x, y + 12, w, h - 16, coat)
    canvas.rect(x + 2, y + 5, w - 4, 9, skin)
    canvas.rect(x + 1, y, w - 2, 7, head)


def draw_player(canvas: Canvas, id: int, body: Body, swing: int, blink: int, alpha: float) -> None:
    x, y = place(body, alpha)
    left, top = x - body.w / 2, y - body.h
    with canvas.thing(id, "player", left, top, body.w, body.h, flip=body.facing < 0):
        _person(canvas, body, left, top, "#c8452f" if not blink else "#e79a8c", "#f1e6cf")
        canvas.rect(left, top + 18, body.w, 3, "#e8b13a")
    reach = 15 + (8 if 6 < swing < 15 else 0)
    hand_x, hand_y = x + body.facing * (body.w / 2), y - 10
    tip_x = hand_x + body.facing * (reach if swing else 3)
    tip_y = hand_y + (4 if swing and swing < 10 else -14)
    with canvas.thing(STAFF_ID, "tool", hand_x - 24, hand_y - 18, 48, 30, flip=body.facing < 0):
        canvas.line(hand_x - body.facing * 2, hand_y + 7, tip_x, tip_y, 3, "#7a5230")


def draw_villager(canvas: Canvas, id: int, body: Body, alpha: float) -> None:
    x, y = place(body, alpha)
    coat = ("#4f7fb5", "#7a9a4a", "#b58a4a", "#8a5fa8")[id % 4]
    with canvas.thing(id, "friend", x - body.w / 2, y - body.h, body.w, body.h, flip=body.facing < 0):
        _person(canvas, body, x - body.w / 2, y - body.h, coat, ("#6b4a2f", "#3d3430", "#a8763e")[id % 3])


def draw_merchant(canvas: Canvas, id: int, x: float, y: float, color: str) -> None:
    with canvas.thing(id, "friend", x - 11, y - 30, 22, 30):
        canvas.rect(x - 11, y - 18, 22, 18, mixed(color, "#2f6f9f", 170))
        canvas.rect(x - 9, y - 25, 18, 9, "#eac39b")
        canvas.rect(x - 11, y - 30, 22, 7, "#f4ead2")


def draw_stall(canvas: Canvas, x: float, y: float, trade: Trade, name: str) -> None:
    """A counter with what the town makes on it, under a striped awning; the town's name above."""
    left, top = x - 40, y - 52
    for post in (left, left + 76):
        canvas.rect(post, top + 10, 4, 62, "#6d4a28", "wood")
    for i in range(10):
        canvas.rect(left - 4 + i * 8.8, top, 9, 16, trade.roof if i % 2 else "#f3e7cf", "brick")
    canvas.rect(left - 4, top, 88, 3, mixed(trade.roof, "#000000", 70), "brick")
    canvas.rect(left, y - 2, 80, 14, "#9a6c3c", "wood")
    canvas.rect(left, y - 4, 80, 4, "#b98a52", "wood")
    for i, good in enumerate(list(trade.makes) * 2):
        canvas.rect(
            left + 5 + i * 16, y - 13, 12, 10, GOODS[good].color, "food" if good == "grain" else "wood"
        )
    canvas.text(x, top - 17, name, (255, 250, 235), 18, "center")


def draw_bandit(canvas: Canvas, id: int, body: Body, fleeing: bool, loot: bool, alpha: float) -> None:
    x, y = place(body, alpha)
    left, top = x - body.w / 2, y - body.h
    with canvas.thing(id, "enemy", left, top, body.w, body.h, flip=body.facing < 0):
        _person(canvas, body, left, top, "#3b3350" if not fleeing else "#5d5478", "#221d30")
        canvas.rect(left + 2, top + 9, body.w - 4, 5, "#8e2f3a")
        if loot:
            canvas.rect(left - body.facing * 4 + 6, top + 14, 8, 9, "#c9a24a")


def draw_pack_animal(canvas: Canvas, id: int, body: Body, load: Sequence[str], alpha: float) -> None:
    """A camel: legs, body, hump, neck and head ahead; bales in the colours of what it carries."""
    x, y = place(body, alpha)
    ahead = body.facing
    left, top = x - body.w / 2, y - body.h
    step = body.stepped // STRIDE % 2 * 2
    with canvas.thing(id, "animal", left, top, body.w, body.h, flip=ahead < 0):
        for i, leg in enumerate((5, 10, 21, 26)):
            canvas.rect(left + leg, top + 19, 4, 9 - (step if i % 2 else 2 - step), "#a87f4c")
        canvas.rect(left + 3, top + 10, 28, 11, "#cfa468")
        canvas.rect(left + 11, top + 5, 12, 6, "#cfa468")
        neck = left + (29 if ahead > 0 else 0)
        canvas.rect(neck, top + 2, 5, 13, "#c2965a")
        canvas.rect(left + (27 if ahead > 0 else -2), top - 1, 9, 7, "#d9b27a")
    for i, good in enumerate(load):
        with canvas.thing(50_000 + id * 4 + i, "wood", left + 6 + i * 8, top + 6, 8, 10):
            canvas.rect(left + 6 + i * 8, top + 6, 7, 10, GOODS[good].color)


def draw_caravan_sheep(canvas: Canvas, id: int, body: Body, alpha: float) -> None:
    x, y = place(body, alpha)
    left, top = x - 13, y - 20
    with canvas.thing(id, "animal", left, top, 26, 20, flip=body.facing < 0):
        canvas.rect(left + 5, top + 14, 4, 6, "#5b5148")
        canvas.rect(left + 17, top + 14, 4, 6, "#5b5148")
        canvas.rect(left + 2, top + 3, 22, 12, "#f2eee2")
        canvas.rect(left + (17 if body.facing > 0 else 0), top, 9, 9, "#6a5f55")


def draw_chest(canvas: Canvas, id: int, chest: Chest, x: float, y: float, full: bool) -> None:
    lid = min(chest.opened, 6)
    with canvas.thing(id, "chest", x - 14, y - 22 - lid, 28, 22 + lid):
        canvas.rect(x - 14, y - 14, 28, 14, "#b07a35")
        canvas.rect(x - 14, y - 22 - lid, 28, 8, "#c98f43")
        canvas.rect(x - 14, y - 14 - lid, 28, 2 + lid, "#5e3d1c")
        canvas.rect(x - 3, y - 15, 6, 7, "#f0cf62" if full else "#8a7a52")


def draw_coin(canvas: Canvas, id: int, coin: Coin, tick: int) -> None:
    x, y = coin.x / SUB, coin.y / SUB - BOB[(tick // 6 + id) % len(BOB)]
    radius = 7 if coin.count == 1 else 9
    with canvas.thing(id, "coin", x - radius, y - radius - 4, 2 * radius, 2 * radius):
        canvas.circle(x, y - 4, radius, "#f7c531")
        canvas.circle(x, y - 4, radius - 3, "#fbe08a")


def draw_tree(canvas: Canvas, x: int, y: int, chance: int) -> None:
    """A trunk and a crown of three circles, or a fir."""
    mx, my = x + 12 + chance % 9, y + 26
    if chance % 3 == 0:
        canvas.rect(mx - 3, my - 8, 6, 10, "#6b4a2b", "wood")
        for i, half in enumerate((17, 14, 10)):
            base = my - 5 - i * 10
            points = [(mx - half, base), (mx + half, base), (mx, base - 20)]
            canvas.polygon(points, ("#2f6b38", "#367a40", "#418a49")[i], "leaves")
        return
    canvas.rect(mx - 3, my - 12, 6, 14, "#7a5633", "wood")
    color = "#3f8a3a" if chance % 2 else "#4f9838"
    canvas.circle(mx - 8, my - 17, 11, mixed(color, "#000000", 30), "leaves")
    canvas.circle(mx + 8, my - 17, 11, mixed(color, "#000000", 30), "leaves")
    canvas.circle(mx, my - 25, 14, color, "leaves")
    canvas.circle(mx - 4, my - 29, 6, mixed(color, "#ffffff", 40), "leaves")


def draw_caravan_rock(canvas: Canvas, x: int, y: int, chance: int) -> None:
    tall = 18 + chance % 9
    points = [
        (x + 1, y + 30),
        (x + 4, y + 30 - tall + 6),
        (x + 14, y + 28 - tall),
        (x + 27, y + 34 - tall),
        (x + 31, y + 30),
    ]
    canvas.polygon(points, "#8b8f98", "stone")
    canvas.polygon([points[1], points[2], (x + 16, y + 22), (x + 7, y + 24)], "#a2a6ae", "stone")
