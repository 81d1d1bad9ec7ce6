"""What lies on the display and on other surfaces: which draw each pixel shows.

Read `planes` (one surface), `layers` (all of them, drawn from the rows of their draw lists), `operations`
(what a row draws), `axes` (surfaces drawn on others, scaled or flipped), `shapes`, `composed` (small surfaces
as images), `erasing` (patches that put the backdrop back).
"""
