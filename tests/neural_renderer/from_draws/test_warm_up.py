"""The scene that a renderer draws before the game's first frame needs what frames of games need."""

from __future__ import annotations

import numpy as np

from reskin.engine.frame import material_index
from reskin.neural_renderer.from_draws.warm_up import warm_up_frames


def test_the_scene_has_each_channel_and_continues() -> None:
    first, second, last = warm_up_frames()
    for frame in (first, second, last):
        assert frame.hud is not None and (frame.hud[..., 3] > 0).any()
        assert frame.overlay is not None and (frame.overlay[..., 3:] > 0).any()
        hero = frame.material == material_index("player")
        assert np.any(hero) != (frame is last), "what nothing explains is guessed"
    assert first.cut and not second.cut
    assert second.motion is not None and (second.motion[..., 0] == -1).any()
