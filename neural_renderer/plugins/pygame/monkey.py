"""A player for games that nobody plays: presses keys and clicks by chance, the same in every run."""

from __future__ import annotations

import random
from typing import Final

ARROWS: Final = ("RIGHT", "RIGHT", "RIGHT", "LEFT", "UP", "DOWN")
"""Most games of the side go to the right."""
LETTERS: Final = {"RIGHT": "d", "LEFT": "a", "UP": "w", "DOWN": "s"}
STARTERS: Final = ("RETURN", "SPACE", "SPACE", "z", "x")


def monkey_script(frames: int, seed: int = 0) -> str:
    """A script for `input_script`: starts the game, then holds arrows or letters, jumps and clicks.

    >>> print(monkey_script(40))
    10 press RETURN
    24 click 320 240
    34 press SPACE
    """
    chance = random.Random(seed)
    # Menus first: what starts a game is pressed before anything else.
    lines = ["10 press RETURN", "24 click 320 240", "34 press SPACE", "46 click 400 300"]
    at = 60
    while at < frames - 10:
        arrow = chance.choice(ARROWS)
        key = arrow if chance.random() < 0.7 else LETTERS[arrow]
        until = min(at + chance.randint(10, 50), frames - 5)
        lines.append(f"{at}-{until} hold {key}")
        for _ in range(chance.randint(1, 4)):
            lines.append(f"{chance.randint(at, until)} press {chance.choice(STARTERS)}")
        if chance.random() < 0.4:
            lines.append(
                f"{chance.randint(at, until)} click {chance.randint(40, 600)} {chance.randint(40, 440)}"
            )
        at = until + chance.randint(2, 12)
    return "\n".join(line for line in lines if int(line.split()[0].split("-")[0]) < frames - 5)
