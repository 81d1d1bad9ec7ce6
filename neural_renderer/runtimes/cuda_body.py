"""The body of a network for the CUDA kernels: its weights laid out, and the launches that compute it.

Knows no CUDA. An exact body (`neural_renderer.quantization`) gives the bits of the CPU runtime; another one
may differ by a rounding.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.kernels.block.cuda import block_launch
from reskin.kernels.block.layout import feature_order, lay_out_block
from reskin.kernels.cuda.launch import Launch
from reskin.kernels.ingest.cuda import IngestTables, ingest_tables
from reskin.neural_renderer import materials
from reskin.neural_renderer.architecture import Tensors
from reskin.neural_renderer.quantization import Layer, body_layers


class BodyTables(NamedTuple):
    """What the kernels of the body read besides the frame, as NumPy arrays; `skips`: see `block_launch`."""

    ingest: IngestTables
    blocks: tuple[NDArray[np.uint8], ...]
    skips: tuple[float, ...]


def body_tables(tensors: Tensors) -> BodyTables:
    """The body of a pack's tensors, laid out."""
    stem, *layers, last = body_layers(tensors)
    order = feature_order()
    ordered = Layer(last.weight[order], last.step[order], last.bias[order], last.skip)
    blocks = [layers[at : at + 2] for at in range(0, len(layers), 2)]
    blocks[-1].append(ordered)
    weights = tuple(lay_out_block([layer[:3] for layer in block]) for block in blocks)
    tables = ingest_tables(tensors["embed"], materials.SHOWS_ALBEDO, lay_out_block([stem[:3]]))
    return BodyTables(tables, weights, tuple(block[1].skip for block in blocks))


def block_launches(
    activations: tuple[Any, Any], features: Any, tables: BodyTables, size: tuple[int, int], blocks: int
) -> list[Launch]:
    """The launches after `ingest`: from the stem's activation to the features.

    activations: two arrays uint8 [h,w,BODY]; the first holds the stem's, both are overwritten. features uint8
    [h,w,PATCH*PATCH*FEATURES]. `tables` hold arrays where the launches run. size: (h, w), those of the
    picture over PATCH, rounded up; blocks: as for `block_launch`.
    """
    first, second = activations
    ends = [*((first, second), (second, first))[: len(tables.blocks) - 1], (first, features)]
    return [
        block_launch(i, source, tables.blocks[i], result, size, tables.skips[i], blocks)
        for i, (source, result) in enumerate(ends)
    ]
