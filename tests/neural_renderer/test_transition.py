"""From one theme to the next: what is shown on the way, and that nothing of it stays."""

from __future__ import annotations

import numpy as np
import pytest

from reskin.neural_renderer.errors import InputError
from reskin.neural_renderer.restyler import Restyler
from reskin.neural_renderer.transition import FRAMES, Kind, transition_share
from tests.neural_renderer.samples import levels, random_theme, world


def run(kind: Kind, switch: int = 3, frames: int = FRAMES + 8) -> list[np.ndarray]:
    """Pictures of a moving world whose theme changes at frame `switch`."""
    restyler = Restyler(random_theme(1), transition=kind)
    pictures = []
    for t in range(frames):
        if t == switch:
            restyler.set_theme(random_theme(2))
        pictures.append(restyler(world(t)))
    return pictures


def test_a_cut_shows_the_new_theme_at_once() -> None:
    assert np.array_equal(run("cut")[3], Restyler(random_theme(2))(world(3)))


@pytest.mark.parametrize("kind", ["fade", "wipe"])
def test_a_transition_starts_at_the_old_look_ends_at_the_new_and_leaves_nothing(kind: Kind) -> None:
    cut, shown = run("cut"), run(kind)
    assert all(np.array_equal(a, b) for a, b in zip(cut[:3], shown[:3], strict=True))
    away = [levels(a, b)[0] for a, b in zip(cut[3:], shown[3:], strict=True)]
    assert away[0] > 5 > away[FRAMES // 2] > 0
    assert all(np.array_equal(a, b) for a, b in zip(cut[2 + FRAMES :], shown[2 + FRAMES :], strict=True))


@pytest.mark.parametrize("kind", ["fade", "wipe"])
def test_shares_fall_from_all_to_nothing(kind: Kind) -> None:
    steps = np.stack([transition_share(kind, step, 64) for step in range(FRAMES + 1)]).astype(int)
    assert (steps[0] == 256).all() and (steps[-1] == 0).all() and (np.diff(steps, axis=0) <= 0).all()


def test_another_kind_is_refused() -> None:
    with pytest.raises(InputError, match="cut, fade, wipe"):
        Restyler(random_theme(), transition="spin")  # type: ignore[arg-type]
