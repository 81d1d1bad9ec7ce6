"""Keeps what a player must see distinct from its surroundings, whatever a theme makes of either.

A thing is a connected piece, corners included, with one surface id (material and identity). Its surroundings
are the pixels with another surface id within `RING` of it. The contrast is CIEDE2000 between the two mean
colours. The means are taken in linear light, as when an eye blurs them: a mean over hundreds of pixels
changes smoothly from frame to frame, and the effect of a correction on it can be computed exactly. Distances
are those of the 3-4 chamfer: 3 for a step to the side, 4 for a diagonal step, in thirds of a pixel.

If a thing's contrast is below its bar, its colour is moved away from that of its surroundings by a factor on
the odds p / (1 - p) of each channel's linear light p: the mean moves, while a black outline stays black and
the white of the eyes white. The surroundings are mixed with a lighter or darker colour, which falls off like
a glow or a shadow. Both are done only as far as needed to reach the bar, so that nothing jumps when a thing
falls below it.
"""

from typing import Final

RING: Final = 4
"""Pixels around a thing that count as its surroundings."""
HALO: Final = 8
"""Pixels around a thing over which a correction of its surroundings falls off."""
AIM: Final = 1.02
"""Times the bar: the contrast that a correction aims at, so that rounding to bytes does not fall below the
bar. What has reached its bar is left alone: that is a step of 0.4 for a bar of 20, which nobody sees."""
FAR: Final = 60.0
"""L*a*b* units by which one sweep can move a mean colour at most."""
DARKEST: Final = 1.5e-4
BRIGHTEST: Final = 1 - 2e-3
"""Linear light that still rounds to a byte of 0 and of 255, and whose odds are neither 0 nor infinite."""
SWEEPS: Final = 5
"""How often all things are checked: a thing that was corrected belongs to the surroundings of its
neighbours."""
HALVINGS: Final = 10
"""Bisections of the range of a correction, to find the least that reaches the aim: to a thousandth."""
HUED: Final = 2
"""Sweeps that may change hues. The others make things lighter or darker that the first could not move far
enough: there is no redder red."""
MOST: Final = 512
"""Things that are handled, in the order of their surface ids, so that the time of a frame is bounded."""
