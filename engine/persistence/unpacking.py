"""Reads msgpack that somebody else may have written: what it costs in memory is bounded by its length.

A list takes one byte of msgpack, but 64 bytes of memory. So lists and maps are counted as they are made: what
Reskin writes has a packed column of ids beside every such list, and stays far below the bound. Checksums do
not help here, since they have no key. Private to `engine.persistence`.
"""

from __future__ import annotations

from typing import Any, Final

import msgpack

FREE: Final = 500_000
"""Lists and maps that are allowed whatever the length."""
BYTES_EACH: Final = 6
"""Above that, one for so many bytes."""


def unpack_bounded(data: bytes) -> Any:
    """The plain data in these bytes. Raises ValueError, whatever is wrong with them."""
    left = [FREE + len(data) // BYTES_EACH]

    def count(made: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise ValueError("it holds more lists than its length allows")
        return made

    try:
        return msgpack.unpackb(data, list_hook=count, object_hook=count)
    except Exception as error:  # also of a key that cannot be hashed, of an extension, of memory
        raise ValueError(f"{type(error).__name__}: {error}") from error
