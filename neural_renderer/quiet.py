"""Imports OpenVINO without its telemetry: nothing here sends anything anywhere.

`import openvino` reports itself over the network through the package `openvino_telemetry`, which pip
brings along. OpenVINO has a stub for when that package is missing, so it is made to look missing.
"""

from __future__ import annotations

import sys
from types import ModuleType


def import_openvino() -> ModuleType:
    """The module `openvino`; raises ImportError when it is not installed.

    In this process `import openvino_telemetry` then fails too. If somebody imported OpenVINO before,
    what it sent is sent, but its later events go nowhere either.
    """
    if "openvino" not in sys.modules:
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino

    return openvino
