"""Imports OpenVINO without its telemetry.

`import openvino` sends a report over the network through the package `openvino_telemetry`, which pip installs
with it. OpenVINO does without that package where it is missing, so it is made to look missing.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

from reskin.kernels.simd.forks import forget_in_children, process_lock


def import_openvino() -> ModuleType:
    """The module `openvino`; raises ImportError when it is not installed.

    Afterwards `import openvino_telemetry` fails in this process. If OpenVINO was imported before this call,
    its first report was sent; later ones are not.
    """
    if "openvino" not in sys.modules:
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    return importlib.import_module("openvino")


def openvino_core() -> Any:
    """The one OpenVINO core of this process, which is never freed.

    On CPUs with AMX, a core gives its thread a larger stack for signals and frees it with itself. With
    several cores, the next signal, such as a Ctrl-C, ran on freed memory.
    """
    with compiling:
        if not _core:
            _core.append(import_openvino().Core())
        return _core[0]


def threads_after_forks(threads: int) -> int:
    """How many threads a network that is compiled now may use: 1 if this process was forked from one that
    had used OpenVINO. Its threads are not here, and compiling for more than one waits for them for ever."""
    return 1 if _inherited else threads


def _note_fork() -> None:
    if _core and not _inherited:
        _inherited.append(True)


compiling = process_lock()
"""Held while a network is compiled, so that no fork comes in the middle of it."""
_core: list[Any] = []
_inherited: list[bool] = []
forget_in_children(_note_fork)
