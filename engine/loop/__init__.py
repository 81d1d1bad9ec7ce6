"""The loop that ticks, draws, restyles and shows. Read `loop` first; `windowed_loop` and `headless` are its
two
kinds, and `circuit_breaker` keeps a failing post-renderer from stopping a game.
"""
