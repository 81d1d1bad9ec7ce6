"""Recordings: pictures in, an .mp4, .gif or .png out.

A recording is written to a file beside it, such as `run.part.mp4`, which `close` puts into its place. An .mp4
plays at any instant, as far as it is written, and has its own name as soon as there is something to play, if
nothing had that name. So a kill, or a disk that fills up, costs its last quarter of a second and what the
encoder holds back. Of a .gif, `run.part.mkv` is left, which plays too. Videos need PyAV (the extra `video`);
a .png needs nothing. Read next: `engine.capture.video`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from reskin.engine.atomic_write import atomic_write, free_partial_name, real_place
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
    """Takes pictures in the order of their ticks; the file is whole after `close`. A context manager.

    partial: the file that is written until then.
    """

    part: ClassVar[str]
    """The suffix of the file that is written; it tells PyAV the format."""

    def __init__(self, path: Path, rate: int) -> None:
        self.path = path
        self.rate = rate
        self.pictures = 0
        self._open = True
        self._refuse_other()
        try:
            self._place = real_place(path)
            self.partial = free_partial_name(self._place, self.part)
        except OSError as error:
            raise LoopError(f"cannot write {path}: {error.strerror}; name another place") from error

    def add(self, picture: Picture, layout: Layout, tick: int) -> None:
        """Append a picture, uint8 [H,W,4], of `tick`; it is fitted to the size of the first one.

        Raises LoopError if it cannot be written; then `close` keeps what is there.
        """
        if not self._open:
            raise LoopError(f"{self.path.name} is finished and takes no more pictures")
        try:
            self._add(picture, layout, tick)
        except OSError as error:  # of a full disk, or of PyAV
            raise LoopError(error.strerror or str(error)) from error
        self.pictures += 1

    def close(self) -> Path | None:
        """Finish the file and give it its name; None, and no file, if there was no picture.

        Raises LoopError if that fails, and says where the pictures are kept.
        """
        if not self._open:
            return self.path if self.pictures else None
        self._open = False
        try:
            self._finish()
            if self.pictures:
                self._refuse_other()
                self._put_into_place()
        except (LoopError, OSError) as error:
            reason = f"cannot write {self.path}: {error.strerror}" if isinstance(error, OSError) else error
            raise LoopError(f"{reason}; {self._kept()}") from error
        if not self.pictures or self.partial != self._place:
            self.partial.unlink(missing_ok=True)
        return self.path if self.pictures else None

    def _put_into_place(self) -> None:
        with atomic_write(self._place) as whole:
            self._write_whole(whole)

    def _kept(self) -> str:
        """Where the pictures are, if the file could not be finished."""
        if self._playable():
            return f"what there was is kept as {self.partial}"
        self.partial.unlink(missing_ok=True)
        return "nothing of it is left"

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

    def _finish(self) -> None:  # noqa: B027 - the last picture needs nothing
        """Write the rest into `partial`. Raises OSError."""

    @abstractmethod
    def _write_whole(self, whole: Path) -> None:
        """Write the file as it shall be. Raises OSError or LoopError."""

    def _playable(self) -> bool:
        """Whether anybody can make use of `partial` as it is."""
        return False


class Still(Recording):
    """The last picture, as a .png."""

    part = ".png"

    def _add(self, picture: Picture, layout: Layout, tick: int) -> None:
        self._last = (picture.copy(), layout)

    def _write_whole(self, whole: Path) -> None:
        write_png(whole, *self._last)
