"""Every error that the muscle raises on purpose.

    RestyleError
    ├── InputError      a frame or picture that cannot be restyled
    ├── ThemeError      a theme pack that is missing, damaged or of another architecture
    ├── RuntimeMissing  a runtime's library or device is not there; the message says what to install
    ├── NonFinite       the network gave NaN or infinity
    ├── GpuError        OpenGL or CUDA was used as it cannot be: on another thread, one frame within another
    │   └── CudaFailed      a call of CUDA's gave an error; in `handoff.cuda_gl.runtime`
    ├── RunError        a game of somebody else's cannot be run
    └── LearnError      a training cannot start or go on
        └── KeyframeError   a painted keyframe is missing, altered, resized or out of place

Each message names the thing, what was expected, what was found and what to do. `handoff.channel` has an error
of its own: it runs in the game's process, where this file is not.
"""


class RestyleError(Exception):
    """Root of the muscle's errors: catch this to catch them all."""


class InputError(RestyleError, ValueError):
    """A frame or a picture has a shape, type or content that cannot be restyled."""


class ThemeError(RestyleError, ValueError):
    """A theme pack is missing, damaged, hostile or made for another architecture."""


class RuntimeMissing(RestyleError, RuntimeError):
    """The chosen runtime cannot run here."""


class NonFinite(RestyleError, ArithmeticError):
    """The network's output was not a number; the picture was not shown."""


class GpuError(RestyleError, RuntimeError):
    """OpenGL or CUDA was used in a way that cannot work."""


class RunError(RestyleError, RuntimeError):
    """A game that was not written for Reskin cannot be run: no Python with pygame, no such file."""


class LearnError(RestyleError, RuntimeError):
    """A training cannot start or go on."""


class KeyframeError(LearnError, ValueError):
    """A keyframe or its painting is missing, damaged, altered, or does not lie upon its frame."""
