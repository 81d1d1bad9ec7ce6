"""The examples in the skeleton's docstrings run as written."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

NAMES = (
    "ecs.world",
    "ledger.ledger",
    "persistence.snapshot",
    "script.components",
    "simulation.arrays",
    "simulation.clock",
    "simulation.differences",
    "simulation.rng",
    "simulation.simulation",
)


@pytest.mark.parametrize("name", NAMES)
def test_examples(name: str) -> None:
    result = doctest.testmod(import_module(f"reskin.engine.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
