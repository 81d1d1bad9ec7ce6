"""Two real processes: nothing torn, nothing backwards, and a side that is killed or stopped is noticed.

No test depends on time: each waits for an event, with a limit far above any load.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reskin.neural_renderer.handoff.channel import GameSide, HandoffError, remove_leftovers
from reskin.neural_renderer.handoff.renderer_side import RendererSide
from tests.neural_renderer.handoff.peers import pixels_of, whole

PEERS = Path(__file__).with_name("peers.py")
ROOT = PEERS.parents[3]
KILLS = 20
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")


@contextmanager
def process(*arguments: str, python: str = sys.executable) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    peer = subprocess.Popen(
        [python, str(PEERS), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        yield peer
    finally:
        peer.kill()
        _, errors = peer.communicate()
        assert not errors


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.001)


def stop(peer: subprocess.Popen[str]) -> None:
    peer.send_signal(signal.SIGSTOP)
    os.waitpid(peer.pid, os.WUNTRACED)


@pytest.mark.parametrize("checked", [False, True])
def test_two_thousand_frames_cross_whole_and_in_order(tmp_path: Path, checked: bool) -> None:
    """Of random sizes, as fast as they can be made; halfway the game goes on in a larger block."""
    chance, frames, numbers, torn, sizes = random.Random(1), 2000, [0], 0, ((480, 360), (640, 480))
    game = GameSide(*sizes[0], folder=str(tmp_path), checked=checked)
    with process("renderer", game.path, str(frames)) as peer:
        wait_until(lambda: game.renderer() == "alive")

        def receive(width: int, height: int) -> int:
            """Check the picture, if one has come; the number of the last one."""
            nonlocal torn
            picture = game.receive_picture(width, height, 0)
            if picture is not None:
                torn += not whole(picture.number, picture.first)
                numbers.append(picture.number)
            return numbers[-1]

        width, height = 0, 0
        for number in range(1, frames + 1):
            if number == frames // 2:
                game.resize(*sizes[1])
            if number % 10 == 1:
                limits = sizes[number > frames // 2]
                width, height = chance.randint(1, limits[0]), chance.randint(1, limits[1])
            draws = f"draws of {number}".encode() * (number % 50)
            game.send_frame(number, width, height, pixels_of(number, width, height), draws)
            receive(width, height)
        wait_until(lambda: receive(width, height) == frames)
        assert peer.stdout is not None
        report = json.loads(peer.stdout.readline())
        assert report["torn"] == report["backwards"] == torn == 0
        assert report["last"] == frames and report["received"] > 1
        assert numbers == sorted(set(numbers))
        wait_until(lambda: game.status() == ("winter", frames / 2, "", -1))
        game.close()
    assert not list(tmp_path.iterdir())


def test_a_killed_renderer_is_noticed_and_leaves_nothing(tmp_path: Path) -> None:
    chance, states = random.Random(2), []
    for _ in range(KILLS):
        game = GameSide(64, 48, folder=str(tmp_path))
        with process("renderer", game.path, "-1") as peer:
            if chance.random() < 0.7:
                wait_until(lambda game=game: game.renderer() == "alive")  # type: ignore[misc]
            end = time.monotonic() + chance.uniform(0, 0.05)
            number = 0
            while time.monotonic() < end:
                number += 1
                game.send_frame(number, 64, 48, pixels_of(number, 64, 48))
            peer.kill()
            peer.wait()
            states.append(game.renderer())
        game.send_frame(number + 1, 64, 48, pixels_of(number + 1, 64, 48))
        game.close()
        assert not list(tmp_path.iterdir())
    assert set(states) <= {"gone", "absent"} and states.count("gone") >= KILLS // 2


def test_a_killed_game_is_noticed_and_leaves_nothing(tmp_path: Path) -> None:
    chance, attached = random.Random(3), 0
    for _ in range(KILLS):
        with process("game", str(tmp_path), "-1") as peer:
            assert peer.stdout is not None
            path = peer.stdout.readline().strip()
            if chance.random() < 0.3:
                peer.kill()  # before the renderer has come: the next game removes the file
                peer.wait()
                continue
            renderer = RendererSide(path)
            assert not list(tmp_path.glob(Path(path).name))
            frame = renderer.wait_for_frame(120)
            assert frame is not None and whole(frame.number, frame.pixels.tobytes())
            renderer.wait_for_frame(chance.uniform(0, 0.02))
            peer.kill()
            peer.wait()
            assert renderer.game() == "gone"
            renderer.close()
            attached += 1
    assert attached >= KILLS // 2
    GameSide(64, 48, folder=str(tmp_path)).close()
    assert not list(tmp_path.iterdir())


def test_a_living_game_keeps_its_file(tmp_path: Path) -> None:
    with process("game", str(tmp_path), "-1") as peer:
        assert peer.stdout is not None
        path = Path(peer.stdout.readline().strip())
        assert remove_leftovers(str(tmp_path)) == 0 and path.exists()
        peer.kill()
        peer.wait()
        assert remove_leftovers(str(tmp_path)) == 1 and not path.exists()


def test_a_stopped_renderer_holds_up_nothing_and_is_noticed(tmp_path: Path) -> None:
    game = GameSide(64, 48, folder=str(tmp_path))
    with process("renderer", game.path, "-1") as peer:
        wait_until(lambda: game.renderer() == "alive")
        stop(peer)
        for number in range(1, 300):
            game.send_frame(number, 64, 48, pixels_of(number, 64, 48))
        wait_until(lambda: game.renderer() == "hanging")
        peer.send_signal(signal.SIGCONT)
        wait_until(lambda: game.renderer() == "alive")
        game.close()


def test_a_stopped_game_is_noticed(tmp_path: Path) -> None:
    with process("game", str(tmp_path), "-1") as peer:
        assert peer.stdout is not None
        renderer = RendererSide(peer.stdout.readline().strip())
        stop(peer)
        wait_until(lambda: renderer.game() == "hanging")
        peer.send_signal(signal.SIGCONT)
        wait_until(lambda: renderer.game() == "alive")
        renderer.close()


def runs(python: str) -> bool:
    return subprocess.run([python, "-V"], capture_output=True, check=False).returncode == 0


def pythons() -> list[str]:
    """This Python, and others that are here; 3.9 is the oldest that a game may have."""
    found = (shutil.which(f"python3.{minor}") for minor in (9, 13))
    return [sys.executable, *(python for python in found if python and runs(python))]


@pytest.mark.parametrize("python", pythons())
def test_the_game_needs_the_standard_library_alone(tmp_path: Path, python: str) -> None:
    with process("game", str(tmp_path), "20", python=python) as peer:
        assert peer.stdout is not None
        renderer = RendererSide(peer.stdout.readline().strip())
        number = 0
        while number < 20:
            frame = renderer.wait_for_frame(120)
            assert frame is not None and whole(frame.number, frame.pixels.tobytes())
            number = frame.number
            renderer.send_picture(number, frame.pixels)
        modules = set(json.loads(peer.stdout.readline()))
        assert not modules & {"numpy", "reskin", "pygame", "multiprocessing"}
        assert peer.wait() == 0
        renderer.close()


def test_a_second_renderer_is_refused(tmp_path: Path) -> None:
    with process("game", str(tmp_path), "-1") as peer:
        assert peer.stdout is not None
        path = peer.stdout.readline().strip()
        renderer = RendererSide(path)
        with pytest.raises(HandoffError, match="has the game ended"):
            RendererSide(path)
        renderer.close()


@pytest.mark.speed
def test_a_stopped_renderer_delays_the_game_by_less_than_a_millisecond(tmp_path: Path) -> None:
    pixels, game = pixels_of(1, 640, 480), GameSide(640, 480, folder=None)

    def median(first: int) -> float:
        times = []
        for number in range(first, first + 300):
            start = time.perf_counter()
            game.send_frame(number, 640, 480, pixels)
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    with process("renderer", game.path, "-1") as peer:
        wait_until(lambda: game.renderer() == "alive")
        running = median(1)
        stop(peer)
        assert median(1000) - running < 0.001
        game.close()
