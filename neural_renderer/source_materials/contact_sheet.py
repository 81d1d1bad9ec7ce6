"""A picture of all source images of a game with what was found of each, and the same as plain data.

The images that cover most of the screen come first. Where pixels count for themselves, their materials are
shown beside the image in flat colours.
"""

from __future__ import annotations

import textwrap
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import MATERIALS
from reskin.neural_renderer.features import prototype_colors
from reskin.neural_renderer.from_draws.observation import Judgement, Unit
from reskin.neural_renderer.source_materials.lexicon import HUD
from reskin.neural_renderer.source_materials.pixels import OPAQUE

COLUMNS: Final = 3
ROWS: Final = 24
"""Cells of a page."""
CELL: Final = (440, 132)
"""px, width and height of a cell."""
THUMBNAIL: Final = 112
"""px into which an image is fitted."""

_PAGE, _CELL_COLOR, _CHECKS = (24, 26, 30), (40, 43, 50), ((92, 92, 98), (112, 112, 118))


class Seen(NamedTuple):
    """A unit that was seen. name: for people. share: of all pixels of the run, 0..1. frames: in which it
    was seen."""

    unit: Unit
    name: str
    judgement: Judgement
    share: float
    frames: int

    @property
    def answer(self) -> str:
        """What it is, in a word."""
        if self.judgement.hud:
            return HUD
        if self.judgement.pixels is not None:
            shown = self.judgement.pixels
            if self.unit.image is not None and self.unit.image.shape[:2] == shown.shape:
                shown = shown[self.unit.image[..., 3] > OPAQUE]
            amounts = np.bincount(shown.ravel(), minlength=len(MATERIALS))
            order = [int(m) for m in np.argsort(-amounts, kind="stable") if amounts[m] > 0.02 * amounts.sum()]
            return " + ".join(MATERIALS[m] for m in order[:4])
        return MATERIALS[self.judgement.material] + (
            ", keeps its paint" if self.judgement.keeps_paint else ""
        )


def as_data(seen: list[Seen]) -> list[dict[str, Any]]:
    """The units as plain data for JSON, those that cover most first."""
    return [
        {
            "key": s.unit.key, "name": s.name, "kind": s.unit.kind,
            "width": s.unit.width, "height": s.unit.height,
            "material": s.answer, "hud": s.judgement.hud, "keeps_paint": s.judgement.keeps_paint,
            "sure": round(s.judgement.sure, 3), "why": s.judgement.reason, "by_hand": s.judgement.by_hand,
            "share": round(s.share, 5), "frames": s.frames,
        }
        for s in _in_order(seen)
    ]  # fmt: skip


def contact_sheets(seen: list[Seen], title: str) -> list[NDArray[np.uint8]]:
    """Pages of pictures, uint8 [H,W,4] RGBA, each of at most `ROWS` rows of `COLUMNS` units."""
    ordered = _in_order(seen)
    step = ROWS * COLUMNS
    pages = [ordered[start : start + step] for start in range(0, max(1, len(ordered)), step)]
    return [
        _page(page, title if len(pages) == 1 else f"{title}, page {number} of {len(pages)}")
        for number, page in enumerate(pages, 1)
    ]


def _in_order(seen: list[Seen]) -> list[Seen]:
    return sorted(seen, key=lambda s: (-s.share, s.unit.key))


def _page(seen: list[Seen], title: str) -> NDArray[np.uint8]:
    import pygame

    pygame.font.init()
    fonts = pygame.font.Font(None, 26), pygame.font.Font(None, 19)
    width, height = CELL
    rows = -(-len(seen) // COLUMNS)
    page = pygame.Surface((COLUMNS * width + 8, rows * height + 44))
    page.fill(_PAGE)
    page.blit(fonts[0].render(title, True, (255, 255, 255)), (12, 12))
    for number, one in enumerate(seen):
        x, y = 4 + number % COLUMNS * width, 40 + number // COLUMNS * height
        pygame.draw.rect(page, _CELL_COLOR, (x + 2, y + 2, width - 4, height - 4), border_radius=5)
        left = x + 10
        for picture in _pictures(one):
            image = pygame.image.frombuffer(picture.tobytes(), picture.shape[1::-1], "RGB")
            page.blit(image, (left, y + (height - picture.shape[0]) // 2))
            left += picture.shape[1] + 6
        _write(page, fonts, one, left + 4, y + 10, x + width - 10)
    data = pygame.image.tobytes(page, "RGBA")
    return np.frombuffer(data, np.uint8).reshape(page.get_height(), page.get_width(), 4)


def _write(page: Any, fonts: tuple[Any, Any], one: Seen, x: int, y: int, right: int) -> None:
    """The words of a cell."""
    large, small = fonts
    sure = one.judgement.sure
    color = (150, 220, 150) if sure >= 0.65 else (240, 210, 120) if sure >= 0.5 else (255, 150, 130)
    columns = max(8, (right - x) // 7)
    page.blit(large.render(one.answer[: (right - x) // 9], True, color), (x, y))
    by = "written by hand" if one.judgement.by_hand else f"{sure:.0%} sure"
    told = f"{by}, {one.share:.2%} of the picture, {one.unit.width}x{one.unit.height}"
    lines = textwrap.wrap(told, columns)[:2] + textwrap.wrap(one.judgement.reason, columns)[:2]
    name = one.name or one.unit.kind
    lines.append(name if len(name) <= columns else f"...{name[3 - columns :]}")
    for number, line in enumerate(lines):
        shade = (210, 210, 215) if number < len(lines) - 1 else (150, 170, 210)
        page.blit(small.render(line, True, shade), (x, y + 26 + 18 * number))


def _pictures(one: Seen) -> list[NDArray[np.uint8]]:
    """The image over a chequered ground, and its materials if it has several; uint8 [h,w,3] RGB."""
    image = one.unit.image
    if image is None:
        color = one.unit.color or (255, 0, 255, 255)
        return [np.full((THUMBNAIL // 2, THUMBNAIL // 2, 3), color[:3], np.uint8)]
    pictures = [_fit(image)]
    pixels = one.judgement.pixels
    if pixels is not None and not one.judgement.hud and pixels.shape == image.shape[:2]:
        flat = np.concatenate([prototype_colors()[pixels].astype(np.uint8), image[..., 3:]], -1)
        pictures.append(_fit(flat))
    return pictures


def _fit(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An RGBA image at a size that fits: enlarged by a whole factor, or made smaller by the nearest
    pixels."""
    height, width = image.shape[:2]
    factor = THUMBNAIL / max(height, width)
    factor = float(int(factor)) if factor >= 1 else factor
    rows = np.minimum((np.arange(max(1, int(height * factor))) / factor).astype(int), height - 1)
    columns = np.minimum((np.arange(max(1, int(width * factor))) / factor).astype(int), width - 1)
    large = image[rows[:, None], columns]
    y, x = np.indices(large.shape[:2]) // 8
    ground = np.where(((x + y) % 2)[..., None], *(np.array(color, np.float32) for color in _CHECKS))
    alpha = large[..., 3:].astype(np.float32) / 255
    fitted: NDArray[np.uint8] = (large[..., :3] * alpha + ground * (1 - alpha)).astype(np.uint8)
    return fitted
