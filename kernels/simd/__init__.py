"""What the kernels share: `jit` compiles them, `vectors` are SIMD operations inside numba, `threads` runs
rows in parallel, `processor` reads which instructions a machine has, and `contiguous` prepares arrays.
"""
