"""Exact bodies: what makes one, what does not, and how an older one is made exact."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from reskin.cli import main
from reskin.kernels import FEATURES, PATCH
from reskin.kernels.block import WEIGHT_LIMIT
from reskin.kernels.block.steps import weight_steps
from reskin.neural_renderer.architecture import BODY_LAYERS, SKIPPED, check_tensors
from reskin.neural_renderer.network import Student
from reskin.neural_renderer.quantization import (
    Layer,
    body_layers,
    exact_ranges,
    exact_tensors,
    is_exact,
)
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.theme.pack import available_themes, load_theme
from tests.neural_renderer.samples import levels, older, random_theme, world

GOOD = Layer(
    np.full((2, 4, 3, 3), WEIGHT_LIMIT, np.int8), np.array([2**-9, 2**-7], np.float32),
    np.array([5 * 2**-9, -3 * 2**-7], np.float32), 0.5,
)  # fmt: skip


def test_a_layer_of_whole_steps_is_exact() -> None:
    assert GOOD.exact and GOOD._replace(skip=0.0).exact and GOOD._replace(bias=np.zeros(2, np.float32)).exact


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("a weight that overflows 16 bits", {"weight": np.full((2, 4, 3, 3), WEIGHT_LIMIT + 1, np.int8)}),
        ("a negative one", {"weight": np.full((2, 4, 3, 3), -128, np.int8)}),
        ("a step that is no power of two", {"step": np.array([2**-9, 0.007], np.float32)}),
        ("a bias between the steps", {"bias": np.array([0.3, 0], np.float32)}),
        ("a skip that is no power of two", {"skip": 0.7}),
        ("a bias beyond 24 bits", {"bias": np.array([2.0**15, 0], np.float32)}),
        ("a skip beyond 24 bits", {"skip": 2.0**8}),
        ("a sum beyond 24 bits", {"weight": np.full((2, 120, 3, 3), WEIGHT_LIMIT, np.int8)}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_layer_is_not_exact_with(what: str, change: dict[str, object]) -> None:
    assert not GOOD._replace(**change).exact  # type: ignore[arg-type]


@pytest.mark.parametrize("name", available_themes())
def test_every_shipped_theme_is_exact(name: str) -> None:
    assert load_theme(name).exact


def test_float32_holds_every_sum_of_an_exact_body() -> None:
    """The bound itself, on shipped weights: the largest sum in units of the smallest step."""
    for name in available_themes():
        for layer in body_layers(load_theme(name).tensors):
            least = np.minimum(layer.step, layer.skip or np.inf)
            most = 255 * np.abs(layer.weight.astype(int)).sum((1, 2, 3)) * layer.step + np.abs(layer.bias)
            assert ((most + 255 * layer.skip) / least < 2**24).all()


def test_an_older_body_is_made_exact() -> None:
    old = older(random_theme(1))
    assert not old.exact
    made = exact_tensors(old.tensors)
    check_tensors(made, "made")
    assert is_exact(made) and exact_tensors(made) is made
    for before, after in zip(body_layers(old.tensors), body_layers(made), strict=True):
        largest = (np.abs(layer.weight.astype(int)).max() for layer in (after, before))
        assert next(largest) <= WEIGHT_LIMIT < next(largest)
    assert all(made[name] is tensor for name, tensor in old.tensors.items() if name.startswith("head"))
    # By the reference, which no processor's sums disturb.
    pictures = [
        Restyler(replace(old, tensors=tensors), device="torch")(world()) for tensors in (old.tensors, made)
    ]
    mean, _ = levels(*pictures)
    assert 0 < mean < 1


@given(st.lists(st.floats(0.01, 100), min_size=len(BODY_LAYERS), max_size=len(BODY_LAYERS)))
def test_exact_ranges_are_near_and_stay(found: list[float]) -> None:
    highs, factors = exact_ranges(np.array(found))
    assert (np.frexp(highs / 255)[0] == 0.5).all()
    chain = list(SKIPPED)
    assert np.unique(factors[chain]).size == 1
    reached = np.array(found) * factors
    assert (reached[chain] <= highs[chain] * (1 + 1e-6)).all() and (reached[chain] * 2 > highs[chain]).all()
    alone = [i for i in range(len(BODY_LAYERS)) if i not in SKIPPED]
    assert np.allclose(reached[alone], highs[alone]) and (np.abs(np.log2(factors[alone])) <= 0.5001).all()
    again, same = exact_ranges(highs)
    assert np.array_equal(again, highs) and (same == 1).all()


def test_steps_leave_no_weight_beyond_the_limit() -> None:
    weight = np.array([64, 64.001, -63.999, 1e-30, 0]).reshape(5, 1, 1, 1)
    assert weight_steps(weight).ravel().tolist() == [1, 2, 1, 2.0**-60, 2.0**-60]


def test_to_start_rounding_changes_nothing_but_the_rounding() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        student = Student().eval()  # which no longer follows the ranges that it sees
        with torch.no_grad():
            student.head_weights[0][:, :FEATURES].normal_(0, 0.2)
            student.activation_ranges[: len(BODY_LAYERS)] = torch.linspace(0.3, 3.7, len(BODY_LAYERS))
        inputs = torch.rand(1, 144, 6, 8)

    def heard() -> torch.Tensor:
        """What the head makes of the body's features."""
        features = torch.pixel_shuffle(student.network().body(inputs), PATCH)[0]
        return student.head_weights[0][:, :FEATURES] @ features.flatten(1)

    before = heard()
    ranges = student.start_rounding()
    found = student.activation_ranges[: len(BODY_LAYERS)].numpy()
    assert student.rounded and np.array_equal(found, ranges.upper)
    student.rounded = False
    torch.testing.assert_close(heard(), before, rtol=1e-4, atol=1e-4)
    weights = [weight.clone() for weight in student.weights]
    student.start_rounding()
    assert all(torch.equal(a, b) for a, b in zip(weights, student.weights, strict=True))


def test_an_average_follows_its_student() -> None:
    student, average = Student(), Student()
    average.activation_ranges[: len(BODY_LAYERS)] *= 1.02
    average.start_rounding(student.start_rounding())
    assert torch.equal(student.activation_ranges, average.activation_ranges) and average.rounded


def test_an_older_pack_says_so_and_can_be_converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    older(random_theme(1)).save(tmp_path / "old")
    checked = CliRunner().invoke(main, ["themes", "check", "old"])
    assert checked.exit_code == 0 and "the same picture on every processor: no" in checked.output
    made = CliRunner().invoke(main, ["themes", "convert", "old"])
    assert made.exit_code == 0 and load_theme("themes/random-exact").exact, made.output
    again = CliRunner().invoke(main, ["themes", "convert", "themes/random-exact"])
    assert again.exit_code == 0 and "nothing to do" in again.output
    there = CliRunner().invoke(main, ["themes", "convert", "old"])
    assert there.exit_code == 1 and "is there already" in there.output


def test_play_says_that_a_theme_is_an_older_one(tmp_path: Path) -> None:
    older(random_theme(1)).save(tmp_path / "old")
    random_theme(1).save(tmp_path / "new")
    play = ["play", "miner", "--headless", "--bot", "--frames", "2", "--size", "64x48", "--theme"]
    for name, told in (("old", True), ("new", False)):
        result = CliRunner().invoke(main, [*play, str(tmp_path / name)])
        assert result.exit_code == 0, result.output
        assert ("may differ" in result.output) == told
