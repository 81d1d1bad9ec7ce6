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
    from benchmarks.contenders import Plan, Play
    from benchmarks.report import Figures, Found
    from reskin import Theme

INTERRUPTED: Final = 130
"""Exit status after Ctrl-C, as shells have it."""
ENTITIES: Final = (1_000, 10_000, 100_000)
Say = Callable[[str, float | None], None]
"""Hears what is being done, and which share of it is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0, or 130 after Ctrl-C, which prints what there is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="some 20 s, and so a noisier table")
    parser.add_argument("--seconds", type=float, help="how long to go round (90; with --quick 8)")
    parser.add_argument("--no-baseline", action="store_true", help="leave Johnson et al. 2016 out")
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parent / "results", help="folder of the JSON"
    )
    wish = parser.parse_args(arguments)

    from rich.console import Console

    from benchmarks import report
    from benchmarks.contenders import Plan

    plan = Plan(least=5, least_slow=1) if wish.quick else Plan()
    if wish.no_baseline:
        plan = Plan(least=plan.least, least_slow=plan.least_slow, baseline=False)
    seconds = wish.seconds or (8.0 if wish.quick else 90.0)
    with _progress() as say:
        sizes = ENTITIES[:2] if wish.quick else ENTITIES
        found = measure(plan, seconds, say, starts=2 if wish.quick else 5, entities=sizes)
    report.show(found, Console(width=None if sys.stdout.isatty() else 110))
    print(f"written to {report.write(found, wish.out)}")
    return INTERRUPTED if found.interrupted else 0


def measure(
    plan: Plan, seconds: float, say: Say, starts: int = 5, entities: Sequence[int] = ENTITIES
) -> Found:
    """Everything, in one run of so many seconds. After a KeyboardInterrupt, what there is until then."""
    from benchmarks import contenders, worlds
    from benchmarks.report import Found
    from benchmarks.rounds import Rounds
    from reskin.kernels import macs_per_pixel

    say("the game", None)
    play, looks = contenders.Play(plan), contenders.themes()
    found = Found(size=plan.size, large=plan.large, themes=[look.name for look in looks])
    found.macs_per_pixel["ours"] = float(macs_per_pixel())
    found.memory_mb["a theme"] = looks[0].nbytes / 1e6
    if looks[0].name == "random":
        found.notes.append("No theme is shipped: weights are random, which costs the same.")
    rounds = Rounds([], play.next)
    start = time.monotonic()
    try:
        if starts:
            say("start-up, in new processes", None)
            found.start_up = _started(play, looks, starts)
        if plan.baseline:
            from benchmarks import johnson

            found.macs_per_pixel["Johnson et al. 2016"] = johnson.macs_per_pixel()
            found.notes.append("The baseline's weights are random: they change nothing about its speed.")
        found.notes.append(worlds.bytes_note())
        ready = []
        for words, build in (
            *contenders.contenders(plan, play, looks),
            *worlds.contenders(entities, plan.least),
        ):
            say(f"building: {words}", None)
            ready.append(build())
        rounds = Rounds(ready, play.next)
        start = time.monotonic()
        rounds.run(seconds, lambda share: say(f"round {rounds.rounds + 1}", share))
    except KeyboardInterrupt:
        found.interrupted = True
    found.ms, found.rounds = rounds.summaries(), rounds.rounds
    found.seconds = round(time.monotonic() - start, 1)
    found.memory_mb["peak of this process, torch included"] = _peak_mb()
    return found


def _started(play: Play, looks: Sequence[Theme], runs: int) -> Figures:
    from benchmarks.startup import start_up

    return start_up(play.frame, looks[0], runs)


def _peak_mb() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1 << 20 if sys.platform == "darwin" else 1 << 10
    )


@contextmanager
def _progress() -> Iterator[Say]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda words, share: bar.update(task, description=words, total=1.0, completed=share or 0.0)


if __name__ == "__main__":
    sys.exit(main())
