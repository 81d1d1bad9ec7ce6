"""Videos by PyAV: `Mp4` for watching, `Gif` for pages that play no video.

Pictures are stamped with their ticks: if a frame was not drawn, the one before is shown longer, and the pace
stays right. Imported only when a video is recorded. See `engine.capture.record` for the base class.
"""

from __future__ import annotations

from collections.abc import Iterator
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
        muxing = {"movflags": "+faststart"} if path.suffix == ".mp4" else {}
        self._container = av.open(str(path), "w", options=muxing)
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
        if self._first is not None:
            self._container.mux(self._stream.encode(None))
        self._container.close()


class Mp4(Recording):
    """H.264 that plays everywhere: yuv420p, visually lossless (crf 16), with the index at the start."""

    def __init__(self, path: Path, rate: int, fast: bool = False) -> None:
        super().__init__(path, rate)
        # ultrafast costs 1 to 2 ms a 640x360 picture on one core, veryfast about 4.
        preset = "ultrafast" if fast else "veryfast"
        self._encoder = Encoder(self.partial, "libx264", rate, "yuv420p", {"crf": "16", "preset": preset})

    def _add(self, picture: Picture, layout: Layout, tick: int) -> None:
        self._encoder.add(picture, layout, tick)

    def _finish(self) -> None:
        self._encoder.close()


class Gif(Recording):
    """A .gif with one palette for all pictures. That takes two passes: the first writes a lossless video."""

    def __init__(self, path: Path, rate: int) -> None:
        super().__init__(path, rate)
        self._step = max(round(rate / GIF_RATE), 1)
        self._waiting = path.with_name(f".{path.stem}.part.mkv")
        self._encoder = Encoder(
            self._waiting, "libx264rgb", rate, "bgr24", {"qp": "0", "preset": "ultrafast"}
        )

    def _add(self, picture: Picture, layout: Layout, tick: int) -> None:
        elapsed = self._encoder.elapsed(tick)
        if elapsed is None or elapsed // self._step > self._encoder.stamp // self._step:
            self._encoder.add(picture, layout, tick)

    def _finish(self) -> None:
        self._encoder.close()
        if self.pictures:
            _write_gif(self._waiting, self.partial, self.rate, self._step)

    def _clean(self) -> None:
        self._waiting.unlink(missing_ok=True)


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
