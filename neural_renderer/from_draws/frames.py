"""Makes a `Frame` with all its channels from what a game's process told of its draws. One page:

    message ─► sources, layers ─► rows drawn into planes: which row each pixel shows, HUD, light
                                     │
       who knows materials ◄─ observation ◄─ rows followed from the frame before: identity, motion, camera
                 │                   │
                 └─ judgements ─► channels of every pixel ─► Frame

Pixels that no row explains are guessed by their colour. Read next: `surfaces.layers`, `things`, `sources`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from reskin.engine.frame import Frame, compose_hud
from reskin.kernels.channels.cpu import channels_cpu, overlay_cpu, stretch_cpu, uncover_cpu
from reskin.kernels.channels.reference import Channels, empty_channels
from reskin.kernels.simd.contiguous import unpacked_pixels
from reskin.neural_renderer import shade
from reskin.neural_renderer.features import guess_material
from reskin.neural_renderer.from_draws import matching
from reskin.neural_renderer.from_draws import messages as m
from reskin.neural_renderer.from_draws.arrays import ArrayPool, SparePlanes
from reskin.neural_renderer.from_draws.channel_rows import channel_rows
from reskin.neural_renderer.from_draws.messages import Message
from reskin.neural_renderer.from_draws.observation import KnowsMaterials, Observation
from reskin.neural_renderer.from_draws.sources import PLAIN, THING_MATERIALS, Sources
from reskin.neural_renderer.from_draws.surfaces import planes as table
from reskin.neural_renderer.from_draws.surfaces.layers import Layers
from reskin.neural_renderer.from_draws.surfaces.planes import SPARE, Planes
from reskin.neural_renderer.from_draws.things import Things, draws_of
from reskin.neural_renderer.from_draws.tiles import FINE, Grid, tile_grid
from reskin.neural_renderer.legibility import keep_readable

Scale = Literal["native", "display", "auto"]
FINE_HEIGHT: Final = 360
"""Height, px, from which a picture without tiles is large enough for the themes' textures."""
TOLERANCE: Final = 24
"""Levels by which a pixel may differ from what its row tells. If it differs more, it was written unseen."""
ROOM: Final = 400 * 300
"""Most pixels of a display that is doubled: four times as many take as long as 800×600."""
GRID_FRAMES: Final = 30
"""Frames after which the tiles are measured again."""


class FrameBuilder:
    """Frames of one game, in their order. Not to be called from two threads at once.

        builder = FrameBuilder(materials)
        frame = builder.frame(decode(data), pixels, images)

    materials: judges units; it is told of every frame. scale: the size of the frames, where a game draws on
    a small surface and enlarges it: "native" is that of the small surface, "display" that of the display.
    "auto" takes the native size only if its tiles are large enough: a theme's edges, such as 3 px of snow,
    would cover most of a tile of 16 px. If a small display has no tiles or too small ones, and the game
    enlarges nothing, frames are twice as large as the display. What is `unknown` always keeps the game's
    paint. The picture of a frame goes through `to_display` before it is shown:

        picture = builder.to_display(restyler(frame))           # uint8 [H,W,4] BGRX of the display's size
    """

    def __init__(self, materials: KnowsMaterials, scale: Scale = "auto") -> None:
        self.materials = materials
        self.scale = scale
        self._fine = False
        """Whether a scene that the game enlarges is restyled at the size before."""
        self._enlarge = 1
        self._doubles = False
        """Whether frames are twice as large as the display, whose tiles are too small."""
        self._hud_above: NDArray[np.uint8] | None = None
        self._plain_below: NDArray[np.uint8] = np.empty((0, 0, 4), np.uint8)
        self.sources = Sources(materials)
        self.layers = Layers(self.sources)
        self.things = Things()
        self._arrays, self._huds = ArrayPool(), SparePlanes()
        self.display = Planes(1, 1)
        """What the display shows in the frame that was made last."""
        self._applied = -1
        self._joined = False
        self._written = 0
        """The number of the row of pixels that were not drawn, but written."""
        self._to_count = False
        """Whether pixels have changed since the runs of the display were found."""
        self._bare = False
        """Whether some pixels then showed no row, or were not drawn, but written."""
        self._grid: Grid | None = None
        self._since_grid = 0
        self._regrid = False
        """Whether all anchors begin anew in this frame, as the size of the tiles changed."""

    def frame(
        self, message: Message, pixels: NDArray[np.uint8], images: Mapping[bytes, NDArray[np.uint8]],
        keys: bool = False, give: bool = False,
    ) -> Frame:  # fmt: skip
        """The frame of a message.

        pixels uint8 [H,W,4] BGRX: what the game shows; it is not kept and not changed. images: of sources,
        uint8 [h,w,4] RGBA, by the names that `Source.image` says; those that have not come yet may be
        missing, and what they show keeps its paint until they come. keys: whether the player presses a key.
        give: the frame may have `pixels` as its colours, changed where HUD lies on them; it spares a copy.
        """
        self.layers.images = images
        self.sources.collect(self._used_slots)
        self.sources.learn(message.sources)
        self.layers.learn(message.layers, message.shapes)
        self._apply(message)
        self.layers.forget(message.freed, message.freed_sources)
        if not message.follows:
            self._enlarge = 1
            color = pixels if give else np.array(pixels)
            return Frame(color=color, layout="BGRX", tick=message.number)
        display = self.display
        self._written = 0
        if message.unseen:
            self._find_written(pixels)
        # What lies under the HUD moves on, too.
        counts, shown = display.counted()
        self._to_count = False
        self._bare = bool(shown[0]) or self._written > 0
        shown[0] = False
        seen = np.flatnonzero(shown)
        self._follow(seen, counts, message)
        self._judge(seen, counts, pixels, keys)
        frame = self._finish(seen, message, pixels if give else self._copied(pixels))
        self._enlarge = 1 if self._doubles else self._chosen_scale(frame)
        if self._doubles:
            return self._doubled(frame)
        return frame if self._enlarge == 1 else self._reduced(frame, self._enlarge)

    def to_display(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A picture of the last frame, uint8 [h,w,4], as large as the display, with the HUD over it."""
        if self._doubles:
            height, width = self.display.ids.shape
            if picture.shape[:2] != (2 * height, 2 * width):
                return picture
            four = picture.reshape(height, 2, width, 2, 4).astype(np.uint16)
            less = ((four.sum((1, 3)) + 2) >> 2).astype(np.uint8)
            return compose_hud(less, self._hud_above)
        if self._enlarge == 1:
            return picture
        large = picture.repeat(self._enlarge, 0).repeat(self._enlarge, 1)
        if self._hud_above is not None:
            keep_readable(large, self._plain_below, self._hud_above)
        return compose_hud(large, self._hud_above)

    # Planes

    def _apply(self, message: Message) -> None:
        """Draw the display's rows that were not drawn yet."""
        display = self.display
        if (display.width, display.height) != (message.width, message.height):
            display = self.display = Planes(message.width, message.height)
            self.things.forget()
            self._arrays.clear()
            self._joined, self._grid = message.covered, None
        self.layers.display_pixels = display.width * display.height
        self.layers.drawn_slots.clear()
        rows, first = message.rows, 0
        if message.covered:
            display.clear()
            self._joined = True
        else:
            if not message.joins:
                self._joined = False
            later = [index for number, index in message.frames if number > self._applied]
            if message.frames:
                first = later[0] if later else len(rows)
            if display.count > SPARE:
                display.shorten()
        shapes = {}
        if message.shapes:
            shapes = {
                index - first: message.shapes[int(rows[index, m.SHAPE]) - 1]
                for index in np.flatnonzero(rows[:, m.SHAPE] > 0).tolist()
                if index >= first
            }
        if len(rows) > first:
            self.layers.draw(display, rows[first:], shapes, None)
            display.narrow()
        self._applied = message.number

    def _used_slots(self) -> list[NDArray[np.int32]]:
        display = self.display
        return [*self.layers.used_slots(), display.table[: display.count, table.SLOT]]

    def _find_written(self, pixels: NDArray[np.uint8]) -> None:
        """Find the pixels that show another colour than their rows, or have none: the game wrote them by
        other means. They are one picture, a row of its own, which stays where it is."""
        display = self.display
        told = unpacked_pixels(self.layers.picture(display, True))
        off = np.abs(told[..., 2::-1].astype(np.int16) - pixels[..., :3]).max(-1) > TOLERANCE
        off |= display.ids == 0
        if len(display.hud_ids):
            off &= display.hud_ids == 0
        if off.any():
            row = np.zeros((1, table.COLUMNS), np.int32)  # slot 0: of a source that is not known
            row[0, table.WIDTH : table.HEIGHT + 1] = display.width, display.height
            row[0, table.BOX_WIDTH : table.BOX_HEIGHT + 1] = display.width, display.height
            self._written = display.add(row, np.array([-1], np.int32))
            display.ids[off] = self._written

    # Rows

    def _follow(self, seen: NDArray[np.int64], counts: NDArray[np.int32], message: Message) -> None:
        """Match the rows that are seen with those of the frame before."""
        rows = self.display.table.take(seen, 0)
        slots = rows[:, table.SLOT]
        draws = draws_of(
            rows, self.sources.unit[slots], self.sources.upright[slots], self._is_hud(rows), counts[seen]
        )
        self._look_at_grid(rows, draws[:, matching.AREA])
        self.things.follow(draws, (message.width, message.height))

    def _look_at_grid(self, rows: NDArray[np.int32], area: NDArray[np.int64]) -> None:
        """Find the tiles: at first, soon again if there were none, then every `GRID_FRAMES` frames."""
        self._since_grid += 1
        self._regrid = False
        early = self._grid is None or (not self._grid.own and self._since_grid >= 5)
        if not early and self._since_grid < GRID_FRAMES:
            return
        self._since_grid = 0
        material = self.sources.look[rows[:, table.SLOT]] & 255
        terrain = np.where(THING_MATERIALS[material], 0, area)
        boxes = rows[:, table.BOX_X : table.BOX_HEIGHT + 1]
        size = (self.display.width, self.display.height)
        said = self.materials.tile
        grid = tile_grid(boxes, terrain, size, said)
        factor = self.display.enlarged
        if factor > 1 and self.scale != "display":
            small = size[0] // factor, size[1] // factor
            native = tile_grid(boxes // factor, terrain, small, None if said is None else said / factor)
            self._fine = native.own >= FINE if native.own else small[1] >= FINE_HEIGHT
            self._fine |= self.scale == "native"
            grid = native.enlarged(factor) if self._fine else grid
        self._doubles = self._is_too_small(grid)
        if self._doubles:
            double = None if said is None else 2 * said
            large = tile_grid(2 * boxes, terrain, (2 * size[0], 2 * size[1]), double)
            grid = Grid(large.size / 2, large.x // 2, large.y // 2, large.own / 2)
        if self._grid is None or (grid.own and grid.size != self._grid.size):
            self._regrid = self._grid is not None
            self._grid = grid
            self.things.set_grid(grid)

    def _judge(
        self, seen: NDArray[np.int64], counts: NDArray[np.int32], pixels: NDArray[np.uint8], keys: bool
    ) -> None:
        """Tell of this frame, and take the judgements."""
        slots = self.display.table[seen, table.SLOT]
        unit = self.sources.unit[slots]
        known = np.flatnonzero((unit >= 0) & (counts[seen] > 0))
        units = self.sources.units
        if not self.materials.rests(unit[known], len(units.list), bool(units.renewed)):
            observation = self._observation(seen[known], known, counts, keys)
            if self.materials.observe(observation):
                self.sources.judge_again()
        drawn = np.concatenate([slots, *self.layers.drawn_slots])
        if self.sources.judge(drawn):
            self.layers.redraw()
            self._move_hud(pixels)
        self._move_places(seen, pixels)

    def _is_hud(self, rows: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which rows of the display's table are HUD, by their unit or by their place."""
        slots = rows[:, table.SLOT]
        boxes = rows[:, table.BOX_X : table.BOX_HEIGHT + 1]
        return self.sources.hud[slots] | self.materials.hud_by_place(self.sources.unit[slots], boxes)

    def _move_hud(self, pixels: NDArray[np.uint8]) -> None:
        """Move to the HUD what was drawn before it was known to be HUD, and back what is none."""
        display = self.display
        hud = self._is_hud(display.table[: display.count])
        if len(display.hud_ids):
            mask = (display.hud_ids > 0) & ~hud[display.hud_ids]
            display.ids[mask] = display.hud_ids[mask]
            self._to_count = True
            display.hud_ids[mask] = 0
            display.hud[mask] = 0
        everywhere = slice(0, display.height), slice(0, display.width)
        self._to_hud(hud[display.ids], everywhere, pixels)

    def _move_places(self, seen: NDArray[np.int64], pixels: NDArray[np.uint8]) -> None:
        """Move to the HUD what is HUD by its place, and was drawn on a layer or before that was known."""
        display = self.display
        rows = display.table[seen]
        boxes = rows[:, table.BOX_X : table.BOX_HEIGHT + 1]
        placed = self.materials.hud_by_place(self.sources.unit[rows[:, table.SLOT]], boxes)
        for number, (x, y, w, h) in zip(seen[placed].tolist(), boxes[placed].tolist(), strict=True):
            part = slice(max(y, 0), max(y + h, 0)), slice(max(x, 0), max(x + w, 0))
            self._to_hud(display.ids[part] == number, part, pixels)

    def _to_hud(
        self, mask: NDArray[np.bool_], part: tuple[slice, slice], pixels: NDArray[np.uint8]
    ) -> None:
        """Move pixels of a part of the display to the HUD. mask bool: which of the part."""
        display = self.display
        if mask.any():
            display.need_hud()
            display.hud_span[part[0]][mask.any(1)] = 0, display.width
            hud, ids = display.hud[part], display.ids[part]
            hud[mask] = pixels[part][mask][:, [2, 1, 0, 3]]
            hud[mask, 3] = 255
            display.hud_ids[part][mask] = ids[mask]
            ids[mask] = 0
            self._to_count = True

    def _observation(
        self, seen: NDArray[np.int64], known: NDArray[np.int64], counts: NDArray[np.int32], keys: bool
    ) -> Observation:
        display, things = self.display, self.things
        rows = display.table[seen]
        rank = np.empty(len(seen))
        rank[np.argsort(display.turns[seen], kind="stable")] = np.arange(len(seen)) / max(len(seen) - 1, 1)
        renewed, self.sources.units.renewed = tuple(self.sources.units.renewed), []
        return Observation(
            units=self.sources.units.list,
            unit=self.sources.unit[rows[:, table.SLOT]],
            box=rows[:, table.BOX_X : table.BOX_HEIGHT + 1],
            visible=counts[seen],
            identity=things.identity[known],
            moved=things.moved[known],
            rank=rank.astype(np.float32),
            covers=display.covers[seen],
            scroll=(float(things.scroll[0]), float(things.scroll[1])),
            keys=keys,
            size=(display.width, display.height),
            cut=things.cut,
            renewed=renewed,
        )

    # Pixels

    def _chosen_scale(self, frame: Frame) -> int:
        """By how much the picture is to be enlarged after it was restyled."""
        factor = self.display.enlarged
        if factor == 1 or frame.height % factor or frame.width % factor:
            return 1
        return factor if self._fine else 1

    def _is_too_small(self, grid: Grid) -> bool:
        """Whether tiles are too small for the themes' edges on a display that leaves room to double it."""
        display = self.display
        room = display.width * display.height <= ROOM
        return self.scale == "auto" and display.enlarged == 1 and room and grid.own < FINE

    def _doubled(self, frame: Frame) -> Frame:
        """The frame twice as large. The HUD is drawn over the result."""
        self._hud_above = frame.hud

        def more(channel: NDArray[Any] | None) -> Any:
            return None if channel is None else channel.repeat(2, 0).repeat(2, 1)

        anchor, motion = more(frame.anchor), more(frame.motion)
        quarter = np.where(THING_MATERIALS[frame.material], 0, 0.25 / frame.tile).astype(np.float32)
        for offset, sign in ((0, -1), (1, 1)):
            anchor[:, offset::2, 0] += sign * quarter.repeat(2, 0)
            anchor[offset::2, :, 1] += sign * quarter.repeat(2, 1)
        return frame.replace(
            color=more(frame.color), material=more(frame.material), identity=more(frame.identity),
            motion=motion * np.float16(2), anchor=anchor, hud=None, detail=more(frame.detail),
            overlay=more(frame.overlay), tile=2 * frame.tile,
        )  # fmt: skip

    def _reduced(self, frame: Frame, factor: int) -> Frame:
        """The frame at the size of the surface that the game enlarged. The HUD is drawn over the result."""
        self._hud_above, self._plain_below = frame.hud, frame.color
        part = (slice(factor // 2, None, factor),) * 2

        def less(channel: NDArray[Any] | None) -> NDArray[Any] | None:
            return None if channel is None else np.ascontiguousarray(channel[part])

        motion = less(frame.motion)
        return frame.replace(
            color=less(frame.color), material=less(frame.material), identity=less(frame.identity),
            motion=None if motion is None else motion / np.float16(factor), anchor=less(frame.anchor),
            hud=None, detail=less(frame.detail), overlay=less(frame.overlay), tile=frame.tile / factor,
        )  # fmt: skip

    def _copied(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        made = self._arrays.take(pixels.shape, np.uint8)
        np.copyto(made, pixels)
        return made

    def _finish(self, seen: NDArray[np.int64], message: Message, color: NDArray[np.uint8]) -> Frame:
        """The frame of the rows that are seen. color uint8 [H,W,4] BGRX becomes the frame's."""
        display = self.display
        grid = self._grid or Grid(32.0, 0, 0, 0.0)
        rows = channel_rows(display.table[: display.count], seen, self.sources, self.things, grid)
        take, shape = self._arrays.take, display.ids.shape
        out = empty_channels(shape, take)
        runs = display.find_runs() if self._to_count else display.runs
        channels = channels_cpu(display.ids, rows, self.sources.looks, THING_MATERIALS, out, runs)
        if self.things.stretched.any():
            scaled = np.full(display.count, -1, np.int32)
            scaled[seen] = np.where(self.things.stretched, np.arange(len(seen)), -1)
            stretch_cpu(display.ids, scaled, self.things.stretch, channels.motion)
        hud = self._hud(color, rows.place)
        if (self._bare or self._to_count) and (message.unseen or not self._joined):
            self._guess(channels, color)
        overlay = None
        slots = display.table[: display.count, table.SLOT]
        dark, kind = self.sources.dark[slots], self.sources.dark_kind[slots]
        if len(display.light) or dark[seen].any():
            factors = shade.factors(dark, kind)
            overlay = take((*shape, 6), np.int16)
            overlay_cpu(
                display.ids, channels.material, factors, kind, display.light, overlay, display.light_span,
                runs,
            )  # fmt: skip
        return Frame(
            color=color, material=channels.material, identity=channels.identity, motion=channels.motion,
            anchor=channels.anchor, hud=hud, detail=channels.detail, overlay=overlay, tick=message.number,
            cut=self.things.cut or self._regrid, tile=grid.size, layout="BGRX",
        )  # fmt: skip

    def _hud(self, color: NDArray[np.uint8], place: NDArray[np.int32]) -> NDArray[np.uint8] | None:
        """The HUD's layer, in the order B, G, R, A; what lies under it is painted into `color`."""
        display = self.display
        if not len(display.hud_ids):
            return None
        hud, span = self._huds.copy(display.hud, display.hud_span), display.hud_span
        flat = self.sources.color[display.table[: display.count, table.SLOT]]
        uncover_cpu(color, hud, display.ids, place, flat, self.sources.pixels, display.light, span)
        return hud

    def _guess(self, channels: Channels, color: NDArray[np.uint8]) -> None:
        """Guess the material of pixels that no row explains, or that were written by other means."""
        bare = (self.display.ids == 0) | (self.display.ids == self._written)
        if bare.any():
            channels.material[bare] = guess_material(color[..., 2::-1])[bare]
            channels.detail[bare] = PLAIN
