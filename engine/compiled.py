"""Functions that Numba compiles, with a cache on the disk that nothing depends on.

Numba refuses to define a function whose cache it cannot write, and a call fails if the cache is damaged or
the disk is full. Here the function is then compiled again in each process, which takes longer and is all.

`NUMBA_DISABLE_JIT` is not followed, and is switched off for the process: it is for finding mistakes in
functions that Python can run too. Kernels of vector instructions are none, and Numba compiles its own helpers
while it compiles a kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numba
from numba import config
from numba.core.caching import FunctionCache

config.DISABLE_JIT = 0


class OptionalCache(FunctionCache):  # type: ignore[misc,unused-ignore]
    """The cache of one function: what cannot be read is compiled, and what cannot be written is not kept."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # a damaged file raises anything, as it is pickled
            with suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except Exception:  # a full disk, or a folder that is gone
            self.disable()


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """A decorator: `numba.njit(**options)`, without the GIL, and with an `OptionalCache`."""

    def decorate(function: Callable[..., Any]) -> Any:
        dispatcher = numba.njit(nogil=True, **options)(function)
        with suppress(RuntimeError, OSError):  # no folder for it may be written
            dispatcher._cache = OptionalCache(function)
        return dispatcher

    return decorate


def cache_is_kept() -> bool:
    """Whether compiled functions can be kept on the disk for the next start."""

    def probe() -> None:
        """Has the file of this module, beside which Numba keeps its cache first."""

    try:
        FunctionCache(probe)
    except (RuntimeError, OSError):
        return False
    return True
