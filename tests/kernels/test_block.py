"""`block`: the reference against plain loops, and the int8 body against the reference."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from reskin.kernels import FEATURES, INGEST, PATCH
from reskin.kernels.block import WEIGHT_LIMIT
from reskin.kernels.block.reference import (
    block_reference,
    convolve_reference,
    quantize_activation,
    quantize_weight,
)
from reskin.kernels.block.steps import weight_steps
from reskin.kernels.simd import processor
from reskin.neural_renderer.network import Network
from reskin.neural_renderer.runtimes.body import Body
from reskin.neural_renderer.theme.pack import Theme, available_themes, load_theme
from tests.kernels.tolerances import assert_close
from tests.neural_renderer.samples import older, random_theme


def convolve_plainly(
    x: NDArray[np.float64], weight: NDArray[np.float64], bias: NDArray[np.float64], dilation: int
) -> NDArray[np.float64]:
    """[I,H,W] by [O,I,k,k] in float64, the border replicated, one tap after the other."""
    side = weight.shape[-1]
    height, width = x.shape[1:]
    out = np.zeros((len(weight), height, width)) + bias[:, None, None]
    for i in range(side):
        for j in range(side):
            rows = np.clip(np.arange(height) + (i - side // 2) * dilation, 0, height - 1)
            columns = np.clip(np.arange(width) + (j - side // 2) * dilation, 0, width - 1)
            out += np.einsum("oi,ihw->ohw", weight[:, :, i, j], x[:, rows][:, :, columns])
    return out


@pytest.mark.parametrize(("side", "dilation"), [(1, 1), (3, 1), (3, 2)])
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (9, 7)])
def test_a_convolution_replicates_the_border(size: tuple[int, int], side: int, dilation: int) -> None:
    random = np.random.default_rng(side)
    x, weight = random.normal(size=(5, *size)), random.normal(size=(6, 5, side, side))
    bias = random.normal(size=6)
    found = convolve_reference(
        torch.from_numpy(x)[None], torch.from_numpy(weight), torch.from_numpy(bias), dilation
    )
    np.testing.assert_allclose(found[0].numpy(), convolve_plainly(x, weight, bias, dilation), atol=1e-10)


def test_a_block_adds_what_it_convolved() -> None:
    random = np.random.default_rng(3)
    x = np.abs(random.normal(size=(4, 6, 9)))
    weights, biases = random.normal(size=(2, 4, 4, 3, 3)), random.normal(size=(2, 4))
    found = block_reference(
        torch.from_numpy(x)[None], list(torch.from_numpy(weights)), list(torch.from_numpy(biases)), (1, 2),
        lambda number, values: torch.relu(values), (2, 1),
    )  # fmt: skip
    inner = np.maximum(convolve_plainly(x, weights[0], biases[0], 2), 0)
    expected = np.maximum(x + convolve_plainly(inner, weights[1], biases[1], 1), 0)
    np.testing.assert_allclose(found[0].numpy(), expected, atol=1e-10)


def test_a_block_activates_under_its_own_numbers() -> None:
    used: list[int] = []

    def activate(number: int, values: torch.Tensor) -> torch.Tensor:
        used.append(number)
        return values

    x, weight, bias = torch.ones(1, 2, 3, 3), torch.ones(2, 2, 3, 3), torch.zeros(2)
    block_reference(x, [weight, weight], [bias, bias], (5, 6), activate, (1, 1))
    assert used == [5, 6]


def test_activations_have_256_levels_of_their_range() -> None:
    x = torch.tensor([-1.0, 0.0, 0.3, 0.501 / 255 * 2, 1.999, 2.0, 9.0], requires_grad=True)
    y = quantize_activation(x, torch.tensor(2.0))
    assert torch.allclose(y * 255 / 2, torch.round(y * 255 / 2), atol=1e-4)
    assert y.tolist()[:2] == [0, 0] and y.tolist()[-2:] == [2, 2]
    assert abs(y[2].item() - 0.3) <= 1 / 255
    y.sum().backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    assert x.grad[[2, 3, 4, 6]].tolist() == [1, 1, 1, 0]


def test_weights_are_up_to_64_steps_which_are_powers_of_two() -> None:
    weight = torch.randn(5, 3, 3, 3, generator=torch.Generator().manual_seed(1))
    weight[1] *= 100
    weight[2] = 0
    weight[3] *= 32 / weight[3].abs().max()  # whose step is one already
    step, rounded = torch.from_numpy(weight_steps(weight.numpy())).float(), quantize_weight(weight)
    levels = rounded / step
    assert (torch.frexp(step)[0] == 0.5).all() and step[3] == 0.5
    assert torch.equal(levels, torch.round(levels))
    most = levels.abs().amax((1, 2, 3))
    assert most[2] == 0
    assert ((most[[0, 1, 3, 4]] > WEIGHT_LIMIT / 2) & (most[[0, 1, 3, 4]] <= WEIGHT_LIMIT)).all()
    assert ((rounded - weight).abs() <= step / 2).all()


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (23, 40)])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_int8_body_gives_the_references_levels(size: tuple[int, int], seed: int) -> None:
    found, expected = bodies(random_theme(seed), *size)
    assert np.array_equal(found, expected)
    assert size == (1, 1) or found.std() > 2


@pytest.mark.parametrize("name", available_themes())
def test_the_int8_body_of_a_shipped_theme_gives_the_references_levels(name: str) -> None:
    found, expected = bodies(load_theme(name), 23, 40)
    assert np.array_equal(found, expected) and found.std() > 2


def test_two_products_of_the_largest_fit_16_bits() -> None:
    assert 2 * 255 * WEIGHT_LIMIT <= np.iinfo(np.int16).max < 2 * 255 * (WEIGHT_LIMIT + 1)


@pytest.mark.parametrize("sign", [-1, 1])
def test_products_of_the_largest_are_added_up_exactly(sign: int) -> None:
    """Every weight of a layer at its largest, every input at 255: the largest sums that fit 16 bits."""
    tensors = dict(random_theme().tensors)
    tensors["body.1.weight"] = np.full_like(tensors["body.1.weight"], sign * WEIGHT_LIMIT)
    packed = np.full((6, 9, INGEST), 255, np.uint8)
    theme = Theme("large", "Large", tensors)
    found, expected = bodies(theme, 6, 9, packed)
    assert np.array_equal(found, expected)


def test_an_older_body_is_near_the_reference() -> None:
    """Its weights have 8 bits, and sums of two products overflow on processors without VNNI."""
    used = processor.convolution_instructions(processor.processor_features(), processor.onednn_limit())
    if used is None or not used.vnni:
        pytest.skip("without VNNI products of large weights saturate")
    for seed in (1, 2):
        theme = older(random_theme(seed))
        assert not theme.exact
        assert_close("body", *bodies(theme, 23, 40))


def test_every_number_of_the_body_counts() -> None:
    """Bodies that lack a bias, a weight or a step differ by more than the tolerance allows."""
    theme = random_theme()
    found, _ = bodies(theme, 12, 16)
    for part in ("weight", "step", "bias"):
        for layer in (0, 3, 7):
            name = f"body.{layer}.{part}"
            tensor = theme.tensors[name]
            value = {"bias": tensor + np.float32(0.1), "step": tensor * 2, "weight": tensor // 2}[part]
            other = Theme("other", "Other", {**theme.tensors, name: value})
            with pytest.raises(AssertionError, match="mean"):
                assert_close("body", found, bodies(other, 12, 16)[1])


def bodies(
    theme: Theme, height: int, width: int, packed: NDArray[np.uint8] | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """By OpenVINO and by the reference, both [h,w,4,FEATURES/4,4,4] in levels of 255."""
    if packed is None:
        packed = np.random.default_rng(7).integers(0, 256, (height, width, INGEST)).astype(np.uint8)
    found = Body(theme.tensors, height, width, 1)(packed).copy()
    given = torch.from_numpy(packed.astype(np.float32) / 255).permute(2, 0, 1)[None]
    reference = Network.of(theme.tensors)
    with torch.inference_mode():
        values = reference.body(given)[0] * (255 / reference.activation_ranges[-2])
    split = values.view(FEATURES // 4, 4, PATCH, PATCH, height, width).permute(4, 5, 2, 0, 3, 1)
    return found, np.rint(split.double().numpy())
