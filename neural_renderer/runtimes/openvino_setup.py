"""Imports OpenVINO without its telemetry: nothing here sends anything anywhere.

`import openvino` reports itself over the network through the package `openvino_telemetry`, which pip
brings along. OpenVINO has a stub for when that package is missing, so it is made to look missing.
"""

from __future__ import annotations

import sys
from threading import Lock
from types import ModuleType
from typing import Any


def import_openvino() -> ModuleType:
    """The module `openvino`; raises ImportError when it is not installed.

    In this process `import openvino_telemetry` then fails too. If somebody imported OpenVINO before,
    what it sent is sent, but its later events go nowhere either.
    """
    if "openvino" not in sys.modules:
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino

    return openvino


def openvino_core() -> Any:
    """The one OpenVINO core of this process, never let go.

    On CPUs with AMX each core gives its thread a larger stack for signals, and takes it away with
    itself; with several cores the next signal, a Ctrl-C, ran on freed memory.
    """
    with _lock:
        if not _core:
            _core.append(import_openvino().Core())
        return _core[0]


_lock = Lock()
_core: list[Any] = []
