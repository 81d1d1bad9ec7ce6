"""Frames made from the draws of small games that use pygame as strangers do."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray

from reskin.engine.frame import material_index, plain_picture
from reskin.neural_renderer.from_draws.messages import LEFT, TOP, X, Y
from tests.neural_renderer.from_draws.recording import FrameBuilder, Game, Named, build, explained, record

WORDS = {"grass": "grass", "hero": "player", "(90, 160, 230": "sky"}


def speckled(color: tuple[int, int, int], size: tuple[int, int], seed: int) -> pygame.Surface:
    """A picture in which no two places look alike."""
    random = np.random.default_rng(seed)
    surface = pygame.Surface(size)
    pixels = np.clip(np.array(color) + random.integers(-30, 31, (*size, 3)), 0, 255)
    pygame.surfarray.blit_array(surface, pixels.astype(np.uint8))
    return surface


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Image files of a game."""
    pygame.image.save(speckled((80, 170, 60), (32, 32), 1), tmp_path / "grass.png")
    hero = pygame.Surface((20, 28), pygame.SRCALPHA)
    hero.blit(speckled((200, 60, 60), (12, 24), 2), (4, 2))
    pygame.image.save(hero, tmp_path / "hero.png")
    return tmp_path


class Scroller:
    """Tiles that scroll by 3 px, a hero who walks against it, and a score."""

    def __init__(self, folder: Path) -> None:
        self.grass = pygame.image.load(folder / "grass.png").convert()
        self.hero = pygame.image.load(folder / "hero.png").convert_alpha()
        self.font = pygame.font.Font(None, 20)
        self.frame = 0

    def __call__(self, screen: pygame.Surface) -> None:
        camera = 3 * self.frame
        screen.fill((90, 160, 230))
        for column in range(camera // 32, (camera + 320) // 32 + 1):
            for row in (4, 5):
                screen.blit(self.grass, (column * 32 - camera, row * 32))
        screen.blit(self.hero, (100 + self.frame, 100))
        screen.blit(self.font.render(f"Score {self.frame * 10}", True, (255, 255, 255)), (8, 8))
        pygame.display.flip()
        self.frame += 1


def scroller(folder: Path) -> Game:
    made: list[Scroller] = []

    def game(screen: pygame.Surface) -> None:
        if not made:
            made.append(Scroller(folder))
        made[0](screen)

    return game


def test_a_scrolling_game(pictures: Path) -> None:
    recording = record(scroller(pictures), (320, 192), 30)
    builder, frames = build(recording, Named(WORDS))
    assert frames[0].cut and not any(frame.cut for frame in frames[1:])
    for shown, frame in zip(recording.frames, frames, strict=True):
        assert (np.abs(plain_picture(frame)[..., :3].astype(int) - shown.pixels[..., :3]) <= 1).all()
    last, before = frames[-1], frames[-2]
    assert last.material is not None and last.identity is not None and last.anchor is not None
    assert set(np.unique(last.material)) == {material_index(name) for name in ("sky", "grass", "player")}
    assert explained(before, last)[last.material != material_index("player")].mean() > 0.97
    hero = last.material == material_index("player")
    assert hero.sum() == 12 * 24 and len(np.unique(last.identity[hero])) == 1
    assert explained(before, last)[hero].all()
    assert builder.things.scroll == (-3, 0) and last.tile == 32
    # The corner of a tile is at a whole place, and stays there.
    assert last.anchor[4 * 32, (-29 * 3) % 32, 0] % 1 == pytest.approx(0.5 / 32, abs=1e-4)
    assert last.anchor[4 * 32, 0, 1] % 1 == pytest.approx(0.5 / 32, abs=1e-4)


class Enlarged:
    """A small scene, enlarged three times, with a text on the display."""

    def __init__(self, folder: Path) -> None:
        self.inner = Scroller(folder)
        self.scene = pygame.Surface((160, 96))
        self.font = pygame.font.Font(None, 20)

    def __call__(self, screen: pygame.Surface) -> None:
        camera = 3 * self.inner.frame
        self.inner.frame += 1
        self.scene.fill((90, 160, 230))
        for column in range(camera // 32, (camera + 160) // 32 + 1):
            self.scene.blit(self.inner.grass, (column * 32 - camera, 64))
        self.scene.blit(self.inner.hero, (50, 36))
        screen.blit(pygame.transform.scale(self.scene, (480, 288)), (0, 0))
        screen.blit(self.font.render("Score", True, (255, 255, 255)), (8, 8))
        pygame.display.flip()


def enlarged(folder: Path) -> Game:
    made: list[Enlarged] = []

    def game(screen: pygame.Surface) -> None:
        if not made:
            made.append(Enlarged(folder))
        made[0](screen)

    return game


def test_an_enlarged_scene_is_restyled_at_its_own_size(pictures: Path) -> None:
    recording = record(enlarged(pictures), (480, 288), 12)
    builder = FrameBuilder(Named(WORDS), scale="native")
    for shown in recording.frames:
        frame = builder.frame(shown.message, shown.pixels, recording.images)
        picture = builder.to_display(plain_picture(frame))
        assert (np.abs(picture[..., :3].astype(int) - shown.pixels[..., :3]) <= 1).all()
    assert (frame.width, frame.height, frame.tile) == (160, 96, 32) and frame.material is not None
    hero = frame.material == material_index("player")
    assert hero.sum() == 12 * 24 and frame.motion is not None and not frame.motion[hero].any()
    grass = frame.material == material_index("grass")
    assert np.median(frame.motion[grass][:, 0]) == -3
    builder = FrameBuilder(Named(WORDS), scale="display")
    whole = [builder.frame(shown.message, shown.pixels, recording.images) for shown in recording.frames][-1]
    assert (whole.width, whole.height) == (480, 288) and whole.hud is not None


def test_a_small_display_with_small_tiles_is_doubled(tmp_path: Path) -> None:
    """As a theme's edges would leave little of a tile of 16 px."""
    pygame.image.save(speckled((80, 170, 60), (16, 16), 1), tmp_path / "grass.png")
    step = [0]
    tiles: list[pygame.Surface] = []

    def game(screen: pygame.Surface) -> None:
        if not tiles:
            tiles.append(pygame.image.load(tmp_path / "grass.png").convert())
        step[0] += 1
        screen.fill((90, 160, 230))
        for column in range(22):
            screen.blit(tiles[0], (16 * column - step[0] % 16, 160))
            screen.blit(tiles[0], (16 * column - step[0] % 16, 176))
        screen.blit(pygame.font.Font(None, 20).render("Score", True, (255, 255, 255)), (8, 8))
        pygame.display.flip()

    recording = record(game, (320, 192), 10)
    builder = FrameBuilder(Named(WORDS))
    for shown in recording.frames:
        frame = builder.frame(shown.message, shown.pixels, recording.images)
        picture = builder.to_display(plain_picture(frame))
        assert (np.abs(picture[..., :3].astype(int) - shown.pixels[..., :3]) <= 1).all()
    assert (frame.width, frame.height, frame.tile) == (640, 384, 32)
    assert frame.motion is not None and frame.anchor is not None and frame.material is not None
    grass = frame.material == material_index("grass")
    assert grass.sum() == 4 * 320 * 32 and (frame.motion[grass] == (-2, 0)).all()
    across = np.diff(frame.anchor[330, :, 0])
    assert np.allclose(across, 1 / 32, atol=1e-3), "a texture has a pixel for each of the larger picture's"


def test_parallax_layers_move_by_themselves(tmp_path: Path) -> None:
    """Their textures stick to them, in the frame's anchors too."""
    pygame.image.save(speckled((120, 170, 140), (64, 64), 3), tmp_path / "hill.png")
    pygame.image.save(speckled((80, 170, 60), (32, 32), 1), tmp_path / "grass.png")
    step = [0]
    images: list[pygame.Surface] = []

    def game(screen: pygame.Surface) -> None:
        if not images:
            images.extend(pygame.image.load(tmp_path / f"{name}.png") for name in ("hill", "grass"))
        for image, size, y, speed in ((images[0], 64, 32, 1), (images[1], 32, 96, 4)):
            for x in range(-(step[0] * speed % size), 320, size):
                screen.blit(image, (x, y))
        step[0] += 1
        pygame.display.flip()

    recording = record(game, (320, 128), 40)
    _, frames = build(recording, Named({"hill": "hill", "grass": "grass"}))
    for before, after in pairwise(frames):
        assert before.anchor is not None and after.anchor is not None and after.motion is not None
        assert (after.motion[40, 10:300, 0] == -1).all() and (after.motion[100, 10:300, 0] == -4).all()
        assert np.allclose(after.anchor[40, :300], before.anchor[40, 1:301], atol=1e-4)
        assert np.allclose(after.anchor[100, :300], before.anchor[100, 4:304], atol=1e-4)


def test_another_scene_is_a_cut(pictures: Path) -> None:
    pygame.image.save(speckled((90, 90, 100), (40, 40), 9), pictures / "stone.png")
    made: list[Scroller] = []
    stone: list[pygame.Surface] = []

    def game(screen: pygame.Surface) -> None:
        if not made:
            made.append(Scroller(pictures))
            stone.append(pygame.image.load(pictures / "stone.png"))
        if made[0].frame < 8:
            return made[0](screen)
        screen.fill((90, 160, 230))
        for x in range(0, 320, 40):
            screen.blit(stone[0], (x, 80))
        return pygame.display.flip()

    recording = record(game, (320, 192), 12)
    _, frames = build(recording, Named({**WORDS, "stone": "stone"}))
    assert [frame.tick for frame in frames if frame.cut] == [0, 8]


@pytest.mark.parametrize("alpha", [60, 140])
@pytest.mark.parametrize("hud", [(), ("(10, 10, 50",)])
def test_night_is_light_and_not_a_thing(pictures: Path, alpha: int, hud: tuple[str, ...]) -> None:
    """Also where it was taken for HUD, as it lies over all and stays while the world scrolls."""
    made: list[Scroller] = []

    def game(screen: pygame.Surface) -> None:
        if not made:
            made.append(Scroller(pictures))
        screen.fill((90, 160, 230))
        screen.blit(made[0].grass, (32, 64))
        night = pygame.Surface(screen.get_size())
        night.fill((10, 10, 50))
        night.set_alpha(alpha)
        screen.blit(night, (0, 0))
        screen.fill((60, 50, 0), (100, 100, 40, 40), pygame.BLEND_RGB_ADD)
        pygame.display.flip()

    recording = record(game, (160, 160), 3)
    _, frames = build(recording, Named(WORDS, hud=hud))
    last = frames[-1]
    assert last.material is not None and last.overlay is not None
    assert set(np.unique(last.material)) == {material_index("sky"), material_index("grass")}
    plain = np.array([230, 160, 90])  # of the sky, blue first
    for y, x in ((10, 10), (120, 120)):
        lit = plain * last.overlay[y, x, :3] // 256 + last.overlay[y, x, 3:]
        assert np.abs(lit - last.color[y, x, :3].astype(int)).max() <= 2


def test_pixels_written_unseen_are_guessed(pictures: Path) -> None:
    made: list[Scroller] = []

    def game(screen: pygame.Surface) -> None:
        if not made:
            made.append(Scroller(pictures))
        screen.fill((90, 160, 230))
        pixels = pygame.surfarray.pixels3d(screen)
        pixels[40:60, 30:50] = (90, 180, 70)
        del pixels
        pygame.display.flip()

    recording = record(game, (160, 96), 3)
    builder, frames = build(recording, Named(WORDS))
    last = frames[-1]
    assert last.material is not None and last.motion is not None
    assert builder.display.ids.all() and not last.motion.any(), "they are a picture that stays in its place"
    assert (last.material[30:50, 40:60] == material_index("grass")).all()
    assert (last.material == material_index("sky")).sum() == 160 * 96 - 400


def test_a_text_box_in_the_colour_of_what_lies_below_is_no_hud() -> None:
    """Else it would be seen in the restyled sky. Where it lies on something else, it is a box."""
    sky = (90, 160, 230)

    def game(screen: pygame.Surface) -> None:
        screen.fill(sky)
        pygame.draw.rect(screen, (80, 170, 60), (0, 60, 160, 36))
        text = pygame.font.Font(None, 24).render("1-1", False, (255, 255, 255), sky)
        screen.blit(text, (20, 10))
        screen.blit(text, (20, 70))
        pygame.display.flip()

    recording = record(game, (160, 96), 3)
    _, frames = build(recording, Named({"(90, 160, 230": "sky", "(80, 170, 60": "grass"}))
    hud, color = frames[-1].hud, recording.frames[-1].pixels[..., :3]
    assert hud is not None
    shown = hud[..., 3] == 255
    assert np.array_equal(shown[:60], (color[:60] == 255).all(-1)) and shown[:60].any()
    assert np.array_equal(shown[60:], (color[60:] != (60, 170, 80)).any(-1))
    assert np.array_equal(plain_picture(frames[-1])[..., :3], color)


def test_a_text_that_fades_on_a_large_layer_stays_hud() -> None:
    def game(screen: pygame.Surface) -> None:
        screen.fill((90, 160, 230))
        overlay = pygame.Surface((160, 96), pygame.SRCALPHA)
        for n in range(5):
            overlay.blit(pygame.font.Font(None, 24).render("1-1", False, (255, 255, 255)), (4 + 30 * n, 10))
        overlay.set_alpha(80)
        screen.blit(overlay, (0, 0))
        pygame.display.flip()

    recording = record(game, (160, 96), 3)
    _, frames = build(recording, Named({"(90, 160, 230": "sky"}))
    last, pixels = frames[-1], recording.frames[-1].pixels
    assert last.hud is not None and last.material is not None
    seen = (pixels[..., :3] != (230, 160, 90)).any(-1)
    assert np.array_equal(last.hud[..., 3] > 0, seen) and set(np.unique(last.hud[seen, 3])) == {80}
    assert (last.material == material_index("sky")).all()
    assert (np.abs(plain_picture(last)[..., :3].astype(int) - pixels[..., :3]) <= 2).all()


def test_a_surface_on_which_nothing_was_drawn_is_black_if_it_is_opaque() -> None:
    def game(screen: pygame.Surface) -> None:
        screen.fill((90, 160, 230))
        screen.blit(pygame.Surface((20, 20)).convert(), (10, 10))
        screen.blit(pygame.Surface((20, 20), pygame.SRCALPHA), (50, 10))
        pygame.display.flip()

    _, frames = build(record(game, (160, 96), 2), Named({"(90, 160, 230": "sky", "(0, 0, 0": "stone"}))
    assert frames[-1].material is not None
    black = np.zeros((96, 160), bool)
    black[10:30, 10:30] = True
    assert np.array_equal(frames[-1].material == material_index("stone"), black)


@pytest.mark.parametrize("corner", [2**31 - 1, -(2**31), 300])
@pytest.mark.parametrize("hud", [(), ("text",)])
def test_a_picture_far_outside_draws_nothing(corner: int, hud: tuple[str, ...]) -> None:
    """pygame reports places of 32 bits as changed, and their sum with the size has more."""
    pygame.font.init()
    font = pygame.font.Font(None, 20)

    def game(screen: pygame.Surface) -> None:
        screen.fill((90, 160, 230))
        screen.blit(font.render("Score", True, "white"), (50, 50))
        pygame.display.flip()

    recording = record(game, (160, 120), 1)
    message = recording.frames[0].message
    rows = message.rows.copy()
    rows[-1, [X, Y, LEFT, TOP]] = corner
    recording.frames[0] = recording.frames[0]._replace(message=message._replace(rows=rows))
    builder, frames = build(recording, Named(WORDS, hud))
    assert len(np.unique(builder.display.ids)) == 1  # all of the display shows the fill
    assert frames[0].hud is None or not frames[0].hud.any()


class HighUp(Named):
    """Takes what lies in the uppermost 20 px for HUD, once it was seen for two frames."""

    def hud_by_place(
        self, unit: NDArray[np.integer[Any]], box: NDArray[np.integer[Any]]
    ) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (box[:, 1] + box[:, 3] <= 20) & (len(self.seen) >= 2)
        return found


@pytest.mark.parametrize("layered", [False, True])
def test_one_of_two_equal_draws_is_hud_by_its_place(layered: bool) -> None:
    """As are the lives that are left, which look as the ship. Also where the game enlarges its picture."""
    ship = pygame.Surface((10, 8))
    ship.fill((200, 60, 60))
    ship.set_at((0, 0), (20, 20, 20))

    def game(screen: pygame.Surface) -> None:
        scene = pygame.Surface((80, 48)) if layered else screen
        scene.fill((90, 160, 230))
        scene.blit(ship, (4, 1))
        scene.blit(ship, (30, 36))
        if layered:
            screen.blit(pygame.transform.scale(scene, screen.get_size()), (0, 0))
        pygame.display.flip()

    recording = record(game, (160, 96), 4)
    _, frames = build(recording, HighUp({}))
    assert frames[0].hud is None or not frames[0].hud.any()
    for frame, shown in zip(frames[1:], recording.frames[1:], strict=True):
        high = 18 if layered else 9
        ships = shown.pixels[..., 2] != 90
        ships[high:] = False
        assert frame.hud is not None and ships.any()
        assert np.array_equal(frame.hud[..., 3] == 255, ships)
        assert np.array_equal(plain_picture(frame)[..., :3], shown.pixels[..., :3])


def test_ranks_are_in_the_order_of_the_draws_also_where_the_world_is_a_layer() -> None:
    world = pygame.Surface((200, 120))
    panel = pygame.Surface((40, 30))
    panel.fill((200, 180, 120))

    def game(screen: pygame.Surface) -> None:
        screen.fill((0, 0, 0))
        world.fill((90, 160, 230))
        world.fill((60, 200, 60), (0, 80, 200, 40))
        screen.blit(world, (0, 0))
        screen.blit(panel, (100, 20))
        pygame.display.flip()

    materials = Named({})
    build(record(game, (160, 96), 3), materials)
    for seen in materials.seen:
        widths = seen.box[np.argsort(seen.rank), 2].tolist()
        assert len(widths) >= 3 and widths[-1] == 40, widths
        assert sorted(seen.rank.tolist()) == pytest.approx(np.linspace(0, 1, len(widths)))
