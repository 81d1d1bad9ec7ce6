"""`make gpu` as far as a machine without a GPU can show it: steps, limits, the page, and the counting."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.gpu import __main__ as driver
from benchmarks.gpu import long_run, measure, prepare, report, roofline
from benchmarks.gpu.steps import BUDGET_S, STEPS, Outcome, Step, run_step, run_steps
from reskin import Restyler
from reskin.kernels import PATCH, macs_per_pixel
from reskin.kernels.border.cuda import border_launch
from reskin.kernels.cuda import shim
from reskin.neural_renderer.handoff.cuda_gl.runtime import Driver
from reskin.neural_renderer.runtimes.cuda_device import CudaDevice
from tests.kernels.cuda.tools import needs_shim, run_on_gpu
from tests.neural_renderer.runtimes.fake_driver import FakeDriver
from tests.neural_renderer.samples import random_theme, world


def python(code: str, seconds: float = 20, **more: Any) -> Step:
    return Step("a step", (sys.executable, "-c", code), seconds, **more)


def said(line: str) -> None:
    assert line


@pytest.mark.parametrize(
    ("step", "state", "why"),
    [
        (python("print('3 passed in 1.0s')"), "passed", ""),
        (python("print('why'); raise SystemExit(3)"), "failed", "why"),
        (python("raise SystemExit(3)"), "failed", "exit status 3"),
        (python("import time; time.sleep(60)", 0.5), "late", "it took more than 0 s"),
        (python("print('{\"ms\": 3}')", figures=True), "passed", ""),
        (python("print('no figures')", figures=True), "failed", "it printed no figures"),
        (python("print('5 skipped in 0.1s')"), "failed", "no test ran"),
        (python("pass", needs="no-such-program"), "left out", "no-such-program is not installed"),
        (python("pass", 0), "late", "no time was left"),
    ],
)
def test_how_a_step_ends(step: Step, state: str, why: str) -> None:
    outcome = run_step(step, step.seconds)
    assert (outcome.state, outcome.why) == (state, why)
    assert outcome.good == (state in ("passed", "left out"))
    assert outcome.figures == ({"ms": 3} if step.figures and state == "passed" else {})


@pytest.mark.slow
def test_a_step_that_hangs_takes_its_children_along(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    child = f"import time; time.sleep(1.2); open({str(mark)!r}, 'w')"
    start = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}])"
    assert run_step(python(f"{start}; time.sleep(60)"), 0.5).state == "late"
    assert run_step(python("import time; time.sleep(1.2)"), 20).state == "passed" and not mark.exists()


def test_all_steps_keep_within_the_budget() -> None:
    """Six minutes in all, however long each takes."""
    assert sum(step.seconds for step in STEPS) <= BUDGET_S <= 350
    slow = [python("import time; time.sleep(9)", 9) for _ in range(3)]
    outcomes = run_steps(slow, said, budget=0.6)
    assert [outcome.state for outcome in outcomes] == ["late"] * 3 and outcomes[2].why == "no time was left"


def test_the_steps_run_what_exists() -> None:
    root = prepare.ROOT
    for step in STEPS:
        for word in step.words:
            if word.startswith("tests/"):
                assert list((root / word).glob("test_*.py")), word
            if word.startswith("benchmarks.gpu."):
                assert (root / word.replace(".", "/")).with_suffix(".py").is_file(), word


def test_the_driver_writes_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(driver, "find_driver", lambda: Driver("13.0", ("0: NVIDIA H200, 9.0, 139 GiB",)))
    steps = (python("print('1 passed in 1s')"), python("print('bad'); raise SystemExit(1)"))
    assert driver.main(["--out", str(tmp_path)], steps) == 1
    (data,) = tmp_path.glob("gpu-nvidia-h200-*.json")
    found = json.loads(data.read_text())
    assert found["device"] == "NVIDIA H200" and [s["state"] for s in found["steps"]] == ["passed", "failed"]
    assert "| a step | failed |" in data.with_suffix(".md").read_text()
    captured = capsys.readouterr()
    assert "a step ..." in captured.out and "--- a step: failed\nbad" in captured.err
    assert driver.main(["--out", str(tmp_path)], steps[:1]) == 0
    assert driver.main(["--only", "nothing"], steps) == 2


def test_without_a_gpu_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(driver, "find_driver", lambda: None)
    assert driver.main([]) == 2
    assert capsys.readouterr().err.startswith("make gpu cannot run: no NVIDIA driver is installed")
    monkeypatch.setattr(prepare, "driver_problem", lambda: "the NVIDIA driver finds no device")
    assert prepare.main([]) == 2
    assert capsys.readouterr().err == "make gpu cannot run: the NVIDIA driver finds no device.\n"


def test_the_page_has_floors_rivals_and_goals() -> None:
    samples = {name: [0.1 * (i + 1)] * 5 for i, name in enumerate(roofline.SIZES)}
    samples |= {"torch eager 1080p": [3.0], "torch.compile 1080p": [1.5], "torch graph 1080p": [2.0]}
    figures = measure.summary("NVIDIA H200", samples, 4.3e12, ["a note"])
    page = report.markdown([Outcome("speed", "passed", 60, figures=figures)], "NVIDIA H200", "abc")
    assert "1080p: 0.300 ms, at most 0.20 wanted: missed" in page
    assert "4K: 0.500 ms, at most 0.75 wanted: kept" in page
    (line,) = (line for line in page.splitlines() if line.startswith("| 1080p "))
    assert line.endswith("|  | 3.000 | 1.500 | 2.000 |") and "a note" in page and "| block 2 |" in page
    json.dumps(figures, allow_nan=False)
    unknown = measure.summary("Some GPU", samples, 1e12, [])
    assert "unknown" in report.markdown([Outcome("speed", "passed", 1, figures=unknown)], "Some GPU", "")
    assert roofline.verdicts("Some GPU", {"1080p": 1.0}) == []


def test_the_operations_are_those_of_the_network() -> None:
    """Two for each multiply-accumulate. What is mixed and interpolated of surfaces is not on tensor cores."""
    works = roofline.frame_work(640, 360)
    counted = sum(work.operations for work in works) / 2 / (640 * 360)
    assert macs_per_pixel() - 140 < counted < macs_per_pixel()
    assert [work.kernel for work in works] == [
        "ingest", "border", "block 1", "block 2", "block 3", "head", "grade, guard and HUD",
    ]  # fmt: skip
    assert all(work.bytes > 48 * 640 * 360 // PATCH**2 for work in works)


def test_the_floor_of_an_h200_leaves_room_for_the_goals() -> None:
    gpu = roofline.find_gpu("NVIDIA H200")
    assert gpu is not None
    floors = {name: roofline.floor_ms(*size, gpu) for name, size in roofline.SIZES.items()}
    assert floors["1080p"] < 0.2 and floors["4K"] < 0.75
    assert floors["4K"] == pytest.approx(4 * floors["1080p"], rel=0.01)


def test_the_fixed_cost_and_the_slope() -> None:
    fixed, slope = roofline.fixed_and_slope([(m, 0.05 + 0.07 * m) for m in (0.23, 0.92, 2.07, 3.7, 8.3)])
    assert fixed == pytest.approx(0.05) and slope == pytest.approx(0.07)


def test_cases_take_turns_until_the_time_is_over() -> None:
    order: list[str] = []

    def case(name: str) -> measure.Case:
        def one() -> float:
            order.append(name)
            return 1.0

        return one

    cases = {name: case(name) for name in ("a", "b")}
    samples = measure.in_turn(cases, 60, rounds=3)
    assert order[2 * measure.WARM_UP :] == ["a", "b"] * 3 and samples == {"a": [1.0] * 3, "b": [1.0] * 3}
    assert measure.in_turn(cases, 0, rounds=50) == {"a": [1.0], "b": [1.0]}


@pytest.mark.slow
def test_torch_gets_what_its_network_takes() -> None:
    torch = pytest.importorskip("torch")
    from reskin.neural_renderer.network import Network

    inputs = measure.torch_inputs(torch, 37, 22, "cpu")
    with torch.inference_mode():
        output = Network.of(random_theme().tensors)(*inputs)
    assert output.shape[2:] == (24, 40) and bool(torch.isfinite(output).all())


@pytest.mark.slow
def test_the_long_run_finds_a_picture_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the CPU runtime, with few frames: all are alike, until something is not forgotten at a cut."""
    for name, value in (("RESIZE_EVERY", 3), ("SWITCH_EVERY", 5), ("LOOK_EVERY", 2)):
        monkeypatch.setattr(long_run, name, value)
    shown, themes = [world(0, 24, 32), world(0, 17, 19)], [random_theme(1), random_theme(2)]
    found = long_run.run(Restyler(themes[0]), shown, themes, 20)
    assert found["looked_at"] == 10 and found["differing"] == 0 and found["frames"] == 20

    class Forgetful(Restyler):
        count = 0

        def __call__(self, frame: Any) -> Any:
            Forgetful.count += 1
            picture = super().__call__(frame)
            picture[0, 0] = Forgetful.count % 256
            return picture

    assert long_run.run(Forgetful(themes[0]), shown, themes, 20)["differing"] > 3


class Clocked(FakeDriver):
    """The driver that is not there, with events that say how many calls lay between them."""

    def cuEventCreate(self, flags: int) -> tuple[int, int]:
        return 0, len(self.counts)

    def cuEventRecord(self, event: int, stream: str) -> int:
        return 0

    def cuEventSynchronize(self, event: int) -> int:
        return 0

    def cuEventElapsedTime(self, first: int, last: int) -> tuple[int, float]:
        return 0, 0.25


@needs_shim
@pytest.mark.slow
def test_a_measured_frame_is_one_graph_on_the_device() -> None:
    fake = Clocked()
    device = CudaDevice(fake, 0, fake.image)
    for composed in (True, False):
        theme = replace(random_theme(), legibility=8.0)
        case = measure.our_case(fake, device, theme, 64, 48, composed)
        for _ in range(2):
            assert case() == 0.25
        before = dict(fake.counts)
        assert case() == 0.25
        new = {name: count - before.get(name, 0) for name, count in fake.counts.items()}
        called = {name: count for name, count in new.items() if count}
        events = {"cuEventRecord": 2, "cuEventSynchronize": 1, "cuEventElapsedTime": 1}
        assert called == {"cuGraphLaunch": 1, **events}
    device.close()


# Getting ready


def test_a_checkout_is_linked_without_a_build(tmp_path: Path) -> None:
    prepare.link_checkout(tmp_path)
    games = (tmp_path / "reskin-0.dist-info" / "entry_points.txt").read_text()
    assert games.startswith("[reskin.games]\n") and "miner = reskin.demo_games.miner:Miner" in games
    assert (tmp_path / "reskin_checkout.pth").read_text().splitlines()[0] == str(prepare.ROOT)


def test_what_is_missing_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert prepare.missing(Path(sys.executable), ["json", "no_such_module"]) == ["no_such_module"]
    monkeypatch.setattr(prepare, "driver_problem", lambda: "")
    monkeypatch.setattr(prepare, "make_environment", lambda folder: Path(sys.executable))
    monkeypatch.setattr(prepare, "NEEDED", {"json": "json", "no_such_module": "no-such-module"})
    asked: list[Any] = []

    def install(python: Path, names: Any, wheels: Path) -> str:
        asked.append(names)
        return "pip found nothing"

    monkeypatch.setattr(prepare, "install", install)
    assert prepare.main(["--wheels", str(tmp_path / "wheels")]) == 2
    error = capsys.readouterr().err
    assert asked == [["no-such-module"]] and error.startswith("pip found nothing\nmissing: no-such-module.")
    assert "pip download --only-binary=:all:" in error and "make gpu WHEELS=wheels" in error
    monkeypatch.setattr(prepare, "NEEDED", {"json": "json"})
    monkeypatch.setattr(prepare, "USEFUL", {"no_such_module": "torch"})
    assert prepare.main([]) == 0
    assert capsys.readouterr().err.startswith("Without torch: ")


def test_the_needed_modules_are_those_of_the_project() -> None:
    text = (prepare.ROOT / "pyproject.toml").read_text() + (prepare.ROOT / "constraints-cuda.txt").read_text()
    for name in (*prepare.NEEDED.values(), *prepare.USEFUL.values()):
        assert name.lower() in text.lower(), name


@needs_shim
def test_the_tests_of_kernels_can_run_elsewhere() -> None:
    """What `make gpu` puts in the shim's place, on the driver that is not there: the same numbers."""
    fake = FakeDriver()
    device = CudaDevice(fake, 0, fake.image)
    ids = np.random.default_rng(2).integers(0, 3, (13, 17)).astype(np.uint32)
    results = []
    for run in (shim.run, lambda launch: run_on_gpu(launch, device=device)):
        nearness, neighbour = np.zeros((2, 4, 13, 17), np.uint8)
        run(border_launch(ids, nearness, neighbour, 13, 17))
        results.append((nearness, neighbour))
    for a, b in zip(*results, strict=True):
        assert np.array_equal(a, b) and len(np.unique(a)) > 2
    device.close()
