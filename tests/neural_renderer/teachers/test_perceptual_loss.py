"""The perceptual loss by a network in a file: what it prefers, and which files are refused."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from reskin.engine.capture.pictures import save_png
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.teachers.lessons import PictureLesson
from reskin.neural_renderer.teachers.perceptual_loss import (
    CONTENT,
    LEVELS,
    STYLE,
    PerceptualLoss,
    read_perceptual_loss,
)
from reskin.neural_renderer.teachers.picture import picture_painter, read_picture
from reskin.neural_renderer.teachers.plan import Plan
from reskin.neural_renderer.train.trainer import Training

Tensors = dict[str, torch.Tensor]


def vgg(widths: tuple[int, ...] = (4, 4, 6, 8, 8), numbers: tuple[int, ...] = (0, 2, 5, 7, 10)) -> Tensors:
    """Of random weights: convolutions 0, 2, pool, 5, 7, pool, 10."""
    torch.manual_seed(1)
    tensors, channels = {"classifier.0.weight": torch.zeros(3, 3)}, 3
    for number, width in zip(numbers, widths, strict=True):
        tensors[f"features.{number}.weight"] = torch.randn(width, channels, 3, 3) / (3 * channels**0.5)
        tensors[f"features.{number}.bias"] = torch.zeros(width)
        channels = width
    return tensors


def stripes(period: int, size: int = 64) -> NDArray[np.float32]:
    y, x = np.mgrid[0:size, 0:size]
    value = ((x + y) % period < period / 2).astype(np.float32)
    return np.stack((value, 0.5 * value, 1 - value), -1)


@pytest.fixture
def loss(tmp_path: Path) -> PerceptualLoss:
    save_file(vgg(), tmp_path / "vgg.safetensors")
    return read_perceptual_loss(tmp_path / "vgg.safetensors", stripes(6))


def planes(picture: NDArray[np.float32]) -> torch.Tensor:
    return torch.from_numpy(picture).permute(2, 0, 1)[None].clone()


def test_the_layers_and_their_poolings(loss: PerceptualLoss) -> None:
    assert [pooled for _, _, pooled in loss.layers] == [False, True, False, True, True]
    seen = loss.features(torch.rand(2, 3, 64, 48))
    assert [tuple(f.shape) for f in seen] == [(2, 4, 64, 48), (2, 8, 32, 24), (2, 8, 16, 12)]
    assert len(loss.features(torch.rand(1, 3, 6, 6))) == 2, "as many levels as the size allows"


def test_it_prefers_the_target_s_content_and_the_picture_s_texture(loss: PerceptualLoss) -> None:
    target, flat = planes(stripes(6)), torch.full((1, 3, 64, 64), 0.5)
    assert float(loss(target, target)) < 0.02 * float(loss(flat, target))
    moved = target.roll((2, 1), (2, 3))  # the same texture elsewhere: only the content is off
    assert float(loss(target, target)) < float(loss(moved, target)) < float(loss(flat, target))
    assert float(loss(torch.zeros_like(flat), target)) < 30 * (CONTENT + STYLE)


def test_a_picture_is_led_to_look_alike(loss: PerceptualLoss) -> None:
    target = planes(stripes(6))
    output = (0.2 + 0.6 * torch.rand(1, 3, 64, 64)).requires_grad_()
    optimizer = torch.optim.Adam([output], 0.03)
    losses = []
    for _ in range(60):
        optimizer.zero_grad()
        losses.append(loss(output, target))
        losses[-1].backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert losses[-1].item() < 0.3 * losses[0].item()


def test_weights_by_torch_save_are_the_same(loss: PerceptualLoss, tmp_path: Path) -> None:
    torch.save(vgg(), tmp_path / "vgg.pth")
    again = read_perceptual_loss(tmp_path / "vgg.pth", stripes(6))
    assert again.key == loss.key != read_perceptual_loss(tmp_path / "vgg.pth", stripes(8)).key
    deep = vgg((2,) * 7, (0, 3, 6, 9, 12, 15, 18))
    torch.save(deep, tmp_path / "deep.pth")
    assert len(read_perceptual_loss(tmp_path / "deep.pth", stripes(6)).layers) == LEVELS


def test_a_picture_is_learnt_by_it(tmp_path: Path) -> None:
    """The loss is added to the others, and with other weights the training starts anew."""
    pytest.importorskip("PIL", reason="Pillow is not installed (the extra learn)")
    save_png(tmp_path / "picture.png", (stripes(9, 96) * 255).astype(np.uint8), "RGBA")
    save_file(vgg(), tmp_path / "vgg.safetensors")
    picture = read_picture(tmp_path / "picture.png")
    painter = picture_painter(tmp_path / "picture.png", None, "striped")
    plan = Plan(iterations=3, clips=2, game=None, width=160, height=128, batch=1)
    perceptual_loss = read_perceptual_loss(tmp_path / "vgg.safetensors", picture)
    asked: list[tuple[int, ...]] = []

    def spied(output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        asked.append(tuple(output.shape))
        return perceptual_loss(output, target)

    plain, lesson = (
        PictureLesson(painter, plan, picture),
        PictureLesson(painter, plan, picture, perceptual_loss),
    )
    assert lesson.cache_key() != plain.cache_key() and plain.extra_loss is None
    lesson.extra_loss = spied
    run = Training(lesson, plan, tmp_path / "work", resume=False)
    run.paint(lambda stage, done, text: None)
    run.train(lambda stage, done, text: None)
    assert asked == [(1, 3, 128, 128)] * 3


class Trap:
    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return (_spring, ("sprung",))


_sprung: list[str] = []


def _spring(word: str) -> None:
    _sprung.append(word)


def _without(key: str) -> Tensors:
    return {name: tensor for name, tensor in vgg().items() if name != key}


def _with(key: str, value: torch.Tensor) -> Tensors:
    return vgg() | {key: value}


@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        ({"head.weight": torch.zeros(1)}, r"VGG network.*head\.weight"),
        (_without("features.0.weight"), r"features\.0\.weight.*found nothing"),
        (_without("features.5.bias"), r"features\.5\.weight of shape \[any, 4, 3, 3\] with its bias"),
        (
            _with("features.1.weight", torch.ones(4)),
            r"without batch normalisation.*features\.0 and then features\.1",
        ),
        (_with("features.7.weight", torch.zeros(8, 5, 3, 3)), r"\[8, 5, 3, 3\]"),
        (_with("features.0.weight", torch.full((4, 3, 3, 3), torch.nan)), r"features\.0 must be finite"),
        (vgg(numbers=(0, 2, 5, 7, 19)), r"features\.7 and then features\.19"),
    ],
)
def test_networks_of_another_kind_are_refused(tmp_path: Path, tensors: Tensors, words: str) -> None:
    save_file(tensors, tmp_path / "w.safetensors")
    with pytest.raises(LearnError, match=words):
        read_perceptual_loss(tmp_path / "w.safetensors", stripes(6))


def test_files_that_hold_no_weights_are_refused_and_never_run(tmp_path: Path) -> None:
    save_file(vgg(), tmp_path / "cut.safetensors")
    whole = (tmp_path / "cut.safetensors").read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "trap.pth").write_bytes(pickle.dumps(Trap()))
    torch.save([1, 2], tmp_path / "list.pth")
    torch.save({"features.0.weight": Trap()}, tmp_path / "hidden.pth")
    for name in ("cut.safetensors", "trap.pth", "list.pth", "hidden.pth", "none.pth", "none.safetensors"):
        with pytest.raises(LearnError, match=name):
            read_perceptual_loss(tmp_path / name, stripes(6))
    assert not _sprung
