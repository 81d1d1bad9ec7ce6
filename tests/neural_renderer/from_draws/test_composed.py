"""Small surfaces that a game composes: one image, one unit, one thing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pygame
import pytest

from reskin.engine.frame import material_index, plain_picture
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture import sources
from tests.neural_renderer.from_draws.recording import Game, Named, build, explained, record

SKY = (90, 160, 230)


def hero() -> pygame.Surface:
    """A head, a body and two eyes."""
    image = pygame.Surface((24, 32), pygame.SRCALPHA)
    pygame.draw.rect(image, (200, 60, 60), (4, 12, 16, 20), border_radius=3)
    pygame.draw.circle(image, (240, 200, 160), (12, 8), 8)
    image.fill((20, 20, 20), (8, 6, 2, 3))
    image.fill((20, 20, 20), (14, 6, 2, 3))
    return image


def walking(turned: bool) -> Game:
    step = [0]
    image: list[pygame.Surface] = []

    def game(screen: pygame.Surface) -> None:
        if not image:
            image.append(hero())
        step[0] += 1
        screen.fill(SKY)
        shown = pygame.transform.rotate(image[0], 9 * step[0]) if turned else image[0]
        screen.blit(shown, (10 + 2 * step[0], 40))
        pygame.display.flip()

    return game


def test_a_hero_made_of_shapes_is_one_thing() -> None:
    materials = Named({"composed": "player", "(90, 160, 230": "sky"}, hud=("text", "(20, 20, 20"))
    recording = record(walking(False), (160, 96), 6)
    builder, frames = build(recording, materials)
    last, before = frames[-1], frames[-2]
    assert last.material is not None and last.identity is not None and last.motion is not None
    body = last.material == material_index("player")
    assert np.array_equal(body, (recording.frames[-1].pixels[..., :3] != SKY[::-1]).any(-1)) and body.any()
    assert len(np.unique(last.identity[body])) == 1 and explained(before, last)[body].all()
    unit = next(unit for unit in builder.sources.units.list if unit.kind == "composed")
    assert unit.image is not None and unit.image.shape == (32, 24, 4)
    assert unit.image[8, 12].tolist() == [240, 200, 160, 255] and unit.image[0, 0, 3] == 0


def test_one_that_turns_stays_one_unit() -> None:
    materials = Named({"composed": "player", "(90, 160, 230": "sky"})
    builder, frames = build(record(walking(True), (160, 96), 6), materials)
    assert [unit.kind for unit in builder.sources.units.list].count("composed") == 1
    assert {frame.material is not None and int(frame.material.max()) for frame in frames} == {
        max(material_index("player"), material_index("sky"))
    }


def test_what_is_cut_out_of_a_sheet_keeps_its_name(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    sheet = pygame.surfarray.make_surface(random.integers(1, 255, (64, 64, 3)).astype(np.uint8))
    pygame.image.save(sheet, tmp_path / "heroes.png")
    image: list[pygame.Surface] = []

    def game(screen: pygame.Surface) -> None:
        if not image:
            loaded = pygame.image.load(tmp_path / "heroes.png").convert()
            cut = pygame.Surface((16, 16)).convert()
            cut.blit(loaded, (0, 0), (16, 32, 16, 16))
            cut.set_colorkey((0, 0, 0))
            image.append(pygame.transform.scale(cut, (32, 32)))
        screen.fill(SKY)
        screen.blit(image[0], (50, 40))
        pygame.display.flip()

    builder, frames = build(record(game, (160, 96), 2), Named({"heroes": "player"}))
    units = [unit for unit in builder.sources.units.list if unit.name]
    assert [unit.cut for unit in units] == [(16, 32, 16, 16)] and units[0].name.endswith("heroes.png")
    assert frames[-1].material is not None
    assert (frames[-1].material == material_index("player")).sum() == 32 * 32


def test_a_button_says_what_is_written_on_it() -> None:
    image: list[pygame.Surface] = []

    def game(screen: pygame.Surface) -> None:
        if not image:
            image.append(pygame.Surface((50, 20)))
            image[0].fill((60, 60, 90))
            image[0].blit(pygame.font.Font(None, 18).render("Play", True, (255, 255, 255)), (8, 4))
        screen.fill(SKY)
        screen.blit(image[0], (50, 40))
        pygame.display.flip()

    recording = record(game, (160, 96), 2)
    builder, frames = build(recording, Named({}, hud=("composed",)))
    assert [unit.text for unit in builder.sources.units.list if unit.kind == "composed"] == ["Play"]
    hud = frames[-1].hud
    assert hud is not None and (hud[40:60, 50:100, 3] == 255).all() and hud[..., 3].sum() == 255 * 1000
    assert np.array_equal(plain_picture(frames[-1])[..., :3], recording.frames[-1].pixels[..., :3])


def test_a_piece_of_map_stays_apart(tmp_path: Path) -> None:
    for name, color in (("grass", (80, 170, 60)), ("stone", (120, 120, 120))):
        tile = pygame.Surface((8, 8))
        tile.fill(color)
        pygame.image.save(tile, tmp_path / f"{name}.png")
    piece: list[pygame.Surface] = []

    def game(screen: pygame.Surface) -> None:
        if not piece:
            tiles = [pygame.image.load(tmp_path / f"{name}.png").convert() for name in ("grass", "stone")]
            piece.append(pygame.Surface((32, 16)))
            for x in range(4):
                piece[0].blit(tiles[x % 2], (8 * x, 0))
                piece[0].blit(tiles[0], (8 * x, 8))
        screen.fill(SKY)
        screen.blit(piece[0], (40, 40))
        pygame.display.flip()

    _, frames = build(record(game, (160, 96), 2), Named({"grass": "grass", "stone": "stone"}))
    material = frames[-1].material
    assert material is not None
    assert [(material == material_index(name)).sum() for name in ("grass", "stone")] == [6 * 64, 2 * 64]


@pytest.mark.parametrize("frames", [250, pytest.param(2000, marks=pytest.mark.slow)])
def test_memory_stays_bounded(frames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture turned a little further, a new text and a newly composed card in each frame."""
    monkeypatch.setattr(sources, "MAX_PIXELS", 1 << 18)
    step = [0]
    image: list[pygame.Surface] = []

    def game(screen: pygame.Surface) -> None:
        if not image:
            image.append(pygame.Surface((40, 40), pygame.SRCALPHA))
            image[0].blit(hero(), (8, 4))
        step[0] += 1
        screen.fill(SKY)
        screen.blit(pygame.transform.rotozoom(image[0], 1.3 * step[0], 1.5), (40, 20))
        card = pygame.Surface((30, 20))
        card.fill((step[0] % 200, 60, 90))
        card.blit(pygame.font.Font(None, 14).render(str(step[0]), True, (255, 255, 255)), (2, 4))
        screen.blit(card, (100, 60))
        screen.blit(pygame.font.Font(None, 20).render(f"Score {step[0]}", True, (255, 255, 255)), (2, 2))
        pygame.display.flip()

    recording = record(game, (160, 96), frames)
    builder, _ = build(recording, Named({"composed": "player", "(90, 160, 230": "sky"}))
    known = builder.sources
    assert len(recording.images) > frames, "the game makes new pictures all the time"
    assert len(known.by_slot) < 700 and known.pixels.nbytes <= 4 << 20
    assert len(known.units.list) < 100 and len(builder.layers.by_number) < 20


@pytest.mark.parametrize("cropped", [True, False])
def test_tiles_cut_out_of_one_sheet_are_units_of_their_own(cropped: bool, tmp_path: Path) -> None:
    """Each on a surface of its own that has a colour key; from the sheet, or from a copy without its rim."""
    random = np.random.default_rng(1)
    pixels = random.integers(1, 255, (200, 200, 3)).astype(np.uint8)
    pixels[8:12, 8:12] = 0
    pygame.image.save(pygame.surfarray.make_surface(pixels), tmp_path / "tiles.png")
    images: list[pygame.Surface] = []

    def game(screen: pygame.Surface) -> None:
        if not images:
            sheet = pygame.image.load(tmp_path / "tiles.png").convert()
            if cropped:
                copy = pygame.Surface((198, 198))
                copy.blit(sheet, (0, 0), area=pygame.Rect(2, 2, 198, 198))
                sheet = copy
            for column in range(3):
                tile = pygame.Surface((16, 16)).convert()
                tile.blit(sheet, (0, 0), (16 * column, 0, 16, 16))
                tile.set_colorkey((0, 0, 0))
                images.append(tile)
        screen.fill(SKY)
        for column, tile in enumerate(images):
            screen.blit(tile, (20 * column, 40))
        pygame.display.flip()

    builder, _ = build(record(game, (160, 96), 4), Named({"tiles.png": "stone", "(90, 160, 230": "sky"}))
    tiles = [unit for unit in builder.sources.units.list if unit.image is not None and unit.width == 16]
    assert len({unit.key for unit in tiles}) == 3
    clear = [int((unit.image[..., 3] == 0).sum()) for unit in tiles if unit.image is not None]
    assert sorted(clear) == [0, 0, 16]
    if not cropped:
        assert {(Path(unit.name).name, unit.cut) for unit in tiles} == {
            ("tiles.png", (16 * column, 0, 16, 16)) for column in range(3)
        }
