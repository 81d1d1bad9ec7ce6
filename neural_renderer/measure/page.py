"""Writes a temporal report as one HTML file: pictures, figures and a plot. It has no scripts."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reskin.engine.capture.pictures import png_of
from reskin.engine.outputs import why_not_replace
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.measure.temporal_report import TemporalReport

WIDTH, HEIGHT, MARGIN = 900, 240, 44
"""Size and margin of the plot, in px."""
COLOURS = {"plain": "#777777", "restyled": "#c0392b", "painter": "#2980b9"}
STYLE = (
    "body{font:15px/1.4 system-ui,sans-serif;max-width:1300px;margin:24px auto;padding:0 16px}"
    "img{width:100%;display:block}.strip{display:grid;grid-template-columns:repeat(3,1fr);gap:4px}"
    "td{padding:2px 16px 2px 0;border-bottom:1px solid #ddd}svg{max-width:100%}"
)


def write_page(path: Path, found: TemporalReport) -> None:
    """Write the page. Raises LearnError where it cannot be written, or where another kind of file is."""
    if refusal := why_not_replace(path, ".html"):
        raise LearnError(refusal)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html_page(found), encoding="utf-8")
    except OSError as error:
        raise LearnError(f"cannot write {path}: {error.strerror}; name another place with --page") from error


def html_page(found: TemporalReport) -> str:
    """The page as HTML."""
    title = escape(f"{found.theme}: {found.frames} frames of {found.worlds}")
    heads = "".join(f"<b>{name}</b>" for name in COLOURS)
    pictures = "".join(f'<img alt="" src="{_embedded(p)}">' for row in found.strip for p in row)
    series = dict(zip(COLOURS, (found.plain_flips, found.styled_flips, found.painter_flips), strict=True))
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>"
        for name, value in page_table(found.figures())
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f'<h1>{title}</h1><div class="strip">{heads}{pictures}</div>'
        f"<h2>FLIP from frame to frame</h2>{page_plot(series)}<h2>Figures</h2><table>{rows}</table></html>\n"
    )


def page_table(figures: Mapping[str, object]) -> list[tuple[str, str]]:
    """(name, text) of each figure: one for each entry of a mapping, none for lists."""
    lines: list[tuple[str, str]] = []
    for name, value in figures.items():
        if isinstance(value, Mapping):
            lines += page_table({f"{name}, {key}": entry for key, entry in value.items()})
        elif not isinstance(value, list):
            text = f"{value:.4g}" if isinstance(value, float) else str(value)
            lines.append((name, "not seen" if value is None else text))
    return lines


def page_plot(series: Mapping[str, Sequence[float]]) -> str:
    """An SVG with a line for each of `series`, from 0 to the greatest value; named as in COLOURS."""
    top = max((max(values) for values in series.values()), default=0) or 1.0
    base, wide, high = HEIGHT - MARGIN, WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = base - share * high
        parts.append(f'<path d="M{MARGIN} {y}H{WIDTH - MARGIN}" stroke="#ddd"/>')
        parts.append(f'<text x="2" y="{y + 4}">{share * top:.3f}</text>')
    for at, (name, values) in enumerate(series.items()):
        steps = max(len(values) - 1, 1)
        points = " ".join(
            f"{MARGIN + wide * i / steps:.1f},{base - high * v / top:.1f}" for i, v in enumerate(values)
        )
        colour = COLOURS[name]
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{MARGIN + 110 * at}" y="18" fill="{colour}">{escape(name)}</text>')
    parts.append(f'<text x="{WIDTH // 2}" y="{HEIGHT - 12}">frame</text>')
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" font-size="12">{"".join(parts)}</svg>'


def _embedded(picture: NDArray[np.uint8]) -> str:
    return "data:image/png;base64," + base64.b64encode(png_of(picture)).decode()
