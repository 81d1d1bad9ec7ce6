"""Grades a styled picture by material, pixel by pixel, in integers:

1. the colour times its material's color scale,
2. times the factor of the pixel's detail: a brick's joints and a hero's eyes come back,
3. times the overlay's factor, plus its offset: night, rain, fog, shadows,
4. blended over the plain colour by its material's share. A pixel whose detail is 0 keeps the plain colour.

Every product is of 256ths and rounded as (product + 128) >> 8, and every result is held to 0..255. So a
factor, a scale or a share of 256 changes nothing at all, and any processor gives the same numbers.
"""
