"""The examples in the skeleton's docstrings run as written."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize(
    "name", ["arrays", "clock", "differences", "ledger", "rng", "simulation", "snapshot", "world"]
)
def test_examples(name: str) -> None:
    result = doctest.testmod(import_module(f"engine.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
