"""Which vector instructions the kernels and the convolutions run with, read from the processor.

LLVM, which compiles the kernels, asks the processor (CPUID). Two libraries can be limited to fewer
instructions than it has, so that one machine can test for another: numba by `NUMBA_CPU_NAME` and
`NUMBA_CPU_FEATURES`, and oneDNN, which computes the convolutions inside OpenVINO, by `ONEDNN_MAX_CPU_ISA`.
Only the speed depends on this, never a result.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from functools import cache
from typing import Final, Literal, NamedTuple

import llvmlite.binding as llvm
from numba.core import config

DotMethod = Literal["vnni", "pairs", "plain"]
"""How four products of bytes are summed: by one instruction, in pairs in 32 bits, or one by one."""


class InstructionSet(NamedTuple):
    """An instruction set that oneDNN has int8 convolutions for.

    needs: LLVM's name of the feature; limits: the values of `ONEDNN_MAX_CPU_ISA` that allow this set and
    none above it.
    """

    name: str
    needs: str
    vnni: bool
    limits: tuple[str, ...]


INSTRUCTION_SETS: Final = (
    InstructionSet("SSE4.1", "sse4.1", False, ("SSE41", "AVX")),
    InstructionSet("AVX2", "avx2", False, ("AVX2",)),
    InstructionSet("AVX-VNNI", "avxvnni", True, ("AVX2_VNNI", "AVX2_VNNI_2")),
    InstructionSet("AVX-512", "avx512bw", False, ("AVX512_CORE",)),
    InstructionSet(
        "AVX-512 VNNI", "avx512vnni", True,
        ("AVX512_CORE_VNNI", "AVX512_CORE_BF16", "AVX512_CORE_FP16", "AVX10_1_512"),
    ),
    InstructionSet("AMX", "amx-int8", True, ()),
)  # fmt: skip
"""Ordered from the slowest to the fastest."""


@cache
def processor_features() -> frozenset[str]:
    """The features of this processor under LLVM's names, such as "avx2"; empty if LLVM does not know them."""
    try:
        return frozenset(name for name, there in llvm.get_host_cpu_features().items() if there)
    except RuntimeError:
        return frozenset()


def compiled_features() -> frozenset[str]:
    """The features that numba compiles for: all of the processor's, unless numba's settings say otherwise."""
    if config.CPU_FEATURES is not None:
        return parse_features(config.CPU_FEATURES)
    # Numba does not list the features of a named processor; "generic" has none of those asked for here.
    return processor_features() if config.CPU_NAME is None else frozenset()


def parse_features(features: str) -> frozenset[str]:
    """The features that a list in LLVM's format switches on: "+avx,+avx2,-fma" gives avx and avx2."""
    return frozenset(part.strip()[1:] for part in features.split(",") if part.strip().startswith("+"))


def simd_width(features: Collection[str]) -> int:
    """How many float32 are in the kernels' vectors: 16 with AVX-512, else 8, which are two registers of
    SSE."""
    return 16 if "avx512f" in features else 8


def dot_method(features: Collection[str]) -> DotMethod:
    """How the kernels sum products of bytes on a processor with these features."""
    if simd_width(features) == 16:
        return "vnni" if "avx512vnni" in features else "pairs" if "avx512bw" in features else "plain"
    if "avxvnni" in features or {"avx512vnni", "avx512vl"} <= set(features):
        return "vnni"
    return "pairs" if "avx2" in features else "plain"


def convolution_instructions(features: Collection[str], limit: str = "") -> InstructionSet | None:
    """The fastest set that oneDNN can use on a processor with these features, or None if it can use none.

    limit: a value of `ONEDNN_MAX_CPU_ISA`; a value that names no set is no limit, as for oneDNN.
    """
    allowed = len(INSTRUCTION_SETS)
    for number, known in enumerate(INSTRUCTION_SETS, 1):
        if limit.upper() in known.limits:
            allowed = number
    there = [known for known in INSTRUCTION_SETS[:allowed] if known.needs in features]
    return there[-1] if there else None


def onednn_limit() -> str:
    """The value of ONEDNN_MAX_CPU_ISA, or of its older name `DNNL_MAX_CPU_ISA`; "" if neither is set."""
    return os.environ.get("ONEDNN_MAX_CPU_ISA") or os.environ.get("DNNL_MAX_CPU_ISA", "")
