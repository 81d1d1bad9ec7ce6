"""A diffusion pipeline from disk, prompted, distilled and packed. Needs the extra `diffusion`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from reskin.cli import main
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.theme.pack import load_theme
from tests.neural_renderer.samples import world

pytest.importorskip("diffusers", reason="needs the extra `diffusion`")
pytest.importorskip("transformers", reason="needs the extra `diffusion`")
pytestmark = pytest.mark.filterwarnings("default")  # those of libraries that are not ours

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Stable Diffusion image-to-image pipeline of a few thousand random weights, saved to disk."""
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionImg2ImgPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("pipeline")
    words = ["<|startoftext|>", "<|endoftext|>", *LETTERS, *(letter + "</w>" for letter in LETTERS)]
    (folder / "vocab.json").write_text(json.dumps({word: at for at, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=16)
    text = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(words), hidden_size=16, intermediate_size=16, num_hidden_layers=1,
            num_attention_heads=2, max_position_embeddings=16, bos_token_id=0, eos_token_id=1, pad_token_id=1,
        )
    )  # fmt: skip
    vae = AutoencoderKL(
        block_out_channels=(8, 8), down_block_types=("DownEncoderBlock2D",) * 2, layers_per_block=1,
        up_block_types=("UpDecoderBlock2D",) * 2, latent_channels=4, norm_num_groups=4,
    )  # fmt: skip
    unet = UNet2DConditionModel(
        sample_size=8, block_out_channels=(8, 16), layers_per_block=1, cross_attention_dim=16,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), norm_num_groups=4, attention_head_dim=2,
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip
    pipeline: Any = StableDiffusionImg2ImgPipeline(
        vae=vae, unet=unet, text_encoder=text, tokenizer=tokenizer, scheduler=DDIMScheduler(),
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip
    pipeline.save_pretrained(folder / "model")
    return folder / "model"


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def teacher(model: Path, **given: Any) -> Any:
    from reskin.neural_renderer.teachers.diffusion import DiffusionOptions, diffusion_teacher

    options = DiffusionOptions(**{"prompt": "snow", "steps": 4, **given})
    return diffusion_teacher(model, options, "dream", device="cpu")


def test_it_repaints_a_picture_of_any_size_and_the_same_each_time(model: Path) -> None:
    frame = world(height=70, width=101)
    ask = teacher(model)
    first = ask(frame)
    assert first.shape == (70, 101, 3) and first.std() > 0.01
    assert np.array_equal(first, ask(frame))


def test_prompt_and_strength_and_seed_matter(model: Path) -> None:
    frame = world()
    pictures = [
        teacher(model, **given)(frame) for given in ({}, {"prompt": "lava"}, {"strength": 1.0}, {"seed": 5})
    ]
    for at, other in enumerate(pictures[1:]):
        assert not np.array_equal(pictures[0], other), at
    assert len({teacher(model, **given).key for given in ({}, {"prompt": "lava"}, {"seed": 5})}) == 3


def test_it_is_distilled_and_packed_end_to_end(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        sys, "argv",
        ["reskin", "learn", "diffusion", "--model", str(model), "--prompt", "deep snow", "--name", "dream",
         "--game", "miner", "--clips", "2", "--steps", "2", "--iterations", "4"],
    )  # fmt: skip
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    theme = load_theme(tmp_path / "themes" / "dream")
    assert theme.name == "dream" and {"psnr", "warp_error"} <= theme.metrics.keys()
    assert Restyler(theme)(world()).shape == world().color.shape


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda m: (m / "model_index.json").unlink(), ("model_index.json", "save_pretrained")),
        (lambda m: (m / "model_index.json").write_text("{"), ("no JSON",)),
        (
            lambda m: next((m / "unet").glob("*.safetensors")).write_bytes(b"xx"),
            ("cannot load the pipeline",),
        ),
    ],
    ids=["no index", "broken index", "truncated weights"],
)
def test_a_damaged_pipeline_is_refused(
    model: Path, tmp_path: Path, damage: Any, words: tuple[str, ...]
) -> None:
    import shutil

    copy = tmp_path / "model"
    shutil.copytree(model, copy)
    damage(copy)
    with pytest.raises(LearnError) as caught:
        teacher(copy)
    assert all(word in str(caught.value) for word in (str(copy), *words))


def test_pickled_weights_are_not_loaded(model: Path, tmp_path: Path) -> None:
    """They can run code."""
    import shutil

    copy = tmp_path / "model"
    shutil.copytree(model, copy)
    weights = next((copy / "unet").glob("*.safetensors"))
    torch.save({}, weights.with_suffix(".bin"))
    weights.unlink()
    with pytest.raises(LearnError, match="cannot load the pipeline"):
        teacher(copy)
