"""Day and night: the time of day at a tick, and colours in that light. Only drawing uses it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from reskin.engine.draw.colors import Rgb, rgb

DAY: Final = 7200
"""Ticks of a day: two minutes."""
MORNING: Final = 9 * 60
DAWN, DUSK, TWILIGHT = 5 * 60, 18 * 60, 150
STEPS: Final = 24
"""Steps of darkness from day to night. They are few, so that mixed colours can be cached."""
LOSS: Final = (62, 56, 34)
"""Percent by which night darkens red, green and blue."""


def daylight_minutes(tick: int) -> int:
    """Minutes since midnight."""
    return (MORNING + tick * 1440 // DAY) % 1440


@dataclass(frozen=True)
class Daylight:
    """The light of an hour: call it with a colour. `night` is 0 by day, STEPS by night."""

    night: int

    @classmethod
    def at(cls, tick: int) -> Daylight:
        now = daylight_minutes(tick)
        if now < 720:
            dark = DAWN + TWILIGHT - now
        else:
            dark = now - DUSK
        return cls(max(0, min(dark * STEPS // TWILIGHT, STEPS)))

    def __call__(self, color: str) -> Rgb:
        return _dimmed(color, self.night)

    @property
    def lit(self) -> bool:
        """Whether lamps and windows shine."""
        return self.night > STEPS // 3


@lru_cache(maxsize=4096)
def _dimmed(color: str, night: int) -> Rgb:
    r, g, b = (
        c * (100 * STEPS - loss * night) // (100 * STEPS) for c, loss in zip(rgb(color), LOSS, strict=True)
    )
    return r, g, b
