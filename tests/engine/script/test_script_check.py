"""The check on load: each way to break determinism is named with its line; correct lines pass."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from reskin.engine.script.check import check_scripts

ROOT = Path(__file__).parents[3]
HEAD = (
    "from reskin.engine.script import component\n"
    "import math\n\n@component\nclass Purse:\n    coins: int = 0\n\n"
)


def findings(text: str) -> list[str]:
    found = check_scripts({"main.py": ast.parse(text)}, {"main.py": text})
    return [f"{finding.line}: {finding.words}" for finding in found]


WRONG = {
    # the clock, chance, threads, the machine
    "import time": "time reads the clock; count ticks",
    "from datetime import datetime": "datetime reads the clock; count ticks",
    "import random": "random draws random numbers that no replay has; draw from simulation.streams",
    "def f():\n    from random import choice": "random draws random numbers",
    "import uuid": "uuid draws random numbers",
    "import numpy as np\ndef f(n):\n    return np.random.randint(n)": "numpy.random draws random numbers",
    "from numpy import random": "numpy.random draws random numbers",
    "import threading": "threading runs at times of its own",
    "import asyncio": "asyncio runs at times of its own",
    "async def f(): pass": "f is asynchronous",
    "import os\nPLACE = os.environ": "os depends on the machine",
    "from pathlib import Path": "pathlib depends on the machine",
    "def f():\n    return open('x').read()": "open() depends on a file",
    "def f():\n    return input()": "input() waits for a person",
    # identity and hashes
    "def f(a):\n    return id(a)": "id() differs from run to run",
    "def f(a):\n    return hash(a) % 7": "hash() differs from process to process",
    "def f(a):\n    return sorted(a, key=id)": "id() differs from run to run",
    # sets
    "def f():\n    for x in {1, 2}:\n        print(x)": "this goes through a set",
    "def f(a):\n    s = set(a)\n    return [x for x in s]": "this goes through a set",
    "def f(a: set[int]):\n    return {x: 1 for x in a}": "this goes through a set",
    "def f(a, b):\n    return list(a.keys() & b.keys())": "this goes through a set",
    "def f(a):\n    return tuple(frozenset(a))": "this goes through a set",
    "def f(a):\n    s = {x for x in a}\n    return s.pop()": "pop() takes any member of a set",
    "def f(a):\n    return next(iter(set(a)))": "this goes through a set",
    "def f(a):\n    x, y = set(a)\n    return x - y": "this unpacks a set",
    "def f(a):\n    return print(*set(a))": "this goes through a set",
    "def f(a):\n    return ','.join(set(a))": "this goes through a set",
    "def f(a, b):\n    for x in set(a) | b:\n        print(x)": "this goes through a set",
    "def f(inputs):\n    return [a for a in inputs.held]": "this goes through a set",
    # floats
    "def f(s):\n    s.ledger.mint('a', 'coin', 1.0)": "a float goes into the ledger; count in whole",
    "def f(s, n):\n    s.ledger.transfer('a', 'b', 'coin', n / 2)": "a float goes into the ledger",
    "def f(ledger, n):\n    ledger.burn('a', 'coin', round(n * 1.5, 1))": "a float goes into the ledger",
    "def f(n):\n    return Purse(n * 0.5)": "a float goes into a Purse",
    "def f(n):\n    return Purse(coins=math.sqrt(n))": "a float goes into a Purse",
    "def f(purse):\n    purse.coins /= 2": "a float goes into .coins",
    "def f(purse, n):\n    half = n / 2\n    purse.coins = half + 1": "a float goes into .coins",
    "def f(purse, n):\n    purse.coins = max(n / 3, 1)": "a float goes into .coins",
    "@component\nclass Speed:\n    x: float = 0": "a field of Speed is a float",
    # state outside of the state
    "COUNT = 0\ndef f():\n    global COUNT\n    COUNT += 1": "global COUNT: a module's variable is no state",
    "SEEN = []\ndef f(a):\n    SEEN.append(a)": "this changes SEEN, which belongs to the module",
    "SEEN = {}\ndef f(a):\n    SEEN[a] = 1": "this changes SEEN, which belongs to the module",
    "SEEN = {}\ndef f(a):\n    SEEN[a].coins += 1": "this changes SEEN",
    "SEEN = {}\ndef f(a):\n    del SEEN[a]": "this changes SEEN",
    "def f(a):\n    f.count = a": "this changes f",
    "def f(a):\n    Purse.coins = a": "this changes Purse",
    "import itertools\nIDS = itertools.count()\ndef f():\n    return next(IDS)": "this advances IDS",
    "def f(a, seen=[]):\n    return seen": "f keeps a mutable default from call to call",
    "from rules.data import PRICES\ndef f(a):\n    PRICES.update(a)": "this changes PRICES",
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), WRONG.items())
def test_what_breaks_determinism_is_named(text: str, words: str) -> None:
    found = findings(HEAD + text)
    assert len(found) == 1, found
    line, _, said = found[0].partition(": ")
    assert said.startswith(words)
    assert int(line) > HEAD.count("\n")


RIGHT = [
    "import dataclasses, functools, itertools, enum, typing, collections, heapq, bisect",
    "import numpy as np\ndef f(grid):\n    return np.argwhere(grid).tolist()",
    "def f(a):\n    return sorted(set(a)), len({*()}), 3 in {1, 2, 3}",
    "def f(a):\n    s = set(a)\n    return sum(x for x in s) + max(set(a))",
    "def f(a):\n    s = set(a)\n    s = sorted(s)\n    return [x for x in s]",
    "def f(a):\n    return any(x > 3 for x in {1, 2}), {x + 1 for x in set(a)}",
    "def f(inputs):\n    return 'left' in inputs.held",
    "def f(purse, n):\n    purse.coins = n // 2 + int(n * 3 / 4) + round(n / 2)",
    "def f(s, n):\n    s.ledger.mint('a', 'coin', n * 3 // 2, 'half again')",
    "def f(canvas, x, alpha):\n    canvas.rect(x * 0.5 + alpha / 2, math.sin(x), 3.5, 4, '#ffffff')",
    "def f(purse):\n    purse.coins = -1 if purse.coins > 1.5 else 2",
    "PRICES = {'salt': 3}\ndef f(a):\n    return PRICES.get(a, 0)",
    "def f(a):\n    seen = []\n    seen.append(a)\n    seen[0] = 3\n    return seen",
    "SEEN = []\ndef f(SEEN):\n    SEEN.append(1)",
    "NAMES = []\nfor name in ('a', 'b'):\n    NAMES.append(name)",
    "from rules import trade\ndef f(s):\n    trade.update(s)",
    "def f(world, id):\n    return world.get(id, Purse)",
    "def f(id):\n    return id(3)",
    "def f(simulation):\n    for id, purse in simulation.world.query(Purse):\n        purse.coins += 1",
    "import time  # deterministic: only for the title of a picture",
    "def f(purse):\n    purse.coins = 1.0  # deterministic: the test wants it",
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_passes(text: str) -> None:
    assert findings(HEAD + text) == []


def test_every_line_is_named_at_once_and_in_order() -> None:
    found = findings("import random\nimport time\nx = hash('a')\n")
    assert [line.split(":")[0] for line in found] == ["1", "2", "3"]


def test_the_rules_of_the_miner_pass_but_for_what_draws() -> None:
    """Rules of games that are known to be in sync, although they are not scripts, give no false alarm."""
    folder = ROOT / "demo_games" / "miner"
    paths = sorted(folder.rglob("*.py"))
    texts = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    trees = {name: ast.parse(text) for name, text in texts.items()}
    assert [f"{found.file}:{found.line}: {found.words}" for found in check_scripts(trees, texts)] == []
