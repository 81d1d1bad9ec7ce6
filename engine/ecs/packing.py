"""Columns of integers as plain data: typed little-endian bytes of the narrowest width that fits.

A state holds `{"dtype": "<i2", "data": b"..."}` for every column of ints, bools or ids: about two
bytes a value, where a list takes up to nine. Equal columns give equal bytes, however they were stored
in memory. Integers that do not fit into signed 64 bits are refused. Private to the engine.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from reskin.engine.errors import StateError

Packed = dict[str, Any]
Integers = NDArray[np.int64]
Column = NDArray[Any]
"""Of int64 or bool."""

LEAST: Final = -(1 << 63)
LARGEST: Final = (1 << 63) - 1
BOOL: Final = "|b1"
WIDTHS: Final = (
    ("|i1", "b", -(1 << 7), (1 << 7) - 1),
    ("|u1", "B", 0, (1 << 8) - 1),
    ("<i2", "h", -(1 << 15), (1 << 15) - 1),
    ("<u2", "H", 0, (1 << 16) - 1),
    ("<i4", "i", -(1 << 31), (1 << 31) - 1),
    ("<u4", "I", 0, (1 << 32) - 1),
    ("<i8", "q", LEAST, LARGEST),
)
"""Each width by its name in NumPy and in struct, with its range. The first that holds all values is used."""
READABLE: Final = frozenset({BOOL, *(dtype for dtype, *_ in WIDTHS)})


def is_storable_text(value: Any) -> bool:
    """Whether a value is exactly a str, without half a surrogate pair, which no UTF-8 can hold."""
    if type(value) is not str:
        return False
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def pack_ints(values: Sequence[int]) -> Packed:
    """Python ints, packed. Raises OverflowError for one that does not fit into signed 64 bits."""
    low, high = (min(values), max(values)) if values else (0, 0)
    for dtype, code, least, largest in WIDTHS:
        if least <= low and high <= largest:
            return {"dtype": dtype, "data": struct.pack(f"<{len(values)}{code}", *values)}
    raise OverflowError(f"from {low} to {high}")


def pack_bools(values: Sequence[bool]) -> Packed:
    """Python bools, packed: one byte each."""
    return {"dtype": BOOL, "data": bytes(values)}


def pack_array(values: Column) -> Packed:
    """A column of int64 or bool, packed to the same bytes as by `pack_ints` or `pack_bools`."""
    if values.dtype.kind == "b":
        return {"dtype": BOOL, "data": values.tobytes()}
    low, high = (values.min(), values.max()) if values.size else (0, 0)
    dtype = next(dtype for dtype, _, least, largest in WIDTHS if least <= low and high <= largest)
    return {"dtype": dtype, "data": values.astype(dtype).tobytes()}


def is_packed(value: Any) -> bool:
    """Whether plain data is a packed column."""
    return isinstance(value, Mapping) and value.keys() == {"dtype", "data"}


def unpack_column(packed: Mapping[str, Any], name: str) -> Column:
    """The column as a new array of int64 or bool. Raises StateError for any other form."""
    dtype, data = packed.get("dtype"), packed.get("data")
    if dtype not in READABLE or type(data) is not bytes:
        raise StateError(
            f"{name} must be packed as bytes of one of {', '.join(sorted(READABLE))}, "
            f"got {type(data).__name__} of {dtype!r}"
        )
    if len(data) % np.dtype(dtype).itemsize:
        raise StateError(f"{name} is cut short: {len(data)} bytes are not a whole number of {dtype}")
    if dtype == BOOL:
        return np.frombuffer(data, np.uint8).astype(np.bool_)
    return np.frombuffer(data, dtype).astype(np.int64)
