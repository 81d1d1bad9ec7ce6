"""One world in whole ticks: `simulation` steps it, `command` says what players want, `rng` draws its random
numbers, `clock` says when a tick is due, `game` is what a game is to the rest of the engine.
"""
