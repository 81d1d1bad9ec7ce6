"""Keyframes: choosing, writing and reading them, the error for each mistake, and the training."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from numpy.typing import NDArray

from reskin.cli import main
from reskin.engine.capture.pictures import save_png
from reskin.engine.frame import MATERIAL_INDEX, MATERIALS, Frame
from reskin.neural_renderer.errors import KeyframeError, LearnError
from reskin.neural_renderer.painters import PAINTERS
from reskin.neural_renderer.scenes.frame_sources import game_frames, random_window, scene_frames
from reskin.neural_renderer.teachers import fallback_materials, keyframe_choice, keyframes
from reskin.neural_renderer.teachers.keyframe_checks import check_keyframes
from reskin.neural_renderer.teachers.keyframe_choice import choose_keyframes
from reskin.neural_renderer.teachers.keyframe_lesson import KeyframeLesson, keyframe_plan
from reskin.neural_renderer.teachers.keyframes import (
    Keyframe,
    read_keyframe_png,
    read_keyframes,
    write_keyframes,
)
from reskin.neural_renderer.teachers.plan import Plan
from reskin.neural_renderer.teachers.quilting import BLOCK, quilt
from reskin.neural_renderer.teachers.residual_texture import ResidualTextures
from reskin.neural_renderer.theme.pack import load_theme
from reskin.neural_renderer.train.trainer import Training, learn
from tests.neural_renderer.samples import random_theme
from tests.neural_renderer.teachers import brush

pytest.importorskip("PIL", reason="Pillow is not installed (the extra learn)")

Picture = NDArray[np.uint8]
TINY = replace(keyframe_plan(seed=0, minutes=9, iterations=4), crop=64, batch=1, round_after=0.5)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def scene_frame(seed: int) -> Frame:
    frames = scene_frames(seed, 5, 1)
    return random_window(frames, 160, 192, np.random.default_rng(seed))[0].replace(hud=None, depth=None)


def save(path: Path, rgb: Picture) -> None:
    save_png(path, np.dstack((rgb, np.full(rgb.shape[:2], 255, np.uint8))), "RGBA")


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two keyframes, painted by the painter of bricks."""
    folder = tmp_path_factory.mktemp("painted") / "mine"
    frames = [scene_frame(seed) for seed in (3, 4)]
    write_keyframes(folder, frames, "guide")
    for number, frame in enumerate(frames, 1):
        save(folder / f"{number:02d}.painted.png", np.rint(PAINTERS["bricks"](frame) * 255).astype(np.uint8))
    return folder


@pytest.fixture
def mine(painted: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(painted, tmp_path / "mine"))


# ---- choosing


def flat(**pixels: int) -> Frame:
    """A frame of 40 x 40 pixels with this many of each material, the others sky."""
    material = np.full(1600, MATERIAL_INDEX["sky"], np.uint8)
    at = 0
    for name, count in pixels.items():
        material[at : at + count] = MATERIAL_INDEX[name]
        at += count
    return Frame(np.zeros((40, 40, 4), np.uint8), material=material.reshape(40, 40))


def test_the_choice_covers_the_materials() -> None:
    frames = [flat(grass=700), flat(grass=600, dirt=100), flat(water=400, coin=200), flat(grass=650)]
    choice = choose_keyframes(frames, 2)
    assert choice.frames == frames[1:3]
    assert choice.rare() == [("dirt", 100)]
    assert len(choose_keyframes(frames, 9).frames) == 4


# ---- reading and its errors


def test_what_was_written_is_read(mine: Path) -> None:
    found = read_keyframes(mine)
    assert [k.name for k in found] == ["01", "02"]
    before = scene_frame(3)
    for name in ("color", "material", "identity", "motion", "anchor"):
        assert np.array_equal(getattr(found[0].frame, name), getattr(before, name)), name
    assert (found[0].frame.tile, found[0].frame.layout) == (before.tile, before.layout)
    check_keyframes(found)
    (mine / "01.png").unlink()
    assert len(read_keyframes(mine)) == 2, "the plain picture is for the artist alone"


def test_an_export_replaces_no_keyframes(mine: Path) -> None:
    with pytest.raises(KeyframeError, match=r"has keyframes already.*another folder"):
        write_keyframes(mine, [scene_frame(5)], "guide")


def mistake(folder: Path, kind: str) -> None:
    """Make one of the mistakes that have an error of their own."""
    path = folder / "01.painted.png"
    rgb = read_keyframe_png(path)
    if kind == "missing":
        path.unlink()
    elif kind == "another format":
        path.rename(folder / "01.painted.jpg")
    elif kind == "unpainted":
        shutil.copy(folder / "01.png", path)
    elif kind == "resized":
        save(path, np.ascontiguousarray(rgb[::2, ::2]))
    elif kind == "painted over the plain picture":
        save(folder / "01.png", rgb)
    elif kind == "transparent":
        transparent(path, rgb)
    elif kind == "no picture":
        path.write_bytes(b"PNG")
    elif kind == "without a frame":
        (folder / "01.npz").unlink()
    elif kind == "cut":
        data = (folder / "01.npz").read_bytes()
        (folder / "01.npz").write_bytes(data[: len(data) // 2])
    elif kind == "altered":
        with np.load(folder / "01.npz") as stored:
            arrays = dict(stored)
        arrays["material"] ^= 1
        np.savez_compressed(folder / "01.npz", **arrays)
    elif kind == "too many":
        for number in range(3, 12):
            shutil.copy(folder / "01.npz", folder / f"{number:02d}.npz")


def transparent(path: Path, rgb: Picture) -> None:
    import pygame

    rgba = np.dstack((rgb, np.full(rgb.shape[:2], 255, np.uint8)))
    rgba[:3, :5, 3] = 90
    pygame.image.save(pygame.image.frombuffer(rgba.tobytes(), rgb.shape[1::-1], "RGBA"), str(path))


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("missing", r"01\.painted\.png is missing: paint over a copy of 01\.png.*remove 01\.npz"),
        ("another format", r"01\.painted\.png is missing \(01\.painted\.jpg is no PNG\)"),
        ("unpainted", r"01\.painted\.png is the plain picture, not painted over"),
        ("resized", r"01\.painted\.png must be 192 x 160 pixels.*found 96 x 80"),
        ("painted over the plain picture", r"01\.png is not the picture.*name it 01\.painted\.png"),
        ("transparent", r"01\.painted\.png: expected an opaque picture, found 15 transparent.*merge"),
        ("no picture", r"01\.painted\.png: expected a whole picture"),
        ("without a frame", r"01\.painted\.png belongs to no keyframe: expected 01\.npz"),
        ("cut", r"01\.npz: expected a keyframe as exported.*export anew"),
        ("altered", r"01\.npz was altered: its checksum.*export anew"),
        ("too many", r"expected at most 10 keyframes, found 11"),
    ],
)
def test_a_mistake_is_named(mine: Path, kind: str, message: str) -> None:
    mistake(mine, kind)
    with pytest.raises(KeyframeError, match=message):
        read_keyframes(mine)


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyframeError, match=r"has no keyframes.*reskin keyframe export"):
        read_keyframes(tmp_path)


def test_grey_pictures_and_palettes_are_read(tmp_path: Path) -> None:
    import pygame

    surface = pygame.Surface((4, 3), depth=8)
    surface.set_palette([(i, 255 - i, 7) for i in range(256)])
    surface.fill(9)
    pygame.image.save(surface, str(tmp_path / "palette.png"))
    assert (read_keyframe_png(tmp_path / "palette.png") == (9, 246, 7)).all()


# ---- a painting that does not lie on its frame


def turned(k: Keyframe, painted: Picture) -> list[Keyframe]:
    return [replace(k, painted=np.ascontiguousarray(painted))]


def test_a_shifted_painting_is_seen(mine: Path) -> None:
    k = read_keyframes(mine)[0]
    with pytest.raises(KeyframeError, match=r"01\.painted.* shifted by about 8 pixels to the right and 4 up"):
        check_keyframes(turned(k, np.roll(k.painted, (-4, 8), (0, 1))))
    check_keyframes(turned(k, np.roll(k.painted, 1, 1)))


def test_a_turned_painting_is_seen(mine: Path) -> None:
    k = read_keyframes(mine)[1]
    with pytest.raises(KeyframeError, match="mirrored"):
        check_keyframes(turned(k, k.painted[:, ::-1]))
    with pytest.raises(KeyframeError, match="upside down"):
        check_keyframes(turned(k, k.painted[::-1]))


def test_exchanged_paintings_are_seen(mine: Path) -> None:
    one, two = read_keyframes(mine)
    with pytest.raises(KeyframeError, match=r"01\.painted\.png looks like a painting of 02\.png"):
        check_keyframes([replace(one, painted=two.painted), replace(two, painted=one.painted)])


# ---- learning


def lesson(folder: Path) -> KeyframeLesson:
    return KeyframeLesson.from_folder(folder, "mine")


def test_a_tiny_training_writes_a_whole_theme_and_a_preview(mine: Path, tmp_path: Path) -> None:
    learn(lesson(mine), TINY, work=tmp_path / "work", out=tmp_path / "out", preview=mine / "preview.png")
    stored = load_theme(tmp_path / "out")
    assert stored.name == "mine" and stored.title == "Mine" and stored.metrics["keyframes"] == 2
    assert read_keyframe_png(mine / "preview.png").shape == (160, 2 * 192, 3)
    assert (tmp_path / "out" / "preview.png").is_file()
    assert not list(tmp_path.rglob("*.part*"))
    assert len(read_keyframes(mine)) == 2, "the preview is no keyframe"


@pytest.mark.slow
def test_an_interrupted_training_goes_on_and_a_changed_one_anew(mine: Path, tmp_path: Path) -> None:
    plan, work = replace(TINY, iterations=24), tmp_path / "work"

    def stop(stage: str, done: float, text: str) -> None:
        if stage == "train":
            raise KeyboardInterrupt

    random_theme().save(tmp_path / "out")
    with pytest.raises(KeyboardInterrupt):
        learn(lesson(mine), plan, work=work, out=tmp_path / "out", report=stop)
    assert load_theme(tmp_path / "out").name == "random", "a theme is touched at the end only"
    assert Training(lesson(mine), plan, work, True).step == 20
    picture = read_keyframe_png(mine / "01.painted.png")
    picture[:4] = 0
    save(mine / "01.painted.png", picture)
    assert Training(lesson(mine), plan, work, True).step == 0


def test_the_unknown_is_learnt_too(mine: Path, tmp_path: Path) -> None:
    taught = lesson(mine)
    shown = [np.unique(clip.material) for clip in taught.clips(tmp_path)]
    assert len(shown) == taught.count() == 12
    assert sum(0 in materials for materials in shown) == 2


def test_a_name_that_is_no_file_name_is_named(mine: Path) -> None:
    with pytest.raises(LearnError, match=r"name must be letters.*'my look!'.*--out"):
        KeyframeLesson.from_folder(mine, "my look!")


def test_a_theme_to_start_from_lends_its_body_and_head(mine: Path, tmp_path: Path) -> None:
    theme = random_theme()
    student = Training(
        KeyframeLesson(read_keyframes(mine), "mine", start=theme), TINY, tmp_path, False
    ).student
    assert np.array_equal(student.head_weights[1].detach().numpy(), theme.tensors["head.1.weight"])
    weight = theme.tensors["body.2.weight"] * theme.tensors["body.2.step"]
    assert np.allclose(student.weights[2].detach().numpy(), weight)
    assert not np.array_equal(student.mix.detach().numpy(), theme.tensors["mix"])


def test_a_plan_ends_by_minutes() -> None:
    assert keyframe_plan(seed=1, minutes=4.5).minutes == 4.5
    assert isinstance(keyframe_plan(seed=1, minutes=4.5), Plan)


# ---- materials that nobody painted


def test_every_missing_material_has_a_stand_in() -> None:
    shown = np.isin(MATERIALS, ("unknown", "dirt", "grass", "player"))
    found = {
        name: MATERIALS[fallback_materials.fallback_material(i, shown)]
        for i, name in enumerate(MATERIALS)
        if not shown[i]
    }
    assert found["sand"] == "dirt" and found["enemy"] == "player" and found["ore"] == "unknown"
    assert found["coin"] == "player", "the anchors of things differ from those of terrain"
    assert shown[[MATERIAL_INDEX[name] for name in found.values()]].all()


def test_a_missing_material_borrows_a_surface_in_a_colour_of_its_own() -> None:
    theme, sand, dirt = random_theme(), MATERIAL_INDEX["sand"], MATERIAL_INDEX["dirt"]
    shown = np.ones(len(MATERIALS), bool)
    shown[sand] = False
    filled = fallback_materials.with_fallback_materials(
        theme, shown, fallback_materials.fallback_colors() * 0.5
    )
    assert np.array_equal(filled.tensors["textures"][sand], theme.tensors["textures"][dirt])
    assert set(filled.color_scale) == {"sand"}
    assert min(filled.color_scale["sand"]) > 1, "sand is paler than dirt"
    assert (
        fallback_materials.LEAST
        <= min(filled.color_scale["sand"])
        <= max(filled.color_scale["sand"])
        <= fallback_materials.MOST
    )


# ---- residual textures


def test_a_quilt_repeats_without_a_seam() -> None:
    y, x = np.mgrid[0:160, 0:160]
    source = (np.sin(x / 5) * np.cos(y / 7))[..., None].astype(np.float32)
    blocks = [source[t : t + BLOCK, l : l + BLOCK] for t in range(0, 136, 3) for l in range(0, 136, 3)]
    sheet = quilt(blocks, 64, np.random.default_rng(0))
    assert sheet.shape == (64, 64, 1)
    steps = np.abs(np.diff(sheet[..., 0], axis=0)).mean(), np.abs(np.diff(sheet[..., 0], axis=1)).mean()
    around = np.abs(sheet[0] - sheet[-1]).mean(), np.abs(sheet[:, 0] - sheet[:, -1]).mean()
    assert around[0] < 2 * steps[0] and around[1] < 2 * steps[1]


@pytest.mark.slow
def test_what_is_painted_by_hand_is_painted_alike_at_other_places() -> None:
    frame = game_frames("miner", 3, 60, 1)[0]
    assert frame.material is not None and frame.anchor is not None
    keyframe = Keyframe("01", frame, np.rint(brush.PAINTER(frame) * 255).astype(np.uint8))
    painted = (keyframe.painted / np.float32(255)).astype(np.float32)
    residual = ResidualTextures([keyframe])
    assert len(residual.textures) >= 5
    repainted = residual.repainted(0)
    moved, moved_painting = residual.moved_in_world(0, np.random.default_rng(1))
    assert moved.material is not None and moved.anchor is not None
    assert np.array_equal(moved.material, frame.material)
    hand = np.isin(frame.material, list(residual.textures))
    same = (moved.anchor == frame.anchor).all(-1)
    assert same[~hand].all() and same[hand].mean() < 0.01
    assert np.array_equal(moved.color[~hand], frame.color[~hand])
    assert np.array_equal(moved_painting[~hand], repainted[~hand])
    assert np.array_equal(repainted[~hand], painted[~hand])
    assert np.abs(moved_painting - repainted)[hand].mean() > 0.05, "other strokes"
    for material in residual.textures:
        where = frame.material == material
        if where.sum() > 10_000:
            assert np.abs(moved_painting[where].mean(0) - painted[where].mean(0)).max() < 0.05
            assert abs(moved_painting[where].std() / painted[where].std() - 1) < 0.15


@pytest.mark.slow
def test_a_painter_of_known_noises_gets_no_residual_texture() -> None:
    frames = [game_frames("miner", seed, 60, 1)[0] for seed in (1, 2)]
    pictures = [np.rint(PAINTERS["bricks"](frame) * 255).astype(np.uint8) for frame in frames]
    assert not ResidualTextures([Keyframe("", *pair) for pair in zip(frames, pictures, strict=True)]).textures


# ---- commands


def test_the_commands(mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(keyframe_choice, "WORLDS", 1)
    monkeypatch.setattr(keyframe_choice, "PER_WORLD", 3)
    done = CliRunner().invoke(main, ["keyframe", "export", "city", "--count", "2", "--out", "k"])
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in Path("k").iterdir()) == [
        "01.npz", "01.png", "02.npz", "02.png", keyframes.GUIDE,
    ]  # fmt: skip
    assert "reskin learn keyframes k" in Path("k", keyframes.GUIDE).read_text()
    failed = CliRunner().invoke(main, ["learn", "keyframes", "k"])
    assert failed.exit_code == 1 and "01.painted.png is missing" in failed.output
    done = CliRunner().invoke(main, ["learn", "keyframes", str(mine), "--iterations", "1"])
    assert done.exit_code == 0, done.output
    assert load_theme(tmp_path / "themes" / "mine").training["iterations"] == 1
