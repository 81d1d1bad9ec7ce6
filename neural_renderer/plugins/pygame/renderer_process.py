"""Starts the renderer's process, with its slow parts beside each other.

    python -m reskin.neural_renderer.plugins.pygame.renderer_process CONFIGURATION

A renderer needs 2 s of processors until its first picture. The noise textures, 0.5 s, and OpenVINO are made
ready on a second thread, while the first one imports the rest. Read next: `renderer`.
"""

from __future__ import annotations

import signal
import sys
import threading


def main() -> None:
    # Ctrl-C and a terminal that closes belong to the game; then the recording can be finished.
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    # Numba looks for SciPy's linear algebra, which takes 0.15 s to import and which no kernel of ours needs.
    sys.modules.setdefault("scipy", None)  # type: ignore[arg-type]
    beside = threading.Thread(target=_prepare, name="prepare", daemon=True)
    beside.start()
    from reskin.neural_renderer.plugins.pygame import renderer

    renderer.main(beside.join)


def _prepare() -> None:
    from reskin.neural_renderer.noise import noise_textures
    from reskin.neural_renderer.runtimes.openvino_setup import openvino_core

    noise_textures()
    try:
        openvino_core()
    except ImportError:
        return  # another runtime is chosen, or the lack of it is said


if __name__ == "__main__":
    main()
