"""`reskin run` leaves a game's process alone: what it sees of itself, its end, its children, its clock."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.neural_renderer.plugins.compared import environment, pythons
from tests.neural_renderer.plugins.games_process import GAMES, TIMED

pytestmark = pytest.mark.slow


def write(files: dict[str, str], folder: Path) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def heed_ctrl_c() -> None:
    """Tests that a shell runs in the background ignore Ctrl-C, and so would their children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(),
        input="typed\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=heed_ctrl_c,
    )


def with_hooks(python: str, *more: str) -> list[str]:
    """Hooked and without a window. Nothing is restyled, so that no renderer needs to load."""
    return [
        *(sys.executable, "-m", "reskin", "run", "--python", python),
        *("--headless", "--frames", "400", "--restyle", "off", *more),
    ]


@pytest.mark.parametrize("python", pythons())
@pytest.mark.parametrize("name", GAMES)
def test_a_process_is_the_same(name: str, python: str, tmp_path: Path) -> None:
    folder = write(GAMES[name], tmp_path / "game")
    game = ["-m", "mygame", "a", "-b"] if name == "package" else ["game.py", "a", "-b"]
    plain, hooked = run([python, *game], folder), run([*with_hooks(python), *game], folder)
    assert hooked.returncode == plain.returncode, hooked.stderr
    assert plain.stdout or name in ("killed", "aborted") or plain.returncode
    assert hooked.stdout.startswith(plain.stdout)  # then come the figures
    fault = plain.stderr.strip().splitlines()[-1:] if plain.returncode == 1 else []
    assert all(line in hooked.stderr.splitlines() for line in fault)
    assert "reskin_pygame_capture" not in hooked.stderr


@pytest.mark.parametrize("python", pythons())
@pytest.mark.parametrize("name", TIMED)
def test_a_game_that_goes_by_the_clock_is_the_same(name: str, python: str, tmp_path: Path) -> None:
    folder = write({"game.py": TIMED[name]}, tmp_path / "game")
    keys = tmp_path / "keys"
    keys.write_text("30 press SPACE\n60-200 hold RIGHT\n90 click 30 20\n95 move 10 20\n")
    seen = []
    for more in ([], ["--without-hooks"]):
        checksums = tmp_path / f"checksums{len(more)}"
        command = with_hooks(python, *more, "--keys", str(keys), "--checksums", str(checksums))
        done = run([*command, "game.py"], folder)
        assert done.returncode == 0, done.stderr
        lines = [line for line in done.stdout.splitlines() if line[:1].isdigit() or line.startswith("tick")]
        seen.append((checksums.read_text().splitlines(), lines))
    assert seen[0] == seen[1]
    assert len(seen[0][0]) >= 300 and len(set(seen[0][0])) > 100 and len(seen[0][1]) > 20
