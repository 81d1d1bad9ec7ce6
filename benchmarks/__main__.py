"""`python -m benchmarks [--quick]`: measures, prints tables, writes `benchmarks/results/`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")  # before anything imports pygame
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

if TYPE_CHECKING:
    from benchmarks.cases import Plan, Play
    from benchmarks.report import Figures, Results
    from reskin import Theme

INTERRUPTED: Final = 130
"""Exit status after Ctrl-C, as shells have it."""
ENTITIES: Final = (1_000, 10_000, 100_000)
ProgressCallback = Callable[[str, float | None], None]
"""Called with what is being done, and the share that is done: 0 to 1, or None."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0, or 130 after Ctrl-C. What was measured until then is printed and written."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about 20 s; the figures are noisier")
    parser.add_argument("--seconds", type=float, help="how long to measure (90; with --quick 8)")
    parser.add_argument("--no-baseline", action="store_true", help="leave Johnson et al. 2016 out")
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parent / "results", help="folder of the JSON"
    )
    options = parser.parse_args(arguments)

    from rich.console import Console

    from benchmarks import report
    from benchmarks.cases import Plan

    plan = Plan(least=5, least_slow=1) if options.quick else Plan()
    if options.no_baseline:
        plan = Plan(least=plan.least, least_slow=plan.least_slow, baseline=False)
    seconds = options.seconds or (8.0 if options.quick else 90.0)
    with _progress_bar() as progress:
        sizes = ENTITIES[:2] if options.quick else ENTITIES
        results = measure(plan, seconds, progress, starts=2 if options.quick else 5, entities=sizes)
    report.show(results, Console(width=None if sys.stdout.isatty() else 110))
    print(f"written to {report.write(results, options.out)}")
    return INTERRUPTED if results.interrupted else 0


def measure(
    plan: Plan,
    seconds: float,
    progress: ProgressCallback,
    starts: int = 5,
    entities: Sequence[int] = ENTITIES,
) -> Results:
    """Measure everything, for so many seconds. After a KeyboardInterrupt, the results until then."""
    from benchmarks import cases, worlds
    from benchmarks.interleaved import Interleaved
    from benchmarks.report import Results
    from reskin.kernels import macs_per_pixel

    progress("the game", None)
    play, themes = cases.Play(plan), cases.shipped_themes()
    results = Results(size=plan.size, large=plan.large, themes=[theme.name for theme in themes])
    results.macs_per_pixel["ours"] = float(macs_per_pixel())
    results.memory_mb["a theme"] = themes[0].nbytes / 1e6
    if themes[0].name == "random":
        results.notes.append("No theme is shipped: weights are random, which costs the same.")
    timing = Interleaved([], play.next)
    start = time.monotonic()
    try:
        if starts:
            progress("start-up, in new processes", None)
            results.start_up = _start_up(play, themes, starts)
        if plan.baseline:
            from benchmarks import johnson

            results.macs_per_pixel["Johnson et al. 2016"] = johnson.macs_per_pixel()
            results.notes.append("The baseline's weights are random: they change nothing about its speed.")
        results.notes.append(worlds.bytes_note())
        ready = []
        for description, build in (
            *cases.cases(plan, play, themes),
            *worlds.cases(entities, plan.least),
        ):
            progress(f"building: {description}", None)
            ready.append(build())
        timing = Interleaved(ready, play.next)
        start = time.monotonic()
        timing.run(seconds, lambda share: progress(f"round {timing.rounds + 1}", share))
    except KeyboardInterrupt:
        results.interrupted = True
    results.ms, results.rounds = timing.summaries(), timing.rounds
    results.seconds = round(time.monotonic() - start, 1)
    results.memory_mb["peak of this process, torch included"] = _peak_mb()
    return results


def _start_up(play: Play, themes: Sequence[Theme], runs: int) -> Figures:
    from benchmarks.startup import start_up

    return start_up(play.frame, themes[0], runs)


def _peak_mb() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1 << 20 if sys.platform == "darwin" else 1 << 10
    )


@contextmanager
def _progress_bar() -> Iterator[ProgressCallback]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda text, share: bar.update(task, description=text, total=1.0, completed=share or 0.0)


if __name__ == "__main__":
    sys.exit(main())
