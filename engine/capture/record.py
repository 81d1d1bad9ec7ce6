"""Recordings: pictures in, an .mp4, .gif or .png out.

A recording is written under a temporary name in the same folder and renamed by `close`, so that a file under
its final name is always complete. Videos need PyAV (the extra `video`); a .png needs nothing.
Read next: `engine.capture.video`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reskin.engine.atomic_write import move_into_place, partial_name
from reskin.engine.capture.pictures import Picture, write_png
from reskin.engine.errors import LoopError
from reskin.engine.frame import Layout
from reskin.engine.outputs import why_not_replace

if TYPE_CHECKING:
    from types import TracebackType

SUFFIXES: Final = (".mp4", ".gif", ".png")


def open_recording(path: str | Path, rate: int = 60, fast: bool = False) -> Recording:
    """A recording of the kind that the suffix says: .mp4, .gif, or .png for the last picture alone.

    `rate` is in ticks a second. `fast` takes less time and more bytes, for a recording during play. Raises
    LoopError for another suffix, a folder that cannot be written, another kind of file of that name, or a
    video without PyAV.
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
    """The module `av`; raises LoopError, which names the extra to install, if it is missing."""
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
        self._refuse_other()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.partial.touch()
        except OSError as error:
            raise LoopError(f"cannot write {path}: {error.strerror}; name another place") from error

    @property
    def partial(self) -> Path:
        """The temporary name. It ends in the same suffix, which tells PyAV the format."""
        return partial_name(self.path)

    def add(self, picture: Picture, layout: Layout, tick: int) -> None:
        """Append a picture, uint8 [H,W,4], of `tick`; it is fitted to the size of the first one."""
        if not self._open:
            raise LoopError(f"{self.path.name} is finished and takes no more pictures")
        self._add(picture, layout, tick)
        self.pictures += 1

    def close(self) -> Path | None:
        """Finish the file and give it its name; None, and no file, if there was no picture."""
        if not self._open:
            return self.path if self.pictures else None
        self._open = False
        try:
            self._finish()
            if self.pictures:
                self._refuse_other()
                move_into_place(self.partial, self.path)
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

    def _refuse_other(self) -> None:
        """Raises LoopError if another kind of file has the name."""
        if refusal := why_not_replace(self.path, self.path.suffix.lower()):
            raise LoopError(refusal)

    @abstractmethod
    def _add(self, picture: Picture, layout: Layout, tick: int) -> None: ...

    @abstractmethod
    def _finish(self) -> None: ...

    def _clean(self) -> None:  # noqa: B027 - most have no other files
        """Remove other temporary files."""


class Still(Recording):
    """The last picture, as a .png."""

    def _add(self, picture: Picture, layout: Layout, tick: int) -> None:
        self._last = (picture.copy(), layout)

    def _finish(self) -> None:
        if self.pictures:
            write_png(self.partial, *self._last)
