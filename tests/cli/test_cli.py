"""The command line: what it prints, what it writes and what it says when it cannot."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pygame
import pytest
from click.testing import CliRunner, Result

from reskin.cli import doctor, main
from reskin.neural_renderer.handoff.cuda_gl.runtime import Driver
from reskin.neural_renderer.theme.pack import available_themes

KEYS = [
    "game", "theme", "seed", "frames", "ticks", "state_hash", "runtime", "device", "fps", "ms", "hud",
    "faults", "coins",
]  # fmt: skip
RESKIN = [sys.executable, "-c", "from reskin.cli import main; main()"]
PLAIN = ["play", "--headless", "--bot", "--restyle", "off"]
needs_theme = pytest.mark.skipif(not available_themes(), reason="no theme is shipped yet")


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recordings go to the working folder."""
    monkeypatch.chdir(tmp_path)


def call(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def figures(*words: str, **environment: str) -> dict[str, Any]:
    """The last line of a new process, as JSON."""
    done = subprocess.run(
        [*RESKIN, *words, "--json"], capture_output=True, text=True, timeout=120, check=False,
        env=os.environ | environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1, "only the JSON belongs on stdout"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_help_lists_the_commands() -> None:
    result = call("--help")
    assert result.exit_code == 0
    for name in ("play", "themes", "learn", "measure", "doctor"):
        assert f"  {name} " in result.output
    for option in ("--theme", "--seed", "--frames", "--headless", "--restyle", "--record", "--bot", "--json"):
        assert option in call("play", "--help").output


def test_play_gives_exactly_the_documented_keys() -> None:
    found = figures("play", "miner", *PLAIN[1:], "--frames", "20", "--seed", "5")
    assert list(found) == KEYS
    assert (found["game"], found["theme"], found["seed"]) == ("miner", "plain", 5)
    assert (found["frames"], found["ticks"], found["faults"]) == (20, 20, 0)
    assert list(found["ms"]) == ["tick", "draw", "restyle", "frame"]
    assert all(list(values) == ["p50", "p99"] for values in found["ms"].values())
    assert found["hud"]["pixels"] > 3000
    assert found["hud"]["differing"] == 0


def test_constants_that_are_written_twice_agree() -> None:
    """The help may not import the engine, so the command line has its own copies."""
    from reskin.cli.play import HEADLESS_FRAMES
    from reskin.cli.replay import PLAIN as PLAIN_THEME
    from reskin.engine.loop import loop, player

    assert (HEADLESS_FRAMES, PLAIN_THEME) == (loop.HEADLESS_FRAMES, player.PLAIN)


@pytest.mark.slow
@needs_theme
def test_the_state_is_the_same_in_every_look_and_process() -> None:
    looks = [("--theme", available_themes()[0]), ("--theme", available_themes()[-1]), ("--restyle", "off")]
    runs = [
        figures("play", "--headless", "--bot", "--frames", "40", *look, PYTHONHASHSEED=str(i))
        for i, look in enumerate(looks)
    ]
    assert len({run["state_hash"] for run in runs}) == 1
    assert [run["theme"] for run in runs] == [available_themes()[0], available_themes()[-1], "plain"]
    assert all(run["hud"]["differing"] == 0 and run["faults"] == 0 for run in runs)
    assert runs[0]["runtime"] == "openvino"
    assert figures(*PLAIN, "--frames", "40", "--seed", "8")["state_hash"] != runs[0]["state_hash"]


@pytest.mark.slow
@needs_theme
def test_six_hundred_frames_have_one_hash() -> None:
    looks = [("--theme", name) for name in available_themes()] + [("--restyle", "off")]
    words = ("play", "miner", "--headless", "--bot", "--frames", "600", "--seed", "7")
    runs = [figures(*words, *look, PYTHONHASHSEED=str(i)) for i, look in enumerate(looks)]
    assert len({run["state_hash"] for run in runs}) == 1
    assert all(run["hud"]["differing"] == 0 and run["hud"]["pixels"] > 3000 for run in runs)


def test_play_prints_figures_for_a_person() -> None:
    result = call(*PLAIN, "--frames", "15", "--record", "last.png")
    assert result.exit_code == 0, result.output
    for words in ("miner in plain", "15 frames", "p50", "HUD: ", "0 differ; 0 faults"):
        assert words in result.stdout
    assert "Wrote last.png" in result.stderr
    assert pygame.image.load("last.png").get_size() == (640, 360)


def test_size_is_the_pictures() -> None:
    assert call(*PLAIN, "--frames", "2", "--size", "320x200", "--record", "last.png").exit_code == 0
    assert pygame.image.load("last.png").get_size() == (320, 200)
    result = call(*PLAIN, "--size", "large")
    assert result.exit_code == 2
    assert "'large' is no size; expected something like 640x360" in result.stderr


@needs_theme
def test_without_a_display_it_is_a_showcase(tmp_path: Path) -> None:
    pytest.importorskip("av")
    result = call("play", "--frames", "12")
    assert result.exit_code == 0, result.output
    assert "Recording a showcase instead" in result.stderr
    assert sorted(p.name for p in (tmp_path / "recordings").iterdir()) == [
        "miner-before-after.png",
        "miner.mp4",
    ]
    width, height = pygame.image.load("recordings/miner-before-after.png").get_size()
    across, down = min(len(available_themes()), 4), -(-len(available_themes()) // 4)
    assert (width, height) == (across * 644 - 4, down * 728 - 4)


@needs_theme
@pytest.mark.parametrize("theme", ["sumer", "../elsewhere"])
def test_an_unknown_theme_lists_what_there_is(theme: str) -> None:
    result = call("play", "--headless", "--theme", theme)
    assert result.exit_code == 1
    assert theme in result.stderr
    assert all(name in result.stderr for name in available_themes())


def test_an_unknown_game_lists_what_there_is() -> None:
    result = call("play", "minr", *PLAIN[1:])
    assert result.exit_code == 1
    assert "Error: no game is named 'minr' (did you mean 'miner'?); installed: caravan, city" in result.stderr


def test_a_recording_that_cannot_be_made_is_one_line() -> None:
    result = call(*PLAIN, "--record", "run.avi")
    assert result.exit_code == 1
    assert result.stderr == "Error: a recording's name must end in .mp4, .gif, .png; got 'run.avi'\n"


@pytest.mark.skipif(os.name == "nt", reason="needs SIGINT")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_kill_finish_the_video(tmp_path: Path, number: signal.Signals) -> None:
    av = pytest.importorskip("av")
    words = [*RESKIN, *PLAIN, "--frames", "100000", "--size", "160x96", "--record", "run.mp4", "--json"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    film, deadline = tmp_path / "run.mp4", time.monotonic() + 60
    while not (film.exists() and film.stat().st_size > 1000) and time.monotonic() < deadline:
        time.sleep(0.05)  # it has its own name from the first pictures on
    process.send_signal(number)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    found = json.loads(output)
    with av.open("run.mp4") as container:
        assert len(list(container.decode(video=0))) == found["frames"] > 0
    assert [path.name for path in tmp_path.iterdir()] == ["run.mp4"]


def test_themes_as_json() -> None:
    result = call("themes", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert [theme["name"] for theme in found] == available_themes()
    for theme in found:
        assert list(theme) == ["name", "version", "parameters", "macs_per_pixel", "bytes", "metrics"]
        assert min(theme["parameters"], theme["macs_per_pixel"], theme["bytes"]) > 0


def test_doctor_says_what_there_is() -> None:
    result = call("doctor", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["packages"]["openvino"]
    assert found["games"] == ["caravan", "city", "miner"]
    assert found["themes"] == available_themes()
    assert found["why"]
    if available_themes():
        assert found["runtime"] == "openvino"


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("AVX2", "AVX2 (held to it by ONEDNN_MAX_CPU_ISA=AVX2), without VNNI: a frame takes about twice"),
        ("SSE41", "SSE4.1 (held to it by ONEDNN_MAX_CPU_ISA=SSE41), without VNNI: a frame takes about four"),
    ],
)
def test_doctor_names_the_instruction_set(limit: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "reskin.kernels.simd.processor.processor_features",
        lambda: frozenset({"sse4.1", "avx2", "avx512vnni"}),
    )
    monkeypatch.delenv("ONEDNN_MAX_CPU_ISA", raising=False)
    found = json.loads(call("doctor", "--json").stdout)["machine"]["instructions"]
    assert found.startswith("AVX-512 VNNI, the fastest")
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", limit)
    found = json.loads(call("doctor", "--json").stdout)["machine"]["instructions"]
    assert found.startswith(said) and "the picture is the same" in found


def test_doctor_tells_of_opengl_and_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = json.loads(call("doctor", "--json").stdout)["machine"]
    assert re.match(r"\d\.\d.*; .+; .+$|none: |not asked: moderngl", machine["opengl"])
    assert "cuda-bindings" in machine["cuda"] and "\n" not in machine["cuda"]
    with monkeypatch.context() as patch:
        patch.setattr(doctor, "_version", lambda name: None)
        assert doctor._opengl() == "not asked: moderngl is not installed"
    with monkeypatch.context() as patch:
        patch.setattr(doctor, "_version", lambda name: "1")
        patch.setattr(doctor, "ASK_OPENGL", "import os; os.abort()")
        assert doctor._opengl() == "none: its driver ended the process that asked (-6)"
        patch.setattr(doctor, "ASK_OPENGL", "import time; time.sleep(60)")
        patch.setattr(doctor, "OPENGL_S", 0.2)
        assert doctor._opengl() == "none: no answer within 0.2 s"
        driver = Driver("13.0", ("0: NVIDIA H200, 9.0, 139 GiB",))
        patch.setattr("reskin.neural_renderer.handoff.cuda_gl.runtime.find_driver", lambda: driver)
        said = "driver for CUDA 13.0; 0: NVIDIA H200, 9.0, 139 GiB; cupy-cuda13x 1, "
        assert doctor._cuda().startswith(said)


def test_a_device_that_is_not_there_is_one_line() -> None:
    result = call("play", "miner", "--headless", "--frames", "2", "--device", "cuda:99")
    assert result.exit_code == 1
    assert re.fullmatch(r"Error: .*no device 'cuda:99'.*\n", result.stderr)


def test_learning_needs_torch_and_a_painter(monkeypatch: pytest.MonkeyPatch) -> None:
    result = call("learn", "painter", "nobody")
    assert result.exit_code == 1
    assert re.search(r"no painter .*'nobody'; there are: .*winter", result.stderr)
    monkeypatch.setattr("reskin.cli.output.find_spec", lambda name: None)
    result = call("learn", "painter", "winter")
    assert result.exit_code == 1
    assert "reskin[learn]" in result.stderr
