"""One picture on every machine: processes held to AVX2 and to SSE4.1 give what one that is not held gives.

Each process is started once and renders small frames through every op that makes a picture, and a shipped
theme in a game. What it could use is asserted first: a process that was not really held proves nothing.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from reskin.kernels.simd import processor
from tests.neural_renderer.samples import miner, random_theme
from tests.pictures import ALL, NEEDS, run

Process = Callable[[str], dict[str, Any]]
EVERYTHING = ("body", "head", "guard, grade and transition", "winter")


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Process:
    """What a process held to a set made of the same frames; it runs when it is asked for first."""
    folder = tmp_path_factory.mktemp("packs")
    random_theme(1, 0.5).save(folder / "first")
    random_theme(2).save(folder / "second")
    (folder / "frames.pickle").write_bytes(pickle.dumps(list(miner(4, 360, 640))))
    found: dict[str, dict[str, Any]] = {}

    def of(name: str) -> dict[str, Any]:
        if name not in found:
            found[name] = run(name, "--everything", str(folder), "--themes")
        return found[name]

    return of


@pytest.fixture(params=["AVX2", "SSE4.1"])
def name(request: pytest.FixtureRequest) -> str:
    held = str(request.param)
    if NEEDS[held] not in processor.processor_features():
        pytest.skip(f"this processor has no {held}")
    return held


def test_a_process_can_be_held_to_a_set(name: str, process: Process) -> None:
    expected = {"AVX2": ("AVX2", "pairs", 8), "SSE4.1": ("SSE4.1", "plain", 8)}[name]
    assert tuple(process(name)["used"][key] for key in ("convolutions", "dots", "width")) == expected


def test_a_process_that_is_not_held_uses_what_there_is(process: Process) -> None:
    there = processor.processor_features()
    best = processor.convolution_instructions(there)
    assert best is not None
    found = process(ALL)["used"]
    assert found == {
        "convolutions": best.name, "dots": processor.dot_method(there), "width": processor.simd_width(there)
    }  # fmt: skip


@pytest.mark.parametrize("what", EVERYTHING)
def test_the_picture_is_the_same_under(name: str, what: str, process: Process) -> None:
    assert process(name)["hashes"][what] == process(ALL)["hashes"][what], f"{what} under {name}"


def test_the_hashes_tell_pictures_apart(process: Process) -> None:
    hashes = process(ALL)["hashes"]
    assert set(hashes) == set(EVERYTHING) and len(set(hashes.values())) == len(EVERYTHING)


@pytest.mark.slow
@pytest.mark.parametrize("name", NEEDS)
def test_every_theme_in_every_game_is_the_same_under(name: str) -> None:
    if NEEDS[name] not in processor.processor_features():
        pytest.skip(f"this processor has no {name}")
    found, expected = run(name)["hashes"], run(ALL)["hashes"]
    assert len(found) == 24 and found == expected
