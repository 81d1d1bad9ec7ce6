"""A recording is never all or nothing: it plays as far as it went, whatever ends it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reskin.engine.capture.record import open_recording
from reskin.engine.errors import LoopError
from tests.engine.capture.test_record import SIZE, decoded, picture

av = pytest.importorskip("av", reason="PyAV is not installed (the extra video)")
posix = pytest.mark.skipif(os.name == "nt", reason="needs the signals of POSIX")
ROOT = Path(__file__).parents[3]
PLAY = (
    "import sys; from pathlib import Path; from reskin.engine.loop import RunOptions, run\n"
    "from tests.engine.market import Market\n"
    "from reskin.engine.persistence.save import create_save\n"
    "game = Market(5)\n"
    "path = Path(sys.argv[1])\n"
    "journal = create_save(path.with_name(sys.argv[3]), game)\n"
    "print('ready', flush=True)\n"
    "say = lambda words: print(words, file=sys.stderr, flush=True)\n"
    "report = run(game, None, RunOptions((320, 180), int(sys.argv[2]), headless=True, bot=True,\n"
    "    record=path, listeners=(journal,), say=say))\n"
    "print(report.frames, report.interrupted, report.files, report.warnings)\n"
)


def playing(path: Path, save: str = "a.save", before: str = "") -> subprocess.Popen[str]:
    """A process that plays, saves and records; it has begun when this returns."""
    words = [sys.executable, "-c", before + PLAY, str(path), "100000", save]
    process = subprocess.Popen(words, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def wait_for_bytes(path: Path, least: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (path.exists() and path.stat().st_size > least):
        time.sleep(0.005)
    assert path.exists()


@posix
@pytest.mark.parametrize(
    "name",
    ["SIGHUP", *(pytest.param(name, marks=pytest.mark.slow) for name in ("SIGTERM", "SIGQUIT", "SIGUSR1"))],
)
def test_a_polite_signal_finishes_the_recording(name: str, tmp_path: Path) -> None:
    path = tmp_path / "run.mp4"
    process = playing(path)
    wait_for_bytes(path, 10_000)
    process.send_signal(getattr(signal, name))
    told, _ = process.communicate(timeout=60)
    frames, interrupted = told.split()[:2]
    assert (process.returncode, interrupted) == (0, "True")
    assert len(decoded(path)) == int(frames) > 10
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.save", "run.mp4"]


@pytest.mark.slow
@posix
def test_what_is_ignored_stays_ignored(tmp_path: Path) -> None:
    ignore = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"  # as nohup does
    process = playing(tmp_path / "run.mp4", before=ignore)
    wait_for_bytes(tmp_path / "run.mp4", 10_000)
    process.send_signal(signal.SIGHUP)
    wait_for_bytes(tmp_path / "run.mp4", (tmp_path / "run.mp4").stat().st_size + 10_000)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0


@posix
def test_a_killed_recording_plays_as_far_as_it_went(tmp_path: Path) -> None:
    path = tmp_path / "run.mp4"
    process = playing(path)
    wait_for_bytes(path, 20_000)
    process.kill()
    process.communicate()
    assert films(tmp_path) == ["run.mp4"]
    left = path.read_bytes()
    process = playing(path, "b.save")  # the film of before is kept until the new one is whole
    wait_for_bytes(tmp_path / "run.part.mp4", 20_000)
    process.kill()
    process.communicate()
    assert films(tmp_path) == ["run.mp4", "run.part.mp4"]
    assert path.read_bytes() == left


def films(folder: Path) -> list[str]:
    """The films in a folder, each of which must play."""
    found = sorted(file for file in folder.iterdir() if file.suffix in (".mp4", ".gif", ".mkv"))
    for film in found:
        with av.open(str(film)) as container:
            stream, count = container.streams.video[0], 0
            try:
                for _ in container.decode(stream):
                    count += 1
            except av.FFmpegError:  # the kill cut its last picture
                pass
            assert count > 0, film
    return [film.name for film in found]


@posix
@pytest.mark.parametrize(
    ("suffix", "kilobytes"), [(".mp4", 8), (".gif", 30), pytest.param(".mp4", 40, marks=pytest.mark.slow)]
)
def test_a_full_disk_costs_the_rest_alone(suffix: str, kilobytes: int, tmp_path: Path) -> None:
    path = tmp_path / f"run{suffix}"
    program = (
        "import resource, signal, sys; sys.argv = sys.argv[1:]\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes << 10},) * 2)\n"
        "from reskin.engine.loop import RunOptions, run; from pathlib import Path\n"
        "from tests.engine.market import Market\n"
        "report = run(Market(5), None, RunOptions((320, 180), 600, headless=True, bot=True,\n"
        "    record=Path(sys.argv[0])))\n"
        "import json; print(json.dumps([report.ticks, report.warnings]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    ticks, warnings = json.loads(done.stdout.splitlines()[-1])
    assert ticks == 600, "the game ended with the recording"
    assert len(warnings) == 1 and "File too large; what there was is" in warnings[0]
    kept = films(tmp_path)
    assert len(kept) == 1 and kept[0] in warnings[0]
    assert not list(tmp_path.glob(".*")), "a hidden file is left"


def test_a_recording_can_be_played_while_it_is_made(tmp_path: Path) -> None:
    with open_recording(tmp_path / "run.mp4", fast=True) as recording:
        for tick in range(200):
            recording.add(picture(tick), "BGRX", tick)
        assert recording.partial == tmp_path / "run.mp4"
        assert len(decoded(tmp_path / "run.mp4")) > 100
    assert len(decoded(tmp_path / "run.mp4")) == 200


def test_a_recording_that_cannot_be_finished_says_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = open_recording(tmp_path / "run.gif")
    for tick in range(60):
        recording.add(picture(tick), "BGRX", tick)

    def full(whole: Path) -> None:
        whole.write_bytes(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recording, "_write_whole", full)
    with pytest.raises(
        LoopError, match=r"No space left on device; what there was is kept as .*run\.part\.mkv"
    ):
        recording.close()
    assert (decoded(tmp_path / "run.part.mkv")[0].width, 64) == SIZE
    assert films(tmp_path) == ["run.part.mkv"] and not list(tmp_path.glob(".*"))


@pytest.mark.slow
@posix
def test_two_hundred_and_fifty_kills_while_recording(tmp_path: Path) -> None:
    draw = random.Random(18)
    for kill in range(250):
        folder = tmp_path / str(kill)
        folder.mkdir()
        process = playing(folder / "run.mp4")
        time.sleep(draw.uniform(0.3, 2))
        process.kill()
        process.communicate()
        for film in folder.glob("run*.mp4"):
            if film.stat().st_size < 2000:  # killed before its first part: under a temporary name alone
                assert film.name == "run.part.mp4"
                film.unlink()
        films(folder)
