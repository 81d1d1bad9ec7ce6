"""The painter kit: what painters share.

- `gbuffer`: what a painter sees of a frame, and what a painter is.
- `brushes`: blends, ramps, blurs and shapes on arrays.
- `sheets`: textures that are drawn once and sampled; `models`: those with a height.
- `pixels`: the pixels of one material, and the table of how each material is painted.
- `world`: the materials behind things and effects.
- `layers`: shade, shadows, glow and outlines over the whole picture.
"""
