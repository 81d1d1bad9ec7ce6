"""Prints the results of a run as tables, and writes them as JSON."""

from __future__ import annotations

import json
import platform
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from reskin.kernels.simd.threads import cores_for_threads

HERE: Final = Path(__file__).parent
Figures = dict[str, dict[str, float]]

OTHERS: Final = ("esper", "plain Python")
"""What our world is compared with, by columns and by objects."""
PACKAGES: Final = ("numpy", "numba", "openvino", "torch", "pygame-ce", "esper")
GOALS: Final = {
    "restyle": ("openvino int8 / ", 12.0),
    "whole frame": ("frame / ", 20.0),
    "a tick of 10,000 entities with its hash": ("world / tick / 10000 / columns", 2.0),
    "a mixed frame of 100,000 entities, 20 ns each": ("world / mixed / 100000 / columns", 2.0),
    "8 ticks of 1,000 entities rolled back, by columns": ("world / roll back 8 ticks / 1000 / columns", 16.0),
    "8 ticks of 1,000 entities rolled back, by objects": ("world / roll back 8 ticks / 1000 / objects", 16.0),
}
"""Milliseconds, at 640x360 on two cores, that the medians of these series must not exceed."""


@dataclass
class Results:
    """Everything that a run measured. `ms` has milliseconds by series; see `interleaved.Series.summary`."""

    size: tuple[int, int]
    large: tuple[int, int]
    themes: list[str]
    ms: Figures = field(default_factory=dict)
    macs_per_pixel: dict[str, float] = field(default_factory=dict)
    start_up: Figures = field(default_factory=dict)
    memory_mb: dict[str, float] = field(default_factory=dict)
    rounds: int = 0
    seconds: float = 0.0
    interrupted: bool = False
    notes: list[str] = field(default_factory=list)

    def named(self, start: str) -> Figures:
        """Series whose name begins with `start`, but for those at the large size."""
        return {n: f for n, f in self.ms.items() if n.startswith(start) and " at " not in n}

    def ratios(self) -> dict[str, float]:
        """The other's median divided by ours; below 1, the other is faster."""
        ours = (*self.named("openvino int8 / "), *self.named("torch reference / "))
        pairs = [(b, a) for b in self.named("baseline / ") for a in ours]
        for name in self.named("world / "):
            task, _, who = name.rpartition(" / ")
            if who in ("columns", "objects"):
                pairs += [(b, name) for other in OTHERS if (b := f"{task} / {other}") in self.ms]
        return {f"{b} : {a}": round(self.ms[b]["median"] / self.ms[a]["median"], 3) for b, a in pairs}

    def goals(self) -> Iterator[tuple[str, float, float]]:
        """Name, the worst median of its series, and the limit; for a full-size run only."""
        if self.size == (640, 360):
            for name, (start, limit) in GOALS.items():
                medians = [f["median"] for f in self.named(start).values()]
                if medians:
                    yield name, max(medians), limit


def show(results: Results, console: Console) -> None:
    """Print all tables."""
    console.print(_times(results))
    if results.macs_per_pixel or results.ratios():
        console.print(_comparison(results))
    if results.named("world / "):
        console.print(_worlds(results))
    if results.start_up:
        console.print(_start_up(results))
    for name, worst, limit in results.goals():
        verdict = "kept" if worst <= limit else "[bold]missed[/bold]"
        console.print(f"{name}: the worst median is {worst:.2f} ms, at most {limit:g} wanted: {verdict}")
    memory = ", ".join(f"{name} {mb:.0f} MB" for name, mb in results.memory_mb.items())
    console.print(f"memory: {memory}") if memory else None
    for note in results.notes:
        console.print(note)
    if results.interrupted:
        console.print("[bold]interrupted[/bold]: the figures are of the rounds until then")


def _times(results: Results) -> Table:
    width, height = results.size
    title = f"Milliseconds at {width}x{height}: {results.rounds} rounds, all cases in turn"
    table = Table(title=title, title_justify="left", caption_justify="left")
    for column in ("", "median", "p99", "spread", "best", "cpu", "runs"):
        table.add_column(column, justify="left" if not column else "right")
    group = ""
    for name, f in sorted(results.ms.items(), key=lambda item: _order(item[0])):
        if name.partition(" / ")[0] != group:
            table.add_section()
            group = name.partition(" / ")[0]
        cpu = f"{f['cpu']:.2f}" if "cpu" in f else ""
        figures = (f"{f[key]:.2f}" for key in ("median", "p99", "spread", "best"))
        table.add_row(name, *figures, cpu, str(int(f["count"])))
    table.caption = "spread: between the quartiles; cpu: of all threads together, spinning included"
    return table


def _order(name: str) -> tuple[int, str]:
    groups = ("plain", "stage", "openvino int8", "frame", "switch", "torch reference", "baseline", "world")
    group = name.partition(" / ")[0]
    return (groups.index(group) if group in groups else len(groups)), "" if group != "world" else name[-20:]


def _comparison(results: Results) -> Table:
    table = Table(title="Compared with others, in the same run", title_justify="left")
    table.add_column("")
    table.add_column("", justify="right")
    for name, macs in results.macs_per_pixel.items():
        table.add_row(f"{name}: multiply-accumulates a pixel", f"{macs:,.0f}")
    table.add_section()
    for name, ratio in results.ratios().items():
        if not name.startswith("world / "):
            table.add_row(name, f"{ratio:.2f} x" if ratio >= 1 else f"[bold]{ratio:.2f} x: slower[/bold]")
    return table


def _worlds(results: Results) -> Table:
    """A row for each task and size: milliseconds, and nanoseconds an entity."""
    table = Table(title="The world: medians in ms, and in ns an entity", title_justify="left")
    for column in ("", "columns", "objects", *OTHERS):
        table.add_column(column, justify="left" if not column else "right")
    rows: dict[tuple[str, int], dict[str, float]] = {}
    for series, f in results.named("world / ").items():
        _, task, entities, who = series.split(" / ")
        rows.setdefault((task, int(entities)), {})[who] = f["median"]
    for (task, size), medians in sorted(rows.items()):
        cells = [f"{task}, {size:,} entities"]
        for who in ("columns", "objects", *OTHERS):
            ms = medians.get(who)
            cell = "" if ms is None else f"{ms:.3f} {ms / size * 1e6:7.1f}"
            slower = ms is not None and who not in OTHERS and any(medians.get(o, ms) < ms for o in OTHERS)
            cells.append(f"[bold]{cell} slower[/bold]" if slower else cell)
        table.add_row(*cells, end_section=size == max(n for t, n in rows if t == task))
    return table


def _start_up(results: Results) -> Table:
    table = Table(title="A new process until its first frame, ms; its peak, MB", title_justify="left")
    names = list(next(iter(results.start_up.values())))
    table.add_column("")
    for name in names:
        table.add_column(name.replace("_", " "), justify="right")
    for kind, figures in results.start_up.items():
        table.add_row(kind, *(f"{figures[name]:.0f}" for name in names))
    return table


def plain(results: Results) -> dict[str, Any]:
    """The results and what they were measured on, ready for JSON."""
    return {
        "commit": _git("rev-parse", "HEAD"),
        "changed": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "date": datetime.now().astimezone().isoformat(timespec="seconds"),
        "device": {"name": device(), "cores": cores_for_threads(), "system": platform.platform()},
        "python": platform.python_version(),
        "versions": {name: version for name in PACKAGES if (version := _version(name))},
        **vars(results),
        "ratios": results.ratios(),
    }


def write(results: Results, folder: Path) -> Path:
    """Write `<device>-<date>.json` into a folder, which is made if needed. Returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    slug = re.sub(r"[^a-z0-9]+", "-", device().lower()).strip("-")
    path = folder / f"{slug}-{cores_for_threads()}-cores-{datetime.now():%Y-%m-%d-%H%M%S}.json"
    path.write_text(json.dumps(plain(results), indent=1, allow_nan=False) + "\n", encoding="utf-8")
    return path


def device() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return re.sub(r"\((R|TM)\)", "", named[0]) if named else platform.processor() or platform.machine()


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], capture_output=True, text=True, check=False, cwd=HERE)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
