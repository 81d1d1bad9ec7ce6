"""Units: what has one material, named by a key that is the same in every run.

A key hashes how a unit was made: a file by the hash of its content, a cut by its rectangle, a text by its
font and colour, a shape by its name and colour. What was made by bytes or composed is known by the hash of
its pixels. Numbers of objects never enter a key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.neural_renderer.from_draws.messages import Source
from reskin.neural_renderer.from_draws.observation import Unit

MOST: Final = 2048
"""Units of one run. A game that makes a new image in every frame would fill any table: beyond this number,
all new images of one kind and size that were made of bytes or by composing are one unit."""
_SCALES: Final = ("scale", "smoothscale", "scale_by", "smoothscale_by", "scale2x")
_ANONYMOUS: Final = ("bytes", "composed", "blank")


class Units:
    """The units of one run, in the order in which they were first drawn; `list` only grows.

    `renewed` are indices of units that got their image, or another one, since it was taken last.
    """

    def __init__(self) -> None:
        self.list: list[Unit] = []
        self.renewed: list[int] = []
        self._numbers: dict[str, int] = {}

    def of(
        self, source: Source, told: Mapping[int, Source], image: NDArray[np.uint8] | None, other: bool = False
    ) -> int:
        """The index of a source's unit. image: its pixels, uint8 [H,W,4] RGBA, None if it has none.

        other: the source had another image before, as of a sheet whose colour key was set late.
        """
        origin = untransformed(source, told)
        key = key_of(origin, told, source.image)
        if origin.kind in _ANONYMOUS and key not in self._numbers and len(self.list) >= MOST:
            key = _hash("many", origin.kind, origin.width, origin.height)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.list)
            self.list.append(_unit(key, source, origin, told, image))
        elif image is not None and (other or self.list[found].image is None):
            height, width = image.shape[:2]
            self.list[found] = replace(self.list[found], image=image.copy(), width=width, height=height)
            self.renewed.append(found)
        return found

    def add(self, unit: Unit) -> int:
        """The index of a unit that has no source of its own; one with the same key stays as it is."""
        key = unit.key
        if key not in self._numbers and len(self.list) >= MOST:
            key = _hash("many", unit.kind, unit.width, unit.height)
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.list)
            self.list.append(replace(unit, key=key))
        return found


def _unit(
    key: str, source: Source, origin: Source, told: Mapping[int, Source], image: NDArray[np.uint8] | None
) -> Unit:
    name, cut, scale = "", None, source.width / max(origin.width, 1)
    parent: Source | None = origin
    if origin.kind == "cut":
        parent = told.get(origin.parent)
        inner = untransformed(parent, told) if parent is not None else None
        if parent is not None and inner is not None and _only_scaled(parent, told):
            cut, scale = _scaled_back(origin, parent, inner), scale * parent.width / max(inner.width, 1)
        parent = inner
    if parent is not None and parent.kind == "file":
        name = str(parent.detail[0])
    else:
        cut = None
    color = None
    if origin.kind == "shape" and isinstance(origin.detail[1], tuple | list):
        red, green, blue, alpha = (int(value) for value in origin.detail[1])
        color = (red, green, blue, alpha)
    elif origin.kind == "blank" and origin.detail == "opaque":
        color = (0, 0, 0, 255)
    text = str(origin.detail[0]) if origin.kind == "text" else ""
    height, width = (origin.height, origin.width) if image is None else image.shape[:2]
    picture = None if image is None else image.copy()
    return Unit(key, origin.kind, name, cut, width, height, picture, color, text, scale)


def composed_unit(
    parts: list[tuple[Unit, int]],
    size: int,
    image: NDArray[np.uint8],
    texts: list[str],
    cuts: Sequence[tuple[str | int, ...]] = (),
) -> Unit:
    """The unit of what was composed of parts, each with the pixels that it was drawn on.

    Its key comes from theirs, so that one that moves its arms stays one unit, and from `cuts`, which parts of
    sheets they are: each a key and a rectangle. It is named after a part that was drawn on at least half of
    its `size`, in pixels.
    """
    height, width = image.shape[:2]
    key = _hash("composed", width, height, sorted({part.key for part, _ in parts}), *sorted(set(cuts)))
    named = [(area, part.name) for part, area in parts if part.name and 2 * area >= size]
    name = max(named)[1] if named else ""
    return Unit(key, "composed", name, None, width, height, image.copy(), None, " ".join(texts))


def cut_unit(whole: Unit, cut: tuple[int, int, int, int], image: NDArray[np.uint8]) -> Unit:
    """The unit of a part of a composed surface: x, y, width, height."""
    x, y = (cut[0] + whole.cut[0], cut[1] + whole.cut[1]) if whole.cut else cut[:2]
    key = _hash("cut", whole.key, *cut)
    place = (x, y, *cut[2:]) if whole.name else None
    return Unit(key, "cut", whole.name, place, cut[2], cut[3], image.copy())


def untransformed(source: Source, told: Mapping[int, Source]) -> Source:
    """The source with its flips, rotations and scalings taken off."""
    while source.kind == "transform" and source.parent > 0 and source.parent in told:
        source = told[source.parent]
    return source


def is_upright(source: Source, told: Mapping[int, Source]) -> bool:
    """Whether a source is an image as it is, flipped or scaled. Where such changes its size, it is scaled
    anew; a rotated one, or a text, has other pixels then."""
    while source.kind == "transform" or source.kind == "cut":
        if source.kind == "transform" and _transform(source) not in (*_SCALES, "flip", "copied"):
            return False
        if source.parent not in told:
            return False
        source = told[source.parent]
    return source.kind in ("file", "bytes")


def layer_below(source: Source, told: Mapping[int, Source]) -> bool:
    """Whether a source shows a layer, cut, scaled or flipped. One that is rotated has pixels of its own."""
    followed = (*_SCALES, "flip")
    while source.kind == "cut" or (source.kind == "transform" and _transform(source) in followed):
        if source.parent < 0:
            return True
        if source.parent not in told:
            return False
        source = told[source.parent]
    return False


def flips_of(source: Source, told: Mapping[int, Source]) -> int:
    """1 if a source is mirrored in x, plus 2 if in y."""
    flips = 0
    while source.kind in ("transform", "cut"):
        flips ^= flip_of(source)
        if source.parent not in told:
            break
        source = told[source.parent]
    return flips


def flip_of(source: Source) -> int:
    """What one transformation mirrors: 1 for x, plus 2 for y."""
    if source.kind != "transform" or _transform(source) != "flip":
        return 0
    given, named = list(source.detail[1]), dict(_pairs(source.detail[2]))
    x = given[0] if given else named.get("flip_x", False)
    y = given[1] if len(given) > 1 else named.get("flip_y", False)
    return (1 if x else 0) | (2 if y else 0)


def _pairs(named: Any) -> Any:
    return named.items() if isinstance(named, dict) else named


def key_of(source: Source, told: Mapping[int, Source], image: bytes = b"") -> str:
    """The key of a unit, 32 hexadecimal digits. image: the hash of its pixels, if it has no better name."""
    if source.kind == "file":
        return _hash("file", str(source.detail[1]))
    if source.kind == "cut":
        parent = told.get(source.parent)
        if parent is not None:
            if _only_scaled(parent, told):
                below = untransformed(parent, told)
                return _hash("cut", key_of(below, told, image), *_scaled_back(source, parent, below))
            inner = key_of(untransformed(parent, told), told, image)
            return _hash("cut", inner, _chain(parent, told), source.detail)
    if source.kind == "text":
        return _hash("text", *source.detail[1:3])  # the score is one unit, whatever it says
    if source.kind == "shape":
        color = source.detail[1]
        coarse = tuple(int(v) >> 3 for v in color) if isinstance(color, tuple | list) else str(color)
        return _hash("shape", source.detail[0], coarse)  # a colour that fades is no new unit each time
    if source.kind == "blank" and source.detail is not None:
        return _hash("blank", source.detail, source.width, source.height)
    return _hash(source.kind, image.hex() or (source.width, source.height))


def _only_scaled(source: Source, told: Mapping[int, Source]) -> bool:
    """Whether nothing but its scale was changed since its unit."""
    while source.kind == "transform":
        if _transform(source) not in _SCALES or source.parent not in told:
            return False
        source = told[source.parent]
    return True


def _scaled_back(cut: Source, parent: Source, inner: Source) -> tuple[int, int, int, int]:
    """A cut of a scaled image, in pixels of the image before that."""
    x, y, width, height = (int(value) for value in cut.detail)
    across, down = inner.width / max(parent.width, 1), inner.height / max(parent.height, 1)
    return round(x * across), round(y * down), max(round(width * across), 1), max(round(height * down), 1)


def _chain(source: Source, told: Mapping[int, Source]) -> list[Any]:
    """The transformations on a source, the last first."""
    found = []
    while source.kind == "transform":
        found.append(_listed(source.detail))
        if source.parent not in told:
            break
        source = told[source.parent]
    return found


def _transform(source: Source) -> str:
    return str(source.detail[0])


def _listed(value: Any) -> Any:
    """Tuples and lists alike, as one may become the other on its way between two processes."""
    return [_listed(part) for part in value] if isinstance(value, tuple | list) else value


def _hash(*parts: object) -> str:
    return hashlib.blake2b(repr(_listed(parts)).encode(), digest_size=16).hexdigest()
