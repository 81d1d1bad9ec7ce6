"""A game that cuts its walls into columns and scales each anew in every frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pygame

from reskin.engine.frame import material_index
from tests.neural_renderer.from_draws.recording import Named, Recording, build, record
from tests.neural_renderer.from_draws.test_frames import speckled

SIZE = (128, 64)
WALL = (170, 90, 60)


def corridor(folder: Path) -> Recording:
    """A wall, each column nearer than the one before it; the player walks along it."""
    pygame.image.save(speckled(WALL, (32, 32), 3), folder / "wall.png")
    walls: list[pygame.Surface] = []
    frame = 0

    def game(screen: pygame.Surface) -> None:
        nonlocal frame
        if not walls:
            walls.append(pygame.image.load(folder / "wall.png").convert())
        screen.fill((90, 160, 230))
        for ray in range(64):
            height = 20 + ray // 2 + frame % 3
            column = walls[0].subsurface((ray + frame) % 31, 0, 1, 32)
            screen.blit(pygame.transform.scale(column, (2, height)), (2 * ray, 32 - height // 2))
        pygame.display.flip()
        frame += 1

    return record(game, SIZE, 12)


def test_columns_are_parts_of_their_wall(tmp_path: Path) -> None:
    recording = corridor(tmp_path)
    builder, frames = build(recording, Named({"wall": "brick"}, hud=()))
    last = recording.frames[-1]
    assert not last.message.sources, "nothing is told anew"
    kinds = [unit.kind for unit in builder.sources.units.list]
    assert kinds.count("file") == 1
    # What each column shows is known to the pixel, or to the next one.
    planes = builder.display
    told = builder.layers.picture(planes, True).view(np.uint8).reshape(*planes.ids.shape, 4)[..., 2::-1]
    wall = (last.pixels[..., :3] != (230, 160, 90)).any(-1)
    assert frames[-1].material is not None and frames[-1].detail is not None
    assert (frames[-1].material[wall] == material_index("brick")).all() and (planes.ids > 0).all()
    near = [np.roll(told, shift, 0) for shift in (-1, 0, 1)]
    same = np.any([(other == last.pixels[..., :3]).all(-1) for other in near], axis=0)
    assert same[wall].mean() > 0.9
    assert len(np.unique(frames[-1].detail[wall])) > 20
