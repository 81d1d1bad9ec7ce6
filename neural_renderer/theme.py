"""Theme packs: a folder with `theme.yaml`, `weights.safetensors` and `preview.png`.

Nothing in a pack is executed: the YAML is read by the safe loader, weights are plain numbers. Every
tensor's name, type and shape, every number and every field is checked, and a bad pack is refused by
a `ThemeError` that names the field, what was expected and what was found.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.frame import MATERIAL_INDEX, MATERIALS
from kernels import BLOCKS, BODY, EMBED, FEATURES, HEAD_INPUTS, HIDDEN, INGEST, NOISES, PATCH, SURFACE
from neural_renderer import noise, surface
from neural_renderer.errors import ThemeError

if TYPE_CHECKING:
    from neural_renderer.network import Network

ARCHITECTURE: Final = f"reskin-1/{BODY}x{2 * len(BLOCKS)}/{FEATURES}+{SURFACE}/{HIDDEN}/noise-{noise.VERSION}"
"""Packs of another architecture are refused."""
LARGEST_PACK: Final = 16 * 1024 * 1024
"""Bytes of weights beyond which a pack is refused unread."""

_M = len(MATERIALS)
_T = surface.TEXELS
_CONVOLUTIONS = (
    (BODY, INGEST, 1),
    *((BODY, BODY, 3),) * (2 * len(BLOCKS)),
    (PATCH * PATCH * FEATURES, BODY, 1),
)
TENSORS: Final[dict[str, tuple[str, tuple[int, ...]]]] = {
    "embed": ("uint8", (_M, EMBED)),
    "textures": ("uint8", (_M, SURFACE, _T, _T)),
    "gain": ("float32", (SURFACE,)),
    "mix": ("float32", (_M, NOISES, SURFACE)),
    "mix_bias": ("float32", (_M, SURFACE)),
    "span": ("float32", (_M,)),
    "warp": ("float32", (_M,)),
    "highs": ("float32", (len(_CONVOLUTIONS),)),
    **{f"body.{i}.weight": ("int8", (o, n, k, k)) for i, (o, n, k) in enumerate(_CONVOLUTIONS)},
    **{f"body.{i}.step": ("float32", (o, 1, 1, 1)) for i, (o, _, _) in enumerate(_CONVOLUTIONS)},
    **{f"body.{i}.bias": ("float32", (o,)) for i, (o, _, _) in enumerate(_CONVOLUTIONS)},
    "head.0.weight": ("float32", (HIDDEN, HEAD_INPUTS)),
    "head.0.bias": ("float32", (HIDDEN,)),
    "head.1.weight": ("float32", (3, HIDDEN)),
    "head.1.bias": ("float32", (3,)),
}
"""Name, dtype and shape of every tensor of a pack. A body weight is `weight * step`."""

Tensors = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Theme:
    """A theme in memory: what `theme.yaml` says, and the tensors.

    strength: how much of each material is restyled, 0..1 (missing: 1); metrics: as measured on
    held-out worlds when it was made; training: how it was made.
    """

    name: str
    title: str
    tensors: Tensors = field(repr=False)
    version: str = "1.0.0"
    author: str = "The Reskin authors"
    licence: str = "CC0-1.0"
    strength: dict[str, float] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    training: dict[str, float] = field(default_factory=dict)

    @property
    def parameters(self) -> int:
        """How many numbers were learnt."""
        fixed = {"span", "warp", "highs"}
        return sum(t.size for n, t in self.tensors.items() if n not in fixed and not n.endswith("step"))

    @property
    def nbytes(self) -> int:
        """Size of the tensors in memory, in bytes."""
        return sum(t.nbytes for t in self.tensors.values())

    def strengths(self) -> NDArray[np.float32]:
        """float32 [M]: the strength of every material."""
        return np.array([self.strength.get(m, 1.0) for m in MATERIALS], np.float32)

    def with_metrics(self, metrics: dict[str, float]) -> Theme:
        return replace(self, metrics=metrics)

    def save(self, folder: Path) -> None:
        """Write the pack. The old one stays whole until the new one is complete."""
        import yaml
        from safetensors.numpy import save_file

        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / "weights.part"
        save_file({n: np.ascontiguousarray(t) for n, t in self.tensors.items()}, partial)
        head = {
            "name": self.name,
            "title": self.title,
            "version": self.version,
            "author": self.author,
            "licence": self.licence,
            "architecture": ARCHITECTURE,
            "strength": self.strength,
            "training": self.training,
            "metrics": self.metrics,
        }
        text = folder / "theme.part"
        text.write_text(yaml.safe_dump(head, sort_keys=False, allow_unicode=True), encoding="utf-8")
        partial.replace(folder / "weights.safetensors")
        text.replace(folder / "theme.yaml")


def themes_folder() -> Path:
    """Where the shipped packs are."""
    import assets

    return Path(next(iter(assets.__path__))) / "themes"


def available() -> list[str]:
    """Names of the shipped themes, in a fixed order."""
    folder = themes_folder()
    return sorted(p.parent.name for p in folder.glob("*/theme.yaml")) if folder.is_dir() else []


def load(name: str | Path) -> Theme:
    """A shipped theme by name, or any pack by the path of its folder. Raises ThemeError."""
    path = Path(name)
    if not (path / "theme.yaml").is_file():
        path = themes_folder() / str(name)
    if not re.fullmatch(r"[\w.-]+", path.name) or not (path / "theme.yaml").is_file():
        known = ", ".join(available()) or "none installed"
        raise ThemeError(f"no theme {str(name)!r}: expected the folder of a pack, or one of {known}")
    return _load(path.resolve(), (path / "theme.yaml").stat().st_mtime_ns)


@cache
def _load(path: Path, modified: int) -> Theme:
    head = _read_head(path / "theme.yaml")
    return Theme(tensors=_read_tensors(path / "weights.safetensors"), **head)


def _read_head(path: Path) -> dict[str, Any]:
    import yaml

    try:
        if path.stat().st_size > 65536:
            raise ThemeError(f"{path}: expected at most 64 KiB, found {path.stat().st_size} bytes")
        head = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError, RecursionError, ValueError) as error:
        if isinstance(error, ThemeError):
            raise
        raise ThemeError(f"{path}: expected plain YAML, but {str(error).splitlines()[0]}") from error
    if not isinstance(head, dict):
        raise ThemeError(f"{path}: expected a mapping of fields, found {type(head).__name__}")
    architecture = head.pop("architecture", None)
    if architecture != ARCHITECTURE:
        raise ThemeError(
            f"{path}: architecture must be {ARCHITECTURE!r}, found {architecture!r}; learn the theme anew"
        )
    texts = ("name", "title", "version", "author", "licence")
    for key in texts:
        if not isinstance(head.get(key), str) or not 0 < len(head[key]) <= 200:
            raise ThemeError(f"{path}: {key} must be a short text, found {head.get(key)!r:.80}")
    for key in ("strength", "metrics", "training"):
        head[key] = _numbers(path, key, head.get(key) or {})
    for material, strength in head["strength"].items():
        if material not in MATERIAL_INDEX or not 0 <= strength <= 1:
            raise ThemeError(f"{path}: strength must map materials to 0..1, found {material!r}: {strength!r}")
    unknown = sorted(str(k) for k in head.keys() - {*texts, "strength", "metrics", "training"})
    if unknown:
        raise ThemeError(f"{path}: unknown fields {', '.join(unknown)[:200]}; check their spelling")
    return head


def _numbers(path: Path, key: str, value: Any) -> dict[str, float]:
    good = isinstance(value, dict) and all(
        isinstance(k, str) and isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v)
        for k, v in value.items()
    )
    if not good:
        raise ThemeError(f"{path}: {key} must map names to finite numbers, found {value!r:.80}")
    return dict(value)


def _read_tensors(path: Path) -> Tensors:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        size = path.stat().st_size
        if size > LARGEST_PACK:
            raise ThemeError(f"{path}: expected at most {LARGEST_PACK} bytes, found {size}")
        tensors = load_file(path)
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, ThemeError):
            raise
        raise ThemeError(f"{path}: expected a whole safetensors file, but {error}") from error
    check_tensors(tensors, str(path))
    return tensors


def check_tensors(tensors: Tensors, where: str) -> None:
    """Raise ThemeError unless every tensor of `TENSORS` is there, with its type, shape and range."""
    missing, extra = sorted(TENSORS.keys() - tensors.keys()), sorted(tensors.keys() - TENSORS.keys())
    if missing or extra:
        raise ThemeError(f"{where}: missing tensors {missing[:5]}, unexpected tensors {extra[:5]}")
    for name, (dtype, shape) in TENSORS.items():
        t = tensors[name]
        if t.dtype.name != dtype or t.shape != shape:
            raise ThemeError(
                f"{where}: {name} must be {dtype} {list(shape)}, found {t.dtype} {list(t.shape)}"
            )
        if dtype == "float32" and not (np.isfinite(t).all() and np.abs(t).max() < 1e6):
            raise ThemeError(
                f"{where}: {name} must be finite and below a million, found NaN, infinity or more"
            )
    for name in ("highs", "span"):
        if not (tensors[name] > 0).all():
            raise ThemeError(f"{where}: {name} must be positive, found {float(tensors[name].min())}")


def pack(network: Network, *, name: str, title: str, training: dict[str, float]) -> Theme:
    """A theme from a trained network: rounds it to what a pack holds. Needs torch."""
    from kernels.block.reference import weight_step

    def numbers(t: Any) -> NDArray[np.float32]:
        return np.ascontiguousarray(t.detach().cpu().float().numpy())

    s = network.surfaces
    tensors: Tensors = {
        "embed": np.rint(numbers(network.embed) * 255).astype(np.uint8),
        "textures": np.rint(numbers(s.textures) * 255).astype(np.uint8),
        "gain": numbers(s.gain),
        "mix": numbers(s.mix),
        "mix_bias": numbers(s.bias),
        "span": numbers(s.span),
        "warp": numbers(s.warp),
        "highs": numbers(network.highs),
    }
    for i, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        step = numbers(weight_step(weight))
        tensors[f"body.{i}.weight"] = np.clip(np.rint(numbers(weight) / step), -127, 127).astype(np.int8)
        tensors[f"body.{i}.step"] = step
        tensors[f"body.{i}.bias"] = numbers(bias)
    for i in range(2):
        tensors[f"head.{i}.weight"] = numbers(network.head_weights[i])
        tensors[f"head.{i}.bias"] = numbers(network.head_biases[i])
    check_tensors(tensors, name)
    return Theme(name=name, title=title, tensors=tensors, training=training)
