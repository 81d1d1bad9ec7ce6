"""A gamepad plays every game and the menu, by the places of its buttons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pygame
import pytest

from reskin.engine.loop.controls import Controls
from reskin.engine.loop.gamepads import BUTTONS, OFF, ON, Gamepads
from reskin.engine.simulation.games import load_game

DOWN, UP, AXIS = pygame.CONTROLLERBUTTONDOWN, pygame.CONTROLLERBUTTONUP, pygame.CONTROLLERAXISMOTION


@pytest.fixture
def pads(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gamepads]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setenv("SDL_GAMECONTROLLER_USE_BUTTON_LABELS", "0")
    pygame.display.init()
    yield Gamepads()
    pygame.display.quit()


def event(kind: int, pad: int = 3, **fields: Any) -> pygame.event.Event:
    return pygame.event.Event(kind, instance_id=pad, **fields)


def keys(pads: Gamepads, kind: int, **fields: int) -> list[tuple[bool, str]]:
    """Which keys go down (True) and up by an event of a pad."""
    return [
        (made.type == pygame.KEYDOWN, pygame.key.name(made.key))
        for made in pads.translate(event(kind, **fields))
    ]


def test_buttons_are_keys_and_other_events_pass(pads: Gamepads) -> None:
    assert keys(pads, DOWN, button=0) == [(True, "space")] and keys(pads, UP, button=0) == [(False, "space")]
    assert keys(pads, DOWN, button=5) == keys(pads, UP, button=5) == []  # the maker's own button
    other = pygame.event.Event(pygame.MOUSEMOTION, pos=(1, 1))
    assert pads.translate(other) == [other]


def test_a_stick_is_arrows_without_flutter(pads: Gamepads) -> None:
    assert keys(pads, AXIS, axis=0, value=ON - 1) == []
    assert keys(pads, AXIS, axis=0, value=-32768) == [(True, "left")]
    assert keys(pads, AXIS, axis=0, value=-OFF - 1) == [] and keys(pads, AXIS, axis=2, value=32767) == []
    assert keys(pads, AXIS, axis=0, value=32767) == [(False, "left"), (True, "right")]
    assert keys(pads, AXIS, axis=0, value=0) == [(False, "right")]


def test_a_key_that_two_buttons_hold_goes_up_with_the_last(pads: Gamepads) -> None:
    assert keys(pads, DOWN, button=13) == [(True, "left")]
    keys(pads, AXIS, axis=0, value=-32768)
    assert keys(pads, UP, button=13) == [] and keys(pads, AXIS, axis=0, value=0) == [(False, "left")]


def test_what_a_pad_held_goes_up_when_it_is_pulled_out(pads: Gamepads) -> None:
    keys(pads, DOWN, button=0)
    keys(pads, DOWN, pad=4, button=1)
    assert keys(pads, pygame.CONTROLLERDEVICEREMOVED) == [(False, "space")]
    assert keys(pads, UP, pad=4, button=1) == [(False, "e")]
    assert pads.translate(pygame.event.Event(pygame.CONTROLLERDEVICEADDED, device_index=99)) == []
    assert not pads.connected


@pytest.mark.parametrize(
    ("game", "needs"),
    [
        ("miner", {"left", "right", "jump", "down", "dig", "place", "use", "take"}),
        ("city", {"drive", "brake", "left", "right"}),
        ("caravan", {"left", "right", "up", "down", "use", "swing", "sell"}),
    ],
)
def test_our_games_are_played_with_a_pad(pads: Gamepads, game: str, needs: set[str]) -> None:
    controls = Controls(load_game(game).controls, lambda point: point)
    found: set[str] = set()
    for button in BUTTONS:
        for kind in (DOWN, UP):
            for made in pads.translate(event(kind, button=button)):
                controls.handle(made)
            found |= controls.take().held
    assert needs <= found and not controls.take().held
