"""Draws what moves, each in a few flat boxes. Faces are left to the themes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reskin import Simulation
from reskin.demo_games.miner.components import (
    CHEST_SIZE,
    COIN_SIZE,
    Animal,
    Body,
    Chest,
    Coin,
    Friend,
    Player,
    Slime,
)
from reskin.demo_games.miner.rules.digging import SWING
from reskin.demo_games.miner.world.tiles import SUB, TILE

if TYPE_CHECKING:
    from reskin import Canvas

TOOL_ID: Final = 60_001
BOB: Final = (0, 0, 1, 1, 2, 2, 2, 1, 1, 0, 0, 0)
"""Px by which a coin floats, one after the other every 5 ticks."""
POSES: Final = ((7, -11, 7, 4), (-3, -14, 8, -2), (11, -8, 5, 6), (12, 4, -2, 8))
"""Poses of a pickaxe that faces right: from the hand to the head, and half the length of the head, px."""
METAL: Final = {"pickaxe": "#9aa0aa", "steel_pickaxe": "#bfe4f2"}


def mixed(a: str, b: str, part: int) -> str:
    """A colour between two "#rrggbb": part/256 of b."""
    pairs = ((int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{x + (y - x) * part // 256:02x}" for x, y in pairs)


def place(body: Body, alpha: float) -> tuple[float, float]:
    """Where a body is drawn: between its last two positions, world px."""
    return (
        (body.was_x + (body.x - body.was_x) * alpha) / SUB,
        (body.was_y + (body.y - body.was_y) * alpha) / SUB,
    )


def draw_player(
    canvas: Canvas, simulation: Simulation, id: int, body: Body, player: Player, alpha: float
) -> None:
    """Helmet, head, shirt, and legs that step as the player walks."""
    x, y = place(body, alpha)
    left = player.facing < 0
    step = body.x // (9 * SUB) % 2 if body.vx and body.grounded else 0
    with canvas.thing(id, "player", x, y, body.w, body.h, flip=left):
        canvas.rect(x + 1, y + 6, 18, 9, "#f0c8a0")
        canvas.rect(x, y, 20, 7, "#e8b13a")
        canvas.rect(x, y + 14, 20, 9, "#cf3f38")
        canvas.rect(x + 1, y + 22, 8, 6 - 2 * step, "#34508c")
        canvas.rect(x + 11, y + 22, 8, 4 + 2 * step if step else 6, "#2b4377")
    if player.tool:
        kind = simulation.ledger.unique(player.tool).kind
        _pickaxe(canvas, x + (0 if left else body.w), y + 14, player, METAL[kind])


def _pickaxe(canvas: Canvas, x: float, y: float, player: Player, metal: str) -> None:
    """In hand at (x, y); a swing goes through three poses."""
    pose = 1 + (SWING - player.swing) * 3 // SWING if player.swing else 0
    tip_x, tip_y, half_x, half_y = POSES[min(pose, 3)]
    side = player.facing
    left = x - 10 if side > 0 else x - 22
    with canvas.thing(TOOL_ID, "tool", left, y - 22, 32, 32, flip=side < 0):
        head_x, head_y = x + side * tip_x, y + tip_y
        canvas.line(x - side * 2, y + 3, head_x, head_y, 3, "#8a5f34")
        ends = ((head_x - side * half_x, head_y - half_y), (head_x + side * half_x, head_y + half_y))
        canvas.line(*ends[0], *ends[1], 5, metal)


def draw_slime(canvas: Canvas, id: int, body: Body, slime: Slime, alpha: float) -> None:
    """A dome, taller in the air and flatter before a hop."""
    x, y = place(body, alpha)
    stretch = 3 if body.vy < -300 else -3 if body.grounded and slime.wait < 10 else 0
    w, h = body.w - stretch, body.h + stretch
    left, top = x + stretch / 2, y - stretch
    color = "#d9a8ee" if slime.hurt else "#8d4fbd"
    with canvas.thing(id, "enemy", left, top, w, h, flip=slime.heading < 0):
        canvas.ellipse(left, top, w, h, color)
        canvas.rect(left, top + h // 2, w, h - h // 2, color)
        canvas.ellipse(left + w // 4, top + 3, w // 3, h // 4, "#b07fd8" if not slime.hurt else "#f0dcf8")


def draw_coin(canvas: Canvas, id: int, coin: Coin, tick: int, alpha: float) -> None:
    x, y = (
        (coin.was_x + (coin.x - coin.was_x) * alpha) / SUB,
        (coin.was_y + (coin.y - coin.was_y) * alpha) / SUB,
    )
    lift = BOB[(tick // 5 + id * 3) % len(BOB)] if coin.resting else 0
    half = COIN_SIZE // 2
    with canvas.thing(id, "coin", x - half, y - half - lift, COIN_SIZE, COIN_SIZE):
        canvas.circle(x, y - lift, half, "#f7c531")
        canvas.circle(x, y - lift, half - 4, "#fbe08a")


def draw_chest(canvas: Canvas, id: int, chest: Chest) -> None:
    w, h = CHEST_SIZE
    x, y = chest.column * TILE + (TILE - w) // 2, (chest.row + 1) * TILE - h
    lid = min(chest.opened, 6)
    with canvas.thing(id, "chest", x, y - lid, w, h + lid):
        canvas.rect(x, y + 9, w, h - 9, "#b07a35")
        canvas.rect(x, y - lid, w, 9, "#c98f43")
        canvas.rect(x, y + 9 - lid, w, 2 + lid, "#5e3d1c")
        canvas.rect(x + w // 2 - 3, y + 8, 6, 7, "#f0cf62")


def draw_friend(canvas: Canvas, id: int, body: Body, friend: Friend, alpha: float) -> None:
    """The shopkeeper: hat, head, apron."""
    x, y = place(body, alpha)
    with canvas.thing(id, "friend", x, y, body.w, body.h, flip=friend.facing < 0):
        canvas.rect(x + 2, y + 6, 18, 9, "#eac39b")
        canvas.rect(x, y, 22, 7, "#6b4a8f")
        canvas.rect(x, y + 14, 22, 16, "#3f8f86")
        canvas.rect(x + 6, y + 17, 10, 13, "#efe6d2")


def draw_animal(canvas: Canvas, id: int, body: Body, animal: Animal, alpha: float) -> None:
    """A sheep: fleece, head ahead, legs."""
    x, y = place(body, alpha)
    left = animal.heading < 0
    with canvas.thing(id, "animal", x, y, body.w, body.h, flip=left):
        canvas.rect(x + 4, y + 14, 4, 6, "#5b5148")
        canvas.rect(x + 18, y + 14, 4, 6, "#5b5148")
        canvas.rect(x + 2, y + 2, 22, 13, "#f2eee2")
        canvas.rect(x if left else x + 17, y, 9, 10, "#6a5f55")
