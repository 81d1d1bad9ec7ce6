"""`reskin run`: a game runs as it does without us, in processes of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pygame
import pytest

from reskin.neural_renderer.handoff.channel import folders

ROOT = Path(__file__).resolve().parents[3]
RUN = [sys.executable, "-P", "-c", "from reskin.cli import main; main()", "run"]
NAMES = ("engine", "assets", "kernels", "reskin_anything", "capture", "channel", "session", "hashlib")
"""Names of the game's own modules. Players stand in its folder, where Python would find them before ours."""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")

GAME = """
import atexit, os, sys, threading, time, random
NAMES = ("engine", "assets", "kernels", "reskin_anything", "capture", "channel", "session", "hashlib")
from importlib import import_module
engine, assets, kernels, reskin_anything, capture, channel, session = map(import_module, NAMES[:-1])
import pygame
import hashlib
assert {m.OWN for m in (engine, assets, kernels, reskin_anything, capture, channel, session, hashlib)} == {1}
assert __name__ == "__main__" and sys.modules["__main__"].__file__ == os.path.abspath(__file__)
assert not [name for name in os.environ if "RESKIN_RUN" in name] and __spec__ is None
assert os.path.samefile(sys.path[0], os.path.dirname(__file__))
assert not [place for place in sys.path if "reskin_pygame_capture" in place]
atexit.register(print, "at the end", flush=True)
mode = sys.argv[1]
pygame.init()
screen = pygame.display.set_mode((64, 48))
clock = pygame.time.Clock()
x, started, running = 0, time.time(), True
while running:
    for event in pygame.event.get():
        if event.type == pygame.QUIT:
            running = False
        elif event.type in (pygame.KEYDOWN, pygame.MOUSEBUTTONDOWN):
            print("saw", event.type == pygame.KEYDOWN and pygame.key.name(event.key) or event.pos)
    x += 3 * pygame.key.get_pressed()[pygame.K_RIGHT]
    screen.fill((90, 150, 220))
    pygame.draw.rect(screen, (200, random.randrange(256), 50), (x % 64, 20, 10, 10))
    pygame.display.flip()
    clock.tick(60)
    if mode == "draw" and x == 0 and time.time() - started > 0.4:
        screen.blit("no surface", (0, 0))
    if mode == "live" and x == 0:
        print("ready", flush=True)
        x = 1
print("over", x, round(time.time() - started, 2), sys.argv[2:])
if mode == "exit":
    sys.exit(7)
if mode == "_exit":
    sys.stdout.flush()
    os._exit(9)
if mode == "thread":
    thread = threading.Thread(target=sys.exit, args=(5,))
    thread.start()
    thread.join()
if mode == "killed":
    os.kill(os.getpid(), 9)
    time.sleep(5)
if mode == "raise":
    raise ValueError("mine")
"""
KEYS = "3 press SPACE\n5-15 hold RIGHT\n7 click 10 20\n9 press F5\n11 press F5\n"


@pytest.fixture
def game(tmp_path: Path) -> Path:
    folder = tmp_path / "game"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.py").write_text("OWN = 1\n")
    (folder / "main.py").write_text(GAME)
    (tmp_path / "keys").write_text(KEYS)
    return folder / "main.py"


def environment(game: Path) -> dict[str, str]:
    home = str(game.parents[1] / "home")
    return {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home}


def play(game: Path, *options: str, mode: str = "") -> Any:
    words = [*RUN, "--headless", "--frames", "40", *options, str(game), mode, "--its", "own"]
    return subprocess.run(
        words, capture_output=True, text=True, timeout=200, check=False, env=environment(game),
        cwd=game.parent,
    )  # fmt: skip


def leftovers() -> list[str]:
    return [name for name in os.listdir(folders(None)[0]) if name.startswith(f"reskin-run-{os.getpid()}")]


@pytest.mark.parametrize(
    ("mode", "code"),
    [("exit", 7), ("_exit", 9), ("thread", 0), ("killed", -9), ("raise", 1), ("draw", 1)],
)
def test_it_ends_as_it_does_without_us(game: Path, mode: str, code: int) -> None:
    done = play(game, "--restyle", "off", mode=mode)
    assert done.returncode == code, done.stderr
    assert "reskin_pygame_capture" not in done.stderr, "no file of ours in a traceback"
    assert ("over 0 0.68 ['--its', 'own']" in done.stdout) == (mode != "draw")
    assert ("at the end" in done.stdout) == (mode not in ("_exit", "killed"))
    if mode in ("raise", "draw"):
        assert done.stderr.count("Traceback") == 1 and 'main.py", line' in done.stderr


def test_it_is_restyled_and_does_not_notice(game: Path, tmp_path: Path) -> None:
    """Keys of ours are hidden, others arrive; every frame but those when it was off is restyled once."""
    keys = ("--keys", str(tmp_path / "keys"))
    hooked = play(game, *keys, "--checksums", "hooked", "--record", "last.png", "--json")
    assert hooked.returncode == 0, hooked.stderr
    plain = play(game, *keys, "--checksums", "plain", "--without-hooks", "--json")
    found = json.loads(hooked.stdout)
    assert (found["frames"], found["restyled"], found["plain"]) == (40, 38, 2)
    assert found["follows_draws"] and found["not_captured"] == [] and found["faults"] == 0
    assert found["ms"]["renderer"]["all"]["p50"] > 0 and found["exit"] == 0
    assert (game.parent / "hooked").read_text() == (game.parent / "plain").read_text()
    assert len((game.parent / "hooked").read_text().splitlines()) == 40
    picture = pygame.image.load(str(game.parent / "last.png"))
    assert picture.get_size() == (64, 48) and picture.get_at((60, 2))[:3] != (90, 150, 220)
    for done in (hooked, plain):
        said = [line for line in done.stderr.splitlines() if line.startswith(("saw", "over"))]
        assert said == ["saw space", "saw right", "saw (10, 20)", "over 30 0.68 ['--its', 'own']"]
    assert not leftovers()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_reach_the_game(game: Path, number: signal.Signals) -> None:
    """SIGTERM is a QUIT for it, and Ctrl-C an exception."""
    words = [*RUN, "--restyle", "off", str(game), "live"]
    dummy = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(game) | dummy
    ) as running:
        assert running.stdout is not None and running.stderr is not None
        while "ready" not in (line := running.stdout.readline()):
            assert line, running.stderr.read()
        running.send_signal(number)
        output, errors = running.communicate(timeout=60)
    assert running.returncode == (0 if number == signal.SIGTERM else -number), errors
    assert ("over" in output) == (number == signal.SIGTERM) and "at the end" in output
    assert ("KeyboardInterrupt" in errors) == (number == signal.SIGINT)


@pytest.mark.slow
def test_a_killed_renderer_is_replaced(game: Path, tmp_path: Path) -> None:
    """The game goes on, and gets pictures again."""
    words = [*RUN, "--json", str(game), "live"]
    dummy = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment(game) | dummy
    ) as running:
        for _ in range(2):
            time.sleep(15)
            words = ["ps", "-o", "pid=,args=", "--ppid", str(running.pid)]
            children = subprocess.run(words, capture_output=True, text=True, check=True).stdout
            (renderer,) = (line.split()[0] for line in children.splitlines() if "renderer" in line)
            os.kill(int(renderer), signal.SIGKILL)
        time.sleep(15)
        running.terminate()
        assert running.stdout is not None
        found = json.loads(running.stdout.read().splitlines()[-1])
    assert running.returncode == 0
    assert found["restarts"] == 2 and found["restyled"] > 100


def test_a_game_in_a_window_is_asked_to_quit_after_its_frames(tmp_path: Path) -> None:
    (tmp_path / "game.py").write_text("""
import pygame
screen = pygame.display.set_mode((64, 48))
while not pygame.event.get(pygame.QUIT):
    pygame.display.flip()
""")
    words = [*RUN, "--restyle", "off", "--frames", "7", "--json", "game.py"]
    done = subprocess.run(
        words, cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False,
        env=environment(tmp_path / "a" / "b") | {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["frames"] == 7
