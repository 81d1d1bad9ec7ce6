"""`carry`: the CPU kernel against its reference, on moving pictures with things that were hidden."""

import numpy as np
import pytest

from reskin.kernels.carry.cpu import carry_cpu, learn_looks_cpu, new_looks
from reskin.kernels.carry.reference import SWATCH, Looks, carry_reference, texel_of
from reskin.neural_renderer.history import history_sources

SHAPE = (50, 37)


def _looks(random: np.random.Generator) -> Looks:
    mean = random.integers(0, 256, (6, 4), dtype=np.uint8)
    swatches = random.integers(0, 256, (6, SWATCH, SWATCH, 4), dtype=np.uint8)
    for part in (mean, swatches):
        part[..., 3] = np.where(random.random(part.shape[:-1]) < 0.5, 255, 0)
    span, offsets = random.uniform(0.5, 4, 6), random.uniform(-2, 2, (6, 2))
    return Looks(mean, swatches, span.astype(np.float32), offsets.astype(np.float32))


@pytest.mark.parametrize("moving", [False, True])
@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("seed", range(2))
def test_the_kernel_is_its_reference(seed: int, moving: bool, filled: bool) -> None:
    random = np.random.default_rng(seed)
    picture, plain = (random.integers(0, 256, (*SHAPE, 4), dtype=np.uint8) for _ in range(2))
    picture[..., 3] = plain[..., 3] = 255
    looks = _looks(random) if filled else None
    before, now = (random.integers(0, 6, SHAPE).astype(np.uint32) for _ in range(2))
    now[random.random(SHAPE) < 0.1] += 256  # things
    motion = (random.normal(0, 6, (*SHAPE, 2)) if moving else np.zeros((*SHAPE, 2))).astype(np.float16)
    anchor = random.uniform(-9, 9, (*SHAPE, 2)).astype(np.float32)
    last, own = (p.view(np.uint32)[..., 0] for p in (picture, plain))
    found = carry_cpu(last, before, now, motion if moving else None, anchor, looks, own)
    source = history_sources(before, now, motion)
    expected = carry_reference(picture, source, now, anchor, looks, plain)
    np.testing.assert_array_equal(found.view(np.uint8).reshape(*SHAPE, 4), expected)
    assert 0 < (source >= 0).sum() < source.size


def test_terrain_that_comes_into_view_continues_what_was_learnt() -> None:
    """Two materials with colours by place, of which a picture shows a part; another part then comes in."""
    y, x = np.mgrid[0:64, 0:96]
    anchor = np.stack((x, y), -1).astype(np.float32) / np.float32(32)
    color = np.stack((x % 64 * 4, y * 4, 0 * x, 0 * x + 255), -1).astype(np.uint8)  # repeats every two tiles
    surface_id = np.where(y < 32, 3, 4).astype(np.uint32)
    looks, offsets = new_looks(np.full(6, 2, np.float32)), np.zeros((6, 2), np.float32)
    packed = np.ascontiguousarray(color).view(np.uint32)[..., 0]
    learn_looks_cpu(packed, surface_id, anchor, offsets, looks)
    known = [texel_of(looks, int(surface_id[at]), anchor[at]) for at in ((10, 20), (50, 70))]
    np.testing.assert_array_equal(known, [color[10, 20], color[50, 70]])
    assert looks.mean[2, 3] == 0 and looks.mean[3].tolist() == [104, 62, 0, 255]
    other = np.zeros_like(packed)
    learn_looks_cpu(other, surface_id, anchor, offsets, looks)
    edge, inner = texel_of(looks, 3, anchor[31, 40]), texel_of(looks, 3, anchor[20, 40])
    np.testing.assert_array_equal(edge, color[31, 40], "what lies at an edge replaced what was known")
    assert not inner[:3].any()
    learn_looks_cpu(packed, surface_id, anchor, offsets, looks)
    nothing = np.zeros_like(packed)
    moved = np.full((64, 96, 2), 200, np.float16)  # all of it is new
    further = (anchor + 2).astype(np.float32)
    found = carry_cpu(packed, surface_id, surface_id, moved, further, looks, nothing)
    assert (found == packed)[(y > 8) & (y < 24) & (x > 8) & (x < 80)].all()
