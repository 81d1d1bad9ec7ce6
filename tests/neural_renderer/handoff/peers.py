"""The other process of a test: `python peers.py ROLE ARGUMENTS`, ended by kill or by its last frame.

`game` loads `channel.py` by its path and needs the standard library alone, on Python 3.9 too.
"""

from __future__ import annotations

import importlib.util
import json
import random
import sys
import time
import zlib
from pathlib import Path
from types import ModuleType

CHANNEL = Path(__file__).resolve().parents[3] / "neural_renderer" / "handoff" / "channel.py"
POOL = random.Random(15).getrandbits(8 * 640 * 480 * 4 + 8 * 4096).to_bytes(640 * 480 * 4 + 4096, "little")


def pixels_of(number: int, width: int, height: int) -> bytes:
    """Pixels that nobody else sends: the checksum of the others, then noise that differs from frame to frame.
    """
    noise = POOL[number % 4096 :][: 4 * width * height - 4]
    return zlib.crc32(noise, number).to_bytes(4, "little") + noise


def whole(number: int, pixels: bytes | memoryview) -> bool:
    return zlib.crc32(pixels[4:], number) == int.from_bytes(pixels[:4], "little")


def load_channel() -> ModuleType:
    spec = importlib.util.spec_from_file_location("handoff_channel", CHANNEL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def game(folder: str, frames: str) -> None:
    """Send frames for ever, or so many; print the block's path first, and the modules in use last."""
    channel = load_channel()
    side = channel.GameSide(64, 48, folder=folder)
    print(side.path, flush=True)
    number = 0
    while number != int(frames):
        number += 1
        side.send_frame(number, 64, 48, pixels_of(number, 64, 48), b"draws")
        side.receive_picture(64, 48, 0)
        time.sleep(0.001)
    picture = None
    while picture is None or picture.number != number:
        picture = side.receive_picture(64, 48, 0) or picture
        time.sleep(0.001)
    assert whole(number, picture.first)
    side.close()
    print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})), flush=True)


def renderer(path: str, last: str) -> None:
    """Check every frame, send it back as the picture, and print what was wrong after frame `last`."""
    from reskin.neural_renderer.handoff.renderer_side import RendererSide

    side = RendererSide(path)
    received, torn, backwards, number = 0, 0, 0, 0
    while number != int(last) and side.game() != "gone":
        frame = side.wait_for_frame(0.1)
        if frame is None:
            continue
        draws = f"draws of {frame.number}".encode() * (frame.number % 50)
        torn += not whole(frame.number, frame.pixels.tobytes()) or frame.draws != draws
        backwards += frame.number <= number
        received, number = received + 1, frame.number
        side.send_picture(number, frame.pixels)
        side.send_status("winter", number / 2, "")
    report = {"received": received, "torn": torn, "backwards": backwards, "last": number}
    print(json.dumps(report), flush=True)
    while side.game() != "gone":
        side.beat()
        time.sleep(0.001)


if __name__ == "__main__":
    {"game": game, "renderer": renderer}[sys.argv[1]](*sys.argv[2:])
