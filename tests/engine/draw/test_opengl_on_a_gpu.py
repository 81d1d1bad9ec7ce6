"""The agreement of the canvases by the driver of a real GPU, with which `make gpu` runs it."""

from __future__ import annotations

from functools import partial

import pytest

from reskin import Canvas, Game
from reskin.engine.draw.opengl import OpenGLCanvas
from tests.engine.draw.opened import opened_opengl
from tests.engine.draw.test_opengl_agreement import (
    GAMES,
    Pair,
    assert_equal,
    differing,
    random_hud,
    random_shapes,
)

pytestmark = pytest.mark.gpu

SOFTWARE = ("llvmpipe", "softpipe", "swrast")


def real(opengl: OpenGLCanvas) -> OpenGLCanvas:
    """The canvas, or the test is skipped where there is no GPU behind it."""
    name = opengl.context.info["GL_RENDERER"]
    if name.startswith(SOFTWARE):
        pytest.skip(f"OpenGL is computed by the processor here ({name})")
    return opengl


@pytest.mark.parametrize("kind", GAMES, ids=lambda kind: kind.name)
def test_a_game_is_drawn_alike_on_the_gpu(kind: type[Game]) -> None:
    game = kind(7)
    with opened_opengl(1920, 1080, game.tile) as opengl:
        both = Pair(Canvas(1920, 1080, game.tile), real(opengl))
        for number in range(300):
            game.simulation.step(game.bot())
            if number % 10 == 0:
                assert_equal(both.frames(partial(game.draw, alpha=1.0, caption="a theme")))


def test_random_shapes_and_huds_are_drawn_alike_on_the_gpu() -> None:
    with opened_opengl(197, 121, 20) as opengl:
        both = Pair(Canvas(197, 121, 20), real(opengl))
        for seed in range(200):
            assert_equal(both.frames(partial(random_shapes, seed=seed)))
            frames = both.frames(partial(random_hud, seed=seed))
            assert differing(frames, "hud") == 0
