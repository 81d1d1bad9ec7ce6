"""Sees what a pygame game draws, from within its process, and shows another picture in its place.

The only package of ours that a game's process imports. It needs the standard library and the game's own
pygame (classic from 2.5 on, or ce), Python 3.9 or later, and imports itself relatively, as it is found by its
folder alone. Nothing is hooked on import; `Capture` in `capture` does that.

Read `patching` (how methods of C types are replaced), `originals` (what our own calls use), `sources` (where
pixels come from), `draws` (what was drawn on each surface), `identity` (which object drew), `hooks` (which
calls are followed), `present` (the swap at the flip), `capture` (all together).
"""
