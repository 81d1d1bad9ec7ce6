"""Whether a game is seen from the side or from above.

From the side: there is a sky, or things fall faster and faster. In doubt it is the side, because a wrong
side view costs the look of a few tiles, and a wrong top view makes water of the sky.
"""

from __future__ import annotations

from collections.abc import Iterable

from reskin.neural_renderer.source_materials.behaviour import Behaviour, Behaviours
from reskin.neural_renderer.source_materials.pixels import Pixels
from reskin.neural_renderer.source_materials.words import NameMeaning

Evidence = tuple[NameMeaning, Pixels, Behaviour]
"""Of a unit that is not HUD."""


def side_evidence(units: Iterable[Evidence], behaviours: Behaviours) -> float:
    """Above 0 for the side, below 0 for the top, by how much speaks for it."""
    total = sky = blue = roads = lawn = 0.0
    for name, p, b in units:
        earthy = p.brown * (p.value > 0.3) + p.lime + p.green
        if name.material in ("sky", "hill") and earthy < 0.6:
            sky = 2.0
        if p.cyan + p.blue > 0.6 and b.share > 0.3 and b.y < 0.62 and b.rank < 0.3 and p.value > 0.3:
            blue = 1.5
        if b.below < 0.1 and p.cyan + p.blue < 0.5 and p.value > 0.2 and p.coverage > 0.9 and p.mixture < 1.2:
            lawn += b.share * b.frames / max(1, behaviours.frames)
        if name.material in ("road", "floor") and b.share > 0.05:
            roads = 0.5
    # A fall is many small gains of speed downwards, and few upwards; a car's brakes give both alike.
    if behaviours.falls >= 12 and behaviours.falls > 3 * behaviours.rises:
        total += 1.5
    # Seen from above, ground lies behind everything; from the side, it lies below and before the sky.
    return total + sky + blue - roads - (1.0 if lawn > 0.6 else 0.0)


def is_side_view(evidence: float) -> bool:
    """In doubt, the side."""
    return evidence > -0.4
