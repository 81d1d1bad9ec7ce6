"""The operations of the network that repaints frames, one folder each. They know arrays, and neither games,
themes nor packs.

`ingest` packs a frame's channels for the body, `border` finds how near each pixel is to the borders of what
it shows, `block` is the residual block of the body, `head` samples the anchored surfaces and turns features
into colours, `reproject` brings the last picture to this frame, `rectify` steadies the new picture by it,
`grade` scales colours by material, `guard` keeps what must be seen distinct from its surroundings, and
`dissolve` mixes the pictures of two themes. Each folder has a `reference.py`, which is short, slow and
obviously right, and, if a CPU needs it faster, a `cpu.py`, a compiled pass over rows, which several threads
run. `simd/` holds what they share. Letters: B batch, C channels, H height, W width, M materials.
"""

from typing import Final

from reskin.kernels.border import PROFILE

PATCH: Final = 4
"""The body works at 1 / PATCH of the resolution."""
EMBED: Final = 6
"""Numbers that represent a material in the body's input."""
BODY: Final = 48
"""Channels of the body."""
BLOCKS: Final = ((1, 1), (2, 2), (1, 1))
"""Dilations of the two convolutions of each residual block: a reach of 4 * 8 = 32 pixels."""
FEATURES: Final = 12
"""Features that the body gives the head for each pixel of the full resolution."""
SURFACE: Final = 8
"""Channels of an anchored surface: learned texture plus mixed noise."""
NOISES: Final = 16
"""Noise channels."""
HIDDEN: Final = 32
"""Hidden units of the head."""
INGEST: Final = PATCH * PATCH * (EMBED + 3)
"""Channels of the body's input: embedded materials and albedo."""
HEAD_INPUTS: Final = FEATURES + SURFACE + PROFILE + 3
"""Inputs of the head: body features, surface, edges (surface plus border profile), albedo."""
HEAD_PARTS: Final = (FEATURES, FEATURES + SURFACE, FEATURES + SURFACE + PROFILE)
"""Where the second, third and fourth of these inputs begin."""
OUTPUTS: Final = 4
"""Outputs of the head: a colour, and how much of the albedo is added to it."""


def macs_per_pixel() -> int:
    """Multiply-accumulates per output pixel of the whole network."""
    convolutions = BODY * BODY * 9 * 2 * len(BLOCKS)
    body = (INGEST * BODY + convolutions + BODY * PATCH * PATCH * FEATURES) // (PATCH * PATCH)
    return body + NOISES * SURFACE + HEAD_INPUTS * HIDDEN + HIDDEN * OUTPUTS + 3
