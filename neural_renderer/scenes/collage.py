"""Collages: scenes in which any material may lie beside any other, in random shapes.

They are a tenth of the scenes. They keep a student from relying on which materials usually lie side by side.
"""

from __future__ import annotations

from reskin.engine.frame import MATERIALS, THINGS
from reskin.neural_renderer.scenes.details import scatter_details
from reskin.neural_renderer.scenes.layout import Backdrop, Layout, layout_cell
from reskin.neural_renderer.scenes.palette import VARIANTS, Palette, any_palette_color
from reskin.neural_renderer.scenes.props import PropPath, Props, PropShape, Rng, prop_blob, prop_polygon


def build_collage(rng: Rng, width: int, height: int, tile: int) -> Layout:
    """A wall of random patches with random shapes and things over it."""
    palette = Palette(rng)
    columns, rows = width // tile + int(rng.integers(8, 24)), height // tile + int(rng.integers(8, 24))
    layout = Layout(rng, tile, columns, rows, palette, Props(rng, palette))
    scenery = [m for m in MATERIALS if m not in THINGS]
    backing = str(rng.choice(scenery))
    layout.backdrops.append(Backdrop("back", (0.5, 0.5), 100.0, (palette(backing), backing)))
    for _ in range(columns * rows // int(rng.integers(6, 20))):
        row, column = int(rng.integers(0, rows)), int(rng.integers(0, columns))
        pool = MATERIALS if rng.random() < 0.2 else scenery  # things as tiles, now and then
        tall, wide = (int(v) for v in rng.integers(1, 7, 2))
        layout.block(row, column, tall, wide, str(rng.choice(pool)), int(rng.integers(0, VARIANTS)))
    if rng.random() < 0.3:
        noisy = rng.random((rows, columns)) < 0.4
        layout.grid[noisy] = rng.choice([layout_cell(m) for m in scenery], int(noisy.sum()))
    for _ in range(columns * rows // int(rng.integers(7, 24))):
        shapes = _any_shape(rng, palette, layout.size, str(rng.choice(scenery)))
        (layout.behind if rng.random() < 0.3 else layout.front).extend(shapes)
    for _ in range(columns * rows // int(rng.integers(7, 18))):
        material = str(rng.choice(sorted(THINGS) if rng.random() < 0.85 else scenery))
        x, y = (float(v) for v in rng.uniform(0, layout.size))
        swing = tuple(rng.choice([0.0, 30.0, 120.0], 2).tolist())
        path = PropPath(x, y, swing, tuple(rng.uniform(0.01, 0.06, 2).tolist()), rng.uniform(0, 6))
        w, h = (float(v) for v in rng.integers(14, 52, 2)) if rng.random() < 0.3 else (0.0, 0.0)
        layout.props.add(material, path, w, h, float(rng.choice([0.0, 0.0, 0.3])))
    scatter_details(layout)
    return layout.seal()


def _any_shape(rng: Rng, palette: Palette, size: tuple[int, int], material: str) -> list[PropShape]:
    x, y = rng.uniform(0, size[0]), rng.uniform(0, size[1])
    color = (
        any_palette_color(rng) if rng.random() < 0.15 else palette(material, int(rng.integers(0, VARIANTS)))
    )
    reach = float(rng.choice([12.0, 30.0, 70.0])) * rng.uniform(0.6, 1.4)
    kind = int(rng.integers(0, 6))
    if kind == 0:
        return [PropShape("circle", (x, y, reach), color, material)]
    if kind == 1:
        return [PropShape("ellipse", (x, y, reach * 2, reach * rng.uniform(0.5, 2)), color, material)]
    if kind == 2:
        return [
            PropShape(
                "polygon", prop_polygon(rng, x, y, reach * 1.3, int(rng.integers(3, 9))), color, material
            )
        ]
    if kind == 3:
        end = x + rng.uniform(-3, 3) * reach, y + rng.uniform(-3, 3) * reach
        return [PropShape("line", (x, y, *end, rng.uniform(2, 16)), color, material)]
    if kind == 4:
        return prop_blob(rng, x, y, reach, color, material)
    return [
        PropShape("rect", (x, y, reach * rng.uniform(0.4, 4), reach * rng.uniform(0.4, 3)), color, material)
    ]
