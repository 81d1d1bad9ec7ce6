"""`python -m benchmarks.gpu`: runs all steps on this machine's GPU, and writes `benchmarks/results/gpu-*`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.gpu.report import write
from benchmarks.gpu.steps import BUDGET_S, ROOT, STEPS, Step, run_steps
from reskin.neural_renderer.handoff.cuda_gl.runtime import NO_DRIVER, find_driver


def main(arguments: Sequence[str] | None = None, steps: Sequence[Step] = STEPS) -> int:
    """Exit status: 0 if every step passed, 1 if one did not, 2 without a GPU."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__)
    parser.add_argument("--only", default="", help="steps whose name contains this")
    parser.add_argument("--seconds", type=float, default=BUDGET_S, help=f"for all steps ({BUDGET_S:.0f})")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    options = parser.parse_args(arguments)
    driver = find_driver()
    if driver is None or driver.problem:
        print(f"make gpu cannot run: {NO_DRIVER if driver is None else driver.problem}", file=sys.stderr)
        return 2
    chosen = [step for step in steps if options.only in step.name]
    if not chosen:
        print(f"no step's name contains {options.only!r}", file=sys.stderr)
        return 2
    outcomes = run_steps(chosen, lambda line: print(line, flush=True), options.seconds)
    device = driver.devices[0].partition(": ")[2].partition(",")[0]
    data, page = write(outcomes, device, _commit(), options.out)
    print(page.read_text(encoding="utf-8"))
    print(f"written to {data} and {page}")
    for outcome in outcomes:
        if not outcome.good:
            print(f"--- {outcome.name}: {outcome.state}\n{outcome.log[-3000:]}", file=sys.stderr)
    return 0 if all(outcome.good for outcome in outcomes) else 1


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


if __name__ == "__main__":
    raise SystemExit(main())
