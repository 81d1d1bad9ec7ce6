"""A game drawn by OpenGL gives the same restyled picture from its textures as from its arrays."""

from __future__ import annotations

import numpy as np

from reskin.demo_games.miner import Miner
from reskin.neural_renderer.restyler import Restyler
from tests.engine.draw.opened import opened_opengl
from tests.neural_renderer.samples import random_theme


def test_the_picture_is_the_same_from_textures() -> None:
    game, of_arrays, of_textures = Miner(7), Restyler(random_theme()), Restyler(random_theme())
    with opened_opengl(200, 120, game.tile) as canvas:
        pictures = []
        for _ in range(3):
            game.simulation.step(game.bot())
            game.draw(canvas, 1.0, "a theme")
            frame = canvas.finish()
            pictures.append(of_arrays(frame))
            np.testing.assert_array_equal(of_textures(canvas.gpu_frame), pictures[-1])

            game.draw(canvas, 1.0, "a theme")  # again, and nothing is read until the renderer does
            texture = canvas.context.texture((200, 120), 4)
            of_arrays.reset()
            of_textures.reset()
            expected = of_arrays(frame.replace(motion=np.zeros_like(frame.motion)))
            of_textures.render(canvas.finish_on_gpu(), texture, bottom_up=False)
            shown = np.frombuffer(texture.read(), np.uint8).reshape(120, 200, 4)
            np.testing.assert_array_equal(shown[..., :3], expected[..., 2::-1])
            texture.release()
        assert not np.array_equal(pictures[0], pictures[-1])
        of_textures.release()
