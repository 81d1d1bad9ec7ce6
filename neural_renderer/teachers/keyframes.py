"""Keyframes: frames of a game in a folder, to be painted over by hand.

    01.png           the plain picture, to paint over
    01.painted.png   the painted picture, which the artist adds
    01.npz           the channels of the frame, with a checksum; never edited

`write_keyframes` makes the folder and `read_keyframes` reads it, with an error for each mistake that an
artist may make. The files hold plain arrays, and nothing in them is executed. `keyframe_choice` chooses the
frames, `keyframe_checks` checks that a painting lies on its frame, and `keyframe_lesson` is the lesson.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from reskin.engine.atomic_write import atomic_write
from reskin.engine.capture.picture_file import read_picture_file
from reskin.engine.capture.pictures import save_png
from reskin.engine.errors import FrameError, PictureError
from reskin.engine.frame import MATERIALS, Frame
from reskin.neural_renderer.errors import KeyframeError

LARGEST: Final = 64 * 1024 * 1024
"""Bytes. A larger file is refused before it is read."""
MOST: Final = 10
"""Keyframes in a folder."""
LEAST: Final = 128
"""Pixels along each side of a frame: the size of a crop in training."""
GUIDE: Final = "README.txt"
_CHANNELS: Final = ("color", "material", "identity", "motion", "anchor")
_ATTRIBUTES: Final = ("tick", "tile", "layout")


@dataclass(frozen=True, eq=False)
class Keyframe:
    """A frame and its painting, uint8 [H,W,3] RGB. `name` is that of the files, such as "01"."""

    name: str
    frame: Frame
    painted: NDArray[np.uint8]


def write_keyframes(folder: Path, frames: Sequence[Frame], guide: str) -> None:
    """Write frames, which must have all channels of `_CHANNELS`, and a guide for the artist.

    Raises KeyframeError if the folder has keyframes already, because they may be painted.
    """
    if present := sorted(folder.glob("[0-9]*.npz")):
        raise KeyframeError(f"{folder} has keyframes already ({present[0].name}); name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, frame in enumerate(frames, 1):
            save_png(folder / f"{number:02d}.png", frame.color, frame.layout)
            _write_frame(folder / f"{number:02d}.npz", frame)
        (folder / GUIDE).write_text(guide, encoding="utf-8")
    except OSError as error:
        raise KeyframeError(f"cannot write {folder}: {error.strerror}; name another place") from error


def read_keyframes(folder: Path) -> list[Keyframe]:
    """The painted keyframes of a folder, in the order of their names.

    Raises KeyframeError if a file is missing, was altered, has another size, or was not painted.
    """
    names = sorted(path.stem for path in folder.glob("*.npz"))
    if not names:
        raise KeyframeError(
            f"{folder} has no keyframes: expected 01.npz and 01.painted.png, and so on; "
            "make them with: reskin keyframe export GAME"
        )
    if len(names) > MOST:
        raise KeyframeError(f"{folder}: expected at most {MOST} keyframes, found {len(names)}; remove some")
    for path in sorted(folder.glob("*.painted.png")):
        if path.name.removesuffix(".painted.png") not in names:
            raise KeyframeError(
                f"{path} belongs to no keyframe: expected {path.name.removesuffix('.painted.png')}.npz "
                "beside it; bring it back from the export, or remove the picture"
            )
    return [_read(folder, name) for name in names]


def _read(folder: Path, name: str) -> Keyframe:
    frame = _read_frame(folder / f"{name}.npz")
    plain, path = folder / f"{name}.png", folder / f"{name}.painted.png"
    if not path.is_file():
        others = sorted(p.name for p in folder.glob(f"{name}.painted.*"))
        raise KeyframeError(
            f"{path} is missing{f' ({others[0]} is no PNG)' if others else ''}: paint over a copy of "
            f"{name}.png and save it there, or remove {name}.npz to learn without this one"
        )
    if plain.is_file() and not np.array_equal(read_keyframe_png(plain), frame.rgb()):
        raise KeyframeError(
            f"{plain} is not the picture that was exported with {name}.npz; if it is your painting, name it "
            f"{path.name}; if it is of another export, keep the files of one export together"
        )
    painted = read_keyframe_png(path)
    if painted.shape != (*frame.color.shape[:2], 3):
        (height, width), (found_height, found_width) = frame.color.shape[:2], painted.shape[:2]
        raise KeyframeError(
            f"{path} must be {width} x {height} pixels, as {name}.png is, found {found_width} x "
            f"{found_height}; paint at the exported size, and export at that size again"
        )
    if np.array_equal(painted, frame.rgb()):
        raise KeyframeError(f"{path} is the plain picture, not painted over; paint it, or remove {name}.npz")
    return Keyframe(name, frame, painted)


def read_keyframe_png(path: Path) -> NDArray[np.uint8]:
    """An opaque picture, uint8 [H,W,3] RGB; see `read_picture_file` for what it may hold.

    Raises KeyframeError if the file is not a picture, or has transparent pixels.
    """
    try:
        pixels = read_picture_file(path)
    except PictureError as error:
        raise KeyframeError(str(error)) from error
    if transparent := int((pixels[..., 3] < 255).sum()):
        raise KeyframeError(
            f"{path}: expected an opaque picture, found {transparent} transparent pixels; "
            "merge its layers upon the plain picture before you save it"
        )
    return np.ascontiguousarray(pixels[..., :3])


# ---- the file with the checksum


def _write_frame(path: Path, frame: Frame) -> None:
    arrays: dict[str, Any] = {name: np.asarray(getattr(frame, name)) for name in (*_CHANNELS, *_ATTRIBUTES)}
    with atomic_write(path) as partial, partial.open("wb") as file:
        np.savez_compressed(file, seal=np.array(_checksum(arrays)), **arrays)


def _read_frame(path: Path) -> Frame:
    """The frame in a file. Raises KeyframeError unless the file is as it was written."""
    again = "bring it back from the export, or export anew"
    try:
        if path.stat().st_size > LARGEST:
            raise KeyframeError(f"{path}: expected at most {LARGEST} bytes, found {path.stat().st_size}")
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in (*_CHANNELS, *_ATTRIBUTES)}
            checksum = str(stored["seal"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise KeyframeError(f"{path}: expected a keyframe as exported, but {error}; {again}") from error
    if checksum != _checksum(arrays):
        raise KeyframeError(f"{path} was altered: its checksum is not that of its content; {again}")
    attributes: dict[str, Any] = {name: arrays.pop(name).item() for name in _ATTRIBUTES}
    try:
        frame = Frame(**arrays, **attributes)
    except FrameError as error:
        raise KeyframeError(f"{path}: {error}; {again}") from error
    highest = int(arrays["material"].max())
    if min(frame.height, frame.width) < LEAST or highest >= len(MATERIALS):
        raise KeyframeError(
            f"{path}: expected at least {LEAST} x {LEAST} pixels and materials below {len(MATERIALS)}, found "
            f"{frame.width} x {frame.height} and {highest}; export anew"
        )
    return frame


def _checksum(arrays: dict[str, NDArray[Any]]) -> str:
    """16 hex digits of arrays, taken in the order of their names."""
    found = blake2b(digest_size=8)
    for name, array in sorted(arrays.items()):
        found.update(f"{name} {array.dtype.str} {array.shape}".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()
