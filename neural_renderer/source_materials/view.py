"""Whether a game is seen from the side or from above.

From the side: there is a sky, or things fall faster and faster. In doubt it is the side, because a wrong
side view costs the look of a few tiles, and a wrong top view makes water of the sky.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reskin.neural_renderer.source_materials.behaviour import Behaviour, Behaviours
from reskin.neural_renderer.source_materials.pixels import Pixels
from reskin.neural_renderer.source_materials.words import NameMeaning

DOUBT: Final = -0.4
"""Evidence below which a game is seen from above. In doubt it is the side, so this lies below 0."""

Evidence = tuple[NameMeaning, Pixels, Behaviour]
"""Of a unit that is not HUD."""


def side_evidence(units: Iterable[Evidence], behaviours: Behaviours) -> float:
    """Above 0 for the side, below 0 for the top, by how much speaks for it."""
    sky = blue = fill = roads = lawn = height = longest = 0.0
    for name, p, b in units:
        share_of_run = b.share * b.frames / max(1, behaviours.frames)
        earth = p.brown * (p.value > 0.3) + p.yellow * (p.value > 0.3) + p.lime + p.green
        bluish = p.cyan + p.blue
        if name.material in ("sky", "hill") and earth < 0.6:
            sky = 2.0
        if bluish > 0.6 and b.share > 0.3 and b.y < 0.62 and b.rank < 0.3 and p.value > 0.3:
            # A menu may have a blue ground too.
            blue = max(blue, 0.5 if p.colors <= 1 and b.draws < 8 else 1.5)
        if b.share > 0.25 and b.below < 0.1 and earth > 0.6 and p.colors <= 1:
            fill = 0.75
        in_rows = b.draws >= 6 or b.neighbours >= 1
        if in_rows and (bluish < 0.5 or p.saturation < 0.3) and p.value > 0.2:
            lawn += share_of_run
            height += share_of_run * b.y
            longest = max(longest, b.frames / max(1, behaviours.frames))
        if name.material in ("road", "floor") and b.share > 0.05:
            roads = 0.5
    # A fall is many small gains of speed downwards, and few upwards; a car's brakes give both alike.
    falling = behaviours.falls >= 12 and behaviours.falls > 3 * behaviours.rises
    gliding = behaviours.steady >= 20 and not falling
    # Seen from above, ground lies all over the picture; from the side, it lies below and before the sky.
    everywhere = lawn > 0.4 * longest and 0.38 < height / max(lawn, 1e-9) < 0.62
    ground = 1.0 if everywhere else 0.0
    return sky + blue + 1.5 * falling - 0.5 * gliding - fill - roads - ground


def is_side_view(evidence: float) -> bool:
    """In doubt, the side."""
    return evidence > DOUBT
