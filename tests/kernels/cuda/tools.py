"""What the tests of the CUDA kernels share: copies of the sources to plant faults in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reskin.kernels.cuda import shim
from reskin.kernels.cuda.sources import ROOT

needs_shim = pytest.mark.skipif(bool(shim.missing_compiler()), reason=shim.missing_compiler() or "-")
"""For tests that compile kernels for the CPU."""


def copy_of_sources(folder: Path) -> Path:
    """All CUDA sources, copied, to be changed."""
    for path in (*ROOT.rglob("*.cuh"), *ROOT.rglob("*.h")):
        to = folder / path.relative_to(ROOT)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, to)
    return folder


def planted(folder: Path, path: str, before: str, after: str) -> Path:
    """A copy of the sources in which `before`, which must occur once in the file, is `after`."""
    root = copy_of_sources(folder)
    text = (root / path).read_text()
    assert text.count(before) == 1, f"{path} has {text.count(before)} times {before!r}"
    (root / path).write_text(text.replace(before, after))
    return root
