"""The painter of a picture: the style that it takes over, and the files that are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reskin.engine.capture.pictures import save_png
from reskin.engine.frame import MATERIAL_INDEX, Frame
from reskin.neural_renderer.errors import LearnError
from reskin.neural_renderer.features import PROTOTYPE_COLORS
from reskin.neural_renderer.measure.style_metrics import palette_distance, style_edge_score, style_grain
from reskin.neural_renderer.scenes.frame_sources import game_frames
from reskin.neural_renderer.teachers.picture import (
    blocks_of_picture,
    picture_painter,
    read_labels,
    read_picture,
    style_of_picture,
)
from reskin.neural_renderer.teachers.quilting import quilt

pytest.importorskip("PIL", reason="Pillow is not installed (the extra learn)")

Floats = NDArray[np.float32]


def _grid() -> tuple[NDArray[np.float64], NDArray[np.float64], np.random.Generator]:
    y, x = np.mgrid[0:240, 0:320].astype(float)
    return y, x, np.random.default_rng(3)


def weave() -> NDArray[np.float64]:
    """Wool in five bands of rust, ochre and plum."""
    y, x, random = _grid()
    bands = np.array(
        [[0.93, 0.82, 0.60], [0.80, 0.52, 0.20], [0.62, 0.24, 0.14], [0.36, 0.14, 0.24], [0.2, 0.1, 0.14]]
    )
    thread = 0.75 + 0.25 * np.sin(x * 1.3) * np.sin(y * 1.3) + 0.06 * random.normal(size=x.shape)
    return bands[np.clip((y / 48 + 0.3 * np.sin(x / 40)).astype(int), 0, 4)] * thread[..., None]


def drawing() -> NDArray[np.float64]:
    """Pen on pale paper: hatching of several densities."""
    y, x, random = _grid()
    paper = np.array([0.95, 0.92, 0.84]) + 0.02 * random.normal(size=(*x.shape, 1))
    density = np.clip((y / 50).astype(int) + (x > 160), 0, 5)
    stroke = ((x + y) % (14 - 2 * density) < 2.2) | ((x - 2 * y) % 90 < 2)
    return np.where((stroke & (density > 0))[..., None], np.array([0.12, 0.14, 0.30]), paper)


def mosaic() -> NDArray[np.float64]:
    """Small glass stones: sea, gold and white."""
    y, x, random = _grid()
    stone = (y // 9).astype(int) * 40 + (x // 9).astype(int)
    hues = np.array(
        [[0.08, 0.30, 0.55], [0.15, 0.58, 0.62], [0.90, 0.68, 0.22], [0.93, 0.93, 0.88], [0.30, 0.16, 0.10]]
    )
    kind = hues[np.clip((y / 52 + 0.6 * np.sin(x / 60) + 0.5).astype(int), 0, 4)]
    light = 0.8 + 0.4 * random.random(stone.max() + 1)[stone]
    joint = (y % 9 < 1.2) | (x % 9 < 1.2)
    return np.where(joint[..., None], 0.16, kind * light[..., None])


DRAWN: dict[str, Callable[[], NDArray[np.float64]]] = {"weave": weave, "drawing": drawing, "mosaic": mosaic}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a PNG of each of `DRAWN`."""
    folder = tmp_path_factory.mktemp("pictures")
    for name, draw in DRAWN.items():
        save_png(folder / f"{name}.png", (draw().clip(0, 1) * 255).astype(np.uint8), "RGBA")
    return folder


@pytest.fixture(scope="module")
def frame() -> Frame:
    return game_frames("miner", 7, 300, 1)[0]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name != "weave")) for name in DRAWN]
)
def test_palette_and_grain_come_from_the_picture_and_edges_from_the_scene(
    pictures: Path, frame: Frame, name: str
) -> None:
    painted = picture_painter(pictures / f"{name}.png", None, name)(frame)
    picture, plain = read_picture(pictures / f"{name}.png"), frame.rgb() / np.float32(255)
    assert frame.material is not None
    assert palette_distance(painted, picture) < 0.8 * palette_distance(plain, picture)
    assert style_grain(painted) > 5 * style_grain(plain)
    assert style_edge_score(painted, frame.material) > 0.8
    again = picture_painter(pictures / f"{name}.png", None, name)(frame)
    assert np.array_equal(painted, again)


def test_a_texture_repeats_without_a_seam(pictures: Path) -> None:
    picture = read_picture(pictures / "weave.png")
    region = np.zeros(picture.shape[:2], bool)
    region[100:138] = True
    random = np.random.default_rng(1)
    texture = quilt(blocks_of_picture(picture, region, random), 64, random)
    assert texture.shape == (64, 64, 3)
    for axis in (0, 1):
        steps = np.abs(texture - np.roll(texture, 1, axis)).mean((2, 1 - axis))
        assert steps[0] < 1.6 * steps[1:].mean(), "the rim shows"
    assert np.abs(texture.mean((0, 1)) - picture[region].mean(0)).max() < 0.08


def test_a_map_says_which_part_is_which_material(pictures: Path, tmp_path: Path) -> None:
    labels = np.zeros((240, 320, 3), np.uint8)
    for name, rows in (("grass", slice(0, 60)), ("sky", slice(180, 240))):
        labels[rows] = [int(PROTOTYPE_COLORS[name][i : i + 2], 16) for i in (1, 3, 5)]
    save_png(tmp_path / "map.png", labels, "RGBA")
    picture = read_picture(pictures / "weave.png")
    found = read_labels(tmp_path / "map.png", pictures / "weave.png", picture.shape[:2])
    style = style_of_picture(picture, found)
    for name, rows in (("grass", slice(10, 50)), ("sky", slice(190, 230))):
        expected = picture[rows].mean((0, 1))
        assert np.abs(style.tones[MATERIAL_INDEX[name]].mean(0) - expected).max() < 0.12, name


def test_a_picture_of_one_colour_is_a_theme_too(tmp_path: Path, frame: Frame) -> None:
    save_png(tmp_path / "flat.png", np.full((80, 100, 3), (90, 120, 60), np.uint8), "RGBA")
    painted = picture_painter(tmp_path / "flat.png", None, "flat")(frame)
    assert np.isfinite(painted).all() and painted.std() > 0.03


def _write(path: Path, pixels: NDArray[np.uint8]) -> Path:
    return save_png(path, pixels, "RGBA")


def test_what_is_no_picture_is_refused(pictures: Path, tmp_path: Path) -> None:
    small = _write(tmp_path / "small.png", np.zeros((20, 90, 3), np.uint8))
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nxx")
    for path, words in (
        (small, "90x20"),
        (tmp_path / "broken.png", "broken"),
        (tmp_path / "none.png", "none"),
    ):
        with pytest.raises(LearnError, match=words):
            read_picture(path)


def test_a_map_that_says_nothing_is_refused(pictures: Path, tmp_path: Path) -> None:
    other = _write(tmp_path / "other.png", np.zeros((100, 100, 3), np.uint8))
    black = _write(tmp_path / "black.png", np.zeros((240, 320, 3), np.uint8))
    for path, words in ((other, "320x240"), (black, "no material"), (tmp_path / "none.png", "cannot read")):
        with pytest.raises(LearnError, match=words):
            picture_painter(pictures / "weave.png", path, "weave")


def test_style_metrics() -> None:
    random = np.random.default_rng(1)
    a = random.random((60, 80, 3))
    assert palette_distance(a, a) == 0 and palette_distance(a, a[::2]) < 0.2
    assert palette_distance(np.zeros((9, 9, 3)), np.ones((9, 9, 3))) > 0.95
    material = np.zeros((60, 80), np.uint8)
    material[:, 30:] = 3
    assert style_edge_score(np.where(material[..., None] > 0, 0.9, 0.1) * np.ones(3), material) > 0.95
    assert (
        style_edge_score(np.where(material.T[:60, :60, None] > 0, 0.9, 0.1) * np.ones(3), material[:, :60])
        < 0.5
    )
    assert style_edge_score(a, np.zeros((60, 80), np.uint8)) == 1
