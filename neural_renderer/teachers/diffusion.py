"""A local diffusion pipeline as a teacher. Needs the extra `diffusion`. Nothing is ever downloaded."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.teachers.callable_teacher import CallableTeacher
from reskin.neural_renderer.theme.pack import theme_title

INDEX = "model_index.json"
"""The file that every saved pipeline of diffusers has."""


@dataclass(frozen=True)
class DiffusionOptions:
    """The options of a pipeline.

    negative: a prompt for what the picture is not to look like; strength: how much the plain picture is
    changed, 0..1; steps: of denoising, of which the fraction `strength` is run; guidance: how strictly the
    prompt is followed; seed: of the noise, the same for every frame, so that the answers differ little.
    """

    prompt: str
    negative: str = ""
    strength: float = 0.55
    steps: int = 20
    guidance: float = 7.0
    seed: int = 0


def diffusion_teacher(
    model: Path, options: DiffusionOptions, name: str, device: str = "auto"
) -> CallableTeacher:
    """A teacher that calls an image-to-image pipeline saved in the folder `model`.

    Weights are read from safetensors only, because other formats can run code. Raises LearnError.
    """
    index = model / INDEX
    if not index.is_file():
        raise LearnError(
            f"{model} is no diffusers pipeline: expected {INDEX} in it; "
            "give the folder that a pipeline's save_pretrained() wrote"
        )
    pipeline, where = _load(model, device)
    key = blake2b(repr((options, index.read_text(), *_sizes(model))).encode(), digest_size=8).hexdigest()
    ask = _Pipeline(pipeline, options, where)
    return CallableTeacher(name=name, title=theme_title(name), ask=ask, key=key)


@dataclass(frozen=True)
class _Pipeline:
    """Calls a pipeline with a picture of any size."""

    pipeline: Any
    options: DiffusionOptions
    device: str

    def __call__(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        import torch
        from PIL import Image

        height, width = picture.shape[:2]
        multiple = max(8, int(getattr(self.pipeline, "vae_scale_factor", 8)))
        padded = np.pad(picture, ((0, -height % multiple), (0, -width % multiple), (0, 0)), mode="edge")
        o = self.options
        with torch.inference_mode():
            answer = self.pipeline(
                prompt=o.prompt,
                negative_prompt=o.negative or None,
                image=Image.fromarray(padded),
                strength=o.strength,
                num_inference_steps=o.steps,
                guidance_scale=o.guidance,
                generator=torch.Generator(self.device).manual_seed(o.seed),
                output_type="np",
            ).images[0]
        return np.asarray(answer, np.float32)[:height, :width]


def _load(model: Path, device: str) -> tuple[Any, str]:
    os.environ.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", DISABLE_TELEMETRY="1")
    import torch
    from diffusers import AutoPipelineForImage2Image
    from diffusers.utils import logging

    logging.disable_progress_bar()
    where = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
    # A safety checker turns pictures black, and the student would learn that.
    unchecked = {"safety_checker": None, "requires_safety_checker": False} if _has_checker(model) else {}
    try:
        pipeline = AutoPipelineForImage2Image.from_pretrained(
            model, local_files_only=True, use_safetensors=True,
            torch_dtype=torch.float16 if where.startswith("cuda") else torch.float32, **unchecked,
        ).to(where)  # fmt: skip
    except Exception as error:  # the library raises many kinds
        raise LearnError(
            f"cannot load the pipeline in {model}: {type(error).__name__}: {str(error).splitlines()[0]}"
        ) from error
    pipeline.set_progress_bar_config(disable=True)
    return pipeline, where


def _has_checker(model: Path) -> bool:
    try:
        return "safety_checker" in json.loads((model / INDEX).read_text())
    except ValueError as error:
        raise LearnError(f"{model / INDEX} is no JSON: {error}") from error


def _sizes(model: Path) -> list[tuple[str, int, int]]:
    """Names, sizes and times of a model's files. To hash their gigabytes would take minutes."""
    files = (path for path in sorted(model.rglob("*")) if path.is_file())
    return [(str(path.relative_to(model)), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
