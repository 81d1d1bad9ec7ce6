"""How many blocks of a kernel fit a multiprocessor at a time, by formula.

Limits and granularities: "Technical Specifications per Compute Capability" in the CUDA programming guide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Multiprocessor:
    """Limits of a multiprocessor: warps and blocks at a time, and bytes of shared memory, of all blocks
    together and of one."""

    warps: int
    blocks: int
    shared_bytes: int
    block_shared_bytes: int


_KIB: Final = 1024
LIMITS: Final = {
    80: Multiprocessor(64, 32, 164 * _KIB, 163 * _KIB),
    86: Multiprocessor(48, 16, 100 * _KIB, 99 * _KIB),
    89: Multiprocessor(48, 24, 100 * _KIB, 99 * _KIB),
    90: Multiprocessor(64, 32, 228 * _KIB, 227 * _KIB),
    100: Multiprocessor(64, 32, 228 * _KIB, 227 * _KIB),
    120: Multiprocessor(48, 24, 100 * _KIB, 99 * _KIB),
}
"""By compute capability, without its dot."""
_REGISTERS: Final = 65536
_REGISTER_UNIT: Final = 256
"""Registers are given to a warp in multiples of these."""
_SHARED_UNIT: Final = 128
_RESERVED: Final = 1024
"""Bytes of shared memory of each block that the system takes."""


def blocks_at_a_time(capability: int, threads: int, registers: int, shared_bytes: int) -> int:
    """Blocks that fit one multiprocessor; 0 if a block is too large. `registers` are those of a thread."""
    limits = LIMITS[capability]
    if shared_bytes > limits.block_shared_bytes:
        return 0
    warps = -(-threads // 32)
    of_a_warp = -(-registers * 32 // _REGISTER_UNIT) * _REGISTER_UNIT
    shared = -(-(shared_bytes + _RESERVED) // _SHARED_UNIT) * _SHARED_UNIT
    return min(
        limits.blocks, limits.warps // warps, _REGISTERS // of_a_warp // warps, limits.shared_bytes // shared
    )


def occupancy(capability: int, threads: int, registers: int, shared_bytes: int) -> float:
    """The share of a multiprocessor's warps that are in use, 0..1."""
    blocks = blocks_at_a_time(capability, threads, registers, shared_bytes)
    return blocks * -(-threads // 32) / LIMITS[capability].warps
