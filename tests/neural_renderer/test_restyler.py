"""The whole muscle: what comes out of a restyler, what it remembers, and what it forgets."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray

from reskin.engine.errors import FrameError
from reskin.engine.frame import MATERIALS, Frame, Layout, plain_picture, to_rgb
from reskin.engine.hud_pixels import count_hud_pixels
from reskin.neural_renderer.compose import compose
from reskin.neural_renderer.errors import InputError, RestyleError, ThemeError
from reskin.neural_renderer.history import History
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.theme import pack as packs
from tests.neural_renderer.samples import levels, miner, random_theme, world

ROOT = Path(__file__).resolve().parents[2]


def fresh(frame: Frame, seed: int = 1) -> NDArray[np.uint8]:
    """The picture of a restyler that has seen no other frame."""
    return Restyler(random_theme(seed))(frame)


@pytest.fixture
def restyler() -> Restyler:
    return Restyler(random_theme())


# What comes out


@pytest.mark.parametrize("layout", ["BGRX", "RGBA"])
def test_a_picture_has_the_frames_size_and_layout(restyler: Restyler, layout: Layout) -> None:
    frame = world(layout=layout)
    before = {name: channel.copy() for name, channel in vars(frame).items() if hasattr(channel, "copy")}
    picture = restyler(frame)
    assert picture.shape == frame.color.shape and picture.dtype == np.uint8
    assert (picture[..., 3] == 255).all() and picture[..., :3].std() > 20
    assert levels(picture, plain_picture(frame))[0] > 10
    for name, channel in before.items():
        assert np.array_equal(channel, getattr(frame, name)), f"{name} was written to"


def test_both_layouts_give_the_same_colours() -> None:
    bgrx, rgba = Restyler(random_theme()), Restyler(random_theme())
    for t in range(4):
        a, b = world(t, layout="BGRX"), world(t, layout="RGBA")
        assert np.array_equal(to_rgb(a.replace(hud=None).color, "BGRX"), to_rgb(b.color, "RGBA"))
        found = to_rgb(bgrx(a.replace(hud=None)), "BGRX")
        assert np.array_equal(found, to_rgb(rgba(b.replace(hud=None)), "RGBA"))


@pytest.mark.parametrize("device", ["openvino", "torch"])
@pytest.mark.parametrize("layout", ["BGRX", "RGBA"])
def test_the_hud_is_exact(device: str, layout: Layout) -> None:
    restyler = Restyler(random_theme(), device=device)
    for t in range(3):
        frame = world(t, layout=layout)
        picture = restyler(frame)
        assert frame.hud is not None and restyler.history is not None
        solid, differing = count_hud_pixels(picture, frame.hud)
        assert solid == frame.width * (frame.height // 6) and differing == 0
        through = frame.hud[..., 3] == 128
        styled = restyler.history.picture[through].astype(int)
        expected = frame.hud[through].astype(int) + (styled * 127 + 127) // 255
        assert np.array_equal(picture[through][:, :3], expected[:, :3])
        clear = frame.hud[..., 3] == 0
        assert np.array_equal(picture[clear], restyler.history.picture[clear])


def test_the_hud_of_the_miner_is_exact(restyler: Restyler) -> None:
    for frame in miner(3):
        assert frame.hud is not None
        solid, differing = count_hud_pixels(restyler(frame), frame.hud)
        assert solid > 200 and differing == 0


def test_the_hud_is_not_remembered() -> None:
    """What the network gets back is its own output, without the HUD."""
    with_hud, without = Restyler(random_theme()), Restyler(random_theme())
    for t in range(3):
        with_hud(world(t))
        without(world(t).replace(hud=None))
    assert with_hud.history is not None and without.history is not None
    assert np.array_equal(with_hud.history.picture, without.history.picture)


def test_a_bare_picture(restyler: Restyler) -> None:
    rgb = world(layout="RGBA").rgb()
    picture = restyler(rgb)
    assert picture.shape == rgb.shape and picture.dtype == np.uint8 and picture.std() > 10
    assert np.array_equal(picture, fresh(Frame(color=world(layout="RGBA").color, layout="RGBA"))[..., :3])
    assert restyler.history is not None
    assert np.array_equal(restyler(rgb[:, ::-1])[..., :3], restyler.history.picture[..., :3])


@pytest.mark.parametrize("device", ["openvino", "torch"])
def test_no_inner_layout_leaks_from_a_picture(device: str) -> None:
    """Whatever the layout of what goes in, a picture's bytes are its own and lie row by row."""
    restyler = Restyler(random_theme(), device=device, transition="fade")
    frame = world(layout="RGBA")
    rgb, fixed = frame.rgb(), frame.rgb()
    fixed.flags.writeable = False
    views = {
        "whole": rgb,
        "turned": rgb.transpose(1, 0, 2),
        "every second": rgb[::2, ::2],
        "mirrored": rgb[:, ::-1],
        "bottom up": rgb[::-1],
        "BGR": rgb[..., ::-1],
        "of four": frame.color[..., :3],
        "read-only": fixed,
        "Fortran": np.asfortranarray(rgb),
        "one row": rgb[:1],
    }
    sources: dict[str, Frame | NDArray[np.uint8]] = {
        **views, "frame": frame, "BGRX": world(layout="BGRX"), "faded": world(1, layout="BGRX"),
        "with detail": frame.replace(detail=np.full(frame.color.shape[:2], 128, np.uint8)),
    }  # fmt: skip
    for name, source in sources.items():
        if name == "faded":
            restyler.set_theme(random_theme(2))
        for strength in (1, 0.5, 0):
            restyler.strength = strength
            picture = restyler(source)
            assert picture.flags.c_contiguous and picture.flags.writeable, name
            size = picture.shape[1::-1]
            shown = pygame.image.frombuffer(picture.data, size, "RGB" if picture.shape[2] == 3 else "RGBA")
            assert tuple(shown.get_at((2, 0)))[:3] == tuple(picture[0, 2, :3]), name
            before = picture.copy()
            restyler(source)
            assert np.array_equal(picture, before), f"{name}: the next picture overwrites it"


@pytest.mark.parametrize(
    "given",
    [
        np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8), np.zeros((4, 0, 3), np.uint8), np.zeros((1, 4, 4, 3), np.uint8),
        np.zeros((3, 4, 4), np.uint8), np.zeros((4, 4, 3), np.int8), np.array(None), [[[0, 0, 0]]],
        None, "winter",
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused_and_forgets(restyler: Restyler, given: object) -> None:
    restyler(world(0))
    with pytest.raises(InputError, match=r"uint8 \[H,W,3\]|a NumPy array"):
        restyler(given)  # type: ignore[arg-type]
    assert restyler.history is None


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (359, 639), (2, 64), (65, 1)])
def test_odd_sizes(restyler: Restyler, size: tuple[int, int]) -> None:
    for t in range(2):
        frame = world(t, *size)
        picture = restyler(frame)
        assert frame.hud is not None
        assert picture.shape == (*size, 4) and count_hud_pixels(picture, frame.hud)[1] == 0


# Strength


def test_strength_0_shows_the_plain_colours() -> None:
    off = replace(random_theme(), strength=dict.fromkeys(MATERIALS, 0.0))
    restyler = Restyler(off)
    for t in range(2):
        assert np.array_equal(restyler(world(t)), plain_picture(world(t)))


def test_strength_is_a_share_of_each_material() -> None:
    names = dict.fromkeys(MATERIALS, 1.0) | {"grass": 0.0, "stone": 0.5}
    frame = world().replace(hud=None)
    assert frame.material is not None
    styled, mixed = fresh(frame), Restyler(replace(random_theme(), strength=names))(frame)
    grass, stone = (frame.material == MATERIALS.index(name) for name in ("grass", "stone"))
    assert grass.any() and stone.any()
    assert np.array_equal(mixed[grass], frame.color[grass])
    half = (styled[stone].astype(float) + frame.color[stone]) / 2
    assert levels(mixed[stone], half)[1] <= 0.5
    assert np.array_equal(mixed[~grass & ~stone], styled[~grass & ~stone])


def test_the_strength_of_a_restyler_scales_the_themes(restyler: Restyler) -> None:
    frame = world().replace(hud=None)
    half = Restyler(replace(random_theme(), strength=dict.fromkeys(MATERIALS, 0.5)))(frame)
    restyler.strength = 0.5
    assert np.array_equal(restyler(frame), half)
    restyler.strength = 0
    assert np.array_equal(restyler(frame), plain_picture(frame))
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(InputError, match="strength must be a number from 0 to 1"):
            restyler.strength = wrong
    assert restyler.strength == 0


# Detail and overlay


@pytest.mark.parametrize("layout", ["BGRX", "RGBA"])
def test_detail_and_overlay(layout: Layout) -> None:
    """Twice as bright, half as bright, as it is and kept, side by side; then a red evening over all of it."""
    frame = world(layout=layout).replace(hud=None)
    assert frame.material is not None
    columns = np.array([128 + 32, 128 - 32, 128, 0], np.uint8)[np.arange(frame.width) * 4 // frame.width]
    frame = frame.replace(detail=np.broadcast_to(columns, frame.material.shape).copy())
    flat = fresh(frame.replace(detail=None)).astype(int)[..., :3]
    picture = Restyler(replace(random_theme(), detail={"every": 1.0}))(frame)[..., :3].astype(int)
    assert frame.material is not None
    shown = ~np.isin(frame.material, [MATERIALS.index("sky"), MATERIALS.index("unknown")])
    assert shown[:, columns == 160].any() and (~shown).any()
    expected = np.where(columns[:, None] == 160, np.minimum(2 * flat, 255), flat)
    expected = np.where(columns[:, None] == 96, (flat + 1) // 2, expected)
    expected[~shown] = flat[~shown]
    expected[:, columns == 0] = frame.color[:, columns == 0, :3]
    assert np.array_equal(picture, expected)

    red = 2 if layout == "BGRX" else 0
    evening = np.zeros((frame.height, frame.width, 6), np.int16)
    evening[..., :3], evening[..., 3 + red] = 128, 40
    dark = Restyler(replace(random_theme(), detail={"every": 1.0}))(frame.replace(overlay=evening))
    under = (picture + 1) // 2
    under[..., red] += 40
    under[:, columns == 0] = picture[:, columns == 0]
    assert np.array_equal(dark[..., :3], under)


def test_what_keeps_its_paint_is_kept_from_the_guard() -> None:
    frame = world().replace(hud=None)
    assert frame.material is not None and frame.identity is not None
    detail = np.full(frame.material.shape, 128, np.uint8)
    player = frame.identity == 7
    detail[player] = 0
    guarded = Restyler(replace(random_theme(), legibility=100.0))(frame.replace(detail=detail))
    unguarded = Restyler(random_theme())(frame.replace(detail=detail))
    assert np.array_equal(guarded[player][:, :3], frame.color[player][:, :3])
    assert not np.array_equal(guarded, unguarded)


def test_text_of_games_that_are_not_ours_can_be_read() -> None:
    """It lay on black, and would lie on a bright sky."""
    plain, hud = np.zeros((48, 64, 4), np.uint8), np.zeros((48, 64, 4), np.uint8)
    hud[20:28, 10:50:2] = 255
    frame = Frame(color=plain, material=np.ones((48, 64), np.uint8), hud=hud)
    sky, strengths = np.full((48, 64, 4), 230, np.uint8), np.ones(len(MATERIALS), np.float32)
    ours = compose(sky, frame, np.ones((48, 64), np.uint8), strengths, legibility=20)
    assert (ours[hud[..., 3] == 0][:, :3] == 230).all()
    captured = frame.replace(detail=np.full((48, 64), 128, np.uint8))
    theirs = compose(sky, captured, np.ones((48, 64), np.uint8), strengths, legibility=20)
    assert theirs[24, 11:50:2, :3].max() < 170 and (theirs[:4, :, :3] == 230).all()
    assert (theirs[hud[..., 3] == 255] == 255).all()
    unguarded = compose(sky, captured, np.ones((48, 64), np.uint8), strengths)
    assert np.array_equal(unguarded, ours)


def test_the_history_knows_no_detail_and_no_overlay() -> None:
    """Else a lamp that is switched off would leave a glow behind."""
    bare, rich = Restyler(random_theme()), Restyler(random_theme())
    for t in range(3):
        frame = world(t)
        assert frame.material is not None
        shape = frame.material.shape
        bare(frame)
        rich(frame.replace(detail=np.full(shape, 90, np.uint8), overlay=np.zeros((*shape, 6), np.int16)))
    assert bare.history is not None and rich.history is not None
    assert np.array_equal(bare.history.picture, rich.history.picture)


# What is remembered and forgotten


def test_the_history_counts(restyler: Restyler) -> None:
    for t in range(3):
        picture = restyler(world(t))
    assert levels(picture, fresh(world(2)))[0] > 0.5


def test_a_run_repeats() -> None:
    first, second = Restyler(random_theme()), Restyler(random_theme())
    for t in range(4):
        assert np.array_equal(first(world(t)), second(world(t)))


def test_a_cut_drops_the_history(restyler: Restyler) -> None:
    for t in range(3):
        restyler(world(t))
    frame = world(3, cut=True)
    assert np.array_equal(restyler(frame), fresh(frame))
    assert not np.array_equal(restyler(world(4)), fresh(world(4)))  # and from here on it counts again


def test_reset_drops_the_history(restyler: Restyler) -> None:
    restyler(world(0))
    restyler.reset()
    assert restyler.history is None
    assert np.array_equal(restyler(world(1)), fresh(world(1)))


def test_another_size_drops_the_history(restyler: Restyler) -> None:
    restyler(world(0))
    for size in ((40, 61), (72, 104)):
        frame = world(1, *size)
        assert np.array_equal(restyler(frame), fresh(frame))


def test_another_layout_drops_the_history(restyler: Restyler) -> None:
    restyler(world(0))
    frame = world(1, layout="RGBA")
    assert np.array_equal(restyler(frame), fresh(frame))


@pytest.mark.parametrize("device", ["openvino", "torch"])
def test_the_next_frame_is_of_the_new_theme_alone(device: str) -> None:
    """As a restyler draws that has known no other theme: nothing of the old one shines through."""
    restyler = Restyler(random_theme(1), device=device)
    for t in range(3):
        restyler(world(t))
    restyler.set_theme(random_theme(2))
    assert np.array_equal(restyler(world(3)), Restyler(random_theme(2), device=device)(world(3)))
    restyler.set_theme(random_theme(1))
    assert np.array_equal(restyler(world(4)), Restyler(random_theme(1), device=device)(world(4)))
    assert levels(fresh(world(4), 1), fresh(world(4), 2))[0] > 10


def test_choosing_the_same_theme_keeps_the_history(restyler: Restyler) -> None:
    other = Restyler(random_theme())
    for t in range(3):
        restyler.set_theme(random_theme())
        assert np.array_equal(restyler(world(t)), other(world(t)))


def test_a_switch_between_two_frames_of_another_thread() -> None:
    """Themes may be set at any time from any thread: every picture is wholly of one theme."""
    restyler, done = Restyler(random_theme(1)), threading.Event()
    for seed in (1, 2):
        restyler.set_theme(random_theme(seed))
        restyler(world(0))

    def switch() -> None:
        while not done.wait(0.001):
            restyler.set_theme(random_theme(1 if restyler._theme is random_theme(2) else 2))

    thread = threading.Thread(target=switch)
    thread.start()
    try:
        frame = world(0, cut=True)
        pictures = [restyler(frame) for _ in range(40)]
    finally:
        done.set()
        thread.join()
    wanted = [fresh(frame, 1), fresh(frame, 2)]
    assert all(any(np.array_equal(picture, one) for one in wanted) for picture in pictures)


def test_a_theme_that_cannot_be_read_changes_nothing(restyler: Restyler) -> None:
    other = Restyler(random_theme())
    for t in range(2):
        assert np.array_equal(restyler(world(t)), other(world(t)))
        with pytest.raises(ThemeError, match="no theme 'wintre'"):
            restyler.set_theme("wintre")
        assert restyler.theme == "random"


# Failures


def test_a_frame_that_fails_leaves_no_history(restyler: Restyler) -> None:
    good = world(1)
    restyler(world(0))
    assert good.material is not None and good.anchor is not None
    with pytest.raises(InputError, match="material"):
        restyler(good.replace(material=np.full_like(good.material, 99)))
    assert np.array_equal(restyler(world(2)), fresh(world(2)))
    with pytest.raises(InputError, match="anchor"):
        restyler(good.replace(anchor=np.full_like(good.anchor, np.nan)))
    assert np.array_equal(restyler(world(3)), fresh(world(3)))


def test_a_runtime_that_fails_leaves_no_history(restyler: Restyler, monkeypatch: pytest.MonkeyPatch) -> None:
    restyler(world(0))
    with monkeypatch.context() as patch:
        patch.setattr(restyler._runtime, "restyle", lambda *arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            restyler(world(1))
    assert np.array_equal(restyler(world(2)), fresh(world(2)))


def test_every_refusal_can_be_caught_at_once() -> None:
    assert issubclass(InputError, RestyleError) and issubclass(ThemeError, RestyleError)
    assert issubclass(InputError, ValueError) and issubclass(FrameError, ValueError)


# What it says of itself


def test_what_it_says_of_itself(restyler: Restyler) -> None:
    assert restyler.runtime == "openvino" and restyler.device == "cpu"
    assert restyler.theme == "random" and restyler.themes == packs.available_themes()
    restyler(world())
    assert set(restyler.timings) == {"features", "ingest", "border", "body", "head", "compose"}
    assert all(ms >= 0 for ms in restyler.timings.values())
    assert isinstance(restyler.history, History) and restyler.history.layout == "BGRX"


def test_a_theme_by_its_path_and_a_size_to_prepare(tmp_path: Path) -> None:
    random_theme().save(tmp_path / "mine")
    restyler = Restyler(tmp_path / "mine", size=(104, 72))
    assert np.array_equal(restyler(world()), fresh(world()))


def test_restyling_imports_no_torch(tmp_path: Path) -> None:
    random_theme().save(tmp_path / "mine")
    code = (
        "import sys, numpy as np; from reskin import Restyler\n"
        f"picture = Restyler({str(tmp_path / 'mine')!r})(np.zeros((8, 8, 3), np.uint8))\n"
        "assert picture.shape == (8, 8, 3)\n"
        "heavy = {'torch', 'pygame', 'reskin.neural_renderer.train'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("preload", [False, True])
def test_other_themes_are_made_ready_only_when_asked_for(
    preload: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compiling all of them costs some seconds of a core, which only a game that may switch is to pay."""
    prepared: list[str] = []
    restyler = Restyler("winter", preload=preload)
    prepare = restyler._runtime.prepare

    def note(theme: packs.Theme, size: tuple[int, int]) -> None:
        prepared.append(theme.name)
        prepare(theme, size)

    monkeypatch.setattr(restyler._runtime, "prepare", note)
    for frame in (world(0, 24, 32), world(1, 24, 32)):
        restyler(frame)
    for thread in [thread for thread in threading.enumerate() if thread.name == "reskin-preload"]:
        thread.join(60)
    assert prepared == ([name for name in packs.available_themes() if name != "winter"] if preload else [])
