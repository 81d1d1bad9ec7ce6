"""`reskin inspect` of a small game, written as strangers write theirs."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reskin.neural_renderer.plugins.pygame.monkey import monkey_script
from reskin.neural_renderer.plugins.pygame.reskin_pygame_capture.running.headless.input_script import (
    read_script,
)

GAME = """
import pygame
pygame.init()
screen = pygame.display.set_mode((320, 240))
grass = pygame.image.load("grass.png")
hero = pygame.image.load("hero.png")
font = pygame.font.Font(None, 20)
x, clock, running = 100, pygame.time.Clock(), True
while running:
    for event in pygame.event.get():
        running = running and event.type != pygame.QUIT
    x += 2 * (pygame.key.get_pressed()[pygame.K_RIGHT] - pygame.key.get_pressed()[pygame.K_LEFT])
    screen.fill((110, 170, 240))
    for column in range(10):
        screen.blit(grass, (32 * column, 208))
    screen.blit(hero, (x, 176))
    screen.blit(font.render("lives 3", True, (255, 255, 255)), (8, 8))
    pygame.display.flip()
    clock.tick(60)
"""

DRAW = """
import pygame, sys
def save(name, size, color, box):
    image = pygame.Surface(size, pygame.SRCALPHA)
    image.fill(color, box)
    for i in range(0, size[0], 3):
        if image.get_at((i, i))[3]:
            image.set_at((i, i), (color[0] // 2, color[1] // 2, color[2] // 2))
    pygame.image.save(image, name)
save("grass.png", (32, 32), (80, 180, 60), (0, 0, 32, 32))
save("hero.png", (20, 32), (200, 60, 60), (3, 0, 14, 32))
"""


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def inspected(folder: Path, frames: int) -> dict[str, Any]:
    """What the command says of the game, which is written first if it is not there."""
    if not (folder / "small_game.py").exists():
        (folder / "small_game.py").write_text(GAME)
        assert run("-c", DRAW, folder=folder).returncode == 0
    done = run("-m", "reskin", "inspect", "--frames", str(frames), "--json", "small_game.py", folder=folder)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_game_is_inspected(tmp_path: Path) -> None:
    found = inspected(tmp_path, 12)
    answers = {unit["name"]: unit["material"] for unit in found["units"]}
    assert answers["grass.png"] == "grass"
    assert [unit["material"] for unit in found["units"] if unit["kind"] == "text"] == ["hud"]
    assert found["frames"] == 12
    assert (tmp_path / "small_game-sheet.png").exists()


@pytest.mark.slow
def test_what_is_edited_after_an_inspection_counts_in_the_next(tmp_path: Path) -> None:
    found = inspected(tmp_path, 90)
    answers = {unit["name"]: unit["material"] for unit in found["units"]}
    assert answers["grass.png"] == "grass"
    assert answers["hero.png"] == "player"
    assert [unit["material"] for unit in found["units"] if unit["kind"] == "text"] == ["hud"]
    assert (found["view"], found["frames"]) == ("side", 90)
    picture = (tmp_path / "small_game-sheet.png").read_bytes()
    width, height = struct.unpack(">II", picture[16:24])
    assert width > 1000
    assert height > 100
    tags = tmp_path / "small_game.reskin.yaml"
    text = tags.read_text()
    assert "grass.png" in text
    tags.write_text(text.replace("material: grass", "material: snow"))
    found = inspected(tmp_path, 90)
    edited = {unit["name"]: (unit["material"], unit["by_hand"]) for unit in found["units"]}
    assert edited["grass.png"] == ("snow", True)
    assert "material: snow" in tags.read_text()


@pytest.mark.slow
def test_a_game_that_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "nothing.py").write_text("print('no game')\n")
    done = run("-m", "reskin", "inspect", "nothing.py", folder=tmp_path)
    assert done.returncode != 0
    assert "nothing presented no frame" in done.stderr
    assert not list(tmp_path.glob("*.png"))


@pytest.mark.parametrize("frames", [1, 10, 50, 300, 5000])
def test_a_monkey_can_be_read_and_ends_in_time(frames: int) -> None:
    steps = read_script(monkey_script(frames))
    assert monkey_script(frames) == monkey_script(frames)
    assert max(steps, default=0) <= max(frames, 5)
    assert len(steps) >= frames // 20
