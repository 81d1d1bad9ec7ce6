"""`ingest`: the compiled pass against its torch reference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.nn import functional

from reskin.kernels import EMBED, INGEST, PATCH
from reskin.kernels.ingest.cpu import ingest_cpu, surface_ids_cpu
from reskin.kernels.ingest.reference import ingest_reference

KINDS = 8
SIZES = [(1, 1), (3, 5), (8, 12), (37, 61), (50, 33)]


@dataclass
class Case:
    """The arguments of `ingest_cpu`."""

    material: NDArray[np.uint8]
    identity: NDArray[np.uint16] | None
    color: NDArray[np.uint32]
    red_shift: int
    embed: NDArray[np.uint8]
    shows_albedo: NDArray[np.bool_]

    def run(self) -> tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint32]]:
        return ingest_cpu(
            self.material, self.identity, self.color, self.red_shift, self.embed, self.shows_albedo
        )

    def surface_id(self) -> NDArray[np.uint32]:
        ids = np.uint32(0) if self.identity is None else self.identity.astype(np.uint32)
        return self.material.astype(np.uint32) | ids << np.uint32(8)

    def expected(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """By the reference: the body's input [INGEST,h,w] and the albedo [3,H,W], both 0..1."""
        albedo = planes(self.color, self.red_shift) * self.shows_albedo[self.material]
        height, width = self.material.shape
        padding = (0, -width % PATCH, 0, -height % PATCH)
        embed = torch.from_numpy(self.embed.astype(np.float32) / 255)
        material = np.pad(self.material, ((0, padding[3]), (0, padding[1])), mode="edge").astype(np.int64)
        packed = ingest_reference(
            torch.from_numpy(material)[None],
            functional.pad(torch.from_numpy(albedo)[None], padding, mode="replicate"),
            embed,
        )
        return packed[0].numpy(), albedo


def planes(packed: NDArray[np.uint32], red_shift: int) -> NDArray[np.float32]:
    """Packed pixels as float32 [3,H,W], RGB 0..1."""
    shifts = (red_shift, 8, 16 - red_shift)
    stacked = np.stack([packed >> np.uint32(s) & np.uint32(255) for s in shifts])
    return stacked.astype(np.float32) / np.float32(255)


def case(height: int, width: int, red_shift: int = 16, seed: int = 1) -> Case:
    """Patches of a few materials and things."""
    random = np.random.default_rng([seed, height, width])
    coarse = (-(-height // 3), -(-width // 5))
    material = np.kron(random.integers(0, KINDS, coarse), np.ones((3, 5), int))[:height, :width]
    identity = np.kron(random.integers(0, 3, coarse), np.ones((3, 5), int))[:height, :width]
    return Case(
        material=material.astype(np.uint8),
        identity=identity.astype(np.uint16) * np.uint16(21845),
        color=random.integers(0, 1 << 32, (height, width), np.uint32),
        red_shift=red_shift,
        embed=random.integers(0, 256, (KINDS, EMBED)).astype(np.uint8),
        shows_albedo=np.arange(KINDS) % 2 == 0,
    )


def check(given: Case) -> None:
    packed, albedo, surface_id = given.run()
    wanted, wanted_albedo = given.expected()
    height, width = given.material.shape
    assert packed.shape == (-(-height // PATCH), -(-width // PATCH), INGEST)
    assert np.array_equal(surface_id, given.surface_id())
    assert np.array_equal(planes(albedo, 0), wanted_albedo)
    assert np.array_equal(packed, np.rint(wanted.transpose(1, 2, 0) * 255))


@pytest.mark.parametrize("red_shift", [16, 0])
@pytest.mark.parametrize("size", SIZES)
def test_every_size_and_layout(size: tuple[int, int], red_shift: int) -> None:
    check(case(*size, red_shift))


def test_without_identity_the_material_is_the_surface_id() -> None:
    given = case(37, 61)
    given.identity = None
    check(given)


def test_arrays_that_are_not_contiguous() -> None:
    whole = case(74, 122)
    assert whole.identity is not None
    given = Case(
        whole.material[::2, ::2], whole.identity[::2, ::2], whole.color[::2, ::2], 16, whole.embed,
        whole.shows_albedo,
    )  # fmt: skip
    assert not given.material.flags.c_contiguous
    check(given)


def test_surface_ids_hold_material_and_identity() -> None:
    random = np.random.default_rng(1)
    material = random.integers(0, 32, (50, 37)).astype(np.uint8)
    identity = random.integers(0, 65536, (50, 37)).astype(np.uint16)
    expected = material.astype(np.uint32) | identity.astype(np.uint32) << np.uint32(8)
    np.testing.assert_array_equal(surface_ids_cpu(material, identity), expected)
    np.testing.assert_array_equal(surface_ids_cpu(material, None), material)
    np.testing.assert_array_equal(surface_ids_cpu(material[:, ::2], identity[:, ::2]), expected[:, ::2])
