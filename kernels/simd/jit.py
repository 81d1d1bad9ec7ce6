"""How the kernels are compiled: two decorators around `engine.compiled`.

Both cache the compiled code on disk, release the GIL, so that rows can run on several threads, and divide by
zero as NumPy does, which spares a check at each division.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from numba.core.compiler_lock import global_compiler_lock

from reskin.engine.compiled import compiled
from reskin.kernels.simd.forks import held_across_forks

held_across_forks(global_compiler_lock)  # another thread may be compiling or loading a kernel

__all__ = ["jit_inner", "jit_kernel", "global_compiler_lock"]

_OPTIONS: Final[dict[str, Any]] = {"error_model": "numpy"}


def jit_kernel(function: Callable[..., Any]) -> Any:
    """Compile a function that Python and other kernels may call."""
    return compiled(**_OPTIONS)(function)


def jit_inner(function: Callable[..., Any]) -> Any:
    """Compile a function that only other kernels call: without the wrappers for Python and for C, which take
    longer to compile than most of these functions."""
    return compiled(**_OPTIONS, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)
