"""The canvas on the GPU: the calls of `engine.draw.canvas.Canvas`, drawn by OpenGL.

Three draws make a frame. All shapes, one instance each and in the order of the calls, write colours and slot
numbers. A pass over the picture then derives the channels from the slot numbers, as the software canvas does
(deferred shading, or a visibility buffer: Burns and Hunt 2013). The HUD is drawn into a texture of its own.
Read next: `instances`, `hud`, `targets`.
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from reskin.engine.draw.buffers import BufferPool, Buffers
from reskin.engine.draw.canvas import Canvas
from reskin.engine.draw.opengl.context import close_context, open_context, program
from reskin.engine.draw.opengl.hud import OpenGLHud
from reskin.engine.draw.opengl.instances import Instances
from reskin.engine.draw.opengl.pictures import Pictures
from reskin.engine.draw.opengl.tables import Table
from reskin.engine.draw.opengl.targets import Targets
from reskin.engine.draw.slots import Slots
from reskin.engine.errors import DrawError
from reskin.engine.gpu_frame import GpuFrame

if TYPE_CHECKING:
    import moderngl

SLOTS_WIDTH: Final = 256
"""Slots in a row of the table, four texels each."""


class OpenGLCanvas(Canvas):
    """A canvas of `width` x `height` px that draws with OpenGL 3.3; see `Canvas` for all calls.

    Without a `context` it opens one without a window. Its frames are ordinary ones, in arrays. Whoever reads
    them on the GPU calls `finish_on_gpu` instead of `finish`, and nothing is copied. Call `release` at the
    end, or use it in a `with`. One thread only: that in which it was made.
    Raises OpenGLMissing, with one line, where OpenGL cannot be used.

        with OpenGLCanvas(640, 360) as canvas:
            game.draw(canvas, 1.0, "")
            frame = canvas.finish()
    """

    def __init__(
        self, width: int, height: int, tile: int = 32, context: moderngl.Context | None = None
    ) -> None:
        self._owned = context is None
        self.context = open_context() if context is None else context
        self._pictures = Pictures(self.context)
        self._slot_table = Table(self.context, "f4", 4, width=SLOTS_WIDTH * 4, rows=1)
        self._derive = program(self.context, "screen.vert", "channels.frag")
        self._derive["slot_numbers"], self._derive["slot_table"] = 0, 1
        self._whole = self.context.vertex_array(self._derive, [])
        self._has_targets = self._released = False
        self._finished: GpuFrame | None = None
        super().__init__(width, height, tile)

    @property
    def gpu_frame(self) -> GpuFrame:
        """The frame that was finished last, in textures. Raises DrawError before the first one.

        Their bytes are those of the arrays of a `Frame`: row 0 is the top, and colours lie as B, G, R, X.
        They are the canvas's own, and the next frame is drawn over them. Only `resize` makes new ones, and
        whoever registered the old ones, with CUDA for example, must let go of them before that.
        """
        if self._finished is None:
            raise DrawError("no frame is finished yet; call finish() or finish_on_gpu() first")
        return self._finished

    def finish_on_gpu(self) -> GpuFrame:
        """Finish the frame in its textures, without any copy of it in arrays; see `gpu_frame`."""
        self._here()
        self._draw()
        self._settle()
        return self.gpu_frame

    def release(self) -> None:
        """Free everything on the GPU, and the context if it is the canvas's own. It may be called twice."""
        if self._released:
            return
        self._make_current()
        self._release_targets()
        self._released, self._finished = True, None
        for part in (self._pictures, self._slot_table, self._whole, self._derive):
            part.release()
        if self._owned:
            close_context(self.context)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _make_current(self) -> None:
        """Two canvases with a context each may be drawn on in turn. A window's context is current anyway."""
        if self._owned:
            context: Any = self.context  # its methods have no types
            context.__enter__()

    def _open_targets(self) -> None:
        self._make_current()
        if self._has_targets:
            self._release_targets()
        self._has_targets, self._finished = True, None
        self._targets = Targets(self.context, self.width, self.height)
        self._instances = Instances(self.context, self.width, self.height, self._pictures)
        self._opengl_hud = OpenGLHud(self.context, self.width, self.height, self._pictures)
        self._shapes, self.hud = self._instances, self._opengl_hud
        self._pool = BufferPool(self.width, self.height)

    def _release_targets(self) -> None:
        for part in (self._targets, self._instances, self._opengl_hud):
            part.release()

    def _start(self) -> None:
        self._pictures.start()
        self._instances.start()
        self._opengl_hud.begin()

    def _stop(self) -> Buffers:
        buffers = self._pool.take()
        self._draw()
        self._targets.read_into(buffers)
        return buffers

    def _draw(self) -> None:
        """Draw the recorded frame into its textures. Nothing of OpenGL is called before this."""
        self._make_current()
        self._pictures.upload()
        self._send_slots(self._slots)
        self._instances.draw(self._targets.shapes)
        self.context.enable_only(self.context.NOTHING)
        self._targets.channels.use()
        self._targets.slots.use(0)
        self._slot_table.texture.use(1)
        self._whole.render(self.context.TRIANGLES, vertices=3)
        self._opengl_hud.draw(self._targets.hud)
        made = self._targets.textures
        self._finished = GpuFrame(
            color=made["color"], material=made["material"], identity=made["identity"],
            motion=made["motion"], anchor=made["anchor"], depth=made["depth"], hud=made["hud"],
            tick=self._tick, cut=self._cut, tile=float(self.tile), layout="BGRX", bottom_up=False,
        )  # fmt: skip

    def _send_slots(self, slots: Slots) -> None:
        """Send the frame's slots: material and identity, motion, depth, surface, all as float32."""
        count = len(slots.material)
        self._slot_table.reserve(count * 4)
        rows = self._slot_table.array[: count * 4].reshape(count, 16)
        surface = np.array(slots.surface, np.float64)
        rows[:, 0] = np.array(slots.material) + 256 * np.array(slots.identity)
        rows[:, 1:3] = slots.rounded_motion()
        rows[:, 3] = slots.rounded_depth()
        rows[:, 4:12] = surface
        fraction, exponent = np.frexp(surface[:, 2:4])
        rows[:, 6:8] = np.ldexp(np.trunc(fraction * 2**11), exponent - 11)  # the scales, cut to 11 bits
        rows[:, 12:14] = surface[:, 2:4] - rows[:, 6:8]
        self._slot_table.upload(0, count * 4)
