"""The planted bugs still fit the code. Whether each is caught, `python -m tests.planted` says."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.planted import BUGS, ROOT, Bug, Misfit, plant


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the files that bugs are planted in."""
    for path in {bug.path for bug in BUGS}:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, tmp_path / path)
    return tmp_path


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_fits(tree: Path, bug: Bug) -> None:
    before = (tree / bug.path).read_text()
    plant(bug, tree)
    after = (tree / bug.path).read_text()
    assert after != before
    compile(after, bug.path, "exec")
    assert all((ROOT / test).is_file() for test in bug.tests)


def test_there_are_ten_and_more_in_every_room() -> None:
    assert len({bug.name for bug in BUGS}) == len(BUGS) >= 10
    assert {bug.path.split("/")[0] for bug in BUGS} == {"engine", "kernels", "neural_renderer", "demo_games"}


def test_a_bug_that_no_longer_fits_is_loud(tree: Path) -> None:
    for before, times in (("no such text", 0), ("return", 9)):
        with pytest.raises(
            Misfit, match=r"expected its text once in engine/simulation/rng\.py, found it \d+ times"
        ):
            plant(replace(BUGS[0], path="engine/simulation/rng.py", before=before, after="x" * times), tree)
    with pytest.raises(Misfit, match="0 times"):
        plant(replace(BUGS[0], path="engine/gone.py"), tree)
