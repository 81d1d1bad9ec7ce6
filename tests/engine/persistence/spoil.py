"""Ways to damage a file: flipped bits, lost and swapped pages, zeros, a cut."""

from __future__ import annotations

from random import Random


def spoilt(data: bytes, draw: Random, page: int = 4096) -> bytes:
    """The bytes, damaged in one of six ways."""
    found, pages = bytearray(data), max(len(data) // page, 1)
    way = draw.randrange(6)
    if way == 0:
        for _ in range(draw.choice((1, 1, 2, 8))):
            at = draw.randrange(len(found))
            found[at] ^= 1 << draw.randrange(8)
    elif way == 1:
        del found[draw.randrange(len(found)) :]
    elif way == 2:
        a, b = draw.randrange(pages) * page, draw.randrange(pages) * page
        found[a : a + page], found[b : b + page] = found[b : b + page], found[a : a + page]
    elif way == 3:
        at = draw.randrange(pages) * page
        found[at : at + page] = bytes(len(found[at : at + page]))
    elif way == 4:
        at = draw.randrange(len(found))
        found[at : at + 16] = draw.randbytes(len(found[at : at + 16]))
    else:
        at = draw.randrange(pages) * page
        del found[at : at + page]
    return bytes(found)
