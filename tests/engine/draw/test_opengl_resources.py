"""What the canvas on the GPU holds: nothing more after ten thousand frames, and nothing after `release`."""

from __future__ import annotations

import ctypes
import ctypes.util
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pygame
import pytest

from reskin import Canvas
from reskin.demo_games.miner import Miner
from reskin.engine.draw.opengl import OpenGLCanvas
from reskin.engine.draw.opengl.context import open_context
from reskin.engine.errors import DrawError, OpenGLMissing
from tests.engine.draw.opened import opened_opengl

MAKERS = ("texture", "buffer", "framebuffer", "vertex_array", "program")
SIZES = ((160, 90), (96, 200), (33, 17), (320, 64))


def living() -> int:
    """Objects of OpenGL that are not released. Framebuffer 0 is the window, or none, and nobody's."""
    moderngl = pytest.importorskip("moderngl", reason="moderngl is not installed")
    kinds = (moderngl.Texture, moderngl.Buffer, moderngl.Framebuffer, moderngl.VertexArray, moderngl.Program)
    # `isinstance` would look into torch's proxies, which warn.
    found = [thing for thing in gc.get_objects() if issubclass(type(thing), kinds)]
    return sum(not isinstance(thing.mglo, moderngl.InvalidObject) and thing.glo != 0 for thing in found)


def names_in_use(canvas: OpenGLCanvas) -> dict[str, int]:
    """How many objects OpenGL itself knows of, by kind. Mesa gives out names in rising order."""
    library = ctypes.CDLL(ctypes.util.find_library("GL") or "libGL.so.1")
    probe = canvas.context.texture((1, 1), 4)
    last = probe.glo
    probe.release()
    kinds = ("Texture", "Buffer", "Framebuffer", "VertexArray", "Program", "Shader")
    return {
        kind: sum(getattr(library, f"glIs{kind}")(name) & 255 for name in range(1, last + 1))
        for kind in kinds
    }


def resident_mb() -> float:
    """Memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def frame_with_something_new(canvas: Canvas, number: int) -> None:
    """Texts, shapes and pictures that no frame before had, so that every cache fills and is emptied."""
    canvas.begin(tick=number, camera=(number * 0.7, number % 50))
    canvas.fill("#5080b0", "sky")
    canvas.circle(number * 0.7 + 40, 40, 5 + number % 61, "#ffee00", "light")
    canvas.line(0, 0, number % 331, number % 173, 1 + number % 7, "#804000", "wood")
    canvas.polygon([(0, 0), (number % 97, 80), (number % 201, number % 67)], "#118811", "grass")
    sprite = pygame.Surface((20 + number % 13, 30), pygame.SRCALPHA)
    sprite.fill((number % 256, number // 256 % 256, 7, 200), (0, 0, 15, 15))
    canvas.sprite(sprite, 30, 30, "player", id=1 + number % 1000)
    canvas.hud.text(4, 4, f"frame {number}", size=14)
    canvas.hud.rect(2, 2, 60, 14, (0, 0, 0, number % 255))


@contextmanager
def without_new_objects(canvas: OpenGLCanvas, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """While inside, whoever makes an object of OpenGL fails."""

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("an object of OpenGL was made in the middle of a game")

    with monkeypatch.context() as patch:
        for maker in MAKERS:
            patch.setattr(canvas.context, maker, forbidden)
        yield


def test_a_game_in_full_swing_makes_no_object_of_opengl(monkeypatch: pytest.MonkeyPatch) -> None:
    game = Miner(7)
    with opened_opengl(320, 180, game.tile) as canvas:
        frames = []
        for number in range(40):
            game.simulation.step(game.bot())
            game.draw(canvas, 1.0, "")
            if number < 20:
                canvas.finish()
                continue
            with without_new_objects(canvas, monkeypatch):
                frames.append(canvas.finish().color.sum())
    assert len(set(frames)) > 3  # it moved


def test_release_leaves_nothing() -> None:
    before = living()
    with opened_opengl(64, 48) as canvas:
        for number in range(5):
            canvas.resize(*SIZES[number % len(SIZES)])
            frame_with_something_new(canvas, number)
            canvas.finish()
        assert living() > before
        context = canvas.context
    assert living() == before
    canvas.release()  # again does no harm
    del context


def test_a_context_of_somebody_else_is_left_open() -> None:
    try:
        context = open_context()
    except OpenGLMissing as error:
        pytest.skip(f"no OpenGL: {error}")
    before = living()
    with OpenGLCanvas(32, 16, context=context) as canvas:
        frame_with_something_new(canvas, 1)
        canvas.finish()
    assert living() == before
    assert context.buffer(b"abcd").read() == b"abcd"
    context.release()


def test_the_textures_are_the_frame() -> None:
    """Every byte of every texture is that of the array, from the top row on."""
    game = Miner(7)
    with opened_opengl(200, 120, game.tile) as canvas:
        with pytest.raises(DrawError, match="no frame is finished yet"):
            _ = canvas.gpu_frame
        game.draw(canvas, 1.0, "a theme")
        frame = canvas.finish()
        textures = canvas.gpu_frame
        for channel in ("color", "material", "identity", "motion", "anchor", "depth", "hud"):
            array, texture = getattr(frame, channel), getattr(textures, channel)
            assert texture.size == (200, 120) == (textures.width, textures.height)
            assert texture.read(alignment=1) == np.ascontiguousarray(array).tobytes(), channel
        assert (textures.tick, textures.cut, textures.tile) == (frame.tick, frame.cut, frame.tile)
        assert textures.layout == frame.layout and not textures.bottom_up
        same = textures.to_host()
        assert all(np.array_equal(getattr(same, name), getattr(frame, name)) for name in textures.channels)

        game.simulation.step(game.bot())
        game.draw(canvas, 1.0, "a theme")
        later = canvas.finish_on_gpu()
        assert later.color is textures.color and later.tick == 1
        game.draw(canvas, 1.0, "a theme")
        assert later.color.read(alignment=1) == canvas.finish().color.tobytes()

        canvas.resize(64, 48)
        with pytest.raises(DrawError, match="no frame is finished yet"):
            _ = canvas.gpu_frame
        canvas.begin()
        assert canvas.finish_on_gpu().color.size == (64, 48)


@pytest.mark.slow
def test_ten_thousand_frames_with_resizes_grow_nothing() -> None:
    with opened_opengl(*SIZES[0]) as canvas:
        objects, names, memory = 0, {"": 0}, 0.0
        for number in range(10_002):
            if number % 500 == 0:
                canvas.resize(*SIZES[number // 500 % len(SIZES)])
            frame_with_something_new(canvas, number)
            frame = canvas.finish()
            if number % 97 == 0:  # the caches were emptied in the meantime, and still show what they must
                software = Canvas(canvas.width, canvas.height)
                frame_with_something_new(software, number)
                same = software.finish()
                for name in ("material", "identity", "anchor", "hud"):
                    assert np.array_equal(getattr(frame, name), getattr(same, name)), (number, name)
                assert np.abs(frame.color.astype(int) - same.color).max() <= 2, number
            if number == 2001:
                gc.collect()
                objects, names, memory = living(), names_in_use(canvas), resident_mb()
        gc.collect()
        print(f"{objects} objects, then {living()}; {names}, then {names_in_use(canvas)}")
        print(f"{memory:.1f} MB, then {resident_mb():.1f}")
        assert living() == objects and names_in_use(canvas) == names
        assert names["Texture"] >= 10 and names["Buffer"] >= 3  # they were counted at all
        assert resident_mb() < memory + 3  # measured 0.3 MB; a leak of a byte a pixel would be 100 MB
