"""A game does not notice that its draws are watched: runs in new processes, with hooks and without."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.neural_renderer.plugins.games import GAMES

ROOT = Path(__file__).resolve().parents[3]
ON_THE_PATH = ROOT / "neural_renderer" / "plugins" / "pygame"
PACKAGE = ON_THE_PATH / "reskin_pygame_capture"

RUNNER = """
import json, os, runpy, sys
mode, game, report = sys.argv[1:4]
sys.argv = [game]
sys.path.insert(0, os.path.dirname(os.path.abspath(game)))
if mode != "plain":
    sys.path.append(os.environ["CAPTURE"])
    from reskin_pygame_capture.capture import Capture
    import pygame
    calls, shown, draws = [], [], []
    def callback(display):
        calls.append(display)
        draws.append(len(capture.lists.draws(display)))
        if mode == "failing" and len(calls) == 3:
            raise RuntimeError("ours")
        if mode == "wrong size":
            return b"1234"
        if mode == "styled":
            return bytes([7, 8, 9, 0]) * (display.get_width() * display.get_height())
    for name in ("flip", "update"):
        def really(*args, original=getattr(pygame.display, name)):
            surface = pygame.display.get_surface()
            result = original(*args)
            shown.append(list(surface.get_at((2, 2)))[:3])
            return result
        really.__name__ = name
        if mode == "styled":
            setattr(pygame.display, name, really)
    capture = Capture(callback)
    if mode == "failing draws":  # before the hooks are made, as some keep these methods
        def fail(*args, **kwargs): raise ZeroDivisionError("ours")
        for name in ("record", "add", "content", "set_content", "touched"):
            setattr(capture.lists, name, fail)
        capture.lists.presented = lambda display: None
        capture.lists.draws = lambda display: []
    capture.install()
try:
    runpy.run_path(game, run_name="__main__")
finally:
    if mode != "plain":
        off = [name for name, switch in capture.patches.switches.items() if not switch.on]
        found = dict(calls=len(calls), shown=shown, draws=draws, off=off, follows=capture.follows_draws)
        json.dump(found, open(report, "w"))
"""


class Run(NamedTuple):
    code: int
    output: str
    errors: str
    report: dict[str, object]


def python(code: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    variables = {
        **os.environ,
        "SDL_VIDEODRIVER": "dummy",
        "SDL_AUDIODRIVER": "dummy",
        "CAPTURE": str(ON_THE_PATH),
    }
    variables.update(PYGAME_HIDE_SUPPORT_PROMPT="1", PYTHONDONTWRITEBYTECODE="1")
    variables.pop("PYTHONPATH", None)
    interpreter = os.environ.get("RESKIN_GAME_PYTHON", sys.executable)
    return subprocess.run(
        [interpreter, *code],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def play(game: str, mode: str, folder: Path) -> Run:
    (folder / "game.py").write_text(GAMES[game])
    (folder / "runner").write_text(RUNNER)
    for name in ("engine", "assets", "kernels", "reskin_anything"):
        (folder / f"{name}.py").write_text(f"NAME = '{name} of the game'")
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    done = python([str(folder / "runner"), mode, "game.py", str(report)], folder)
    return Run(
        done.returncode, done.stdout, done.stderr, json.loads(report.read_text()) if report.exists() else {}
    )


def last_line(text: str) -> str:
    """What a traceback ends with; the lines before it name the hook too."""
    return text.strip().rpartition("\n")[2]


@pytest.mark.parametrize("game", GAMES)
def test_a_game_is_the_same_with_and_without_hooks(game: str, tmp_path: Path) -> None:
    plain = play(game, "plain", tmp_path)
    assert plain.code == {"mistakes": 7, "uncaught": 1, "interrupted": -2}.get(game, 0), plain.errors
    for mode in ("hooked", "styled"):
        hooked = play(game, mode, tmp_path)
        assert hooked.output == plain.output
        assert hooked.code == plain.code
        assert last_line(hooked.errors) == last_line(plain.errors)
        assert hooked.report["follows"] and not hooked.report["off"], hooked.errors


@pytest.mark.parametrize(("game", "frames"), [("sprites", 40), ("scene", 31)])
def test_each_frame_is_presented_once_and_shows_the_picture(game: str, frames: int, tmp_path: Path) -> None:
    report = play(game, "styled", tmp_path).report
    assert report["calls"] == frames
    assert report["shown"] == [[9, 8, 7]] * frames


def test_each_frame_has_its_own_draws(tmp_path: Path) -> None:
    draws = play("sprites", "hooked", tmp_path).report["draws"]
    # A frame clears what each of the nine balls covered, and draws all nine: those outside give no draw.
    assert isinstance(draws, list) and len(draws) == 40
    assert all(9 <= count <= 18 for count in draws)


@pytest.mark.parametrize(
    ("game", "mode", "said"),
    [
        ("sprites", "failing", "RuntimeError('ours')"),
        ("scene", "wrong size", "must have 200 x 120 x 4 = 96000 bytes, got 4"),
        ("scene", "failing draws", "ZeroDivisionError('ours')"),
        ("sprites", "failing draws", "ZeroDivisionError('ours')"),
    ],
)
def test_a_failing_hook_leaves_the_game_undisturbed(game: str, mode: str, said: str, tmp_path: Path) -> None:
    plain, failing = play(game, "plain", tmp_path), play(game, mode, tmp_path)
    assert (failing.output, failing.code) == (plain.output, plain.code)
    lines = failing.errors.splitlines()
    assert lines and all(line.startswith("reskin: ") for line in lines)
    assert said in failing.errors
    assert len(lines) == len({line.split()[1] for line in lines}), "said more than once"
    off = failing.report["off"]
    assert isinstance(off, list) and len(off) == len(lines)
    assert mode != "failing draws" or any(name.endswith(".blit") for name in off)


UNDO = """
import os, pickle, sys
sys.path.append(os.environ["CAPTURE"])
import pygame
from reskin_pygame_capture.capture import Capture
from reskin_pygame_capture.patching import patching_works
modules = (pygame.display, pygame.draw, pygame.transform, pygame.image)
def everything():
    return [dict(vars(thing)) for thing in (pygame.Surface, pygame.font.Font, *modules)]
before, blit = everything(), pygame.Surface.blit
assert patching_works() and everything() == before
capture = Capture(lambda display: None).install()
assert capture.follows_draws and pygame.Surface.blit is not blit and everything() != before
screen = pygame.Surface((9, 9)); kept = screen.blit, pygame.transform.flip
assert pickle.loads(pickle.dumps(pygame.transform.flip)) is pygame.transform.flip
capture.undo()
assert pygame.Surface.blit is blit and everything() == before
image = pygame.Surface((2, 2)); image.fill("red")
assert kept[0](image, (3, 3)) == (3, 3, 2, 2) and kept[1](image, True, False).get_size() == (2, 2)
assert not capture.lists.draws(screen)
print(pygame.__file__)
"""


def test_undo_puts_the_originals_back_and_pygame_is_the_real_one(tmp_path: Path) -> None:
    done = python(["-c", UNDO], tmp_path)
    assert done.returncode == 0, done.stderr
    assert str(ON_THE_PATH) not in done.stdout


FOLLOWED = """
import os, sys
sys.path.append(os.environ["CAPTURE"])
import pygame
from reskin_pygame_capture.capture import Capture
from reskin_pygame_capture.sources import Composite, root
pygame.display.init(); pygame.font.init()
image = pygame.Surface((16, 8)); image.fill("brown"); pygame.image.save(image, "hero.bmp")
seen = []
capture = Capture(lambda display: seen.append(capture.lists.draws(display))).install()
screen = pygame.display.set_mode((100, 80))
hero = pygame.image.load("hero.bmp").convert_alpha()
class Enemy:
    def __init__(self, x): self.image, self.x = hero, x
class Board:
    def draw(self, surface): surface.blit(hero, (50, 50))
class Sprite(pygame.sprite.Sprite):
    def __init__(self): super().__init__(); self.image, self.rect = hero, pygame.Rect(1, 2, 16, 8)
enemies, board, group = [Enemy(5), Enemy(30)], Board(), pygame.sprite.Group(Sprite(), Sprite())
def draw():
    screen.fill("black")
    for enemy in enemies: screen.blit(enemy.image, (enemy.x, 9))
    board.draw(screen)
    group.draw(screen)
    screen.blit(pygame.transform.flip(hero, True, False), (0, 0))
    screen.blit(hero, (20, 20), (8, 0, 8, 8))
    screen.subsurface((40, 40, 20, 20)).blit(hero.subsurface((8, 0, 8, 8)), (-3, 15))
    screen.blit(pygame.font.Font(None, 20).render("score 3", True, "white"), (60, 0))
    pygame.draw.circle(screen, "red", (70, 70), 5)
    room = pygame.Surface((30, 30)); room.blit(hero, (1, 1)); room.blit(hero, (9, 9))
    screen.blit(room, (10, 40)); room.fill("blue")
    pygame.display.flip()
draw(); draw()
first, second = seen
assert [d.content.number for d in first[:-1]] == [d.content.number for d in second[:-1]]
assert [d[1:] for d in first[:-1]] == [d[1:] for d in second[:-1]]
fill, one, two, board_draw, sprite, other, flipped, cut, below, text, circle, room = second
assert fill.content.detail == ("fill", (0, 0, 0, 255)) and fill.rectangle == (0, 0, 100, 80)
for draw in (one, two, board_draw, sprite, other, flipped, cut, below):
    assert root(draw.content).kind == "file" and root(draw.content).detail[0] == "hero.bmp"
assert len({d.drawer for d in (one, two, board_draw, sprite, other)}) == 5 and one.drawer
assert one.rectangle == (5, 9, 16, 8) and sprite.rectangle == (1, 2, 16, 8)
assert flipped.content.kind == "transform" and flipped.content.detail[0] == "flip"
assert cut.area == (8, 0, 8, 8) and cut.content is one.content
assert below.content.kind == "cut" and below.content.detail == (8, 0, 8, 8)
assert below.place == (37, 55) and below.rectangle == (40, 55, 5, 5), below
assert text.content.kind == "text" and text.content.detail[0] == "score 3"
assert text.content.detail[2] == (255, 255, 255, 255)
assert circle.content.detail == ("circle", (255, 0, 0, 255)) and circle.area == ((((70, 70), 5)), ())
inner = room.content
assert isinstance(inner, Composite) and inner.length == 2
assert [tuple(d[1]) for d in inner.draws[:2]] == [(1, 1, 16, 8), (9, 9, 16, 8)]
assert not capture.lists.draws(screen)
# Nothing is kept alive, and surfaces that are gone are forgotten.
import gc; del room, inner, seen[:], first, second; gc.collect(); before = len(capture.lists.records)
for n in range(100): screen.blit(pygame.Surface((3, 3)), (0, 0))
assert len(capture.lists.records) <= before + 1
"""


def test_draws_are_told_with_their_source_place_and_drawer(tmp_path: Path) -> None:
    done = python(["-c", FOLLOWED], tmp_path)
    assert done.returncode == 0, done.stderr


KNOWN = """
import os, sys
sys.path.append(os.environ["CAPTURE"])
import pygame
from reskin_pygame_capture.capture import Capture
from reskin_pygame_capture.sources import Composite
pygame.display.init()
sheet = pygame.Surface((64, 64)); sheet.fill("brown"); pygame.image.save(sheet, "sheet.bmp")
capture = Capture(lambda display: None).install()
screen = pygame.display.set_mode((200, 80))
sheet = pygame.image.load("sheet.bmp"); cell = sheet.subsurface((16, 0, 16, 16))
view = screen.subsurface((100, 10, 90, 60))
def last(): return capture.lists.draws(screen)[-1]

def draw_parts():
    found = []
    for target, x, y in ((screen, 0, 0), (view, 100, 10)):
        for area in ((16, 0, 16, 16), pygame.Rect(16, 0, 16, 16), ((16, 0), (16, 16))):
            for dest in ((5, 6), [5, 6], pygame.Rect(5, 6, 1, 1), pygame.Vector2(5, 6), ((5, 6), (1, 1))):
                target.blit(sheet, dest, area); found.append(last())
                target.blit(cell, dest); found.append(last())
                target.blits([(sheet, dest, area)]); found.append(last())
                assert all(draw.place == (5 + x, 6 + y) for draw in found[-3:]), found[-3:]
                assert all(draw.rectangle == (5 + x, 6 + y, 16, 16) for draw in found[-3:])
    return found
for _ in range(2):
    for draw in draw_parts():
        assert draw.content.kind == "cut" and draw.content.detail == (16, 0, 16, 16), draw
        assert draw.content.parent.kind == "file" and draw.area is None
screen.blit(sheet, (-20, -3), (8, 0, 16, 16)); assert last().place != (-20, -3)
screen.blit(sheet, (-10, -3), (8, 0, 16, 16))
assert last().place == (-10, -3) and last().rectangle == (0, 0, 6, 13)
screen.blit(sheet, (0, 0), (-4, -4, 16, 16))
assert last().place == (4, 4) and last().rectangle[2:] == (12, 12)
# What was known is looked at anew when it has changed.
sheet.fill("red", (16, 0, 4, 4))
for draw in draw_parts():
    whole = draw.content if draw.area else draw.content.parent
    assert isinstance(whole, Composite), draw
sheet.set_alpha(90); screen.blit(sheet, (5, 6), (32, 0, 16, 16)); assert last().alpha == 90
cell.set_alpha(80); screen.blit(cell, (5, 6)); assert last().alpha == 80
icon = pygame.Surface((16, 16))
for at in ((16, 0, 16, 16), (0, 0, 16, 16)): icon.blit(sheet, (0, 0), at)
# Colours and arguments of shapes, in each form that pygame takes.
for color in ((9, 8, 7), [9, 8, 7], pygame.Color(9, 8, 7), "#090807", (9, 8, 7, 255)):
    for _ in range(2):
        screen.fill(color, (1, 2, 3, 4)); fill = last()
        pygame.draw.rect(screen, color, (1, 2, 3, 4)); rect = last()
        pygame.draw.circle(screen, color, [50, 50], radius=4); circle = last()
        assert [draw.content.detail[1] for draw in (fill, rect, circle)] == [(9, 8, 7, 255)] * 3, color
        assert fill.rectangle == rect.rectangle == (1, 2, 3, 4) and rect.area is fill.area is None
        assert circle.area == (((50, 50),), (("radius", 4),)), circle
before = len(capture.lists.draws(screen)); screen.fill("red"); assert len(capture.lists.draws(screen)) == 1
# An object that draws much is no thing; its call is not looked at any more.
image = pygame.Surface((4, 4))
class Thing:
    def __init__(self, image): self.image = image
class Board:
    def draw(self):
        for n in range(30): screen.blit(image, (n, n))
    def draw_things(self, things):
        for thing in things: screen.blit(thing.image, (3, 3))
    def draw_one(self): screen.blit(image, (1, 1))
board, things = Board(), [Thing(image) for _ in range(30)]
for _ in range(3):
    start = len(capture.lists.draws(screen)); board.draw(); board.draw_things(things)
    for _ in range(10): pygame.display.flip(); screen.blit(image, (0, 0)); board.draw_one()
    assert last().drawer
board.draw(); assert not last().drawer
start = len(capture.lists.draws(screen)); board.draw_things(things)
assert len({draw.drawer for draw in capture.lists.draws(screen)[start:]} - {0}) == 30
assert all(switch.on for switch in capture.patches.switches.values())
"""


def test_what_is_known_of_a_surface_a_colour_and_a_call_stays_right(tmp_path: Path) -> None:
    done = python(["-c", KNOWN], tmp_path)
    assert done.returncode == 0, done.stderr


FREETYPE = """
import os, sys
sys.path.append(os.environ["CAPTURE"])
import pygame
from pygame import freetype
from reskin_pygame_capture.capture import Capture
capture = Capture(lambda display: None).install()
freetype.init()
font, surface = freetype.Font(None, 14), pygame.Surface((80, 40))
image, _ = font.render("hello", "white")
assert capture.lists.content(image).detail[0] == "hello"
changed = font.render_to(surface, (3, 4), "there", (255, 0, 0))
draw, = capture.lists.draws(surface)
assert draw.content.detail[0] == "there" and draw.rectangle == tuple(changed)
from reskin_pygame_capture.images import HEADER
data = capture.lists.images.get(draw.content.image)
width, height, span = HEADER.unpack_from(data)
shown = pygame.image.frombuffer(data[HEADER.size:], (width, height), "RGBA")
again = pygame.Surface((80, 40)); again.blit(shown, draw.place)
assert pygame.image.tostring(again, "RGB") == pygame.image.tostring(surface, "RGB")
assert all(switch.on for switch in capture.patches.switches.values())
"""


def test_freetype_is_followed(tmp_path: Path) -> None:
    done = python(["-c", FREETYPE], tmp_path)
    assert done.returncode == 0, done.stderr


# The package by itself


def test_it_imports_the_standard_library_pygame_and_itself() -> None:
    own = {path.stem for path in PACKAGE.rglob("*.py")}
    uses = {"virtual_clock.py": ("numpy",)}  # when the game has imported it
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            elif isinstance(node, ast.ImportFrom):
                depth = len(path.relative_to(PACKAGE).parts)
                module = (node.module or "").rpartition(".")[2]
                assert node.level <= depth and module in own, f"{path.name}:{node.lineno}"
                continue
            else:
                continue
            roots = {name.split(".")[0] for name in names}
            roots -= {*sys.stdlib_module_names, "pygame", *uses.get(path.name, ())}
            assert not roots, f"{path.name}:{node.lineno} {roots}"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_it_is_written_for_python_3_9(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 9))
    if len(tree.body) > 1:
        assert "from __future__ import annotations" in text
    for old in Path.home().glob(".pyenv/versions/3.9.*/bin/python"):
        code = f"import py_compile; py_compile.compile({str(path)!r}, {str(tmp_path / 'x')!r}, doraise=True)"
        subprocess.run([str(old), "-c", code], check=True, timeout=60)


def test_the_wheel_holds_it() -> None:
    """Packages are found without namespaces, so each folder above it must be a package."""
    place = PACKAGE
    while place != ROOT:
        assert (place / "__init__.py").exists()
        place = place.parent


def test_nothing_but_the_package_lies_on_the_path() -> None:
    """While the game's Python starts, and no longer."""
    found = {path.name for path in (PACKAGE / "startup").iterdir()} - {"__pycache__"}
    assert found == {"__init__.py", "sitecustomize.py"}
