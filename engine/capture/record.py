"""Recordings: pictures in, an .mp4, .gif or .png out.

A recording is written to a temporary name beside its own and renamed when it is finished, so that a
file under its final name is always whole. `close` finishes it, also after Ctrl-C.
Videos need PyAV (the extra `video`); a .png needs nothing. Read next: `engine.capture.video`.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reskin.engine.capture.pictures import Picture, write_png
from reskin.engine.errors import LoopError
from reskin.engine.frame import Layout

if TYPE_CHECKING:
    from types import TracebackType

SUFFIXES: Final = (".mp4", ".gif", ".png")


def open_recording(path: str | Path, rate: int = 60, fast: bool = False) -> Recording:
    """A recording by the suffix of its name; `rate` is in ticks a second.

    `fast` spends less time and more bytes, for a recording while somebody plays. Raises LoopError for
    another suffix, a folder that cannot be written, or a video without PyAV.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise LoopError(f"a recording's name must end in {', '.join(SUFFIXES)}; got {path.name!r}")
    if suffix == ".png":
        return Still(path, rate)
    require_video()
    from reskin.engine.capture.video import Gif, Mp4

    return Gif(path, rate) if suffix == ".gif" else Mp4(path, rate, fast)


def require_video() -> Any:
    """The module `av`; raises LoopError that names the extra when it is missing."""
    try:
        import av
    except ImportError as error:
        raise LoopError(
            "recording .mp4 and .gif needs PyAV, which is not installed; "
            "pip install 'reskin[video]', or record a .png"
        ) from error
    return av


class Recording(ABC):
    """Takes pictures in the order of their ticks; the file exists after `close`. A context manager."""

    def __init__(self, path: Path, rate: int) -> None:
        self.path = path
        self.rate = rate
        self.pictures = 0
        self._open = True
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.partial.touch()
        except OSError as error:
            raise LoopError(f"cannot write {path}: {error.strerror}; name another place") from error

    @property
    def partial(self) -> Path:
        """Where the recording grows; the suffix stays last, because PyAV goes by it."""
        return self.path.with_name(f".{self.path.stem}.part{self.path.suffix}")

    def add(self, picture: Picture, layout: Layout, tick: int) -> None:
        """Append a picture, uint8 [H,W,4], that shows `tick`; another size than the first's is fitted."""
        if not self._open:
            raise LoopError(f"{self.path.name} is finished and takes no more pictures")
        self._add(picture, layout, tick)
        self.pictures += 1

    def close(self) -> Path | None:
        """Finish the file under its name; None, and no file, if there was no picture."""
        if not self._open:
            return self.path if self.pictures else None
        self._open = False
        try:
            self._finish()
            if self.pictures:
                os.replace(self.partial, self.path)
        finally:
            self.partial.unlink(missing_ok=True)
            self._clean()
        return self.path if self.pictures else None

    def __enter__(self) -> Recording:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def _add(self, picture: Picture, layout: Layout, tick: int) -> None: ...

    @abstractmethod
    def _finish(self) -> None: ...

    def _clean(self) -> None:  # noqa: B027 - most leave nothing else behind
        """Remove what else was written on the way."""


class Still(Recording):
    """The last picture, as a .png."""

    def _add(self, picture: Picture, layout: Layout, tick: int) -> None:
        self._last = (picture.copy(), layout)

    def _finish(self) -> None:
        if self.pictures:
            write_png(self.partial, *self._last)
