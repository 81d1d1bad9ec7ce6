"""The sync test: whether a game always gives the same state from the same seed and commands.

Read in this order: `synctest`; then `nondeterminism`, `hidden_state` and `subprocess`, which find the cause;
`rules`, the table of what is not allowed.
"""
