"""A world that advances in fixed ticks, and what a game is.

Read in this order: `simulation`, `command`, `rng`, `arrays`, `clock`; then `game`, the class that every game
derives from, and `games`, which finds them. `differences` tells where two states differ.
"""
