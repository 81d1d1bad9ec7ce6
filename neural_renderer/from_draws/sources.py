"""The sources that a game has told of: where their pixels lie, what they look like, and their units.

Each source has a slot: a row in arrays, so that thousands of draws are looked up at once. Pixels lie in one
pool, packed; beside them, at the same index, the look of each pixel: material in the low byte, detail in the
high one. Read next: `units`, which names what has one material.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS, THINGS, material_index
from reskin.kernels.channels.reference import TERRAIN, THING
from reskin.kernels.raster.reference import SOLID
from reskin.kernels.simd.contiguous import unpacked_pixels
from reskin.neural_renderer import shade
from reskin.neural_renderer.from_draws.messages import Source
from reskin.neural_renderer.from_draws.observation import Judgement, KnowsMaterials, Unit
from reskin.neural_renderer.from_draws.units import Units, flips_of, is_upright, layer_below, untransformed

IMAGE, FLAT, SHAPE, NESTED = range(4)
"""How a source is drawn: from its pixels; as a rectangle of one colour; by `pygame.draw`; as a layer."""
FILLED: Final = ("fill", "rect")
KEEP: Final = 0
"""The detail of a pixel that keeps its paint."""
PLAIN: Final = 128
UNKNOWN: Final = material_index("unknown")
THING_MATERIALS: Final = np.array(
    [name in THINGS for name in MATERIALS] + [False] * (256 - len(MATERIALS))
)
"""bool [256]: which materials are things."""
POOL_LIMIT: Final = 1 << 25
"""Most pixels in the pool, 200 MB; then it is emptied."""
LOOSE: Final = 128
"""How many slots must be loose (see `Sources`) before those that nobody sees are freed."""
LEAST_WASTE: Final = 1 << 18
"""Least number of wasted pixels for which the pool is compacted."""
_COLUMNS: Final = {
    "start": np.int64, "width": np.int32, "height": np.int32, "unit": np.int32, "color": np.uint32,
    "mode": np.uint8, "solid": np.bool_, "soft": np.bool_, "veil": np.bool_, "flips": np.uint8,
    "ready": np.bool_, "look": np.uint16, "hud": np.bool_, "looked": np.bool_,
    "blank": np.bool_, "dark": np.uint8, "dark_kind": np.uint8, "kinds": np.uint8, "upright": np.bool_,
}  # fmt: skip


class Sources:
    """Sources by number, and their slots. Slot 0 stands for a source that was never told of.

    start int64: of its pixels in `pixels` uint32 and `looks` uint16; -1 for none. color uint32: of a shape,
    or the mean, packed. solid: no pixel is transparent. soft: many pixels are nearly transparent. veil: it is
    translucent all over, as night and fog are. dark: how much darker its pixels of material dark_kind are
    than such usually are, 0..255; see `shade`. upright: see `units.is_upright`. flips: 1 mirrored in x, plus
    2 in y. unit: -1 until it is known. look uint16, hud: from the unit's judgement, see `judge`. kinds: as
    of `kernels.channels`.
    """

    start: NDArray[np.int64]
    width: NDArray[np.int32]
    height: NDArray[np.int32]
    unit: NDArray[np.int32]
    color: NDArray[np.uint32]
    mode: NDArray[np.uint8]
    solid: NDArray[np.bool_]
    soft: NDArray[np.bool_]
    veil: NDArray[np.bool_]
    flips: NDArray[np.uint8]
    ready: NDArray[np.bool_]
    look: NDArray[np.uint16]
    hud: NDArray[np.bool_]
    looked: NDArray[np.bool_]
    blank: NDArray[np.bool_]
    dark: NDArray[np.uint8]
    dark_kind: NDArray[np.uint8]
    upright: NDArray[np.bool_]
    kinds: NDArray[np.uint8]

    def __init__(self, materials: KnowsMaterials) -> None:
        self.materials = materials
        self.units = Units()
        self.told: dict[int, Source] = {}
        self.by_slot: list[Source | None] = [None]
        self.by_number = np.zeros(1024, np.int32)
        """The slot of each source; 0 of one that is not known."""
        for name, kind in _COLUMNS.items():
            setattr(self, name, np.zeros(1024, kind))
        self.pixels = np.zeros(1 << 18, np.uint32)
        self.looks = np.zeros(1 << 18, np.uint16)
        self._used = self._wasted = 0
        """Pixels of the pool that were given out, and those of them that nothing needs any more."""
        self.start[0] = self.unit[0] = -1
        self._judged: dict[int, Judgement] = {}
        self._changed: set[int] = set()
        """Slots whose source got another image than its unit has."""
        self.restarts = 0
        """How often all pixels were forgotten."""
        self._loose: list[int] = []
        """Loose slots: they will not be drawn again, but may still be seen."""
        self._free: list[int] = []
        self._collect_at = LOOSE
        self.unit_of_layer: Callable[[int, int], int] = lambda content, length: -1
        """The unit of a layer, by minus its number and its length; -1 if it has none."""

    def learn(self, sources: tuple[Source, ...]) -> None:
        """Take in what a message tells. A source that is told again may have got another image."""
        for source in sources:
            known = self.told.get(source.number)
            self.told[source.number] = source
            if known is None:
                self._add(source)
            elif known.image != source.image:
                slot = int(self.by_number[source.number])
                self.by_slot[slot] = source
                self.ready[slot] = self.looked[slot] = False
                if known.image:
                    self._changed.add(slot)

    def forget(self, numbers: tuple[int, ...]) -> None:
        """Forget sources that will not be named again; their slots may still be seen."""
        for number in numbers:
            if self.told.pop(number, None) is not None:
                self._loose.append(int(self.by_number[number]))
                self.by_number[number] = 0

    def release(self, slots: list[int]) -> None:
        """Say that slots of `add_image` will not be drawn again."""
        self._loose += slots

    def collect(self, tables: Callable[[], Iterable[NDArray[np.int32]]]) -> None:
        """Use slots and pixels again that nobody can see any more. Between two frames.

        tables: gives the slots that are in use, int32 [n], of each surface.
        """
        if len(self._loose) < self._collect_at:
            return
        used = np.zeros(len(self.by_slot), bool)
        for slots in tables():
            used[slots] = True
        for slot in self._loose:
            if not used[slot]:
                self._wasted += self._size(slot)
                self.start[slot], self.by_slot[slot] = -1, None
                self._free.append(slot)
        self._loose = [slot for slot in self._loose if used[slot]]
        self._collect_at = len(self._loose) + LOOSE
        if self._wasted > max(self._used - self._wasted, LEAST_WASTE):
            self._compact()

    def _size(self, slot: int) -> int:
        return int(self.width[slot]) * int(self.height[slot]) if self.start[slot] >= 0 else 0

    def _compact(self) -> None:
        """Move all pixels together, in new arrays that may be smaller."""
        slots = np.flatnonzero(self.start[: len(self.by_slot)] >= 0)
        sizes = self.width[slots].astype(np.int64) * self.height[slots]
        total, room = int(sizes.sum()), len(self.pixels)
        while room > 1 << 18 and room > 4 * total:
            room //= 2
        pixels, looks = np.zeros(room, np.uint32), np.zeros(room, np.uint16)
        at = 0
        for slot, size in zip(slots.tolist(), sizes.tolist(), strict=True):
            start = int(self.start[slot])
            pixels[at : at + size] = self.pixels[start : start + size]
            looks[at : at + size] = self.looks[start : start + size]
            self.start[slot] = at
            at += size
        self.pixels, self.looks, self._used, self._wasted = pixels, looks, at, 0

    def add_image(self, pixels: NDArray[np.uint32], unit: int, flips: int) -> int:
        """The slot of an image that has no source: uint32 [h,w] packed RGBA. To be released."""
        height, width = pixels.shape
        slot = self._new_slot(Source(0, "composed", None, width, height, 0, 0, b""))
        self.width[slot], self.height[slot], self.flips[slot] = width, height, flips
        self._store(slot, unpacked_pixels(pixels))
        self.unit[slot], self.ready[slot] = unit, True
        self.judge(np.array([slot], np.int32))
        return slot

    def _new_slot(self, source: Source) -> int:
        if self._free:
            slot = self._free.pop()
            self.by_slot[slot] = source
            self._changed.discard(slot)
            for name in _COLUMNS:
                getattr(self, name)[slot] = 0
        else:
            slot = len(self.by_slot)
            self.by_slot.append(source)
            if slot >= len(self.start):
                for name in _COLUMNS:
                    old = getattr(self, name)
                    setattr(self, name, np.concatenate([old, np.zeros_like(old)]))
        self.start[slot] = self.unit[slot] = -1
        return slot

    def _add(self, source: Source) -> None:
        slot = self._new_slot(source)
        if source.number >= len(self.by_number):
            size = max(2 * len(self.by_number), source.number + 1)
            self.by_number = np.concatenate([self.by_number, np.zeros(size - len(self.by_number), np.int32)])
        self.by_number[source.number] = slot
        self.width[slot], self.height[slot] = source.width, source.height
        self.flips[slot] = flips_of(source, self.told)
        self.upright[slot] = is_upright(source, self.told)
        if source.kind == "shape":
            name, color = str(source.detail[0]), packed_color(source.detail[1])
            self.mode[slot] = FLAT if name in FILLED else SHAPE
            self.color[slot] = color
            self.solid[slot] = color >> 24 == 255
        elif source.kind == "blank":
            self.mode[slot], self.color[slot] = FLAT, 0xFF000000
            self.blank[slot] = source.detail != "opaque"
        elif not source.image and layer_below(source, self.told):
            self.mode[slot] = NESTED

    def slots(self, numbers: NDArray[np.int32]) -> NDArray[np.int32]:
        """The slots of sources by number, int32 [n]; 0 where unknown. Negative numbers give 0."""
        known = (numbers > 0) & (numbers < len(self.by_number))
        found: NDArray[np.int32] = self.by_number[np.where(known, numbers, 0)]
        return found

    def slot(self, number: int) -> int:
        """The slot of one source; 0 where unknown, or for a negative number."""
        return int(self.by_number[number]) if 0 < number < len(self.by_number) else 0

    def prepare(self, slots: NDArray[np.int32], images: Mapping[bytes, NDArray[np.uint8]]) -> None:
        """Fetch what is still missing of slots that are drawn now: their pixels, their unit, their look."""
        for slot in _once(slots[~self.ready[slots]]):
            source = self.by_slot[slot]
            if source is None:
                continue
            image = images.get(source.image) if source.image else None
            if source.image and image is None:
                continue  # it is on its way; until then a box that keeps its paint
            if image is not None:
                self._store(slot, image)
            self.unit[slot] = self._unit(source, image, slot in self._changed)
            self._changed.discard(slot)
            self.ready[slot] = True
        self.judge(slots)

    def _unit(self, source: Source, image: NDArray[np.uint8] | None, changed: bool) -> int:
        origin = untransformed(source, self.told)
        if origin.kind == "transform" and origin.parent < 0:  # a composed surface that was turned
            unit = self.unit_of_layer(origin.parent, origin.parent_length)
            if unit >= 0:
                return unit
        return self.units.of(source, self.told, image, changed)

    def _store(self, slot: int, image: NDArray[np.uint8]) -> None:
        """Put an image uint8 [h,w,4] RGBA into the pool; one that was sent smaller is enlarged."""
        height, width = int(self.height[slot]), int(self.width[slot])
        if image.shape[:2] != (height, width):
            rows, columns = np.arange(height) * image.shape[0], np.arange(width) * image.shape[1]
            image = image[rows[:, None] // height, columns[None] // width]
        size = height * width
        self._wasted += self._size(slot)
        if self._used + size > POOL_LIMIT:
            self._restart_pool()
        while self._used + size > len(self.pixels):
            self.pixels = np.concatenate([self.pixels, np.zeros_like(self.pixels)])
            self.looks = np.concatenate([self.looks, np.zeros_like(self.looks)])
        self.pixels[self._used : self._used + size] = np.ascontiguousarray(image).view(np.uint32).ravel()
        self.start[slot], self._used = self._used, self._used + size
        alpha = image[..., 3]
        seen = alpha > SOLID
        self.solid[slot] = bool((alpha >= 250).all())
        if not self.solid[slot]:
            faint = np.count_nonzero((alpha > 0) & ~seen)
            self.soft[slot] = faint > 0.1 * size
            self.veil[slot] = np.count_nonzero((alpha > 0) & (alpha < 250)) > 0.5 * size
        shown = image[seen] if seen.any() else image.reshape(-1, 4)
        self.color[slot] = packed_color((*shown[:, :3].mean(0).round().astype(int).tolist(), 255))

    def _restart_pool(self) -> None:
        """Forget all pixels; those still drawn are fetched again."""
        kept = (self.mode == FLAT) | (self.mode == SHAPE)
        self.start[:], self._used, self._wasted = -1, 0, 0
        self.restarts += 1
        self.ready &= kept
        self.looked &= kept

    def judge(self, slots: NDArray[np.int32]) -> bool:
        """Bring the looks of slots that are drawn now up to date. Gives True if what is HUD changed."""
        changed = False
        for slot in _once(slots[~self.looked[slots] & self.ready[slots]]):
            unit = int(self.unit[slot])
            judgement = self._judged.get(unit)
            if judgement is None:
                judgement = self._judged[unit] = self.materials.judgement(self.units.list[unit])
            changed |= bool(self.hud[slot]) != judgement.hud
            self.hud[slot] = judgement.hud
            self._look(slot, self.units.list[unit], judgement)
            self.looked[slot] = True
        return changed

    def judge_again(self) -> None:
        """Say that judgements may have changed."""
        self._judged.clear()
        self.looked[:] = False

    def _look(self, slot: int, unit: Unit, judgement: Judgement) -> None:
        kept = judgement.keeps_paint or judgement.material == UNKNOWN
        self.look[slot] = judgement.material | (KEEP if kept else PLAIN) << 8
        start, width, height = int(self.start[slot]), int(self.width[slot]), int(self.height[slot])
        self.kinds[slot] = THING if THING_MATERIALS[judgement.material] else TERRAIN
        if start < 0:
            if self.mode[slot] == IMAGE:  # its pixels are not known yet, and a face would fill its whole box
                self.look[slot] = UNKNOWN | KEEP << 8
                self.kinds[slot] = TERRAIN
            color = np.full((1, 1), self.color[slot], np.uint32)
            kind = np.full((1, 1), self.look[slot] & 255, np.uint8)
            self.dark[slot], self.dark_kind[slot] = shade.darkness(color, kind)
            return
        pixels = self.pixels[start : start + width * height].reshape(height, width)
        material = np.full((height, width), judgement.material, np.uint8)
        if judgement.pixels is not None:
            image = unpacked_pixels(pixels)
            same = unit.image is not None and image.shape == unit.image.shape and (image == unit.image).all()
            material = judgement.pixels if same else self.materials.of_pixels(unit, image)
            things = THING_MATERIALS[material]
            self.kinds[slot] |= (THING if things.any() else 0) | (0 if things.all() else TERRAIN)
        if judgement.keeps_paint:
            detail = np.full((height, width), KEEP, np.uint8)
        else:
            strength = 1.0 if judgement.detail is None else judgement.detail
            detail = detail_of(pixels, material, strength)
            detail[material == UNKNOWN] = KEEP
        self.dark[slot], self.dark_kind[slot] = shade.darkness(pixels, material)
        self.looks[start : start + width * height] = (material | detail.astype(np.uint16) << 8).ravel()


def _once(slots: NDArray[np.int32]) -> list[int]:
    found: list[int] = np.unique(slots).tolist() if len(slots) else []
    return found


def detail_of(
    pixels: NDArray[np.uint32], material: NDArray[np.uint8], strength: float = 1.0
) -> NDArray[np.uint8]:
    """`Frame.detail` of a source: uint8 [h,w], never `KEEP`.

    pixels uint32 [h,w] packed RGBA; material uint8 [h,w]. strength: a factor on its logarithm.
    """
    red, green, blue = (pixels & 255), (pixels >> 8 & 255), (pixels >> 16 & 255)
    level = (shade.luminance(red, green, blue) >> 8).astype(np.float32)
    seen = pixels >> 24 > SOLID
    count = np.bincount(material[seen], minlength=256)
    total = np.bincount(material[seen], level[seen], minlength=256)
    mean = np.maximum(total / np.maximum(count, 1), 1).astype(np.float32)
    ratio = np.maximum(level, 0.5) / mean[material]
    found: NDArray[np.uint8] = np.clip(
        np.rint(PLAIN + 32 * strength * np.log2(ratio)), 1, 255
    ).astype(np.uint8)
    return found


def packed_color(color: object) -> int:
    """Red, green, blue and alpha as one number, red in the low byte; mid grey for what is no colour."""
    try:
        red, green, blue, alpha = (int(value) & 255 for value in color)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return 0xFF808080
    return red | green << 8 | blue << 16 | alpha << 24
