"""What the kernels share: `jit` compiles them, `vectors` are SIMD operations inside numba, `threads` runs
rows in parallel, `processor` reads which instructions a machine has, `contiguous` prepares arrays,
and `forks` keeps locks and pools right in forked processes.
"""
