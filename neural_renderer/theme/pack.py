"""Theme packs: a folder with `theme.yaml`, `weights.safetensors` and `preview.png`.

Nothing in a pack is executed: the YAML is read by the safe loader, and the weights are plain numbers. Every
field is checked, and every tensor's name, type, shape and range. A bad pack is refused with a `ThemeError`
that names the field, what was expected and what was found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.atomic_write import atomic_write
from reskin.engine.errors import did_you_mean
from reskin.engine.frame import MATERIAL_INDEX, MATERIALS
from reskin.engine.watcher import Stamp, content_digest, file_stamp
from reskin.neural_renderer import materials, noise
from reskin.neural_renderer.architecture import ARCHITECTURE, Tensors, check_tensors, count_parameters
from reskin.neural_renderer.errors import ThemeError
from reskin.neural_renderer.quantization import exact_tensors, is_exact
from reskin.neural_renderer.theme.safe_yaml import read_yaml, yaml_repr

if TYPE_CHECKING:
    from reskin.neural_renderer.network import Network

LARGEST_PACK: Final = 16 * 1024 * 1024
"""Bytes of weights beyond which a pack is refused unread."""

LARGEST_HEAD: Final = 65536
HEAD: Final = "theme.yaml"
WEIGHTS: Final = "weights.safetensors"
PREVIEW: Final = "preview.png"
NAME: Final = r"[A-Za-z0-9][\w.-]*"
"""Names that are safe as file names."""
TEXTS: Final = ("name", "title", "version", "author", "licence")
TABLES: Final = ("strength", "metrics", "training")
LEGIBILITY: Final = 20.0
"""Contrast of a thing with its surroundings, CIEDE2000, that is always enough, where a theme says nothing."""
DETAIL: Final = 0.75
"""How much of a plain picture's own detail shows, where a theme says nothing."""
EVERY: Final = "every"
"""In `detail`: all materials that are not named, but for `FLAT`."""
FLAT: Final = ("unknown", "sky")
"""Materials that show no detail unless they are named: the light of a sky is the theme's."""
GREATEST_LEGIBILITY: Final = 100.0
VECTORS: Final = {
    "color_scale": ("[r, g, b] of", 3, 0.0, 2.0),
    "scroll": ("[dx, dy] of", 2, -16.0, 16.0),
}
"""Optional tables of a list a material: how it is written, its length, least and most."""
Changed = tuple[Stamp, bytes]
"""When a file was changed, and a digest of it."""
OTHERS: Final = ("detail", "legibility")
OLD_NAMES: Final = {"color_scale": "tint", "scroll": "flow"}
"""What these fields were called in older packs, which still load."""


@dataclass(frozen=True, eq=False)
class Theme:
    """A theme in memory: what `theme.yaml` says, and the tensors.

    strength: how much of each material is restyled, 0..1 (missing: 1); color_scale: factors on the restyled
    red, green and blue of a material, 0..2; scroll: tiles a second that a material's texture moves right and
    down; detail: how much of the plain picture's own detail shows on a material, 0..1, by its name or
    `EVERY`, where a frame has that channel; legibility: contrast of coins, enemies and the like with their
    surroundings that the guard keeps, CIEDE2000 0..100, 0: no guard; metrics: measured on held-out worlds
    when the theme was made; training: how it was made.
    """

    name: str
    title: str
    tensors: Tensors = field(repr=False)
    version: str = "1.0.0"
    author: str = "The Reskin authors"
    licence: str = "CC0-1.0"
    strength: dict[str, float] = field(default_factory=dict)
    color_scale: dict[str, tuple[float, ...]] = field(default_factory=dict)
    scroll: dict[str, tuple[float, ...]] = field(default_factory=dict)
    detail: dict[str, float] = field(default_factory=dict)
    legibility: float = LEGIBILITY
    metrics: dict[str, float] = field(default_factory=dict)
    training: dict[str, float] = field(default_factory=dict)

    @property
    def parameters(self) -> int:
        """How many numbers were learnt."""
        return count_parameters(self.tensors)

    @property
    def nbytes(self) -> int:
        """Size of the tensors in memory, in bytes."""
        return sum(t.nbytes for t in self.tensors.values())

    @cached_property
    def exact(self) -> bool:
        """Whether its pictures are the same on every machine. Older packs may differ by some levels."""
        return is_exact(self.tensors)

    def strengths(self) -> NDArray[np.float32]:
        """float32 [M]: the strength of every material."""
        return np.array([self.strength.get(m, 1.0) for m in MATERIALS], np.float32)

    def color_scales(self) -> NDArray[np.float32] | None:
        """float32 [M,3]: the color scale of every material; None if none has one."""
        if not self.color_scale:
            return None
        return np.array([self.color_scale.get(m, (1.0, 1.0, 1.0)) for m in MATERIALS], np.float32)

    @cached_property
    def detail_factors(self) -> NDArray[np.int32]:
        """int32 [M,256]: factors on the styled colour for each value of `Frame.detail`, in 256ths: the ratio
        of luminances ^ the material's detail (ratio images: Liu, Shan and Zhang, SIGGRAPH 2001)."""
        every = self.detail.get(EVERY, DETAIL)
        shown = np.array([self.detail.get(m, 0.0 if m in FLAT else every) for m in MATERIALS])
        octaves = (np.arange(256) - 128) / 32
        return np.rint(256 * 2 ** (shown[:, None] * octaves)).astype(np.int32)

    def scroll_offset(self, tick: int, tick_rate: float) -> NDArray[np.int64] | None:
        """int64 [M,2]: noise texels, right and down, that each material has scrolled at a tick; None if none
        scrolls.

        Whole texels: between them every texture would blur, and reading it would cost more.
        """
        if not self.scroll:
            return None
        seconds = float(tick) / tick_rate
        texels = np.floor(self._rates * (noise.TEXELS_PER_TILE * seconds) + 0.5).astype(np.int64)
        return texels % (materials.PERIOD * noise.TEXELS_PER_TILE)

    @cached_property
    def _rates(self) -> NDArray[np.float64]:
        return np.array([self.scroll.get(m, (0.0, 0.0)) for m in MATERIALS])

    def as_learnt(self) -> Theme:
        """The theme without color scale, scroll and guard: what its painter can be compared with."""
        plain = not (self.color_scale or self.scroll or self.legibility)
        return self if plain else replace(self, color_scale={}, scroll={}, legibility=0.0)

    def with_metrics(self, metrics: dict[str, float]) -> Theme:
        return replace(self, metrics=metrics)

    def save(self, folder: Path) -> None:
        """Write the pack. The old one stays whole until the new one is complete."""
        import yaml
        from safetensors.numpy import save

        head = {
            "name": self.name,
            "title": self.title,
            "version": self.version,
            "author": self.author,
            "licence": self.licence,
            "architecture": ARCHITECTURE,
            "strength": dict(self.strength),  # copies: YAML would write one dict used twice as an alias
            **{key: _lists(getattr(self, key)) for key in VECTORS if getattr(self, key)},
            **({"detail": dict(self.detail)} if self.detail else {}),
            "legibility": self.legibility,
            "training": dict(self.training),
            "metrics": dict(self.metrics),
        }
        with atomic_write(folder / HEAD) as text, atomic_write(folder / WEIGHTS) as weights:
            weights.write_bytes(save({n: np.ascontiguousarray(t) for n, t in self.tensors.items()}))
            text.write_text(yaml.safe_dump(head, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _lists(table: dict[str, tuple[float, ...]]) -> dict[str, list[float]]:
    return {material: list(values) for material, values in table.items()}


def theme_title(name: str) -> str:
    """The default title: the name with spaces and capital letters."""
    return re.sub(r"[-_.]+", " ", name).strip().title()


def themes_folder() -> Path:
    """Where the shipped packs are."""
    from reskin import assets

    return Path(next(iter(assets.__path__))) / "themes"


def available_themes() -> list[str]:
    """Names of the shipped themes, in a fixed order."""
    folder = themes_folder()
    return sorted(p.parent.name for p in folder.glob("*/theme.yaml")) if folder.is_dir() else []


def load_theme(name: str | Path) -> Theme:
    """A shipped theme by name, or any pack by the path of its folder. Raises ThemeError.

    Files that did not change are not read again: after an edit of `theme.yaml` the tensors are the same
    object.
    """
    folder = find_theme(name)
    if not _is_file(folder / WEIGHTS):
        raise ThemeError(
            f"{folder}: expected a file {WEIGHTS} beside {HEAD}, found none; copy the whole folder"
        )
    return _load(folder, *((file_stamp(path), content_digest(path)) for path in theme_files(folder)))


def find_theme(name: str | Path) -> Path:
    """The folder of a shipped theme by name, or of any pack by its path. Raises ThemeError."""
    folder = Path(name)
    if not _is_file(folder / HEAD):
        folder = themes_folder() / (str(name) if re.fullmatch(NAME, str(name)) else "no such name")
    if not _is_file(folder / HEAD):
        near = did_you_mean(name, available_themes())
        raise ThemeError(
            f"no theme {str(name)!r:.200}{near}: expected the folder of a pack, or one of "
            f"{', '.join(available_themes()) or 'none installed'}"
        )
    return folder.absolute()  # not resolved: another theme may take a link's place


def theme_files(folder: Path) -> tuple[Path, Path]:
    """A pack's `theme.yaml` and weights."""
    return folder / HEAD, folder / WEIGHTS


def _is_file(path: Path) -> bool:
    """Whether there is a regular file. A folder, pipe or device is none, and could block the reader."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that is too long for this system
        return False


@lru_cache(maxsize=32)
def _load(folder: Path, head_changed: Changed, weights_changed: Changed) -> Theme:
    head = _read_head(folder / HEAD)
    return Theme(tensors=_kept_tensors(folder / WEIGHTS, weights_changed), **head)


@lru_cache(maxsize=32)
def _kept_tensors(path: Path, changed: Changed) -> Tensors:
    return _read_tensors(path)


def _read_head(path: Path) -> dict[str, Any]:
    head = read_yaml(path, LARGEST_HEAD)
    if not isinstance(head, dict):
        raise ThemeError(f"{path}: expected a mapping of fields, found {type(head).__name__}")
    architecture = head.pop("architecture", None)
    if architecture != ARCHITECTURE:
        raise ThemeError(
            f"{path}: architecture must be {ARCHITECTURE!r}, found {yaml_repr(architecture)}; "
            "learn the theme anew"
        )
    for key in TEXTS:
        text = head.get(key)
        if not isinstance(text, str) or not 0 < len(text) <= 200 or not text.isprintable():
            raise ThemeError(f"{path}: {key} must be a short text, found {yaml_repr(text)}")
    if not re.fullmatch(NAME, head["name"]):
        raise ThemeError(
            f"{path}: name must be letters, digits, dots, dashes and underscores, "
            f"found {yaml_repr(head['name'])}"
        )
    for key in TABLES:
        head[key] = _numbers(path, key, {} if head.get(key) is None else head[key])
    for material, strength in head["strength"].items():
        if material not in MATERIAL_INDEX or not 0 <= strength <= 1:
            found = f"{yaml_repr(material)}: {strength!r}{_meant(material)}"
            raise ThemeError(f"{path}: strength must map materials to 0..1, found {found}")
    head["detail"] = _detail(path, head.get("detail"))
    for key in VECTORS:
        head[key] = _vectors(path, key, head)
    head["legibility"] = _legibility(path, head.get("legibility", LEGIBILITY))
    known = (*TEXTS, *TABLES, *VECTORS, *OTHERS)
    unknown = sorted(yaml_repr(key) + did_you_mean(key, known) for key in head.keys() - {*known})
    if unknown:
        raise ThemeError(f"{path}: unknown fields {', '.join(unknown)[:200]}; check their spelling")
    return head


def _numbers(path: Path, key: str, value: Any) -> dict[str, float]:
    good = isinstance(value, dict) and all(isinstance(k, str) and _is_number(v) for k, v in value.items())
    if not good:
        raise ThemeError(f"{path}: {key} must map names to finite numbers, found {yaml_repr(value)}")
    return dict(value)


def _vectors(path: Path, key: str, head: dict[str, Any]) -> dict[str, tuple[float, ...]]:
    """The table `key` of `VECTORS`, taken out of `head`, where it may go by its old name."""
    form, length, least, most = VECTORS[key]
    old = OLD_NAMES[key]
    if key in head and old in head:
        raise ThemeError(f"{path}: {old} is the old name of {key}; expected one of them, found both")
    name = old if old in head else key
    value = head.pop(name, None)
    if value is None:
        return {}
    expected = f"{path}: {name} must map materials to {form} {least:g}..{most:g}"
    if not isinstance(value, dict):
        raise ThemeError(f"{expected}, found {yaml_repr(value)}")
    for material, numbers in value.items():
        good = isinstance(numbers, list) and len(numbers) == length and all(map(_is_number, numbers))
        known = isinstance(material, str) and material in MATERIAL_INDEX
        if not (known and good and all(least <= number <= most for number in numbers)):
            found = f"{yaml_repr(material)}: {yaml_repr(numbers)}{_meant(material)}"
            raise ThemeError(f"{expected}, found {found}")
    return {material: tuple(map(float, numbers)) for material, numbers in value.items()}


def _detail(path: Path, value: Any) -> dict[str, float]:
    """A number for all materials, or a table."""
    if value is None:
        return {}
    table = {EVERY: value} if _is_number(value) else value
    good = isinstance(table, dict) and all(
        isinstance(m, str) and m in (*MATERIALS, EVERY) and _is_number(v) and 0 <= v <= 1
        for m, v in table.items()
    )
    if not good:
        raise ThemeError(
            f"{path}: detail must be a number 0..1, or map materials and {EVERY!r} to such numbers, "
            f"found {yaml_repr(value)}{''.join(map(_meant, table)) if isinstance(table, dict) else ''}"
        )
    return {material: float(number) for material, number in table.items()}


def _legibility(path: Path, value: Any) -> float:
    if not _is_number(value) or not 0 <= value <= GREATEST_LEGIBILITY:
        expected = f"legibility must be a contrast of 0..{GREATEST_LEGIBILITY:g} (CIEDE2000; 0: no guard)"
        raise ThemeError(f"{path}: {expected}, found {yaml_repr(value)}")
    return float(value)


def _meant(material: Any) -> str:
    """The material that a wrong name is most like, for a message; empty if it is a right one."""
    return "" if material in (*MATERIALS, EVERY) else did_you_mean(material, MATERIALS)


def _is_number(value: Any) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return abs(value) < 1e15  # false for a NaN, and without converting an integer of a million digits


def _read_tensors(path: Path) -> Tensors:
    from safetensors.numpy import load

    try:
        size = path.stat().st_size
        tensors = load(path.read_bytes()) if size <= LARGEST_PACK else {}
    except Exception as error:  # safetensors lets any error out for a header that it cannot read
        reason = str(error)[:300] or type(error).__name__
        raise ThemeError(f"{path}: expected a whole safetensors file, but {reason}") from error
    if size > LARGEST_PACK:
        raise ThemeError(f"{path}: expected at most {LARGEST_PACK} bytes, found {size}")
    check_tensors(tensors, str(path))
    return tensors


def pack_theme(network: Network, *, name: str, title: str, training: dict[str, float]) -> Theme:
    """A theme from a trained network, rounded to what a pack holds (see `quantization`). Needs torch."""
    tensors = network.tensors()
    check_tensors(tensors, name)
    return Theme(name=name, title=title, tensors=exact_tensors(tensors), training=training)
