"""The skeleton: an exact game engine with integers, fixed ticks and a hash every tick. No neural network.

Games import what they need from `reskin` itself. Read in this order: `simulation`, `ecs`, `ledger`, `draw`,
`frame`, `loop`; then `persistence`, `determinism`, `script` and `capture`. All of them share `errors`,
`atomic_write`, `watcher` and `compiled`.
"""
