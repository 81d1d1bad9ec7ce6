"""Which vector instructions the kernels and the convolutions run with, read from the processor.

LLVM, which compiles the kernels, asks the processor itself (CPUID). Two libraries can be held to less than
it can do, which is how one machine tests for another: numba by `NUMBA_CPU_NAME` and `NUMBA_CPU_FEATURES`,
oneDNN, which computes the convolutions inside OpenVINO, by `ONEDNN_MAX_CPU_ISA`. Results do not depend on
any of this, only speed does.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from functools import cache
from typing import Final, Literal, NamedTuple

import llvmlite.binding as llvm
from numba.core import config

Dots = Literal["vnni", "pairs", "plain"]
"""How four products of bytes are added up: by one instruction, two at a time in 32 bits, or one by one."""


class InstructionSet(NamedTuple):
    """A set that oneDNN has int8 convolutions for. `needs` is LLVM's name of it; `limits` are the values of
    ONEDNN_MAX_CPU_ISA that allow no more than this."""

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
"""The slowest first."""


@cache
def processor() -> frozenset[str]:
    """What this processor can do, by LLVM's names, such as "avx2"; empty where LLVM cannot tell."""
    try:
        return frozenset(name for name, there in llvm.get_host_cpu_features().items() if there)
    except RuntimeError:
        return frozenset()


def compiled_for() -> frozenset[str]:
    """What numba may use: all that the processor can do, unless the settings of numba say otherwise."""
    if config.CPU_FEATURES is not None:
        return listed(config.CPU_FEATURES)
    # Numba does not say what else a named processor can do; "generic" is one that can do nothing more.
    return processor() if config.CPU_NAME is None else frozenset()


def listed(features: str) -> frozenset[str]:
    """The features that a list in LLVM's form switches on: "+avx,+avx2,-fma" gives avx and avx2."""
    return frozenset(part.strip()[1:] for part in features.split(",") if part.strip().startswith("+"))


def lanes(features: Collection[str]) -> int:
    """How many float32 the kernels take at once: one register, or two where registers hold four."""
    return 16 if "avx512f" in features else 8


def dots(features: Collection[str]) -> Dots:
    """How the kernels add up products of bytes on a processor with these features."""
    if lanes(features) == 16:
        return "vnni" if "avx512vnni" in features else "pairs" if "avx512bw" in features else "plain"
    if "avxvnni" in features or {"avx512vnni", "avx512vl"} <= set(features):
        return "vnni"
    return "pairs" if "avx2" in features else "plain"


def convolutions(features: Collection[str], limit: str = "") -> InstructionSet | None:
    """The best set that oneDNN may use on a processor with these features, or None for none of them.

    limit: a value of `ONEDNN_MAX_CPU_ISA`; anything that is no name of a set is no limit, as for oneDNN.
    """
    allowed = len(INSTRUCTION_SETS)
    for number, known in enumerate(INSTRUCTION_SETS, 1):
        if limit.upper() in known.limits:
            allowed = number
    there = [known for known in INSTRUCTION_SETS[:allowed] if known.needs in features]
    return there[-1] if there else None


def onednn_limit() -> str:
    """The value of ONEDNN_MAX_CPU_ISA, or of its older name; empty where there is none."""
    return os.environ.get("ONEDNN_MAX_CPU_ISA") or os.environ.get("DNNL_MAX_CPU_ISA", "")
