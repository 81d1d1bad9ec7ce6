"""Writes what `make gpu` found: JSON with everything, and a page of tables."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.gpu.roofline import verdicts
from benchmarks.gpu.steps import Outcome

OTHERS: Final = ("our network alone", "torch eager", "torch.compile", "torch graph")


def write(outcomes: Sequence[Outcome], device: str, commit: str, folder: Path) -> tuple[Path, Path]:
    """Write `gpu-<device>-<date>.json` and `.md` into a folder, which is made if needed."""
    folder.mkdir(parents=True, exist_ok=True)
    slug = re.sub(r"[^a-z0-9]+", "-", device.lower()).strip("-") or "none"
    stem = folder / f"gpu-{slug}-{datetime.now():%Y-%m-%d-%H%M%S}"
    found = {"device": device, "commit": commit, "steps": [outcome.plain() for outcome in outcomes]}
    data, page = stem.with_suffix(".json"), stem.with_suffix(".md")
    data.write_text(json.dumps(found, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    page.write_text(markdown(outcomes, device, commit), encoding="utf-8")
    return data, page


def markdown(outcomes: Sequence[Outcome], device: str, commit: str) -> str:
    """The page: how each step ended, and the tables of those that measure."""
    lines = [f"# {device}", "", f"Commit {commit or 'unknown'}.", ""]
    lines += ["| step | | seconds | |", "|---|---|---|---|"]
    lines += [f"| {o.name} | {o.state} | {o.seconds:.0f} | {o.why.replace('|', '/')} |" for o in outcomes]
    for outcome in outcomes:
        if "sizes" in outcome.figures:
            lines += ["", *speed_table(outcome.figures, device)]
        elif outcome.figures:
            lines += ["", f"{outcome.name}: " + ", ".join(f"{k} {v}" for k, v in outcome.figures.items())]
    return "\n".join(lines) + "\n"


def speed_table(figures: dict[str, Any], device: str) -> list[str]:
    """Milliseconds by size: ours, the floor and its ratio, and the others of the same run."""
    lines = [
        "| size | p50 ms | p99 ms | floor ms | p50 : floor | " + " | ".join(OTHERS) + " |",
        "|---|" + "---|" * (4 + len(OTHERS)),
    ]
    for size, found in figures["sizes"].items():
        floor = found.get("floor_ms")
        cells = [size, f"{found['p50']:.3f}", f"{found['p99']:.3f}"]
        cells += [f"{floor:.3f}", f"{found['p50'] / floor:.1f}"] if floor else ["unknown", ""]
        others = found.get("others", {})
        cells += [f"{others[name]:.3f}" if name in others else "" for name in OTHERS]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", f"Fixed {figures['fixed_ms']:.4f} ms, and {figures['slope_ms']:.4f} ms a megapixel."]
    medians = {size: found["p50"] for size, found in figures["sizes"].items()}
    lines += ["", *verdicts(device, medians)]
    if "kernels" in figures:
        lines += ["", "| kernel at 1080p | bytes | operations | floor ms |", "|---|---|---|---|"]
        lines += [
            f"| {k['kernel']} | {k['bytes']:,} | {k['operations']:,} | {k['floor_ms']:.4f} |"
            for k in figures["kernels"]
        ]
    return [*lines, "", *figures.get("notes", [])]
