"""`ingest` for CUDA, under the shim: every number is that of its reference and of the body's stem."""

from __future__ import annotations

import numpy as np
import pytest

from reskin.kernels import BODY
from reskin.kernels.block.layout import lay_out_block
from reskin.kernels.cuda.shim import run
from reskin.kernels.ingest.cuda import Ingested, ingest_launch, ingest_tables
from tests.kernels.cuda.body import convolved, levels, some_layer
from tests.kernels.cuda.tools import needs_shim
from tests.kernels.test_ingest import Case, case, planes

pytestmark = needs_shim


def check(given: Case, seed: int, packed: bool = True) -> None:
    wanted, wanted_albedo = given.expected()
    body_input = np.rint(wanted.transpose(1, 2, 0) * 255).astype(np.uint8)
    height, width = given.material.shape
    rows, columns, channels = body_input.shape
    result = Ingested(
        np.full((height, width), 7, np.uint32),
        np.full((height, width), 7, np.uint32),
        np.full((rows, columns, BODY), 7, np.uint8),
        np.full((rows, columns, channels), 7, np.uint8) if packed else None,
    )
    stem = some_layer(BODY, channels, 1, seed)
    tables = ingest_tables(given.embed, given.shows_albedo, lay_out_block([stem[:3]]))
    run(
        ingest_launch(
            given.material, given.identity, given.color, tables, result, (height, width), given.red_shift
        ),
        seed,
    )
    assert np.array_equal(planes(result.albedo, 0), wanted_albedo)
    assert np.array_equal(result.surface_id, given.surface_id())
    assert np.array_equal(result.activation, levels(convolved(body_input, stem)))
    assert result.packed is None or np.array_equal(result.packed, body_input)


@pytest.mark.parametrize("red_shift", [16, 0])
@pytest.mark.parametrize("size", [(1, 1), (3, 5), (8, 12), (37, 61), (50, 33), (5, 700)])
def test_every_size_and_layout(size: tuple[int, int], red_shift: int) -> None:
    check(case(*size, red_shift), red_shift)


def test_without_identity_and_without_the_packed_input() -> None:
    given = case(37, 61)
    given.identity = None
    check(given, 3, packed=False)
