"""A renderer for `reskin run` that measures the frames it gets. Started by `captured_games`.

For each frame: the share of pixels with a known draw, how well the motion explains the plain picture by the
one before, and the HUD that was found beside the one that a person marked. Every frame is answered with its
plain picture, so a run takes little time; a few are restyled, and written with their plain one.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reskin.engine.capture.pictures import write_png
from reskin.engine.frame import Frame, compose_hud
from reskin.kernels.simd.jit import jit_kernel
from reskin.neural_renderer.from_draws.messages import Message
from reskin.neural_renderer.from_draws.surfaces import planes as table
from reskin.neural_renderer.handoff.renderer_side import RendererSide
from reskin.neural_renderer.plugins.pygame import renderer
from reskin.neural_renderer.plugins.pygame.game_frames import LOADING_LIMIT_S, DrawnFrame, Heart

TASK: Final = "RESKIN_CAPTURED_FRAMES"
"""The variable that holds what to measure, as JSON: see `Task`."""

EVERY: Final = 4
"""Every so many frames are measured, beside the one before."""

REACH: Final = 32
"""px within which a pixel that is not explained is looked for in the frame before."""

Rectangle = tuple[int, int, int, int]


class Task(NamedTuple):
    """What to measure in a run.

    folder: where to write. pictures: numbers of frames that are restyled with each of `themes`, multiples of
    `EVERY`. hud: the marked HUD: the first and the last frame in which it counts, and its rectangles, x, y,
    width, height.
    """

    folder: str
    pictures: list[int]
    themes: list[str]
    hud: list[tuple[int, int, list[Rectangle]]]


class Explained(NamedTuple):
    """How much of a picture its motion explains by the picture before.

    Counts of pixels outside the HUD, under light (night, fog, flicker) that stays: of all; of those that
    changed where they are; of these, those that show a thing that showed already. With each, how many of them
    have exactly the colour that the frame before had where the motion says they were.

    new: pixels that no motion could explain. Their motion says that they come from outside the picture; or
    it says where they were, and another draw lay over theirs there; or the frame before shows their colour
    nowhere within `REACH` px on the same unit, so they have another colour now.
    """

    pixels: int
    pixels_explained: int
    changed: int
    changed_explained: int
    same: int
    same_explained: int
    new: int = 0


class Rows(NamedTuple):
    """The draws of a frame: ids uint32 [H,W], which of them each pixel shows; of each draw its unit, int32
    [n], its box, int32 [n,4], x, y, width, height, and its turn, float64 [n], larger for later ones."""

    ids: NDArray[np.uint32]
    unit: NDArray[np.int32]
    box: NDArray[np.int32]
    turn: NDArray[np.float64]


class Seen(NamedTuple):
    """What is kept of a frame for the next one."""

    number: int
    color: NDArray[np.uint8]
    hud: NDArray[np.bool_]
    identity: NDArray[np.uint16]
    light: NDArray[np.int16] | None = None
    rows: Rows | None = None


_NO_LIGHT: Final = np.array([256, 256, 256, 0, 0, 0], np.int16)


def explained_by_motion(frame: Frame, now: Seen, last: Seen) -> tuple[Explained, NDArray[np.bool_]]:
    """Compare two frames in a row. Gives the counts, and the pixels that are not explained, [H,W].

    A pixel that comes from outside the picture is not explained.
    """
    assert frame.motion is not None
    height, width = now.hud.shape
    motion = np.rint(frame.motion.astype(np.float32)).astype(np.int32)
    y, x = np.indices((height, width))
    from_x, from_y = x - motion[..., 0], y - motion[..., 1]
    inside = (from_x >= 0) & (from_x < width) & (from_y >= 0) & (from_y < height)
    from_x, from_y = from_x.clip(0, width - 1), from_y.clip(0, height - 1)
    counts = ~now.hud & ~last.hud[from_y, from_x]
    if now.light is not None or last.light is not None:
        light, before = (_NO_LIGHT if of.light is None else of.light for of in (now, last))
        counts &= (light == (before if before.ndim == 1 else before[from_y, from_x])).all(axis=-1)
    equal = inside & (now.color == last.color[from_y, from_x]).all(axis=2)
    changed = counts & (now.color != last.color).any(axis=2)
    same = changed & inside & (now.identity == last.identity[from_y, from_x])
    masks = (counts, counts & equal, changed, changed & equal, same, same & equal)
    wrong = counts & ~equal
    new = int(np.count_nonzero(wrong & ~inside))
    if now.rows is not None and last.rows is not None:
        both = [of.color.astype(np.int64) @ (1, 256, 65536) for of in (now, last)]
        by_unit = np.argsort(last.rows.unit, kind="stable")
        unit = now.rows.unit[now.rows.ids]
        hidden = wrong & inside & (unit != last.rows.unit[last.rows.ids][from_y, from_x])
        _keep_covered(hidden, unit, from_x, from_y, *last.rows, by_unit, last.rows.unit[by_unit])
        new += int(np.count_nonzero(hidden))
        sought = wrong & inside & ~hidden
        new += int(_count_new(sought, both[0], both[1], unit, last.rows.unit[last.rows.ids]))
    return Explained(*[int(np.count_nonzero(mask)) for mask in masks])._replace(new=new), wrong


@jit_kernel
def _keep_covered(hidden, unit, from_x, from_y, ids, units, box, turn, by_unit, sorted_units):  # type: ignore[no-untyped-def]
    """Keep of the pixels `hidden` those where the frame before had a draw of their unit at (from_x, from_y),
    below the one that it showed."""
    height, width = hidden.shape
    for y in range(height):
        for x in range(width):
            if not hidden[y, x]:
                continue
            hidden[y, x] = False
            at_x, at_y = from_x[y, x], from_y[y, x]
            above = turn[ids[at_y, at_x]]
            first = np.searchsorted(sorted_units, unit[y, x])
            for a in range(first, len(by_unit)):
                row = by_unit[a]
                if units[row] != unit[y, x]:
                    break
                in_x = box[row, 0] <= at_x < box[row, 0] + box[row, 2]
                if in_x and box[row, 1] <= at_y < box[row, 1] + box[row, 3] and turn[row] < above:
                    hidden[y, x] = True
                    break


@jit_kernel
def _count_new(wrong, color, before, unit, unit_before):  # type: ignore[no-untyped-def]
    """How many of the pixels `wrong` have their colour nowhere near in the frame before."""
    height, width = wrong.shape
    found = 0
    for y in range(height):
        for x in range(width):
            if not wrong[y, x]:
                continue
            there = False
            for row in range(max(y - REACH, 0), min(y + REACH + 1, height)):
                for column in range(max(x - REACH, 0), min(x + REACH + 1, width)):
                    if before[row, column] == color[y, x] and unit_before[row, column] == unit[y, x]:
                        there = True
                        break
                if there:
                    break
            found += not there
    return found


def marked_hud(boxes: NDArray[np.int32], rectangles: list[Rectangle]) -> NDArray[np.bool_]:
    """Which draws are HUD by hand: those whose box, int32 [n,4], lies in a rectangle by nine tenths."""
    marked = np.zeros(len(boxes), bool)
    area = np.maximum(boxes[:, 2] * boxes[:, 3], 1)
    for left, top, width, height in rectangles:
        wide = np.minimum(boxes[:, 0] + boxes[:, 2], left + width) - np.maximum(boxes[:, 0], left)
        high = np.minimum(boxes[:, 1] + boxes[:, 3], top + height) - np.maximum(boxes[:, 1], top)
        marked |= wide.clip(0) * high.clip(0) >= 0.9 * area
    return marked


class MeasuringRenderer(renderer.Renderer):
    """Measures, and gives plain pictures back."""

    def __init__(self, asked: dict[str, Any]) -> None:
        super().__init__(asked | {"scale": "display"})  # frames are compared with the game's pixels
        self._task = Task(*json.loads(os.environ[TASK]))
        self._sums: Counter[str] = Counter()
        self._last: Seen | None = None
        self._wrong: NDArray[np.bool_] | None = None

    def _serve(self, side: RendererSide, heart: Heart, frame: DrawnFrame) -> None:
        self._heart = heart
        super()._serve(side, heart, frame)

    def _write_figures(self) -> None:
        found = Path(self._task.folder) / "measured.json"
        found.write_text(json.dumps(dict(self._sums)), encoding="utf-8")
        super()._write_figures()

    def _picture(self, message: Message, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        plain = np.array(pixels)
        start = time.thread_time()  # what others do on this machine does not count
        frame = self._frame(message, pixels)
        self._took("frame", time.perf_counter() - (time.thread_time() - start))
        if (message.number + 1) % EVERY < 2:
            self._measure(message, frame)
        if message.number in self._task.pictures:
            self._write("plain", plain, message.number)
            self._write_findings(message, frame, plain)
            for theme in self._task.themes:
                self._heart.allow(LOADING_LIMIT_S)
                self._restyler.set_theme(theme)
                self._write(theme, self._breaker(frame), message.number)
        return plain

    def _write_findings(self, message: Message, frame: Frame, plain: NDArray[np.uint8]) -> None:
        """The HUD over grey, and the plain picture with what no motion explains in magenta."""
        if frame.hud is not None:
            grey = np.full_like(plain, 64)
            self._write("hud", compose_hud(grey, frame.hud), message.number)
        if self._wrong is not None:
            plain = plain // 2
            plain[self._wrong] = (255, 0, 255, 255)
            self._write("motion", plain, message.number)

    def _write(self, name: str, picture: NDArray[np.uint8], number: int) -> None:
        write_png(Path(self._task.folder) / f"{number:05d}_{name}.png", picture, "BGRX")

    def _measure(self, message: Message, frame: Frame) -> None:
        sums = self._sums
        sums["frames"] += 1
        sums["unseen"] += message.unseen
        if frame.motion is None or frame.identity is None or self._builder is None:
            sums["not_followed"] += 1
            return
        display = self._builder.display
        sums["rows"] += len(message.rows)
        on_top = display.ids
        if len(display.hud_ids):
            on_top = np.where(display.hud_ids > 0, display.hud_ids, display.ids)
        sums["pixels"] += on_top.size
        sums["attributed"] += int(np.count_nonzero(on_top))
        hud = np.zeros(on_top.shape, bool) if frame.hud is None else frame.hud[..., 3] > 0
        # A HUD's pixel in the colour of what lies below is of the HUD, too, though it is not drawn.
        self._compare_hud(message.number, hud | (on_top != display.ids), on_top)
        self._wrong = None
        now = Seen(
            message.number,
            frame.color[..., :3].copy(),
            hud,
            frame.identity.copy(),
            None if frame.overlay is None else frame.overlay.copy(),
            Rows(
                display.ids.copy(),
                display.units[: display.count].copy(),
                display.table[: display.count, table.BOX_X : table.BOX_HEIGHT + 1].copy(),
                display.turns[: display.count].copy(),
            ),
        )
        last, self._last = self._last, now
        sums["cuts"] += frame.cut
        if message.number % EVERY:
            return
        if last is None or frame.cut or last.number + 1 != now.number or last.hud.shape != hud.shape:
            return
        sums["pairs"] += 1
        found, self._wrong = explained_by_motion(frame, now, last)
        sums["motion_light"] += int(np.count_nonzero(~hud)) - found.pixels
        for name, count in found._asdict().items():
            sums[f"motion_{name}"] += count

    def _compare_hud(self, number: int, found: NDArray[np.bool_], on_top: NDArray[np.uint32]) -> None:
        assert self._builder is not None
        for first, last, rectangles in self._task.hud:
            if first <= number <= last:
                display = self._builder.display
                boxes = display.table[: display.count, table.BOX_X : table.BOX_HEIGHT + 1]
                truth = marked_hud(boxes, rectangles)[on_top]
                self._sums["hud_pixels"] += found.size
                self._sums["hud_marked"] += int(np.count_nonzero(truth))
                self._sums["hud_found"] += int(np.count_nonzero(truth & found))
                self._sums["hud_false"] += int(np.count_nonzero(found & ~truth))


if __name__ == "__main__":
    renderer.Renderer = MeasuringRenderer  # type: ignore[misc]
    renderer.main()
