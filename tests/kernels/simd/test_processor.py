"""Features are read from the processor; what follows from them is tested for six kinds of processor."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reskin.kernels.simd import processor, vectors

OLD = {"sse4.1"}
HASWELL = OLD | {"avx", "avx2", "fma"}
SKYLAKE = HASWELL | {"avx512f", "avx512bw", "avx512vl"}
ICE_LAKE = SKYLAKE | {"avx512vnni"}
ALDER_LAKE = HASWELL | {"avxvnni"}
SAPPHIRE_RAPIDS = ICE_LAKE | {"avxvnni", "amx-int8"}


@pytest.mark.parametrize(
    ("features", "count", "dots", "convolutions", "vnni"),
    [
        (OLD, 8, "plain", "SSE4.1", False),
        (HASWELL, 8, "pairs", "AVX2", False),
        (ALDER_LAKE, 8, "vnni", "AVX-VNNI", True),
        (SKYLAKE, 16, "pairs", "AVX-512", False),
        (ICE_LAKE, 16, "vnni", "AVX-512 VNNI", True),
        (SAPPHIRE_RAPIDS, 16, "vnni", "AMX", True),
    ],
)
def test_what_a_processor_can_do_is_read_from_its_features(
    features: set[str], count: int, dots: str, convolutions: str, vnni: bool
) -> None:
    assert processor.simd_width(features) == count and processor.dot_method(features) == dots
    used = processor.convolution_instructions(features)
    assert used is not None and (used.name, used.vnni) == (convolutions, vnni)


def test_a_processor_that_nobody_can_read() -> None:
    assert processor.simd_width(()) == 8 and processor.dot_method(()) == "plain"
    assert processor.convolution_instructions(()) is None


@pytest.mark.parametrize(
    ("limit", "name"),
    [
        ("", "AMX"), ("ALL", "AMX"), ("no such", "AMX"), ("AVX512_CORE_VNNI", "AVX-512 VNNI"),
        ("avx512_core_bf16", "AVX-512 VNNI"), ("AVX512_CORE", "AVX-512"), ("AVX2_VNNI", "AVX-VNNI"),
        ("AVX2", "AVX2"), ("AVX", "SSE4.1"), ("SSE41", "SSE4.1"),
    ],
)  # fmt: skip
def test_onednn_can_be_held_to_less(limit: str, name: str) -> None:
    used = processor.convolution_instructions(SAPPHIRE_RAPIDS, limit)
    assert used is not None and used.name == name


def test_a_limit_beyond_the_processor_gives_nothing_more() -> None:
    used = processor.convolution_instructions(HASWELL, "AVX512_CORE_VNNI")
    assert used is not None and used.name == "AVX2"


def test_features_are_listed_as_llvm_does() -> None:
    assert processor.parse_features("+avx,+avx2, -fma") == {"avx", "avx2"}
    assert processor.parse_features("") == frozenset()


def test_numba_can_be_held_to_less() -> None:
    code = (
        "from reskin.kernels.simd import processor, vectors\n"
        "print(sorted(processor.compiled_features()), vectors.DOT_METHOD)"
    )
    for settings, expected in (
        ({"NUMBA_CPU_NAME": "generic"}, "[] plain"),
        ({"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "+avx,+avx2"}, "['avx', 'avx2'] pairs"),
    ):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("NUMBA_CPU")}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment | settings, capture_output=True, text=True,
            timeout=120, check=True, cwd=Path(__file__).parents[3],
        )  # fmt: skip
        assert done.stdout.strip() == expected


def test_llvm_says_what_the_kernel_says() -> None:
    """Linux lists the features of the processor too, under other names."""
    path = Path("/proc/cpuinfo")
    if not path.exists() or "flags" not in path.read_text():
        pytest.skip("this system lists no flags of the processor")
    flags = path.read_text().partition("flags")[2].partition("\n")[0].split()
    names = {"sse4_1": "sse4.1", "avx2": "avx2", "fma": "fma", "avx512f": "avx512f", "avx512bw": "avx512bw",
             "avx512_vnni": "avx512vnni", "avx_vnni": "avxvnni", "amx_int8": "amx-int8"}  # fmt: skip
    there = {ours for theirs, ours in names.items() if theirs in flags}
    assert processor.processor_features() & set(names.values()) == there


def test_the_kernels_use_what_numba_compiles_for() -> None:
    usable = processor.compiled_features()
    assert (
        processor.dot_method(usable) == vectors.DOT_METHOD
        and processor.simd_width(usable) == vectors.SIMD_WIDTH
    )
