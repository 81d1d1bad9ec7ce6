"""The sync test in other processes: another user, place and machine, and a state loaded from the middle."""

from __future__ import annotations

import ast

import pytest

from reskin.engine.determinism.synctest import SyncOptions, sync_test
from reskin.engine.errors import HiddenGlobal, InexactNumber, MachineDependent, SyncError
from reskin.engine.script.check import check_scripts
from reskin.engine.simulation.game import Game
from tests.broken_games import elsewhere

ONE = SyncOptions(ticks=8, processes=1)
MACHINE = [
    "Folder", "Home", "User", "Zone", "Language", "Listed", "Scanned", "Globbed", "Iterated", "Cores", "Wide",
]  # fmt: skip


def game(name: str) -> type[Game]:
    kind: type[Game] = getattr(elsewhere, name)
    return kind


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("Folder", MachineDependent, "another working folder"),
        ("Cached", HiddenGlobal, "loaded the state after tick 4"),
    ],
)
def test_what_only_another_process_shows_is_caught(name: str, error: type[SyncError], words: str) -> None:
    with pytest.raises(SyncError, match=words) as caught:
        sync_test(game(name), ONE)
    assert type(caught.value) is error
    difference = caught.value.difference
    assert difference is not None and difference.component == "Purse"


@pytest.mark.slow
@pytest.mark.parametrize("name", MACHINE)
def test_what_depends_on_the_machine_is_caught(name: str) -> None:
    with pytest.raises(SyncError) as caught:
        sync_test(game(name), ONE)
    assert type(caught.value) is MachineDependent, caught.value


@pytest.mark.slow
def test_what_was_kept_before_a_state_was_loaded_is_caught() -> None:
    with pytest.raises(HiddenGlobal):
        sync_test(elsewhere.Once, ONE)


@pytest.mark.parametrize(("name", "call"), [("Sine", "math.sin"), ("Power", "math.pow")])
def test_floats_that_differ_between_machines_are_named(name: str, call: str) -> None:
    with pytest.raises(InexactNumber, match=rf"{call}\(\) was called at .*elsewhere\.py"):
        sync_test(game(name), SyncOptions(ticks=3, processes=0))


def test_exact_functions_of_math_are_sound() -> None:
    assert sync_test(elsewhere.Square, SyncOptions(ticks=8, processes=0)).plain()["in_sync"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("import math\nx = int(math.sin(3))", "math.sin has other last digits"),
        ("import math as m\nx = int(m.atan2(3, 4))", "math.atan2"),
        ("from math import cos\nx = round(cos(3))", "math.cos"),
        ("from math import exp as e\nx = e(3) > 20", "math.exp"),
        ("import math\nx = math.log(3) // 1", "math.log"),
        ("import numpy as np\nx = np.floor(np.exp(3))", "numpy.exp"),
        ("import cmath\nx = bool(cmath.tan(3))", "cmath.tan"),
    ],
)
def test_the_check_on_load_names_them_too(line: str, words: str) -> None:
    (found,) = check_scripts({"main.py": ast.parse(line)}, {"main.py": line})
    assert words in found.words
    excused = "\n".join(f"{part}  # deterministic: only drawn" for part in line.split("\n"))
    assert not check_scripts({"main.py": ast.parse(excused)}, {"main.py": excused})


@pytest.mark.parametrize(
    "line",
    [
        "import math\nx = math.isqrt(9)",
        "from math import floor, sqrt, gcd\nx = floor(sqrt(2))",
        "import math\ndef draw(canvas):\n    canvas.rect(int(math.sin(3)))",
    ],
)
def test_the_check_on_load_lets_exact_functions_pass(line: str) -> None:
    assert not check_scripts({"main.py": ast.parse(line)}, {"main.py": line})
