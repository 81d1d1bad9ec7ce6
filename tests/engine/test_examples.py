"""The examples in the skeleton's docstrings run as written."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

NAMES = (
    "arrays", "clock", "differences", "ledger", "rng", "script.parts", "simulation", "snapshot", "world"
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_examples(name: str) -> None:
    result = doctest.testmod(import_module(f"engine.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
