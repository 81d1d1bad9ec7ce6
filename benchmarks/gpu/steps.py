"""The steps of `make gpu`: what each runs, and for how long it may. Together they stay below six minutes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
PYTEST: Final = (sys.executable, "-m", "pytest", "-q", "--maxfail=20", "-p", "no:cacheprovider")
KERNELS: Final = "tests/kernels/cuda"
BUDGET_S: Final = 350.0
"""Seconds for all steps; the rest of six minutes is for getting ready."""


@dataclass(frozen=True)
class Step:
    """One process. seconds: how long it may take. needs: a program that must be on the PATH, or "". figures:
    the last line that it prints is JSON, which goes into the results."""

    name: str
    words: tuple[str, ...]
    seconds: float
    environment: Mapping[str, str] = field(default_factory=dict)
    needs: str = ""
    figures: bool = False


@dataclass
class Outcome:
    """How a step ended: "passed", "failed", "late" or "left out", and why."""

    name: str
    state: str
    seconds: float
    why: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
    log: str = ""

    @property
    def good(self) -> bool:
        return self.state in ("passed", "left out")

    def plain(self) -> dict[str, Any]:
        return asdict(self)


STEPS: Final = (
    Step(
        "kernels against their references, at odd sizes",
        (*PYTEST, KERNELS, "-m", "not slow and not speed"), 50, {"RESKIN_KERNELS_ON": "gpu"},
    ),
    Step("the canvas that draws with OpenGL", (*PYTEST, "-m", "gpu", "tests/engine/draw"), 40),
    Step(
        "OpenGL's textures in CUDA and back, on EGL",
        (*PYTEST, "-m", "gpu", "tests/neural_renderer/handoff"), 25,
    ),
    Step(
        "pictures of all themes and games, beside the CPU runtime's",
        (*PYTEST, "-m", "gpu", "tests/neural_renderer/runtimes"), 50,
    ),
    Step("speed", (sys.executable, "-m", "benchmarks.gpu.measure"), 90, figures=True),
    Step(
        "compute-sanitizer: memory", ("compute-sanitizer", "--tool", "memcheck", "--error-exitcode", "9",
        sys.executable, "-m", "benchmarks.gpu.one_frame"), 25, needs="compute-sanitizer",
    ),
    Step(
        "compute-sanitizer: races", ("compute-sanitizer", "--tool", "racecheck", "--error-exitcode", "9",
        sys.executable, "-m", "benchmarks.gpu.one_frame"), 25, needs="compute-sanitizer",
    ),
    Step(
        "10,000 frames with resizes and switches",
        (sys.executable, "-m", "benchmarks.gpu.long_run"), 40, figures=True,
    ),
)  # fmt: skip


def run_steps(
    steps: Sequence[Step], say: Callable[[str], None], budget: float = BUDGET_S
) -> list[Outcome]:
    """Run steps in turn. One that would begin after the budget's end is left out as late."""
    started, outcomes = time.monotonic(), []
    for step in steps:
        left = budget - (time.monotonic() - started)
        say(f"{step.name} ...")
        outcome = run_step(step, min(step.seconds, left))
        say(f"  {outcome.state} in {outcome.seconds:.0f} s{': ' * bool(outcome.why)}{outcome.why}")
        outcomes.append(outcome)
    return outcomes


def run_step(step: Step, seconds: float) -> Outcome:
    """Run one step for at most so many seconds. All processes that it started end with it."""
    if step.needs and shutil.which(step.needs) is None:
        return Outcome(step.name, "left out", 0.0, f"{step.needs} is not installed")
    if seconds <= 0:
        return Outcome(step.name, "late", 0.0, "no time was left")
    started = time.monotonic()
    process = subprocess.Popen(
        step.words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **step.environment}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        log, _ = process.communicate(timeout=seconds)
        state = "passed" if process.returncode == 0 else "failed"
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        log, _ = process.communicate()
        state = "late"
    outcome = Outcome(step.name, state, time.monotonic() - started, log=log[-20_000:])
    if state == "late":
        outcome.why = f"it took more than {seconds:.0f} s"
    elif state == "failed":
        outcome.why = last_line(log) or f"exit status {process.returncode}"
    elif step.figures:
        _read_figures(outcome, log)
    elif nothing_ran(log):
        outcome.state, outcome.why = "failed", "no test ran"
    return outcome


def _read_figures(outcome: Outcome, log: str) -> None:
    try:
        outcome.figures = dict(json.loads(last_line(log)))
    except ValueError:
        outcome.state, outcome.why = "failed", "it printed no figures"


def nothing_ran(log: str) -> bool:
    """Whether pytest says that it ran tests and none passed: all of them were skipped."""
    words = last_line(log)
    return " in " in words and "passed" not in words and ("skipped" in words or "deselected" in words)


def last_line(log: str) -> str:
    lines = [line for line in log.splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
