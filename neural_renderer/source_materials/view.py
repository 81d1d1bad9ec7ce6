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
    sky = blue = sea = fill = roads = lawn = height = longest = turf = things = on_ground = skyline = 0.0
    for name, p, b in units:
        share_of_run = b.share * b.frames / max(1, behaviours.frames)
        earth = p.brown * (p.value > 0.3) + p.yellow * (p.value > 0.3) + p.lime + p.green
        bluish = p.cyan + p.blue
        if name.material in ("sky", "hill") and earth < 0.6:
            sky = 2.0
        shown_long = p.colors > 1 or share_of_run > 0.1
        if bluish > 0.6 and b.share > 0.3 and b.y < 0.62 and b.rank < 0.3 and p.value > 0.3 and shown_long:
            # A menu may have a blue ground too.
            laid = b.draws >= 8 and b.box < 0.1
            blue = max(blue, 0.0 if laid else 0.5 if p.colors <= 1 else 1.5)
            sea = max(sea, 1.5 * laid)
        # Hills and woods that rise from edge to edge before what lies behind: from above none has an outline.
        skyline += is_outline(p, b)
        if b.share > 0.25 and b.below < 0.1 and earth > 0.6 and p.colors <= 1:
            fill = 0.75  # a floor of one colour
        # Pale paper is a floor too, where nothing falls for a while.
        pale = p.grey > 0.5 and p.value > 0.5 and b.scrolled == 0
        resting = behaviours.falls < 6 and b.frames > 32
        if share_of_run > 0.5 and b.below < 0.1 and pale and p.colors <= 1 and resting:
            fill = 1.0
        fills = b.box > 0.9 and b.rank < 0.15 and p.coverage > 0.97
        if fills and b.share > 0.15 and earth > 0.85 and p.colors > 4 and p.mixture < 0.5:
            turf = 1.0  # texture of grass or earth up to the upper edge
        on_screen = b.scrolled >= 8 and b.fixed > 0.9  # an icon
        small = p.coverage < 0.9 and p.colors > 3 and b.draws <= 3 and b.box < 0.03
        if small and b.frames >= 8 and not on_screen:
            things += b.frames * b.draws
            on_ground += b.frames * b.draws * b.on_ground
        in_rows = b.draws >= 6 or b.neighbours >= 1
        if in_rows and (bluish < 0.5 or p.saturation < 0.3) and p.value > 0.2:
            lawn += share_of_run
            height += share_of_run * b.y
            longest = max(longest, b.frames / max(1, behaviours.frames))
        if name.material in ("road", "floor") and b.share > 0.05:
            roads = 0.5
    falling = things_fall(behaviours)
    # Who glides up and down at will does not fall.
    gliding = behaviours.steady >= 20 and not falling
    # Seen from above, ground lies all over the picture; from the side, it lies below and before the sky.
    everywhere = lawn > 0.4 * longest and 0.38 < height / max(lawn, 1e-9) < 0.62
    # Things stand on tiles, rather than before a sky.
    stands = on_ground > 0.7 * things > 0
    ground = 1.0 if everywhere or stands or turf else 0.0
    blue = max(blue, 0.0 if everywhere else sea)  # blue tiles around land are water
    return sky + blue + min(skyline, 2.0) + 1.5 * falling - 0.5 * gliding - fill - roads - ground


def things_fall(behaviours: Behaviours) -> bool:
    """Whether there are many small gains of speed downwards, and few upwards: a car's brakes give both."""
    falls = behaviours.falls
    return falls >= 12 and falls > 3 * behaviours.rises and falls > behaviours.steady


def is_outline(p: Pixels, b: Behaviour) -> bool:
    """Whether something is the outline of hills, woods or a town, from edge to edge and far behind."""
    plain = p.edges < 0.12 and p.colors < 256  # a painted picture may have gaps too
    return plain and p.skyline and b.wide > 0.9 and b.draws < 8 and b.share > 0.05 and b.rank < 0.5


def is_side_view(evidence: float) -> bool:
    """In doubt, the side."""
    return evidence > DOUBT
