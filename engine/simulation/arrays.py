"""Grids of the simulation, such as a terrain: named NumPy arrays of integers.

Their canonical bytes, in C order and little-endian, are hashed and stored. Floats and objects are refused.
Read next: `engine.simulation.simulation`, whose `arrays` this is.
"""

from __future__ import annotations

from collections import UserDict
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.ecs.packing import READABLE, is_storable_text
from reskin.engine.errors import StateError

STORED: Final = (*sorted(READABLE), "<u8")
"""The types of arrays in a state, as NumPy names them."""
Array = NDArray[np.integer[Any]] | NDArray[np.bool_]


class Arrays(UserDict[str, Array]):
    """Arrays by name. An array is part of the state as soon as it is in here.

    >>> arrays = Arrays()
    >>> arrays["terrain"] = np.zeros((2, 3), np.uint8)
    >>> arrays.state()["terrain"]["shape"]
    [2, 3]
    """

    def __setitem__(self, name: str, array: Array) -> None:
        if not is_storable_text(name):
            raise StateError(f"an array's name must be a string of whole characters, got {name!r}")
        if not isinstance(array, np.ndarray) or array.dtype.kind not in "iub":
            found = getattr(array, "dtype", type(array).__name__)
            raise StateError(f"array {name!r} must be a NumPy array of integers or bools, got {found}")
        super().__setitem__(name, array)

    def state(self) -> dict[str, Any]:
        """Plain data: type, shape and a copy of the bytes of each array, by name."""
        return {
            name: {"dtype": array.dtype.str, "shape": list(array.shape), "data": array.tobytes()}
            for name, array in self.canonical()
        }

    def canonical(self) -> list[tuple[str, Array]]:
        """Name and array, sorted by name, in C order and little-endian; copied only if they are not."""
        return [(name, _canonical(array)) for name, array in sorted(self.data.items())]

    def prepare(self, state: Mapping[str, Any]) -> Callable[[], None]:
        """Check a `state()` and return a function that restores it, which cannot fail.

        Arrays of the same shape and type are written in place, so that views of them stay valid.
        """
        arrays = Arrays()
        for name, stored in state.items():
            if stored["dtype"] not in STORED:
                raise StateError(f"array {name!r} must be of {', '.join(STORED)}, got {stored['dtype']!r}")
            arrays[name] = np.frombuffer(stored["data"], stored["dtype"]).reshape(stored["shape"])

        def commit() -> None:
            for name in [name for name in self if name not in arrays]:
                del self[name]
            for name, array in arrays.items():
                mine = self.get(name)
                if mine is not None and (mine.shape, mine.dtype) == (array.shape, array.dtype):
                    mine[...] = array
                else:
                    self[name] = array.copy()

        return commit


def _canonical(array: Array) -> Array:
    dtype: Any = array.dtype.newbyteorder("<")
    ordered: Array = array.astype(dtype, order="C", copy=False)
    return ordered
