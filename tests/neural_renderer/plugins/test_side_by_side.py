"""A game with hooks draws, prints and ends as without them, and each of its frames is restyled once.

`RESKIN_GAME_PYTHONS` names the interpreters of games, separated as PATH is; by default it is this one. The
quick test plays some games for a moment, the slow one each game for 300 frames with each interpreter.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.neural_renderer.plugins import games_draws, games_nasty, games_present
from tests.neural_renderer.plugins.compared import differences, play_all, played, pythons

GROUPS = {"present": games_present.GAMES, "draws": games_draws.GAMES, "nasty": games_nasty.GAMES}
GAMES = {name: text for group in GROUPS.values() for name, text in group.items()}
STILL = {"crowd", "four_k", "one_pixel", "presents_five_times", "window", "without_a_display"}
"""Games that end by themselves, or in which little moves."""
QUICK = (
    "update_rects",
    "scaled",
    "several_modes",
    "warned_once",
    "worker_thread",
    "subsurfaces_of_the_display",
    "blit",
    "blits",
    "arrays",
    "lively_objects",
    "deaths",
    "deep_recursion",
    "interrupted_inside",
)


def check(games: dict[str, str], frames: int, python: str, folder: Path) -> None:
    play_all(games, frames, python, folder)
    wrong = {name: found for name in games if (found := differences(name, folder))}
    assert not wrong
    for name in games.keys() - STILL:
        seen = played(name, "plain", folder).frames
        assert len(seen) >= frames and len(set(seen)) > 9, f"{name}: nothing happens"


def test_games_are_the_same(tmp_path: Path) -> None:
    check({name: GAMES[name] for name in QUICK}, 24, pythons()[0], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("python", pythons())
@pytest.mark.parametrize("group", GROUPS)
def test_every_game_is_the_same_for_300_frames(group: str, python: str, tmp_path: Path) -> None:
    check(GROUPS[group], 300, python, tmp_path)


def test_a_difference_is_found(tmp_path: Path) -> None:
    """The comparison itself: a game that looks for the hooks is caught in each way."""
    spy = """
import sys, pygame
screen = pygame.display.set_mode((20, 20))
spied = type(pygame.Surface.blit).__name__ == 'function'
for n in range(3):
    screen.fill((100 * spied, 0, n)); pygame.display.flip()
print(spied)
sys.exit(spied)
"""
    play_all({"spy": spy}, 10, pythons()[0], tmp_path)
    found = " ".join(differences("spy", tmp_path))
    assert "exit code 1 instead of 0" in found and "output" in found and "3 frames differ, first 0" in found
