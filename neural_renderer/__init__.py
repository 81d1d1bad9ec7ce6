"""The muscle: sees frames, never worlds, and gives them another look in real time.

    from neural_renderer import Restyler

    restyler = Restyler("winter")
    picture = restyler(frame)       # an engine.frame.Frame, or any uint8 [H,W,3] RGB picture

Importing this package imports nothing heavy; `Restyler` loads its runtime when it is made. Read next:
`restyler`, the whole pipeline on one page.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neural_renderer.errors import RestyleError
    from neural_renderer.restyler import Restyler
    from neural_renderer.theme import Theme, available, load

__all__ = ["RestyleError", "Restyler", "Theme", "available", "load"]

_HOME = {
    "RestyleError": "errors",
    "Restyler": "restyler",
    "Theme": "theme",
    "available": "theme",
    "load": "theme",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'neural_renderer' has no attribute {name!r}")
    return getattr(import_module(f"neural_renderer.{_HOME[name]}"), name)
