"""What is built into the ground: the opening scene, ruins, ponds, buried rooms.

Buildings are drawn as text, one character a cell, mirrored when they face left:

    #  brick      .  brick wall behind air   C  chest on such a wall   T  torch on such a wall
    o  coin       _  air                     s  slime                  |  post of the stall
    ^  awning     K  shopkeeper              =  post and counter       space: leave as it is
    G I c  gold, iron, coal
"""

from __future__ import annotations

from typing import Final

from reskin import Stream
from reskin.demo_games.miner.world.level import Level, inside_level
from reskin.demo_games.miner.world.tiles import (
    AIR,
    BARE,
    BRICK,
    BRICK_WALL,
    COAL,
    COLUMNS,
    GOLD,
    GRASS,
    IRON,
    NO_WALL,
    POST,
    SAND,
    STALL,
    THATCH,
    TORCH,
    TREE,
    WATER,
)

Template = tuple[str, ...]

RUINS: Final[tuple[Template, ...]] = (
    ("#.  #", "#####", ".T..#", "..C.#", "#####"),
    ("  #.#", "###.#", "....#", "..C..", "#####"),
    ("#   #", "#.###", "#..T#", "..C..", "#####"),
    ("   #", " # #.#", "#.#.##", "..T..#", "..C..#", "######"),
    ("  ####", "  #..#", "###..#", ".T....", "...C..", "######"),
)
CAVES: Final[tuple[Template, ...]] = (
    (" ooo____G ", "ccG___s__I", "  G__o_o_ ", "  cc  GG  "),
    ("G_oo_____ ", "I GG__s__G", " cc __oo_I", "      GG  "),
    (" _ooo____c", "GG c__s__G", " I __o_o_ ", "  c  GG   "),
)
ROOMS: Final[tuple[Template, ...]] = (
    ("#########", "#.T...T.#", "#.......#", "..ooC.s..", "#########"),
    ("#######", "#.T..##", "#.....#", ".oCo...", "#######"),
    ("########", "##.T..##", "..s.....", "#.ooo.C#", "########"),
)
BOOTH: Final[Template] = ("^^^", "| |", "|K=")
ORE_LETTERS: Final = {"#": BRICK, "^": THATCH, "G": GOLD, "I": IRON, "c": COAL}


class LandmarkScene:
    """The scene around the start: grove, stall, player, coins, pond and ruin, above a cave.

    Offsets count columns from the spawn, positive on the side that the player faces.
    """

    def __init__(self, column: int, side: int, stream: Stream) -> None:
        self.column, self.side = column, side
        self.hill = stream.between(1, 2)
        self.pond = range(4, 4 + stream.between(3, 4))
        self.ruin = self.pond.stop + 1
        self.ruin_rise = stream.below(2)
        self.template = stream.pick(RUINS)
        self.cave = stream.pick(CAVES)
        self.trees = (-9, stream.pick((-7, -2)), stream.between(1, 2), self.ruin + 6)

    def at(self, offset: int) -> int:
        """The column at an offset from the spawn."""
        return self.column + offset * self.side

    def columns(self) -> list[int]:
        return sorted(self.at(offset) for offset in range(-12, 16))

    def near(self, column: int, margin: int = 0) -> bool:
        offset = (column - self.column) * self.side
        return -12 - margin <= offset <= 15 + margin

    def rise(self, column: int) -> int:
        """Height of the scene's ground at a column, in tiles above the spawn's."""
        offset = (column - self.column) * self.side
        if offset <= -7:
            return min(self.hill, -6 - offset)
        return self.ruin_rise if offset >= self.ruin else 0

    def build(self, level: Level, stream: Stream) -> None:
        base = level.surface[self.column]
        _stamp(level, self.cave, self.at(-5), base + 2, self.side)
        for offset in range(self.pond.start - 1, self.pond.stop + 1):
            _dig_pond(
                level, self.at(offset), base, offset in self.pond, 2 if offset != self.pond.start else 1
            )
        floor = base - self.ruin_rise
        _stamp(level, self.template, self.at(self.ruin), floor - len(self.template) + 1, self.side)
        _stamp(level, BOOTH, self.at(-5), base - len(BOOTH), self.side)
        level.stall = (self.at(-4), base - 1)
        for offset in self.trees:
            column = self.at(offset)
            top = level.surface[column]
            if level.terrain[top, column] == GRASS:
                level.scenery[top - 1, column] = TREE + stream.between(3, 4)
        for offset, lift in ((2, 0), (3, 1)):
            level.coins.append((self.at(offset) * 32 + 16, (base - 1 - lift) * 32 + 12))
        for i, offset in enumerate(self.pond):
            lift = 40 if 0 < i < len(self.pond) - 1 else 20
            level.coins.append((self.at(offset) * 32 + 16, (base - 1) * 32 - lift + 16))
        level.slimes.append((self.at(self.ruin - 1), base - 1))
        level.slimes.append((self.at(self.ruin + 7), floor - 1))
        level.animals.append((self.at(-8), base - 1 - self.hill))


def _stamp(level: Level, template: Template, column: int, row: int, side: int) -> None:
    """Build a template whose first character lies at (column, row) and which extends towards `side`."""
    for dy, line in enumerate(template):
        for dx, letter in enumerate(line):
            c, r = column + dx * side, row + dy
            if letter != " " and inside_level(c, r):
                _place(level, letter, c, r)
                if "#" in template[-1] and letter in "#.CTos":
                    level.walls[r, c] = BRICK_WALL


def _place(level: Level, letter: str, c: int, r: int) -> None:
    level.terrain[r, c] = ORE_LETTERS.get(letter, AIR)
    level.scenery[r, c] = {"T": TORCH, "|": POST, "=": STALL}.get(letter, BARE)
    if letter == "C":
        level.chests.append((c, r, r - level.surface[c]))
    elif letter == "o":
        level.coins.append((c * 32 + 16, r * 32 + 18))
    elif letter == "s":
        level.slimes.append((c, r))


def _dig_pond(level: Level, column: int, row: int, wet: bool, depth: int) -> None:
    """One column of a pond: water over sand, or a sandy bank."""
    for r in range(row, row + 4):
        if r < row + depth and wet:
            level.terrain[r, column] = WATER
            level.walls[r, column] = NO_WALL
        elif r <= row + (depth if wet else 1):
            level.terrain[r, column] = SAND


def build_surface_landmarks(level: Level, scene: LandmarkScene, stream: Stream) -> None:
    """Ponds, ruins and a few lone chests along the rest of the surface."""
    for column in range(6, COLUMNS - 12, 11):
        column += stream.below(5)
        if scene.near(column, 3) or scene.near(column + 6, 3):
            continue
        kind = stream.below(5)
        if kind <= 1:
            _pond(level, column, stream.between(3, 6))
        elif kind <= 3:
            _ruin(level, column, stream)
        else:
            level.chests.append((column, level.surface[column] - 1, 0))


def _pond(level: Level, column: int, width: int) -> None:
    columns = range(column - 1, column + width + 1)
    row = max(level.surface[c] for c in columns)
    for c in columns:
        level.carve(range(c, c + 1), range(level.surface[c], row))
        level.surface[c] = row
        wet = column <= c < column + width
        _dig_pond(level, c, row, wet, 2 if column < c < column + width - 1 else 1)
    coin_arc(level, column, row - 2, min(width, 4))


def _ruin(level: Level, column: int, stream: Stream) -> None:
    template = stream.pick(RUINS)
    side = stream.pick((-1, 1))
    columns = sorted(column + i * side for i in range(len(template[0])))
    row = min(level.surface[c] for c in columns)
    for c in columns:
        for r in range(row, level.surface[c]):
            level.terrain[r, c] = BRICK
        level.surface[c] = row
    _stamp(level, template, column, row - len(template) + 1, side)


def bury_landmark_rooms(level: Level, scene: LandmarkScene, stream: Stream) -> None:
    """Brick rooms under the ground, each with a chest; never two in the same place."""
    built: list[tuple[int, int]] = []
    for _ in range(60):
        template = stream.pick(ROOMS)
        column, row = stream.between(4, COLUMNS - 14), stream.between(32, 58)
        crowded = any(abs(column - c) < 14 and abs(row - r) < 9 for c, r in built)
        if (
            crowded
            or len(built) == 9
            or row < level.surface[column] + 7
            or (scene.near(column, 2) and row < 38)
        ):
            continue
        built.append((column, row))
        _stamp(level, template, column, row, 1)


def coin_arc(level: Level, column: int, row: int, count: int) -> None:
    """A row of coins in the air, higher in the middle."""
    for i in range(count):
        lift = 14 * min(i, count - 1 - i)
        if level.empty(column + i, row):
            level.coins.append(((column + i) * 32 + 16, row * 32 + 16 - lift))
