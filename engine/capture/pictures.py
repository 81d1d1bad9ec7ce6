"""Finished pictures: saved, fitted to a size, joined by a wipe, laid out as a sheet. And the showcase, which
says when each theme is shown.

A picture is uint8 [H,W,4] in a frame's layout. Read next: `engine.capture.record`.
"""

from __future__ import annotations

import io
from binascii import crc32
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.atomic_write import atomic_write
from reskin.engine.errors import LoopError
from reskin.engine.frame import Layout, to_rgb
from reskin.engine.outputs import why_not_replace

Picture = NDArray[np.uint8]

GAP = 4
"""Pixels between the pictures of a sheet."""
ACROSS = 4
"""Columns of a sheet side by side, at most."""


_PNG_HEAD: Final = 8 + 25
"""Bytes of a PNG's signature and its first chunk, IHDR."""
_SRGB: Final = b"sRGB\0"
"""The chunk that says that the colours are sRGB, meant to be seen (PNG, 11.3.2.5)."""


def png_of(rgb: NDArray[np.uint8]) -> bytes:
    """A PNG of an RGB picture, uint8 [H,W,3]. It says that its colours are sRGB."""
    import pygame

    file = io.BytesIO()
    rgb = np.ascontiguousarray(rgb)
    pygame.image.save(pygame.image.frombuffer(rgb.data, rgb.shape[1::-1], "RGB"), file, ".png")
    data = file.getvalue()
    chunk = (len(_SRGB) - 4).to_bytes(4, "big") + _SRGB + crc32(_SRGB).to_bytes(4, "big")
    return data[:_PNG_HEAD] + chunk + data[_PNG_HEAD:]


def write_png(path: str | Path, picture: Picture, layout: Layout) -> None:
    """Write a picture as RGB, without its fourth channel. Raises LoopError if it cannot be written."""
    try:
        Path(path).write_bytes(png_of(to_rgb(picture, layout)))
    except OSError as error:
        raise LoopError(f"cannot write {path}: {error.strerror}; name another place") from error


def save_png(path: str | Path, picture: Picture, layout: Layout) -> Path:
    """As `write_png`, but under a temporary name first. The folder is made if it is missing. Gives `path`.

    Raises LoopError too if another kind of file has that name.
    """
    path = Path(path)
    if refusal := why_not_replace(path, ".png"):
        raise LoopError(refusal)
    try:
        with atomic_write(path) as partial:
            write_png(partial, picture, layout)
    except OSError as error:
        raise LoopError(f"cannot write {path}: {error.strerror}; name another place") from error
    return path


def fit_picture(picture: Picture, width: int, height: int) -> Picture:
    """The picture at another size, by the nearest pixels, contiguous; itself if it has that size and is.

    A size of one row or column less, as codecs want for an even number, crops instead.
    """
    if picture.shape[:2] != (height, width):
        rows = np.arange(height) * picture.shape[0] // height
        columns = np.arange(width) * picture.shape[1] // width
        picture = picture[rows[:, None], columns] if _shrinks(picture, width, height) else picture
        picture = picture[:height, :width]
    return np.ascontiguousarray(picture)


def _shrinks(picture: Picture, width: int, height: int) -> bool:
    """Whether sizes differ by more than the odd row or column that a codec refuses."""
    return picture.shape[0] - height not in (0, 1) or picture.shape[1] - width not in (0, 1)


def wipe(plain: Picture, restyled: Picture, edge: int) -> Picture:
    """The plain picture left of column `edge`, the restyled one right of it, a white line between."""
    width = plain.shape[1]
    edge = min(max(edge, 0), width)
    picture = restyled.copy()
    picture[:, :edge] = plain[:, :edge]
    if 0 < edge < width:
        picture[:, max(edge - 1, 0) : edge + 1] = 255
    return picture


def sheet(columns: Sequence[Sequence[Picture]]) -> Picture:
    """Columns of pictures, each from the top down, side by side with white gaps; after `ACROSS` columns the
    next ones are placed below. All pictures get the size of the first."""
    if not columns or not columns[0]:
        raise LoopError("a sheet needs at least one picture")
    height, width = (size + GAP for size in columns[0][0].shape[:2])
    rows, across = max(map(len, columns)), min(len(columns), ACROSS)
    down = rows * -(-len(columns) // across)
    page = np.full((down * height - GAP, across * width - GAP, 4), 255, np.uint8)
    for number, column in enumerate(columns):
        for row, picture in enumerate(column):
            top, left = (number // across * rows + row) * height, number % across * width
            page[top : top + height - GAP, left : left + width - GAP] = fit_picture(
                picture, width - GAP, height - GAP
            )
    return page


@dataclass(frozen=True)
class Showcase:
    """Every theme in turn, for `each` frames. Its first `hold` frames are plain; in the next `sweep` frames
    a line moves across the picture and uncovers the theme.
    """

    themes: tuple[str, ...]
    each: int = 150
    sweep: int = 50
    hold: int = 15

    @classmethod
    def of(cls, themes: Sequence[str], frames: int, rate: int = 60) -> Showcase:
        """About 2.5 s for each theme, and at most `frames` in all; `rate` is in ticks a second."""
        each = max(min(rate * 5 // 2, frames // max(len(themes), 1)), 1)
        return cls(tuple(themes), each, sweep=each // 3, hold=each // 10)

    def theme(self, frame: int) -> str:
        """The theme that a frame shows; after the last theme it stays."""
        return self.themes[min(frame // self.each, len(self.themes) - 1)]

    def edge(self, frame: int, width: int) -> int:
        """The column up to which a frame is plain: from `width` at first down to 0."""
        if frame >= self.each * len(self.themes):
            return 0
        progress = min(max(frame % self.each - self.hold, 0), self.sweep)
        return width - width * progress // max(self.sweep, 1)
