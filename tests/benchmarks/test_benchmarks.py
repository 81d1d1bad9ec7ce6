"""`make bench` on tiny sizes: every series is there, cases run in turn, and Ctrl-C keeps the results. No time
is asserted."""

from __future__ import annotations

import json
import time
from functools import cache
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from benchmarks import cases, johnson, report, worlds
from benchmarks.__main__ import measure
from benchmarks.cases import Plan
from benchmarks.interleaved import Case, Interleaved, Readings
from benchmarks.report import Results
from reskin.kernels import macs_per_pixel
from reskin.neural_renderer.theme.pack import available_themes

TINY = Plan(size=(64, 48), large=(96, 64), least=2, least_slow=1)


def said(words: str, share: float | None) -> None:
    assert words
    assert share is None or 0 <= share <= 1


@cache
def tiny() -> Results:
    return measure(TINY, 0.05, said, starts=0, entities=(20,))


@pytest.mark.slow
def test_a_run_measures_everything() -> None:
    results = tiny()
    name = (available_themes() or ["random"])[0]
    assert {
        "plain / tick", "plain / draw", cases.OFF, "frame / tick, draw and restyle",
        "stage / features", "stage / ingest", "stage / body", "stage / head", "stage / compose",
        "switch / first frame", "switch / second frame", "world / move / 20 / columns",
        f"openvino int8 / {name}", f"openvino int8 / {name} at 96x64", f"torch reference / {name}",
        "baseline / openvino fp32", "baseline / torch fp32",
    } <= results.ms.keys()  # fmt: skip
    assert all(f["count"] >= 1 and 0 < f["best"] <= f["median"] <= f["p99"] for f in results.ms.values())
    assert f"baseline / torch fp32 : openvino int8 / {name}" in results.ratios()
    assert not results.interrupted
    assert not list(results.goals())  # which are for 640x360


def test_the_tables_and_the_file(tmp_path: Path) -> None:
    console = Console(width=120, record=True, file=StringIO())
    report.show(tiny(), console)
    text = console.export_text()
    assert "baseline / torch fp32" in text and f"{macs_per_pixel():,}" in text and "153,792" in text
    path = report.write(tiny(), tmp_path / "results")
    stored = json.loads(path.read_text())
    assert stored["ms"] == tiny().ms and stored["device"]["cores"] >= 1
    assert {"commit", "date", "versions", "ratios", "size", "rounds"} <= stored.keys()


def test_what_was_slower_and_what_was_missed_is_said() -> None:
    figures = {"count": 9.0, "median": 30.0, "p99": 40.0, "spread": 1.0, "best": 29.0}
    results = Results(size=(640, 360), large=(1280, 720), themes=["x"])
    results.ms = {
        "openvino int8 / x": figures,
        "frame / all": figures | {"median": 19.0},
        "baseline / fast": figures | {"median": 15.0},
    }
    console = Console(width=120, record=True, file=StringIO())
    report.show(results, console)
    text = console.export_text()
    assert "0.50 x: slower" in text
    assert "30.00 ms, at most 12 wanted: missed" in text and "19.00 ms, at most 20 wanted: kept" in text


def test_turns_are_taken_and_the_slow_sit_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The seconds are pretended, as those of a busy machine are another case's."""
    order: list[str] = []
    now = 0.0

    def pass_time(seconds: float) -> None:
        nonlocal now
        now += seconds

    for name in ("monotonic", "perf_counter", "process_time"):
        monkeypatch.setattr(time, name, lambda: now)
    monkeypatch.setattr(time, "sleep", pass_time)

    def taker(name: str, seconds: float) -> Case:
        def run() -> Readings:
            order.append(name)
            pass_time(seconds)
            return {f"{name} / part": 1.0}

        return Case(name, run, least=3, warm_up=1)

    timing = Interleaved([taker("a", 0.001), taker("b", 0.001), taker("slow", 0.05)], lambda: {"before": 2.0})
    timing.run(0.3)
    assert order[:6] == ["a", "b", "slow"] * 2
    assert order.count("a") > order.count("slow") >= 4
    summary = timing.summaries()
    assert summary["a"]["count"] == order.count("a") - 1 == summary["a / part"]["count"]
    assert summary["before"]["median"] == 2.0


def test_an_interrupt_keeps_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(self: Interleaved, seconds: float, progress: object) -> None:
        self.cases = self.cases[:1]
        for _ in range(6):
            self._time(self.cases[0])
        raise KeyboardInterrupt

    monkeypatch.setattr(Interleaved, "run", stop)
    plan = Plan(size=(64, 48), large=(64, 48), baseline=False)
    results = measure(plan, 1, said, starts=0, entities=(5,))
    assert results.interrupted and list(results.ms) == [cases.OFF]


def test_both_forms_of_the_baseline_agree() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (24, 32, 3)).astype(np.uint8)
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        in_torch = johnson.InTorch()(picture)
        torch.manual_seed(1)
        in_openvino = johnson.InOpenVino(24, 32, 1)(picture)
    assert in_torch.shape == in_openvino.shape == picture.shape and in_torch.std() > 2
    assert np.abs(in_torch.astype(int) - in_openvino).max() <= 1


@pytest.mark.parametrize("task", ["move", "mixed", "mortal", "spawn and despawn"])
def test_all_worlds_do_the_same_work(task: str) -> None:
    pytest.importorskip("esper")
    outcomes = []
    for who in worlds.POPULATIONS:
        population, run = worlds.work(task, 50, who)
        before = population.digest()
        for _ in range(100):
            run()
        outcomes.append(population.digest())
        assert outcomes[-1] != before
    assert outcomes == [outcomes[0]] * len(worlds.POPULATIONS)


def test_what_comes_out_wrong_is_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    def lazy(self: object) -> None:
        pass

    monkeypatch.setattr(worlds.ByColumns, "move", lazy)
    with pytest.raises(AssertionError, match="move with 30 entities: columns and plain Python disagree"):
        worlds._case("move", 30, worlds.COLUMNS, 1)


def test_a_snapshot_weighs_little() -> None:
    each, empty = worlds.snapshot_bytes(1_000)
    assert 0 < each <= 64
    assert empty < 400
