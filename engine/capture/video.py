"""Videos by PyAV: `Mp4` for watching, `Gif` for pages that play no video.

Pictures are stamped with their ticks: if a frame was not drawn, the one before is shown longer, and the pace
stays right. Imported only when a video is recorded. See `engine.capture.record` for the base class.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import av.filter
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

from reskin.engine.capture.pictures import Picture, fit_picture
from reskin.engine.capture.record import Recording
from reskin.engine.frame import Layout

GIF_RATE: Final = 20
"""Pictures a second in a .gif: delays are in 1/100 s, and players slow down those below 2/100 s."""

IN_PARTS: Final = {
    ".mp4": {"movflags": "+empty_moov+default_base_moof", "frag_duration": "250000", "flush_packets": "1"},
    ".mkv": {"cluster_time_limit": "250", "flush_packets": "1"},
}
"""A part of an .mp4 or .mkv every quarter of a second, each on the disk as soon as it is made."""
AT_ONCE: Final = {"movflags": "+faststart"}
SEARCHED: Final = 4096
"""Bytes of an .mp4 in which its first part begins."""

PALETTE: Final = "palettegen", "stats_mode=full:reserve_transparent=0"
DITHER: Final = "paletteuse", "dither=bayer:bayer_scale=4:diff_mode=rectangle"
"""Ordered dither, which does not change where the picture does not, so that still parts cost no bytes."""

BT709: Final = 1
"""The primaries of BT.709, which are those of sRGB; a number of ITU-T H.273, unnamed in PyAV 14."""
SRGB: Final = 13
"""The transfer function of sRGB; a number of ITU-T H.273."""


class Encoder:
    """A file with one video stream, whose time unit is a tick of 1/rate s.

    The file says what its numbers mean: sRGB, and for yuv420p the matrix of BT.709 in limited range. Without
    that, players take the matrix of BT.601 below 720 lines and that of BT.709 from there on (ITU-T H.273).
    """

    def __init__(self, path: Path, codec: str, rate: int, pixels: str, options: dict[str, str]) -> None:
        self._container = av.open(str(path), "w", options=IN_PARTS[path.suffix])
        self._stream: Any = self._container.add_stream(codec, rate=rate, options=options)
        self._stream.pix_fmt = pixels
        context = self._stream.codec_context
        context.time_base = Fraction(1, rate)
        context.color_primaries, context.color_trc = BT709, SRGB
        if pixels == "yuv420p":
            context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
        self._pixels = pixels
        self._reformatter: Any = VideoReformatter()
        self._first: int | None = None
        self.stamp = -1

    def add(self, picture: Picture, layout: Layout, tick: int) -> None:
        """Encode a picture of `tick`. Stamps always grow, even if the game goes back to an earlier tick."""
        if self._first is None:
            height, width = picture.shape[:2]
            # Half-size colour planes need even sides: the odd last row or column is left out.
            self._stream.width, self._stream.height = max(width & ~1, 2), max(height & ~1, 2)
            self._first = tick
        size = self._stream.width, self._stream.height
        order = "bgra" if layout == "BGRX" else "rgba"
        frame = av.VideoFrame.from_ndarray(fit_picture(picture, *size), format=order)
        if self._pixels == "yuv420p":
            frame = self._reformatter.reformat(  # PyAV 14 takes these by name only
                frame, format=self._pixels,
                dst_colorspace=Colorspace.ITU709.name, dst_color_range=ColorRange.MPEG.name,
            )  # fmt: skip
        frame.pts = self.stamp = max(tick - self._first, self.stamp + 1)
        frame.time_base = self._stream.codec_context.time_base
        self._container.mux(self._stream.encode(frame))

    def elapsed(self, tick: int) -> int | None:
        """Ticks since the first picture; None before it."""
        return None if self._first is None else tick - self._first

    def close(self) -> None:
        """Write what the encoder holds back, and the end of the file: the second even if the first fails."""
        try:
            if self._first is not None:
                self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()


class Video(Recording):
    """A recording that PyAV writes, in parts that can be played at once."""

    _encoder: Encoder

    def _finish(self) -> None:
        with _system_errors():
            self._encoder.close()

    def _playable(self) -> bool:
        return _count_packets(self.partial) > 0


class Mp4(Video):
    """H.264 that plays everywhere: yuv420p, visually lossless (crf 16), with the index at the start."""

    part = ".mp4"

    def __init__(self, path: Path, rate: int, fast: bool = False) -> None:
        super().__init__(path, rate)
        # ultrafast costs 1 to 2 ms a 640x360 picture on one core, veryfast about 4.
        options = {"crf": "16", "preset": "ultrafast" if fast else "veryfast"}
        self._encoder = Encoder(self.partial, "libx264", rate, "yuv420p", options)

    def _add(self, picture: Picture, layout: Layout, tick: int) -> None:
        with _system_errors():
            self._encoder.add(picture, layout, tick)
        if self.partial != self._place and not os.path.lexists(self._place) and _begun(self.partial):
            with suppress(OSError):  # where an open file cannot be renamed, it keeps its name until the end
                self.partial.rename(self._place)
                self.partial = self._place

    def _finish(self) -> None:
        try:
            super()._finish()
        except OSError:  # the disk is full: what is there plays
            _cut_to_whole_parts(self.partial)
            if not self._playable():
                raise

    def _put_into_place(self) -> None:
        try:
            super()._put_into_place()
        except OSError:  # no room for the copy, but the parts play as well
            if self.partial != self._place:
                self.partial.replace(self._place)
                self.partial = self._place

    def _write_whole(self, whole: Path) -> None:
        """The same video in one part, with the index at the start."""
        with (
            _system_errors(),
            av.open(str(self.partial)) as source,
            av.open(str(whole), "w", options=AT_ONCE) as out,
        ):
            stream = out.add_stream_from_template(source.streams.video[0])
            first = None
            for packet in _packets(source):
                first = packet.pts if first is None else first  # not 0, as B-frames come late
                packet.pts, packet.dts = packet.pts - first, packet.dts - first
                packet.stream = stream
                out.mux(packet)


class Gif(Video):
    """A .gif with one palette for all pictures. That takes two passes: the first writes a lossless video."""

    part = ".mkv"

    def __init__(self, path: Path, rate: int) -> None:
        super().__init__(path, rate)
        self._step = max(round(rate / GIF_RATE), 1)
        options = {"qp": "0", "preset": "ultrafast"}
        self._encoder = Encoder(self.partial, "libx264rgb", rate, "bgr24", options)

    def _add(self, picture: Picture, layout: Layout, tick: int) -> None:
        elapsed = self._encoder.elapsed(tick)
        if elapsed is None or elapsed // self._step > self._encoder.stamp // self._step:
            with _system_errors():
                self._encoder.add(picture, layout, tick)

    def _write_whole(self, whole: Path) -> None:
        with _system_errors():
            _write_gif(self.partial, whole, self.rate, self._step)


@contextmanager
def _system_errors() -> Iterator[None]:
    """PyAV's errors as OSError; some of them are of other types, although the system gave them."""
    try:
        yield
    except av.FFmpegError as error:
        raise OSError(error.errno, error.strerror or str(error)) from error


def _cut_to_whole_parts(path: Path) -> None:
    """Cut off the part of an .mp4 that a full disk left half written (ISO/IEC 14496-12, 4.2)."""
    end = at = 0
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        while at + 8 <= size:
            file.seek(at)
            length, kind = int.from_bytes(file.read(4)), file.read(4)
            at += max(length, 8)
            if kind in (b"ftyp", b"moov", b"mdat") and at <= size:
                end = at
        file.truncate(end)


def _begun(path: Path) -> bool:
    """Whether the first part of a video is in the file."""
    with path.open("rb") as file:
        return b"moof" in file.read(SEARCHED)


def _packets(source: Any) -> Iterator[Any]:
    """The packets of a video up to where it was cut off."""
    try:
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                yield packet
    except av.FFmpegError:
        return


def _count_packets(path: Path) -> int:
    try:
        with av.open(str(path)) as source:
            return sum(1 for _ in _packets(source))
    except av.FFmpegError:
        return 0


def _write_gif(source: Path, target: Path, rate: int, step: int) -> None:
    """Second pass: the video at `source`, in ticks of 1/rate, as a .gif of one palette at `target`."""
    palette = _palette(source)
    with av.open(str(source)) as video, av.open(str(target), "w") as out:
        track = video.streams.video[0]
        graph = av.filter.Graph()
        pictures = graph.add_buffer(template=track)
        colors = graph.add_buffer(
            width=palette.width, height=palette.height, format=palette.format, time_base=track.time_base
        )
        dither, sink = graph.add(*DITHER), graph.add("buffersink")
        pictures.link_to(dither, 0, 0)
        colors.link_to(dither, 0, 1)
        dither.link_to(sink)
        graph.configure()
        colors.push(palette)
        colors.push(None)

        stream: Any = out.add_stream("gif", rate=max(rate // step, 1))
        stream.width, stream.height, stream.pix_fmt = track.width, track.height, "pal8"
        stream.codec_context.time_base = Fraction(1, 100)
        for frame in _and_none(video.decode(track)):
            pictures.push(frame)
            for painted in _pulled(sink):
                seconds = painted.pts * painted.time_base
                painted.pts, painted.time_base = round(seconds * 100), Fraction(1, 100)
                out.mux(stream.encode(painted))
        out.mux(stream.encode(None))


def _palette(source: Path) -> Any:
    """The 256 colours that suit the whole video best, as a frame of 16 x 16."""
    with av.open(str(source)) as video:
        track = video.streams.video[0]
        graph = av.filter.Graph()
        pictures, best, sink = graph.add_buffer(template=track), graph.add(*PALETTE), graph.add("buffersink")
        pictures.link_to(best)
        best.link_to(sink)
        graph.configure()
        for frame in _and_none(video.decode(track)):
            pictures.push(frame)
        return sink.pull()


def _and_none(frames: Iterator[Any]) -> Iterator[Any]:
    """The frames, then None, which tells a filter that it was the last one."""
    yield from frames
    yield None


def _pulled(sink: Any) -> Iterator[Any]:
    """The frames that a filter has ready."""
    while True:
        try:
            yield sink.pull()
        except (av.BlockingIOError, av.EOFError):
            return
