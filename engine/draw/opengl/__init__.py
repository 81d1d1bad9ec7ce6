"""The canvas on the GPU, by OpenGL 3.3 and moderngl, in a window or without one.

Nothing here is imported before `--renderer opengl` asks for it. Read in this order: `canvas`, `instances`,
`rows`, `pictures`, `hud`, `targets`, `tables`, `context`, `screen`, and the programs in `shaders/`.
"""

from reskin.engine.draw.opengl.canvas import OpenGLCanvas

__all__ = ["OpenGLCanvas"]
