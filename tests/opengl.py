"""An OpenGL context without a window, for tests; they are skipped where there is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from reskin.engine.frame import CHANNELS, Frame
from reskin.engine.gpu_frame import GpuFrame

TYPES = {"uint8": "u1", "uint16": "u2", "float16": "f2", "float32": "f4"}


def opengl_context() -> Any:
    """A new context of moderngl's by EGL, or the test is skipped and says what is missing."""
    moderngl = pytest.importorskip("moderngl", reason="moderngl is not installed")
    try:
        return moderngl.create_standalone_context(require=330, backend="egl")
    except Exception as error:  # moderngl raises plain ones
        pytest.skip(f"no OpenGL by EGL here: {error}")


def upload(context: Any, frame: Frame, **settings: Any) -> GpuFrame:
    """The frame with a texture for every channel that it has, rows from the bottom."""
    textures = {}
    for name in CHANNELS:
        array = getattr(frame, name)
        if array is None or name == "overlay":
            continue
        components = 1 if array.ndim == 2 else array.shape[2]
        dtype = "f1" if components == 4 else TYPES[array.dtype.name]
        rows = np.ascontiguousarray(array[::-1])
        size = (frame.width, frame.height)
        textures[name] = context.texture(size, components, rows.tobytes(), dtype=dtype, alignment=1)
    fields = {"tick": frame.tick, "cut": frame.cut, "tile": frame.tile, "layout": frame.layout} | settings
    return GpuFrame(**textures, overlay=frame.overlay, **fields)


def pixels_of(target: Any) -> Any:
    """uint8 [H,W,4] of a texture or a framebuffer, rows from the top."""
    width, height = target.size
    given = {"components": 4} if hasattr(target, "color_attachments") else {}
    return np.frombuffer(target.read(alignment=1, **given), np.uint8).reshape(height, width, 4)[::-1]
