"""The skeleton: an exact game engine. Integers, fixed ticks, a hash every tick; no neural network.

What games need can be imported from `reskin` itself. Read in this order: `simulation`, `ecs`, `ledger`,
`draw`, `frame`, `loop`; then `persistence` and `determinism`.
"""
