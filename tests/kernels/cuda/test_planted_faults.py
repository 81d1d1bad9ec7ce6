"""Faults planted in the real kernels are caught: by the shim, which names them, or by the comparison.

Each is one substitution in a copy of the sources. Where the message is "differs", the shim has nothing to
say against the kernel, and its numbers are wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.kernels import BLOCKS, BODY, EMBED, FEATURES, INGEST, PATCH
from reskin.kernels.block.cuda import block_launch
from reskin.kernels.block.layout import lay_out_block
from reskin.kernels.border.cuda import border_launch
from reskin.kernels.cuda.launch import Launch
from reskin.kernels.cuda.shim import ShimError, run
from reskin.kernels.cuda.sources import ROOT
from reskin.kernels.ingest.cuda import Ingested, ingest_launch, ingest_tables
from tests.kernels.cuda.body import some_layer
from tests.kernels.cuda.tools import needs_shim, planted

pytestmark = needs_shim
Made = tuple[Launch, list[NDArray[np.generic]]]


def of_border() -> Made:
    """A launch, and the arrays that it writes."""
    random = np.random.default_rng(4)
    ids = np.kron(random.integers(0, 99, (9, 8)), np.ones((7, 29), int))[:60, :150].astype(np.uint32)
    found = np.zeros((2, 4, 60, 150), np.uint8)
    return border_launch(ids, found[0], found[1], 60, 150), [found]


def of_block(number: int) -> Callable[[], Made]:
    def make() -> Made:
        random = np.random.default_rng(4)
        given = random.integers(0, 256, (21, 37, BODY)).astype(np.uint8)
        layers = [some_layer(BODY, BODY, 3, 1), some_layer(BODY, BODY, 3, 2, skip=0.5)]
        outputs = BODY
        if number + 1 == len(BLOCKS):
            outputs = PATCH * PATCH * FEATURES
            layers.append(some_layer(outputs, BODY, 1, 3))
        found = np.zeros((21, 37, outputs), np.uint8)
        weights = lay_out_block([layer[:3] for layer in layers])
        return block_launch(number, given, weights, found, (21, 37), 0.5, 2), [found]

    return make


def of_ingest() -> Made:
    random = np.random.default_rng(4)
    height, width = 9, 301
    material = random.integers(0, 8, (height, width)).astype(np.uint8)
    identity = random.integers(0, 999, (height, width)).astype(np.uint16)
    color = random.integers(0, 1 << 32, (height, width), np.uint32)
    embed = random.integers(0, 256, (8, EMBED)).astype(np.uint8)
    stem = lay_out_block([some_layer(BODY, INGEST, 1, 5)[:3]])
    made = Ingested(
        np.zeros((height, width), np.uint32), np.zeros((height, width), np.uint32),
        np.zeros((3, 76, BODY), np.uint8), np.zeros((3, 76, INGEST), np.uint8),
    )  # fmt: skip
    tables = ingest_tables(embed, np.arange(8) % 2 == 0, stem)
    return ingest_launch(material, identity, color, tables, made, (height, width), 16), list(made)


class Fault(NamedTuple):
    """`before` is once in the file, and becomes `after`; `message` is what the shim says, or "differs"."""

    name: str
    path: str
    make: Callable[[], Made]
    before: str
    after: str
    message: str


BLOCK, CONVOLVE = "block/block.cuh", "block/convolve.cuh"
STEM, BORDER = "ingest/ingest.cuh", "border/border.cuh"
FAULTS = [
    Fault(
        "a missing wait", BLOCK, of_block(0), "cp_wait<0>();\n        __syncthreads();\n        inner",
        "__syncthreads();\n        inner", "before thread .* has waited for its cp.async",
    ),
    Fault(
        "a missing barrier after the wait", BLOCK, of_block(0), "__syncthreads();\n        inner", "inner",
        "race|cp.async|uninitialised",
    ),
    Fault(
        "a race between the convolutions", BLOCK, of_block(1), "__syncthreads();\n        outer", "outer",
        "race|uninitialised",
    ),
    Fault(
        "a race between two tiles", BLOCK, of_block(0),
        "        }\n        __syncthreads();\n    }\n    if", "        }\n    }\n    if", "race",
    ),
    Fault(
        "a missing wait of lanes", BLOCK, of_block(2), "__syncwarp();\n        if (top", "if (top",
        "race: reads|uninitialised",
    ),
    Fault(
        "warps that share a stage", BLOCK, of_block(2), "stage + warp * 16 * OUTPUTS_OF_LAST",
        "stage + warp / 2 * 16 * OUTPUTS_OF_LAST", "race",
    ),
    Fault(
        "a wrong lane", CONVOLVE, of_block(0), "lane < 16 ? first : second", "lane < 8 ? first : second",
        "differs",
    ),
    Fault(
        "a transposed fragment", BLOCK, of_block(0), "pair = lane % 4 * 2;\n    i32 sums[S::OUT_TILES]",
        "pair = lane / 4 / 2 * 2;\n    i32 sums[S::OUT_TILES]", "race",
    ),
    Fault(
        "columns of weights swapped", CONVOLVE, of_block(1), "sums[t][2 * p], a, b[p].x, b[p].y",
        "sums[t][2 * p], a, b[p].y, b[p].x", "differs",
    ),
    Fault(
        "an overrun of the input", BLOCK, of_block(0),
        "top - S::HALO + pixel / S::IN_WIDTH, 0, height - 1",
        "top - S::HALO + pixel / S::IN_WIDTH, 0, height", "cp.async reads outside",
    ),
    Fault(
        "an overrun of the result", BLOCK, of_block(1), "top + y < height && left", "left",
        "writes outside",
    ),
    Fault(
        "a step too far in shared memory", BLOCK, of_block(2), "S::MID_PIXELS - 1);",
        "S::MID_PIXELS + 40);", "differs|outside|uninitialised",
    ),
    Fault(
        "shared memory that nobody wrote", BLOCK, of_block(0), "if (pixel < S::MID_PIXELS)",
        "if (pixel < S::MID_PIXELS - 16)", "uninitialised",
    ),
    Fault(
        "a copy to a place that is not aligned", BLOCK, of_block(1), "cp16(tile + i * 16,",
        "cp16(tile + (i * 16 + 8) % 15000,", "misaligned",
    ),
    Fault(
        "a divergent collective", BLOCK, of_block(2), "__syncwarp();\n    }\n}",
        "if (lane < 31) __syncwarp();\n    }\n}", "divergent|hangs",
    ),
    Fault(
        "a divergent barrier", BLOCK, of_block(0), "__syncthreads();\n        outer",
        "if (threadIdx.x < 64) __syncthreads();\n        outer", "barrier|hangs|race|uninit",
    ),
    Fault(
        "no border around an activation", BLOCK, of_block(0),
        "clamped(left - D2 + pixel % S::MID_WIDTH, 0, width - 1)", "(left - D2 + pixel % S::MID_WIDTH)",
        "differs",
    ),
    Fault(
        "a dilation of the other convolution", BLOCK, of_block(1), "tap_offset(half, S::MID_WIDTH, D2)",
        "tap_offset(half, S::MID_WIDTH, 1)", "differs",
    ),
    Fault(
        "a forgotten residual", BLOCK, of_block(1), "before, skip));", "before, 0.0f));", "differs",
    ),
    Fault(
        "two blocks at one tile", BLOCK, of_block(0), "number += gridDim.x", "number += 1", "race: writes",
    ),
    Fault(
        "red and blue swapped", STEM, of_ingest, "pixel >> red_shift & 255",
        "pixel >> (16 - red_shift) & 255", "differs",
    ),
    Fault(
        "a column too many", STEM, of_ingest, "if (px < width && py < height)", "if (py < height)",
        "race|outside",
    ),
    Fault(
        "a missing barrier before packed patches are overwritten", STEM, of_ingest,
        "__syncthreads();  // the levels", "// the levels", "race: writes",
    ),
    Fault(
        "a word of the other row", BORDER, of_border, "words[word - 1] >> (shift + 1)",
        "words[word] >> (shift + 1)", "differs",
    ),
    Fault(
        "a reach that is too short", BORDER, of_border, "lowest < REACH ?", "lowest < REACH - 1 ?",
        "differs",
    ),
]  # fmt: skip


def result(make: Callable[[], Made], root: Path = ROOT, seed: int = 3) -> list[NDArray[np.generic]]:
    launch, arrays = make()
    run(launch, seed, root)
    return arrays


@pytest.mark.slow  # each takes a compilation of one to two seconds
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_caught(fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = result(fault.make)
    assert not any(np.array_equal(array, np.zeros_like(array)) for array in right)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = planted(tmp_path / "sources", fault.path, fault.before, fault.after)
    if fault.message == "differs":
        wrong = result(fault.make, root)
        assert not all(np.array_equal(a, b) for a, b in zip(right, wrong, strict=True))
    else:
        with pytest.raises(ShimError, match=fault.message):
            result(fault.make, root)


def test_there_are_ten_faults_and_more_in_every_kernel() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 10
    for path in (BLOCK, STEM, BORDER):
        assert sum(fault.path == path for fault in FAULTS) >= 2
    for fault in FAULTS:
        assert (ROOT / fault.path).read_text().count(fault.before) == 1, fault.name
