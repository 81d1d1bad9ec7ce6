"""Keeps what a player must see apart from its surroundings, whatever a theme makes of either.

A thing is a connected piece, corners included, of one key (material and identity). Its surroundings are the
pixels of another key within `RING` of it. The contrast is CIEDE2000 between the two mean colours, the means
taken in linear light, as an eye blurs them: a mean over hundreds of pixels moves smoothly from frame to
frame, and a correction of it is known exactly beforehand. Distances are of the 3-4 chamfer: 3 for a step to
the side, 4 for one across a corner, in thirds of a pixel.

A thing below its bar is led away from its surroundings by a factor on the odds p / (1 - p) of each channel's
linear light p: its mean moves, while its black outline stays black and the white of its eyes white. The
surroundings are mixed with a lighter or darker colour, as by a glow or a shadow that falls off. As little of
both is done as leads to the bar, so that nothing jumps when a thing falls below it.
"""

from typing import Final

RING: Final = 4
"""Pixels around a thing that count as its surroundings."""
HALO: Final = 8
"""Pixels around a thing over which a correction of its surroundings falls off."""
AIM: Final = 1.02
"""Times the bar: where a correction leads to, so that rounding to bytes does not fall below the bar. What has
reached its bar is left alone: that is a step of 0.4 for a bar of 20, which nobody sees."""
FAR: Final = 60.0
"""L*a*b* units beyond a mean colour at which lies what it is led to, at most, in one sweep."""
DARKEST: Final = 1.5e-4
BRIGHTEST: Final = 1 - 2e-3
"""Linear light that still rounds to a byte of 0 and of 255, and has odds: neither nothing nor infinity."""
SWEEPS: Final = 5
"""How often all things are looked at: one that was corrected is the surroundings of its neighbours."""
HALVINGS: Final = 10
"""Of the range of a correction, to find the least that leads to the aim: to a thousandth."""
HUED: Final = 2
"""Sweeps that may change hues; the others make lighter or darker what these could not lead far enough: there
is no redder red."""
MOST: Final = 512
"""Things that are looked after, in the order of their keys, so that no frame can take for ever."""
