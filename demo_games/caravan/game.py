"""The game as the loop sees it: a name, keys, and a folder of rules."""

from __future__ import annotations

from typing import ClassVar

from reskin import Control
from reskin.engine.script import ScriptedGame


class Caravan(ScriptedGame):
    """Five towns from a seed. Everything that happens in them is in the scripts."""

    name: ClassVar[str] = "caravan"
    title: ClassVar[str] = "Caravan"
    controls: ClassVar[tuple[Control, ...]] = (
        Control("left", ("a", "left"), "walk left"),
        Control("right", ("d", "right"), "walk right"),
        Control("up", ("w", "up"), "walk up"),
        Control("down", ("s", "down"), "walk down"),
        Control("use", ("e",), "open a chest; at a market: accept or hand over a delivery"),
        Control("swing", ("space", "j"), "hit a bandit with the staff"),
        Control("hire", ("h",), "at a market: buy another pack animal"),
        Control("sell", ("left shift", "right shift"), "hold to sell instead of buying"),
        *(Control(f"good {n}", (str(n),), "buy this good at a market") for n in range(1, 7)),
    )
