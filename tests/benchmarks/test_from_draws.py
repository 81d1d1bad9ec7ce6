"""The scenes in which frames from draws are timed are scenes: tiles, things and a HUD."""

from __future__ import annotations

import numpy as np

from benchmarks.from_draws import Known, Scene, measure
from reskin.engine.frame import material_index
from reskin.neural_renderer.from_draws.frames import FrameBuilder


def test_a_scene_has_all_that_is_measured() -> None:
    scene, builder = Scene(400), FrameBuilder(Known())
    frames = [builder.frame(scene.message(n, True), scene.pixels, scene.images) for n in range(3)]
    last = frames[-1]
    assert last.material is not None and last.motion is not None and last.hud is not None
    assert len(np.unique(last.material)) >= 5 and (last.material == material_index("player")).any()
    assert np.median(last.motion[..., 0]) == -2 and not last.cut and (last.hud[..., 3] == 255).any()


def test_times_are_measured() -> None:
    found = measure(100, 3)
    assert 0 < found["median_ms"] <= found["p99_ms"]
