"""With RESKIN_KERNELS_ON=gpu, as `make gpu` sets it, the tests of the kernels run them on a GPU."""

from __future__ import annotations

import pytest

from reskin.kernels.cuda.sources import ROOT
from tests.kernels.cuda.tools import ON_GPU, run_on_gpu

TEXTURES = frozenset(["exchange"])
"""Kernels that take textures, which the shim has as arrays: on a GPU the handoff's own tests run them."""


@pytest.fixture(autouse=True)
def on_gpu(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same launches and the same expected numbers; only who runs them is another.

    Tests of the shim, and of the compiler, are not for a GPU: the shim's kernels are wrong on purpose.
    """
    if not ON_GPU:
        return
    name = request.module.__name__.rpartition(".")[2].removeprefix("test_")
    if not (ROOT / name / "cuda.py").is_file() or name in TEXTURES:
        pytest.skip(f"{name} is no kernel of arrays")
    monkeypatch.setattr(request.module, "run", run_on_gpu)
