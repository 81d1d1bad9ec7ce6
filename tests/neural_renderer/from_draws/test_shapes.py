"""Shapes that are drawn again are drawn alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from reskin.neural_renderer.from_draws import messages as m
from reskin.neural_renderer.from_draws.surfaces.shapes import Shapes, draw_shape

SIZE = 60, 48


def any_shape(random: np.random.Generator) -> tuple[str, Any]:
    """A shape around (0, 0), by its name and arguments, as a game gives them."""
    a, b, c, d = random.integers(-14, 15, 4).tolist()
    wide, high, width = random.integers(1, 28, 3).tolist()
    rectangle = (a, b, wide, high)
    shapes = [
        ("rect", ((rectangle, width // 4), (("border_radius", high // 3),))),
        ("rect", ((rectangle,), (("width", 1), ("border_top_left_radius", 5)))),
        ("ellipse", ((rectangle, width // 5), ())),
        ("circle", (((a, b), wide), (("width", width // 3),))),
        ("line", (((a, b), (c, d), 1 + width // 6), ())),
        ("aaline", (((a, b), (c, d)), ())),
        ("lines", ((True, ((a, b), (c, d), (wide, high)), 1), ())),
        ("polygon", ((((a, b), (c, d), (wide, -high), (3, 5)),), ())),
        ("arc", (((a + 0.5, b + 0.25, wide, high), 0.5, 2.5, 2), ())),
    ]
    return shapes[int(random.integers(len(shapes)))]


def test_a_shape_is_what_pygame_draws_also_when_it_is_drawn_again() -> None:
    random = np.random.default_rng(2)
    shapes, some = Shapes(), 0
    for _ in range(60):
        name, arguments = any_shape(random)
        for left, top in random.integers(-10, 60, (12, 2)).tolist():
            row = np.zeros(m.COLUMNS, np.int32)
            row[m.LEFT], row[m.TOP] = left, top
            x0, y0 = max(left - 30, 0), max(top - 30, 0)
            x1, y1 = min(left + 30, SIZE[0]), min(top + 30, SIZE[1])
            row[m.X], row[m.Y], row[m.WIDTH], row[m.HEIGHT] = x0, y0, x1 - x0, y1 - y0
            if x1 <= x0 or y1 <= y0:
                continue
            ids = np.zeros(SIZE[::-1], np.uint32)
            assert draw_shape(ids, name, arguments, 7, row)
            for _ in range(2):
                found = np.zeros_like(ids)
                assert shapes.draw(found, name, arguments, 7, row, (x0, y0, x1, y1))
                assert np.array_equal(found, ids), (name, arguments, left, top)
            some += int(ids.any())
    assert some > 300


def test_what_pygame_refuses_is_not_drawn() -> None:
    row, shapes = np.zeros(m.COLUMNS, np.int32), Shapes()
    row[m.WIDTH] = row[m.HEIGHT] = 8
    ids = np.zeros((8, 8), np.uint32)
    for arguments in (((("a", "b", 3, 4),), ()), (((1, 2, 3, 4),), (("no_such", 1),)), (None, ())):
        for _ in range(2):
            assert not shapes.draw(ids, "rect", arguments, 5, row, (0, 0, 8, 8))
    assert not ids.any()
    assert shapes.draw(ids, "rect", ([[1, 2, 3, 4]], []), 5, row, (0, 0, 8, 8)) and ids.any(), "lists, too"
