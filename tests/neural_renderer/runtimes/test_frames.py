"""Malformed frames: each is refused by an error that names the channel, and none reaches the network."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from reskin.engine.errors import FrameError
from reskin.engine.frame import MATERIALS, Frame, plain_picture
from reskin.engine.loop.circuit_breaker import CircuitBreaker
from reskin.neural_renderer.errors import InputError
from reskin.neural_renderer.features import FAR
from reskin.neural_renderer.restyler import Restyler
from tests.neural_renderer.samples import random_theme, world

CHANNELS = ("color", "material", "identity", "motion", "anchor", "depth", "hud", "detail", "overlay")
Change = Callable[[Any], Any]

EVERY_CHANNEL: dict[str, Change] = {
    "of another type": lambda a: a.astype(np.int32),
    "of doubles": lambda a: a.astype(np.float64),
    "of objects": lambda a: a.astype(object),
    "with bytes swapped": lambda a: a.astype(a.dtype.newbyteorder()),
    "one row less": lambda a: a[1:],
    "one column less": lambda a: a[:, 1:],
    "transposed": lambda a: np.swapaxes(a, 0, 1),
    "channels first": lambda a: np.moveaxis(a, -1, 0),
    "a dimension more": lambda a: a[None],
    "a channel more": lambda a: np.concatenate((a, a), -1),
    "flat": lambda a: a.ravel(),
    "a scalar": lambda a: a.ravel()[0],
    "no rows": lambda a: a[:0],
    "no columns": lambda a: a[:, :0],
    "a list": lambda a: a.tolist(),
    "a text": lambda a: "winter",
    "bytes": lambda a: a.tobytes(),
}
HARMLESS = {
    # The other channels disagree then.
    *(("color", how) for how in ("one row less", "one column less", "transposed")),
    *((name, "with bytes swapped") for name in ("color", "material", "hud", "detail")),  # a byte has no order
}
CONTRACT = [(c, h) for c in CHANNELS for h in EVERY_CHANNEL if (c, h) not in HARMLESS]


@cache
def good() -> Frame:
    frame = world(1, 12, 20)
    return frame.replace(
        depth=np.ones((12, 20), np.float16),
        detail=np.full((12, 20), 120, np.uint8),
        overlay=np.full((12, 20, 6), 100, np.int16),
    )


@pytest.mark.parametrize(("channel", "how"), CONTRACT)
def test_a_malformed_channel(channel: str, how: str) -> None:
    with pytest.raises(FrameError, match=rf"^{channel} must be .*(got|found)") as caught:
        good().replace(**{channel: EVERY_CHANNEL[how](getattr(good(), channel))})
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("how", ["one row less", "one column less", "transposed"])
def test_a_colour_of_another_size_makes_the_others_wrong(how: str) -> None:
    with pytest.raises(FrameError, match=r"^material must be uint8 \[.*got uint8 \[12, 20\]"):
        good().replace(color=EVERY_CHANNEL[how](good().color))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("color", None), ("layout", "RGB"), ("layout", "bgrx"), ("layout", None), ("layout", 4),
        ("layout", ["BGRX"]),
        ("tile", 0), ("tile", -32.0), ("tile", np.nan), ("tile", np.inf), ("tile", None), ("tile", "32"),
        ("tile", [32]), ("tile", 1e-30), ("tile", 1e30), ("tile", np.ones(2)), ("tile", 1 + 2j),
    ],
)  # fmt: skip
def test_a_malformed_field(field: str, value: Any) -> None:
    with pytest.raises(FrameError, match=rf"^{field} must be .*got"):
        good().replace(**{field: value})


def spoilt(channel: str, value: float, everywhere: bool = False) -> Frame:
    """The good frame with one value, or all, of a channel replaced."""
    array = getattr(good(), channel).copy()
    if everywhere:
        array[...] = value
    else:
        array[7, 11] = value
    return good().replace(**{channel: array})


UNFIT = [("material", len(MATERIALS)), ("material", 200), ("material", 255)] + [
    ("anchor", value) for value in (np.nan, np.inf, -np.inf, FAR, -FAR, 3e38)
]


@pytest.mark.parametrize("device", ["openvino", "torch"])
@pytest.mark.parametrize("everywhere", [False, True])
@pytest.mark.parametrize(("channel", "value"), UNFIT)
def test_values_that_cannot_be_restyled(device: str, channel: str, value: float, everywhere: bool) -> None:
    restyler = Restyler(random_theme(), device=device)
    restyler(good())
    with pytest.raises(InputError, match=rf"^{channel} must be .*found"):
        restyler(spoilt(channel, value, everywhere))
    assert restyler.history is None


@pytest.mark.parametrize("device", ["openvino", "torch"])
@pytest.mark.parametrize(
    ("channel", "value"),
    [("motion", np.nan), ("motion", np.inf), ("motion", -65504), ("depth", np.nan), ("identity", 65535)],
)
def test_values_that_mean_nothing_are_taken(device: str, channel: str, value: float) -> None:
    """Motion that is no number means no history; depth is not looked at."""
    restyler = Restyler(random_theme(), device=device)
    for everywhere in (False, True):
        picture = restyler(spoilt(channel, value, everywhere))
        assert picture.shape == good().color.shape and picture.std() > 5


@pytest.mark.parametrize("channel", CHANNELS[1:])
def test_every_channel_but_colour_may_be_missing(channel: str) -> None:
    picture = Restyler(random_theme())(good().replace(**{channel: None}))
    assert picture.shape == good().color.shape and picture.std() > 5


def test_arrays_that_are_read_only_or_not_contiguous() -> None:
    wide, random = world(1, 24, 40), np.random.default_rng(1)
    detail = random.integers(0, 256, (24, 40)).astype(np.uint8)
    wide = wide.replace(detail=detail, overlay=random.integers(0, 256, (24, 40, 6)).astype(np.int16))
    names = ("color", "material", "identity", "motion", "anchor", "hud", "detail", "overlay")
    strided = wide.replace(**{name: getattr(wide, name)[::2, ::2] for name in names})
    dense = strided.replace(**{name: getattr(strided, name).copy() for name in names})
    for name in names:
        getattr(dense, name).setflags(write=False)
    a, b = Restyler(random_theme()), Restyler(random_theme())
    for _ in range(2):
        assert np.array_equal(a(strided), b(dense))


def test_a_game_survives_all_of_it() -> None:
    """What a loop does with such frames: the plain one goes out, the fault is counted and named."""
    breaker = CircuitBreaker(Restyler(random_theme()), threshold=1000)
    for number, (channel, value) in enumerate(UNFIT, start=1):
        frame = spoilt(channel, value)
        assert np.array_equal(breaker(frame), plain_picture(frame))
        assert breaker.faults == number and f"InputError: {channel} must be" in breaker.last_reason
    assert not np.array_equal(breaker(good()), plain_picture(good()))


def test_there_are_enough_malformed_frames() -> None:
    assert len(CONTRACT) + len(UNFIT) >= 60
