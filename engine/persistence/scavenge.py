"""Rows out of an SQLite file whose trees can no longer be trusted: every row in every leaf page, one by one.

SQLite reads nothing at all once a file's first page or the top of a tree is harmed, although the rows
lie unharmed below. Here each page is taken for itself. What comes out may be stale or nonsense: it is
for rows that prove themselves, by a seal. Format: sqlite.org/fileformat2.html, sections 1.6 and 2.1.
Private to `engine.persistence.savefile`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from reskin.engine.persistence.wal import read_log

LEAF: Final = 0x0D
"""The kind of page that holds a table's rows."""
FIRST: Final = 100
"""Bytes at the beginning of the first page that belong to the whole file."""
PAGE_SIZES: Final = tuple(1 << bits for bits in range(9, 17))
USUAL: Final = 4096
WHOLE: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
"""Bytes of the integers by the type that a record names."""


class Broken(Exception):
    """No row is here. Private to this file."""


def rows(database: Path) -> Iterator[list[Any]]:
    """Every row that can be read, as ints, bytes, strings and None; a primary key takes its place."""
    data = database.read_bytes()
    size = int.from_bytes(data[16:18])
    size = size if size in PAGE_SIZES else USUAL
    pages = {at // size + 1: data[at : at + size] for at in range(0, len(data), size)}
    pages |= read_log(database).pages
    for number, page in pages.items():
        start = FIRST if number == 1 else 0
        if page[start : start + 1] != bytes([LEAF]):
            continue
        for i in range(int.from_bytes(page[start + 3 : start + 5])):
            pointer = start + 8 + 2 * i
            with suppress(Broken, IndexError, UnicodeDecodeError):
                yield _row(pages, page, int.from_bytes(page[pointer : pointer + 2]))


def _row(pages: Mapping[int, bytes], page: bytes, at: int) -> list[Any]:
    """The row in the cell that begins at a place of a leaf page."""
    length, at = _varint(page, at)
    key, at = _varint(page, at)
    record = _payload(pages, page, at, length)
    head, at = _varint(record, 0)
    values: list[Any] = []
    body = head
    while at < head:
        kind, at = _varint(record, at)
        value, body = _value(record, kind, body)
        values.append(value)
    return [key, *values[1:]] if values and values[0] is None else values


def _payload(pages: Mapping[int, bytes], page: bytes, at: int, length: int) -> bytes:
    """A cell's bytes; what finds no room on its page goes on, from page to page."""
    usable = len(page)
    local = length
    if length > usable - 35:
        least = (usable - 12) * 32 // 255 - 23
        local = least + (length - least) % (usable - 4)
        if local > usable - 35:
            local = least
    parts, left = [page[at : at + local]], length - local
    following = int.from_bytes(page[at + local : at + local + 4])
    while left > 0:
        further = pages.get(following)
        if further is None or len(further) < 5:
            raise Broken
        parts.append(further[4 : 4 + left])
        left -= len(parts[-1])  # at least one byte a page, so this ends
        following = int.from_bytes(further[:4])
    return b"".join(parts)


def _value(record: bytes, kind: int, at: int) -> tuple[Any, int]:
    """One value of a record and where the next begins."""
    if kind in (0, 8, 9):
        return (None if kind == 0 else kind - 8), at
    if kind in WHOLE:
        end = at + WHOLE[kind]
        return int.from_bytes(record[at:end], signed=True), end
    if kind < 12:
        raise Broken  # a float: no save has one
    end = at + (kind - 12) // 2
    if end > len(record):
        raise Broken
    return (record[at:end].decode() if kind % 2 else record[at:end]), end


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """SQLite's integer of one to nine bytes, and where it ends."""
    value = 0
    for i in range(9):
        byte = data[at + i]
        if i == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + i + 1
    raise Broken
