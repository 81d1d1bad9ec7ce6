"""What a theme is learnt from: a painter, keyframes, a picture, any callable, a diffusion model.

Read `lessons` first.
"""
