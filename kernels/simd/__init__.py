"""Vector code that the kernels share: `vectors` inside numba, `threads` over rows, `processor` for what a
machine
can do, `contiguous` for the arrays that a kernel takes.
"""
