"""What is large: backdrops, painted pictures, layers, flat shapes and fills.

Read `backdrops` and `flat_shapes` (the rules), then `pictures` (what a painted picture shows), `views` (its
pixels, each for itself) and `footing` (which shapes are walked on).
"""
