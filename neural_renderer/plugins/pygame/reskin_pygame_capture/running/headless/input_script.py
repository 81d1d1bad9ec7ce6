"""Scripted input for a run without a window, read from a text file.

    # a comment
    30 press SPACE          down after frame 30 was presented, up two frames later
    60-200 hold RIGHT       or MOUSE1, the left button: MOUSE2 is the middle one, MOUSE3 the right one
    90 click 100 100        the left button, or another as a third number
    95 move 10 20
    120 type abc            a letter a frame
    300 quit

A button goes up where the mouse is then, so `20-60 click 100 100` and `40 move 200 100` drag.

Keys are called as in pygame, without `K_`. This file needs no pygame, so the command line checks a script
with it before anything starts. Read next: `scripted_input`, which plays it.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import NamedTuple

_NAMES = """
    AC_BACK AMPERSAND ASTERISK AT BACKQUOTE BACKSLASH BACKSPACE BREAK CAPSLOCK CARET CLEAR COLON COMMA
    CURRENCYSUBUNIT CURRENCYUNIT DELETE DOLLAR DOWN END EQUALS ESCAPE EURO EXCLAIM F1 F2 F3 F4 F5 F6 F7 F8 F9
    F10 F11 F12 F13 F14 F15 GREATER HASH HELP HOME INSERT KP0 KP1 KP2 KP3 KP4 KP5 KP6 KP7 KP8 KP9 KP_0 KP_1
    KP_2 KP_3 KP_4 KP_5 KP_6 KP_7 KP_8 KP_9 KP_DIVIDE KP_ENTER KP_EQUALS KP_MINUS KP_MULTIPLY KP_PERIOD
    KP_PLUS LALT LCTRL LEFT LEFTBRACKET LEFTPAREN LESS LGUI LMETA LSHIFT LSUPER MENU MINUS MODE NUMLOCK
    NUMLOCKCLEAR PAGEDOWN PAGEUP PAUSE PERCENT PERIOD PLUS POWER PRINT PRINTSCREEN QUESTION QUOTE QUOTEDBL
    RALT RCTRL RETURN RGUI RIGHT RIGHTBRACKET RIGHTPAREN RMETA RSHIFT RSUPER SCROLLLOCK SCROLLOCK SEMICOLON
    SLASH SPACE SYSREQ TAB UNDERSCORE UP
"""
KEYS = frozenset(_NAMES.split())
"""Names of keys in pygame and pygame-ce, beside those of one character."""
BUTTONS = ("MOUSE1", "MOUSE2", "MOUSE3")
ACTIONS = {
    "press": "'30 press SPACE'", "hold": "'60-200 hold RIGHT'", "click": "'90 click 100 100'",
    "move": "'95 move 10 20'", "type": "'120 type abc'", "quit": "'300 quit'",
}  # fmt: skip
"""What can be done, each with an example."""
PRESS_FRAMES = 2
"""How long a key or button that is pressed stays down: a game that looks once a frame sees it."""


class Step(NamedTuple):
    """One thing that happens: `kind` is down, up, move, button_down, button_up, text or quit.

    value: of a key its name, of a text the character, of a button its number. place: where the mouse moves
    to, in px.
    """

    kind: str
    value: str = ""
    place: tuple[int, int] = (0, 0)


def read_script(text: str) -> dict[int, list[Step]]:
    """The steps by the number of the frame after which they happen, from 1 on.

    Raises ValueError, which names the line, what is wrong in it, and what may stand there.

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
        except ValueError as error:
            raise ValueError(f"line {number}: {error}; got {line.strip()!r}") from None
    return steps


def _steps_of(words: list[str]) -> list[tuple[int, Step]]:
    when, kind, *rest = [*words, ""] if len(words) == 1 else words
    if kind not in ACTIONS:
        raise ValueError(
            f"after the frame must stand what happens: {', '.join(ACTIONS)}, such as {ACTIONS['press']};"
            f" not {kind!r}"
        )
    first, dash, last = when.partition("-")
    if not first.isdigit() or (dash and not last.isdigit()) or (dash and int(last) <= int(first)):
        raise ValueError(f"it must begin with a frame, such as 30, or frames, such as 60-200; not {when!r}")
    start = int(first)
    end = int(last) if dash else start + PRESS_FRAMES
    if kind == "hold" and not dash:
        raise ValueError("hold needs the first and the last frame, such as '60-200 hold RIGHT'")
    if kind in ("press", "hold") and len(rest) == 1:
        name = rest[0]
        if name.upper() in BUTTONS:
            return [(start, Step("button_down", name[-1])), (end, Step("button_up", name[-1]))]
        if len(name) > 1 and name.upper() not in KEYS:
            raise ValueError(_unknown_key(name))
        return [(start, Step("down", name)), (end, Step("up", name))]
    numbers = [int(word) for word in rest if word.lstrip("-").isdigit()]
    if kind == "click" and len(rest) == len(numbers) in (2, 3) and 1 <= (*numbers, 1)[2] <= 5:
        button = str((*numbers, 1)[2])
        return [
            (start, Step("move", "", (numbers[0], numbers[1]))), (start, Step("button_down", button)),
            (end, Step("button_up", button)),
        ]  # fmt: skip
    if kind == "move" and len(rest) == len(numbers) == 2:
        return [(start, Step("move", "", (numbers[0], numbers[1])))]
    if kind == "type" and rest:
        return [
            (start + index, step)
            for index, letter in enumerate(" ".join(rest))
            for step in (Step("down", letter), Step("text", letter), Step("up", letter))
        ]
    if kind == "quit" and not rest:
        return [(start, Step("quit"))]
    raise ValueError(f"a line with {kind} must be like {ACTIONS[kind]}")


def _unknown_key(name: str) -> str:
    near = get_close_matches(name.upper(), [*KEYS, *BUTTONS], 3)
    meant = f" (did you mean {' or '.join(near)}?)" if near else ""
    return (
        f"no key is called {name!r}{meant}; a key is a letter, a digit or a sign, or called as in pygame,"
        f" such as SPACE, RETURN, LEFT, F1, LSHIFT or KP_0; a button of the mouse is {', '.join(BUTTONS)}"
    )
