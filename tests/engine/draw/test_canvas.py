"""The canvas: every channel agrees with the picture, to the pixel."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pygame
import pytest

from reskin.engine.draw import Canvas
from reskin.engine.draw.canvas import WORLD_DEPTH
from reskin.engine.draw.colors import Color
from reskin.engine.draw.renderers import RENDERERS
from reskin.engine.errors import DrawError
from reskin.engine.frame import MATERIAL_INDEX, Frame, plain_picture
from tests.engine.draw.opened import opened

RED, GREEN, BLUE = (200, 30, 40), (20, 180, 60), (10, 40, 220)
W, H = 96, 64


@pytest.fixture(params=RENDERERS)
def canvas(request: pytest.FixtureRequest) -> Iterator[Canvas]:
    """Every test of the canvas holds for both."""
    with opened(request.param, W, H) as canvas:
        yield canvas


def material(name: str) -> int:
    return MATERIAL_INDEX[name]


def shown(frame: Frame, name: str) -> np.ndarray:
    assert frame.material is not None
    return frame.material == material(name)


def painted(frame: Frame, color: tuple[int, int, int]) -> np.ndarray:
    return (frame.rgb() == color).all(axis=-1)


def channels(frame: Frame) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """identity, motion, anchor and depth, which a canvas always gives."""
    assert frame.identity is not None and frame.motion is not None
    assert frame.anchor is not None and frame.depth is not None
    return frame.identity, frame.motion, frame.anchor, frame.depth


def test_an_empty_frame_is_black_and_unknown(canvas: Canvas) -> None:
    canvas.begin(tick=7)
    frame = canvas.finish()
    identity, motion, _, depth = channels(frame)
    assert frame.tick == 7 and frame.tile == 32.0 and frame.layout == "BGRX"
    assert not frame.rgb().any() and not identity.any() and not motion.any()
    assert (depth == WORLD_DEPTH).all() and shown(frame, "unknown").all()
    assert frame.hud is not None and not frame.hud.any()


@pytest.mark.parametrize("camera", [(0, 0), (37, -5), (1000.4, 2047.6), (-64.5, -33.25)])
def test_anchors_of_the_world_are_exact(canvas: Canvas, camera: tuple[float, float]) -> None:
    canvas.begin(camera=camera)
    canvas.fill(RED, "stone")
    _, _, anchor, _ = channels(canvas.finish())
    left, top = np.floor(np.array(camera) + 0.5)
    assert anchor.dtype == np.float32
    # At 32 px a tile every pixel centre is a multiple of 1/64, so nothing may be rounded.
    assert (anchor[..., 0] == ((np.arange(W) + 0.5 + left) / 32)[None]).all()
    assert (anchor[..., 1] == ((np.arange(H) + 0.5 + top) / 32)[:, None]).all()


def test_anchors_stay_on_the_world_while_the_camera_moves(canvas: Canvas) -> None:
    canvas.begin(camera=(10.2, 3))
    canvas.rect(30, 20, 8, 8, RED, "stone")
    first = canvas.finish()
    canvas.begin(camera=(14.9, 1))
    canvas.rect(30, 20, 8, 8, RED, "stone")
    second = canvas.finish()
    before, after = channels(first)[2][shown(first, "stone")], channels(second)[2][shown(second, "stone")]
    np.testing.assert_array_equal(before, after)
    assert (channels(second)[1] == (-5, 2)).all()  # 10 -> 15 and 3 -> 1, so the picture goes against it


def test_every_shape_covers_the_same_pixels_in_every_channel(canvas: Canvas) -> None:
    canvas.begin(camera=(3, 2))
    canvas.rect(-5, 4, 20.4, 9.6, RED, "brick")
    canvas.circle(40, 20, 11, GREEN, "leaves")
    canvas.ellipse(60, 5, 50, 17, BLUE, "water")
    canvas.polygon([(5, 40), (30, 70), (2, 66)], (9, 9, 9), "hill")
    canvas.line(40, 60, 110, 44, 5, (250, 250, 1), "wood")
    frame = canvas.finish()
    for color, name in (
        (RED, "brick"), (GREEN, "leaves"), (BLUE, "water"), ((9, 9, 9), "hill"), ((250, 250, 1), "wood")
    ):  # fmt: skip
        assert shown(frame, name).any()
        np.testing.assert_array_equal(shown(frame, name), painted(frame, color))
    assert (frame.color[..., 3] == 255).all()


def test_polygons_fill_pixel_centres_and_share_edges(canvas: Canvas) -> None:
    canvas.begin()
    canvas.polygon([(10, 10), (20, 10), (20, 15), (10, 15)], RED, "brick")
    square = shown(canvas.finish(), "brick")
    assert square.sum() == 50 and square[10:15, 10:20].all()
    covered = np.zeros((H, W), int)
    middle = (41, 27)
    for corner, after in (((3, 5), (90, -9)), ((90, -9), (99, 60)), ((99, 60), (5, 70)), ((5, 70), (3, 5))):
        canvas.begin()
        canvas.polygon([middle, corner, after], RED, "hill")
        covered += shown(canvas.finish(), "hill")
    assert covered.max() == 1 and (covered[6:55, 8:90] == 1).all()  # no gap, no overlap


def test_a_ridge_far_larger_than_the_view_is_cheap(canvas: Canvas) -> None:
    xs = np.arange(-20_000, 20_000, 10)
    ridge = [
        (-20_000, 90_000),
        *zip(xs.tolist(), (30 + 20 * np.sin(xs / 9)).tolist(), strict=True),
        (20_000, 90_000),
    ]
    canvas.begin()
    canvas.polygon(ridge, RED, "hill")
    frame = canvas.finish()
    top = shown(frame, "hill").argmax(axis=0)
    expected = 30 + 20 * np.sin(np.arange(W) / 9)
    assert np.abs(top - expected).max() < 4 and shown(frame, "hill")[52:].all()


def test_rectangles_round_their_edges_and_leave_no_gap(canvas: Canvas) -> None:
    canvas.begin()
    for i in range(8):
        canvas.rect(i * 7.3, 10, 7.3, 5, RED, "road")
    frame = canvas.finish()
    np.testing.assert_array_equal(np.flatnonzero(shown(frame, "road")[12]), np.arange(58))


@pytest.mark.parametrize(
    ("x", "y"), [(-500, 10), (10, 5000), (-20, -20), (W - 3, H - 3), (W, 0), (1e6, -1e6)]
)
def test_what_leaves_the_view_is_clipped(canvas: Canvas, x: float, y: float) -> None:
    canvas.begin()
    canvas.rect(x, y, 30, 30, RED, "brick")
    with canvas.thing(1, "enemy", x, y, 30, 30):
        canvas.circle(x + 15, y + 15, 15, BLUE)
    frame = canvas.finish()
    inside = max(0, min(x + 30, W) - max(x, 0)) * max(0, min(y + 30, H) - max(y, 0))
    assert np.count_nonzero(~shown(frame, "unknown")) == inside


def test_a_thing_has_identity_motion_and_anchors_over_its_box(canvas: Canvas) -> None:
    for tick, (x, y) in enumerate([(20.0, 10.0), (22.6, 9.0)]):
        canvas.begin(tick, camera=(tick * 4, 0))
        canvas.fill(GREEN, "sky")
        with canvas.thing(70_000, "player", x, y, 20, 28, depth=4.0):
            canvas.rect(x, y, 20, 28, RED)
            canvas.rect(x + 4, y + 4, 6, 6, BLUE, "metal")
        frame = canvas.finish()
    identity, motion, anchor, depth = channels(frame)
    mine = shown(frame, "player") | shown(frame, "metal")
    rows, columns = np.nonzero(mine)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (9, 36, 19, 38)
    assert (identity[mine] == 1 + (70_000 - 1) % 65535).all() and not identity[~mine].any()
    assert (motion[mine] == (-1, -1)).all() and (motion[~mine] == (-4, 0)).all()
    np.testing.assert_array_equal(anchor[9, 19:39, 0], ((np.arange(20) + 0.5) / 20).astype(np.float32))
    np.testing.assert_array_equal(anchor[9:37, 19, 1], ((np.arange(28) + 0.5) / 28).astype(np.float32))
    assert (depth[mine] == 4).all() and (depth[~mine] == WORLD_DEPTH).all()
    np.testing.assert_array_equal(painted(frame, BLUE), shown(frame, "metal"))


def test_flip_mirrors_u_and_what_sticks_out_repeats_the_edge(canvas: Canvas) -> None:
    canvas.begin()
    with canvas.thing(3, "enemy", 10, 10, 16, 16, flip=True):
        canvas.rect(8, 8, 20, 20, RED)
    anchor = channels(canvas.finish())[2]
    np.testing.assert_array_equal(anchor[12, 10:26, 0], (1 - (np.arange(16) + 0.5) / 16).astype(np.float32))
    assert (anchor[12, 8:10, 0] == 1 - 0.5 / 16).all() and (anchor[12, 26:28, 0] == 0.5 / 16).all()
    assert (anchor[8:10, 12, 1] == 0.5 / 16).all()


@pytest.mark.parametrize("flip", [False, True])
def test_other_materials_inside_a_thing_keep_the_grain_of_a_tile(canvas: Canvas, flip: bool) -> None:
    anchors = []
    for camera in (0, 7):
        canvas.begin(camera=(camera, 0))
        with canvas.thing(11, "tool", 20, 10, 48, 8, flip):
            canvas.rect(20, 10, 48, 8, RED, "wood")
        frame = canvas.finish()
        anchors.append(channels(frame)[2][shown(frame, "wood")].reshape(8, 48, 2))
    np.testing.assert_array_equal(anchors[0], anchors[1])  # they ride on the thing
    u, v = anchors[0][0, :, 0] - 6, anchors[0][:, 0, 1] - 2  # id 11 starts at tile (6, 2)
    expected = (np.arange(48) + 0.5) / 32
    np.testing.assert_array_equal(u, expected[::-1] if flip else expected)
    np.testing.assert_array_equal(v, (np.arange(8) + 0.5) / 32)


def test_a_thing_moves_rigidly_at_fractions_of_a_pixel(canvas: Canvas) -> None:
    pictures = []
    for x in np.arange(20, 23, 0.3):
        canvas.begin()
        with canvas.thing(1, "animal", x, 10, 20, 20):
            canvas.rect(x + 2.4, 12, 5, 5, RED)
            canvas.circle(x + 13.5, 20, 4, BLUE)
        frame = canvas.finish()
        columns = np.flatnonzero(shown(frame, "animal").any(axis=0))
        pictures.append(frame.rgb()[:, columns[0] : columns[-1] + 1])
    assert all(np.array_equal(pictures[0], picture) for picture in pictures)


def test_layers_move_by_their_parallax(canvas: Canvas) -> None:
    for tick in range(2):
        canvas.begin(tick, camera=(100 + tick * 10, 40 + tick * 10))
        with canvas.layer("sky", parallax=0, depth=1000):
            canvas.fill(BLUE, "sky")
        with canvas.layer("hills", parallax=(0.5, 0.0), depth=100):
            canvas.rect(60, 0, 40, 64, GREEN, "hill")
        canvas.rect(110, 60, 30, 30, RED, "dirt")
        frame = canvas.finish()
    identity, motion, anchor, depth = channels(frame)
    hill, dirt, sky = shown(frame, "hill"), shown(frame, "dirt"), shown(frame, "sky")
    assert (motion[sky] == 0).all() and (motion[hill] == (-5, 0)).all() and (motion[dirt] == -10).all()
    assert (depth[sky] == 1000).all() and (depth[hill] == 100).all() and (depth[dirt] == 10).all()
    assert np.flatnonzero(hill[0])[0] == 60 - 55 and not identity.any()
    assert anchor[0, 5, 0] == (5.5 + 55) / 32 and anchor[0, 5, 1] == 0.5 / 32  # the layer's own offset


def test_motion_is_zero_at_first_sight_and_at_a_cut(canvas: Canvas) -> None:
    def draw(x: float, cut: bool = False) -> Frame:
        canvas.begin(cut=cut, camera=(x, 0))
        with canvas.thing(5, "coin", 40 + 3 * x, 10, 16, 16):
            canvas.circle(48 + 3 * x, 18, 8, RED)
        return canvas.finish()

    first = draw(0)
    assert first.cut and not channels(first)[1].any()
    second = draw(2)
    assert not second.cut and set(np.unique(channels(second)[1])) == {-2.0, 0.0, 4.0}
    cut = draw(30, cut=True)
    assert cut.cut and not channels(cut)[1].any()
    assert channels(draw(31))[1].any()


def test_motion_holds_over_redraws_dropped_frames_and_a_resize(canvas: Canvas) -> None:
    def begin(tick: int, x: float) -> None:
        canvas.begin(tick, camera=(x, 0))

    begin(1, 10)
    canvas.finish()
    begin(2, 13)  # begun and dropped: nobody saw it
    begin(2, 15)
    assert (channels(canvas.finish())[1] == (-5, 0)).all()
    begin(2, 15)  # the same tick again, at rest
    assert not channels(canvas.finish())[1].any()
    canvas.resize(48, 32)
    begin(3, 20)
    resized = canvas.finish()
    assert resized.cut and resized.color.shape == (32, 48, 4) and not channels(resized)[1].any()
    begin(4, 21)
    assert (channels(canvas.finish())[1] == (-1, 0)).all()


def test_tiles_match_single_rectangles(canvas: Canvas) -> None:
    grid = np.random.default_rng(4).integers(0, 4, (9, 11))
    palette: dict[int, tuple[Color, str]] = {1: (RED, "brick"), 2: ("#14b43c", "grass"), 3: (BLUE, "chest")}
    camera = (-20.0, 45.0)
    canvas.begin(camera=camera)
    canvas.tiles(grid, palette, size=16)
    at_once = canvas.finish()
    canvas.begin(camera=camera)
    for row, column in np.ndindex(9, 11):
        if int(grid[row, column]):
            color, name = palette[int(grid[row, column])]
            canvas.rect(column * 16, row * 16, 16, 16, color, name)
    one_by_one = canvas.finish()
    np.testing.assert_array_equal(at_once.rgb(), one_by_one.rgb())
    np.testing.assert_array_equal(at_once.material, one_by_one.material)
    assert len(np.unique(at_once.rgb().reshape(-1, 3), axis=0)) == 4


@pytest.mark.parametrize(("x", "y", "size"), [(0, 0, 32), (5, 9, 32), (8, 0, 16)])
def test_things_drawn_as_tiles_have_anchors_over_each_tile(canvas: Canvas, x: int, y: int, size: int) -> None:
    canvas.begin()
    canvas.tiles(np.ones((2, 2), int), {1: (RED, "chest")}, x, y, size)
    anchor = channels(canvas.finish())[2]
    tile = anchor[y : y + size, x + size : x + 2 * size] % 1
    expected = ((np.arange(size) + 0.5) / size).astype(np.float32)
    assert (
        np.abs(tile[..., 0] - expected).max() < 1e-6 and np.abs(tile[..., 1] - expected[:, None]).max() < 1e-6
    )


def test_a_sprite_takes_its_material_where_it_covers(canvas: Canvas) -> None:
    sprite = pygame.Surface((8, 6), pygame.SRCALPHA, 32)
    sprite.fill((*RED, 255), (0, 0, 4, 6))
    sprite.fill((*RED, 127), (4, 0, 2, 6))
    sprite.fill((*RED, 128), (6, 0, 1, 6))
    canvas.begin()
    canvas.sprite(sprite, 10, 10, "tool", id=9)
    canvas.sprite(sprite, 40, 10, "tool", id=10, flip=True)
    canvas.sprite(sprite, -3, -2, "food")
    frame = canvas.finish()
    identity, _, anchor, _ = channels(frame)
    assert np.flatnonzero(shown(frame, "tool")[12, :30]).tolist() == [10, 11, 12, 13, 16]
    assert np.flatnonzero(shown(frame, "tool")[12, 30:]).tolist() == [11, 14, 15, 16, 17]
    assert (frame.rgb()[12, 10] == RED).all() and (frame.color[..., 3] == 255).all()
    assert identity[12, 10] == 9 and identity[12, 47] == 10 and identity[0, 0] == 0
    assert anchor[12, 10, 0] == 0.5 / 8 and anchor[12, 47, 0] == 0.5 / 8
    assert np.count_nonzero(shown(frame, "food")) == 2 * 4  # columns 0 and 3 of what is left of it


def test_frames_own_their_arrays_while_anybody_holds_one(canvas: Canvas) -> None:
    def draw(value: int) -> Frame:
        canvas.begin(value, camera=(value, 0))
        canvas.fill((value, value, value), "stone")
        canvas.hud.rect(0, 0, 4, 4, (value, 0, 0))
        return canvas.finish()

    frames = [draw(value) for value in range(20)]
    for value, frame in enumerate(frames):
        assert (frame.rgb() == value).all() and frame.hud is not None and frame.hud[0, 0, 2] == value
        assert channels(frame)[2][0, 0, 0] == (value + 0.5) / 32
    view = frames[3].color[10:20, 5]
    del frames, frame
    for value in range(100, 110):
        draw(value)
    assert (view[:, :3] == 3).all()
    recycled = {draw(value).color.ctypes.data for value in range(110, 120)}
    assert len(recycled) == 1  # nobody holds them, so one set serves


def test_hud_is_premultiplied_and_exact_where_opaque(canvas: Canvas) -> None:
    canvas.begin()
    canvas.fill((77, 88, 99), "sky")
    canvas.hud.rect(0, 0, 60, 30, (12, 34, 56))
    canvas.hud.text(4, 4, "Wi 71", (255, 255, 255), 18)
    canvas.hud.rect(0, 40, 20, 10, (200, 100, 50, 128))
    frame = canvas.finish()
    hud = frame.hud
    assert hud is not None and (hud[..., :3] <= hud[..., 3:]).all()
    assert (hud[:30, :60, 3] == 255).all() and not hud[31:39].any()
    assert (hud[:30, :60, :3] == 255).all(axis=-1).sum() > 30  # cores of the letters
    assert hud[45, 10].tolist() == [25, 50, 100, 128]
    picture = plain_picture(frame)
    np.testing.assert_array_equal(picture[:30, :60, :3], hud[:30, :60, :3])
    assert (frame.rgb() == (77, 88, 99)).all()  # the HUD is nowhere in the picture itself


@pytest.mark.parametrize("size", [14, 16, 18, 24])
def test_text_outside_panels_has_opaque_cores_and_a_shadow(canvas: Canvas, size: int) -> None:
    canvas.begin()
    canvas.hud.text(4, 4, "E 71", (255, 230, 90), size)
    hud = canvas.finish().hud
    assert hud is not None
    core = (hud == (90, 230, 255, 255)).all(axis=-1)
    dark = (hud[..., :3].max(axis=-1) < 40) & (hud[..., 3] > 100)
    assert core.sum() > 15 and dark.sum() > 10


def test_text_aligns_and_floats_with_the_world(canvas: Canvas) -> None:
    def columns() -> tuple[int, int]:
        hud = canvas.finish().hud
        assert hud is not None
        found = np.flatnonzero(hud[..., 3].any(axis=0))
        return int(found[0]), int(found[-1])

    spans = {}
    for align in ("left", "right", "center"):
        canvas.begin()
        canvas.hud.text(48, 4, "HH", align=align, shadow=False)  # type: ignore[arg-type]
        spans[align] = columns()
    assert spans["left"][0] >= 48 and spans["right"][1] <= 48
    assert abs(sum(spans["center"]) / 2 - 48) <= 1.5
    canvas.begin(camera=(20, 0))
    canvas.text(68, 4, "HH", (255, 255, 255), 16)
    assert columns()[0] == spans["left"][0]


def test_a_hud_sprite_keeps_its_straight_alpha(canvas: Canvas) -> None:
    icon = pygame.Surface((4, 4), pygame.SRCALPHA, 32)
    icon.fill((200, 100, 0, 128))
    icon.fill((10, 20, 30, 255), (0, 0, 2, 4))
    canvas.begin()
    canvas.hud.sprite(icon, 5, 5)
    hud = canvas.finish().hud
    assert hud is not None and hud[6, 5].tolist() == [30, 20, 10, 255]
    assert np.abs(hud[6, 8].astype(int) - (0, 50, 100, 128)).max() <= 1


def test_mistakes_are_named(canvas: Canvas) -> None:
    with pytest.raises(DrawError, match=r"begin\(\) and canvas.finish\(\)"):
        canvas.fill(RED, "sky")
    with pytest.raises(DrawError, match="draw the HUD between"):
        canvas.hud.rect(0, 0, 4, 4, RED)
    canvas.begin()
    with pytest.raises(ValueError, match=r"unknown material 'lawn'; expected one of: unknown, sky"):
        canvas.fill(RED, "lawn")
    with pytest.raises(DrawError, match="a material is needed outside of a thing"):
        canvas.rect(0, 0, 4, 4, RED)
    with pytest.raises(DrawError, match=r"color must be '#rrggbb' .* got '#12'"):
        canvas.fill("#12", "sky")
    with pytest.raises(DrawError, match=r"got \(1, 2, 300\)"):
        canvas.fill((1, 2, 300), "sky")
    with (
        pytest.raises(DrawError, match="a thing's id must be 1 or more, got 0"),
        canvas.thing(0, "coin", 0, 0, 4, 4),
    ):
        pass
    with (
        canvas.thing(1, "coin", 0, 0, 4, 4),
        pytest.raises(DrawError, match="thing 2 must not lie inside thing 1"),
        canvas.thing(2, "coin", 0, 0, 4, 4),
    ):
        pass
    with pytest.raises(DrawError, match="at least 3 points, got 2"):
        canvas.polygon([(0, 0), (1, 1)], RED, "hill")
    with pytest.raises(DrawError, match=r"at least 1 x 1 px, got 0 x 5"):
        Canvas(0, 5)
    canvas.finish()
    with pytest.raises(DrawError, match="draw between"):
        canvas.finish()


def test_colours_may_be_lists_and_hex(canvas: Canvas) -> None:
    canvas.begin()
    canvas.rect(0, 0, 1, 1, [1, 2, 3], "sky")
    canvas.rect(1, 0, 1, 1, "#0a0b0c", "sky")
    canvas.rect(2, 0, 1, 1, tuple(np.array([7, 8, 9])), "sky")
    assert canvas.finish().rgb()[0, :3].tolist() == [[1, 2, 3], [10, 11, 12], [7, 8, 9]]
