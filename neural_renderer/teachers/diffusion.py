"""A local diffusion pipeline as a teacher. Needs the extra `diffusion`; nothing is ever downloaded."""

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
from reskin.neural_renderer.teachers.callable_teacher import Teacher
from reskin.neural_renderer.theme.pack import title_of

INDEX = "model_index.json"
"""What every pipeline in the folder layout of diffusers begins with."""


@dataclass(frozen=True)
class Wish:
    """What is asked of the model.

    strength: how far from the plain picture, 0..1; steps: of denoising, of which about `strength` are run;
    guidance: how strictly the prompt is followed; seed: the noise, the same for every frame, so that the
    answers differ as little as they can.
    """

    prompt: str
    negative: str = ""
    strength: float = 0.55
    steps: int = 20
    guidance: float = 7.0
    seed: int = 0


def diffusion_teacher(model: Path, wish: Wish, name: str, device: str = "auto") -> Teacher:
    """A teacher that asks an image-to-image pipeline saved in folder `model`.

    Weights are read from safetensors only: other formats can run code. Raises LearnError.
    """
    index = model / INDEX
    if not index.is_file():
        raise LearnError(
            f"{model} is no diffusers pipeline: expected {INDEX} in it; "
            "give the folder that a pipeline's save_pretrained() wrote"
        )
    pipeline, where = _load(model, device)
    key = blake2b(repr((wish, index.read_text(), *_sizes(model))).encode(), digest_size=8).hexdigest()
    return Teacher(name=name, title=title_of(name), ask=_Asked(pipeline, wish, where), key=key)


@dataclass(frozen=True)
class _Asked:
    """Calls a pipeline with a picture of any size."""

    pipeline: Any
    wish: Wish
    device: str

    def __call__(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        import torch
        from PIL import Image

        height, width = picture.shape[:2]
        multiple = max(8, int(getattr(self.pipeline, "vae_scale_factor", 8)))
        padded = np.pad(picture, ((0, -height % multiple), (0, -width % multiple), (0, 0)), mode="edge")
        w = self.wish
        with torch.inference_mode():
            answer = self.pipeline(
                prompt=w.prompt,
                negative_prompt=w.negative or None,
                image=Image.fromarray(padded),
                strength=w.strength,
                num_inference_steps=w.steps,
                guidance_scale=w.guidance,
                generator=torch.Generator(self.device).manual_seed(w.seed),
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
    # A checker that blackens what it dislikes would be learnt as a look.
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
    """Names, sizes and times of a model's files: reading gigabytes to hash them would take minutes."""
    files = (path for path in sorted(model.rglob("*")) if path.is_file())
    return [(str(path.relative_to(model)), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
