"""The noise that painters, trainer and runtimes share: every theme depends on its very bytes."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pytest

from reskin.neural_renderer import noise

PINNED = "6b756ec591711f30ba5ad3721674d851"
"""blake2b of the textures' bytes. Another value spoils every pack: raise `noise.VERSION` and learn anew."""


def test_the_textures_are_those_that_themes_were_learnt_with() -> None:
    textures = noise.noise_textures()
    assert textures.shape == (noise.SIZE, noise.SIZE, noise.CHANNELS) and textures.dtype == np.uint8
    assert noise.VERSION == 1, "pin the textures of the new version"
    assert blake2b(textures.tobytes(), digest_size=16).hexdigest() == PINNED


def test_nobody_can_write_to_the_textures() -> None:
    assert noise.noise_textures() is noise.noise_textures()
    with pytest.raises(ValueError, match="read-only"):
        noise.noise_textures()[0] = 0


@pytest.mark.parametrize("channel", range(noise.CHANNELS))
def test_every_channel_varies_and_repeats_without_a_seam(channel: int) -> None:
    plane = noise.noise_textures()[..., channel].astype(int)
    assert plane.std() > 25 and abs(plane.mean() - 127.5) < 40
    for axis in (0, 1):
        steps = np.abs(np.diff(plane, axis=axis, append=plane.take([0], axis=axis))).mean(axis=1 - axis)
        assert steps[-1] <= steps[:-1].max() * 1.01, "the last texel does not join the first"


def test_the_ranked_channels_are_uniform() -> None:
    for channel in (noise.N64, noise.N24, noise.N10, noise.N5, noise.N2, noise.SV, noise.SH, noise.WARP_X):
        counts = np.bincount(noise.noise_textures()[..., channel].ravel(), minlength=256)
        assert np.abs(counts[1:-1] - noise.SIZE**2 / 255).max() < 3


def test_the_channels_differ() -> None:
    planes = noise.noise_textures().reshape(-1, noise.CHANNELS).astype(float)
    correlation = np.abs(np.corrcoef(planes.T)) - np.eye(noise.CHANNELS)
    assert correlation.max() < 0.8, np.unravel_index(correlation.argmax(), correlation.shape)


def test_a_tile_has_one_value() -> None:
    tiles = noise.noise_textures()[..., noise.TILE]
    assert (tiles[:32, 32:64] == tiles[0, 32]).all() and tiles[0, 31] != tiles[0, 32]


def test_at_native_size_a_pixel_reads_one_texel() -> None:
    y, x = np.mgrid[-40:40, 500:600]
    found = noise.sample_noise((np.stack((x, y), -1) + 0.5) / noise.TEXELS_PER_TILE)
    assert np.array_equal(np.rint(found * 255), noise.noise_textures()[y % noise.SIZE, x % noise.SIZE])


def test_between_texels_it_interpolates() -> None:
    left, right = noise.noise_textures()[7, 100].astype(float), noise.noise_textures()[7, 101].astype(float)
    found = noise.sample_noise(np.array([[100.75, 7.5]]) / noise.TEXELS_PER_TILE)[0]
    np.testing.assert_allclose(found * 255, 0.75 * left + 0.25 * right, atol=1e-3)


def test_it_is_periodic() -> None:
    anchor = np.random.default_rng(1).integers(0, 64 * 16, (50, 2)) / 64.0
    away = anchor + noise.PERIOD_TILES * np.array([3, -5])
    np.testing.assert_allclose(noise.sample_noise(away), noise.sample_noise(anchor), atol=1e-5)
    assert noise.sample_noise(anchor + 1).std() > 0.1
    half = anchor + noise.PERIOD_TILES / 2
    assert not np.allclose(noise.sample_noise(half), noise.sample_noise(anchor), atol=0.1)


def test_scale_stretches() -> None:
    anchor = np.random.default_rng(1).random((50, 2)) * 8
    scale = np.array([0.5, 2.0])
    scaled = noise.sample_noise(anchor, scale)
    np.testing.assert_allclose(scaled, noise.sample_noise(anchor * scale), atol=1e-4)


def test_the_hash_is_the_published_one() -> None:
    """SplitMix64's finaliser; the first three are those of a generator that starts at 0."""
    golden = np.uint64(0x9E3779B97F4A7C15)
    states = np.arange(1, 4, dtype=np.uint64) * golden
    published = np.array([0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F], np.uint64)
    assert np.array_equal(noise.hash01(states, 0), (published >> np.uint64(11)).astype(float) / 2.0**53)
    values = noise.hash01(np.arange(-5000, 5000), 3)
    assert 0 <= values.min() < 0.001 and 0.999 < values.max() < 1 and abs(values.mean() - 0.5) < 0.01
