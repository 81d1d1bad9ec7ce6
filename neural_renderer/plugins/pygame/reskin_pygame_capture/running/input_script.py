"""Scripted input for a run without a window, read from a text file.

    # a comment
    30 press SPACE          down after frame 30 was presented, up two frames later
    60-200 hold RIGHT
    90 click 100 100        the left button, or another as a third number
    95 move 10 20
    120 type abc            a letter a frame
    300 quit

Keys are called as in pygame, without `K_`. This file needs no pygame, so the command line checks a script
with it before anything starts. Read next: `scripted_input`, which plays it.
"""

from __future__ import annotations

from typing import NamedTuple

PRESS_FRAMES = 2
"""How long a key or button that is pressed stays down: a game that looks once a frame sees it."""


class Step(NamedTuple):
    """One thing that happens: `kind` is down, up, move, button_down, button_up, text or quit.

    value: of a key its name, of a text the character, of a button its number. place: of the mouse, in px.
    """

    kind: str
    value: str = ""
    place: tuple[int, int] = (0, 0)


def read_script(text: str) -> dict[int, list[Step]]:
    """The steps by the number of the frame after which they happen, from 1 on.

    Raises ValueError, which names the line, for anything that is not understood.

    >>> read_script("30 press SPACE")
    {30: [Step(kind='down', value='SPACE', place=(0, 0))], 32: [Step(kind='up', value='SPACE', place=(0, 0))]}
    """
    steps: dict[int, list[Step]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        try:
            for frame, step in _steps_of(words):
                steps.setdefault(max(frame, 1), []).append(step)
        except (ValueError, IndexError):
            raise ValueError(
                f"line {number} must be like '30 press SPACE', '60-200 hold RIGHT', '90 click 100 100',"
                f" '95 move 10 20', '120 type abc' or '300 quit'; got {line.strip()!r}"
            ) from None
    return steps


def _steps_of(words: list[str]) -> list[tuple[int, Step]]:
    when, kind, *rest = words
    first, _, last = when.partition("-")
    start = int(first)
    end = int(last) if last else start + PRESS_FRAMES
    if kind in ("press", "hold") and len(rest) == 1 and (kind == "press" or last):
        key = rest[0]
        return [(start, Step("down", key)), (end, Step("up", key))]
    if kind == "click" and len(rest) in (2, 3):
        place = (int(rest[0]), int(rest[1]))
        button = str(int(rest[2])) if len(rest) == 3 else "1"
        return [
            (start, Step("move", "", place)), (start, Step("button_down", button, place)),
            (end, Step("button_up", button, place)),
        ]  # fmt: skip
    if kind == "move" and len(rest) == 2:
        return [(start, Step("move", "", (int(rest[0]), int(rest[1]))))]
    if kind == "type" and rest:
        return [
            (start + index, step)
            for index, letter in enumerate(" ".join(rest))
            for step in (Step("down", letter), Step("text", letter), Step("up", letter))
        ]
    if kind == "quit" and not rest:
        return [(start, Step("quit"))]
    raise ValueError(kind)
