"""Reads a damaged SQLite file without SQLite: the rows in every leaf page, and the write-ahead log.

SQLite reads nothing from a file whose first page, or the top of one of its trees, is damaged, although the
rows further down are intact. `scavenge_rows` takes each page by itself. What it yields may be outdated or
nonsense, so it is only for rows that carry a checksum of their own.

After a kill, the last commits are in the log alone. SQLite reads the log up to the first frame whose
checksum does not match. That is right for a commit that the kill cut short, but it also hides a commit
that was damaged later. `scavenge_log` tells the two apart: after damage, more commits follow.

Format: sqlite.org/fileformat2.html, sections 1.6, 2.1 and 4. Private to `engine.persistence.savefile`.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

LEAF: Final = 0x0D
"""The first byte of a page that holds rows of a table."""
LEAF_BYTE: Final = bytes([LEAF])
FIRST: Final = 100
"""Bytes at the start of the first page that belong to the whole file."""
SEARCHED: Final = 1 << 30
"""The most bytes of a file that are searched: no save is larger, but a file with holes may be."""
PAGE_SIZES: Final = tuple(1 << bits for bits in range(9, 17))
DEFAULT_PAGE_SIZE: Final = 4096
"""Assumed if the size in the first page is damaged."""
INTEGERS: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
"""Bytes of an integer, by its type code in a record."""
HEADER: Final = struct.Struct(">8I")  # magic, version, page size, sequence, salts, checksums
FRAME: Final = struct.Struct(">6I")  # page, pages of the file after a commit or 0, salts, checksums
MAGICS: Final = {0x377F0682: "<", 0x377F0683: ">"}
"""The log's magic number tells the byte order of its checksums."""
WORD: Final = 0xFFFFFFFF


Page = bytes | memoryview


class Broken(Exception):
    """There is no row here. Private to this file."""


def scavenge_rows(database: Path) -> Iterator[list[Any]]:
    """Every row that can be read: ints, bytes, strings and None, with the primary key in its place."""
    data = _mapped(database)
    size = int.from_bytes(data[16:18])
    size = size if size in PAGE_SIZES else DEFAULT_PAGE_SIZE
    pages: dict[int, Page] = {at // size + 1: data[at : at + size] for at in range(0, len(data), size)}
    pages |= scavenge_log(database).pages
    # A row of a save is nowhere twice; a forged page may point to one a thousand times.
    left = 2 * sum(map(len, pages.values()))
    for number, page in pages.items():
        start = FIRST if number == 1 else 0
        if page[start : start + 1] != LEAF_BYTE:
            continue
        for i in range(int.from_bytes(page[start + 3 : start + 5])):
            pointer = start + 8 + 2 * i
            with suppress(Broken, IndexError, UnicodeDecodeError):
                record, key = _cell(pages, page, int.from_bytes(page[pointer : pointer + 2]), left)
                left -= len(record)
                yield _row(record, key)


def _mapped(database: Path) -> memoryview:
    """The bytes of a file, of which pages are no copies; none of a file above `SEARCHED`."""
    if not 0 < database.stat().st_size <= SEARCHED:
        return memoryview(b"")
    with database.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _cell(pages: Mapping[int, Page], page: Page, at: int, most: int) -> tuple[bytes, int]:
    """The record and the key in the cell at offset `at` of a leaf page. Raises Broken."""
    length, at = _varint(page, at)
    if length > most:
        raise Broken
    key, at = _varint(page, at)
    return _payload(pages, page, at, length), key


def _row(record: bytes, key: int) -> list[Any]:
    """The values of a record. Raises Broken."""
    head, at = _varint(record, 0)
    values: list[Any] = []
    body = head
    while at < head:
        kind, at = _varint(record, at)
        value, body = _value(record, kind, body)
        values.append(value)
    return [key, *values[1:]] if values and values[0] is None else values


def _payload(pages: Mapping[int, Page], page: Page, at: int, length: int) -> bytes:
    """The bytes of a cell; those that do not fit on its page are on a chain of overflow pages."""
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
        overflow = pages.get(following)
        if overflow is None or len(overflow) < 5:
            raise Broken
        parts.append(overflow[4 : 4 + left])
        left -= len(parts[-1])  # at least one byte a page, so this ends
        following = int.from_bytes(overflow[:4])
    return b"".join(parts)


def _value(record: bytes, kind: int, at: int) -> tuple[Any, int]:
    """One value of a record, and the offset of the next."""
    if kind in (0, 8, 9):
        return (None if kind == 0 else kind - 8), at
    if kind in INTEGERS:
        end = at + INTEGERS[kind]
        return int.from_bytes(record[at:end], signed=True), end
    if kind < 12:
        raise Broken  # a float; saves have none
    end = at + (kind - 12) // 2
    if end > len(record):
        raise Broken
    return (record[at:end].decode() if kind % 2 else record[at:end]), end


def _varint(data: Page, at: int) -> tuple[int, int]:
    """SQLite's variable-length integer of one to nine bytes, and the offset after it."""
    value = 0
    for i in range(9):
        byte = data[at + i]
        if i == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + i + 1
    raise Broken


# the write-ahead log


@dataclass
class Log:
    """The pages that undamaged commits wrote. `harm` says what is wrong with the log, empty if nothing is."""

    pages: dict[int, bytes] = field(default_factory=dict)
    harm: str = ""


def scavenge_log(database: Path) -> Log:
    """The write-ahead log of a database; an empty one if there is no file."""
    path = Path(f"{database}-wal")
    data = path.read_bytes() if path.exists() else b""
    if len(data) <= HEADER.size:
        return Log()
    magic, _, page_size, _, *salts_and_sums = HEADER.unpack_from(data)
    salts, sums = tuple(salts_and_sums[:2]), tuple(salts_and_sums[2:])
    order = MAGICS.get(magic, "")
    if not order or page_size not in PAGE_SIZES or _sum(data[: HEADER.size - 8], order, (0, 0)) != sums:
        return Log(harm="the first bytes of its log were changed")
    log, written = Log(), dict[int, bytes]()
    at, step, good = HEADER.size, FRAME.size + page_size, True
    while at + step <= len(data):
        page, committed, *rest = FRAME.unpack_from(data, at)
        if good:
            content = data[at + FRAME.size : at + step]
            sums = _sum(content, order, _sum(data[at : at + 8], order, sums))
            good = tuple(rest) == salts + sums
            written[page] = content
            if good and committed:
                log.pages |= written
                written.clear()
        elif committed and tuple(rest[:2]) == salts:
            log.harm = "its log was changed, and commits after that place are lost"
            break
        at += step
    return log


def _sum(data: bytes, order: str, start: tuple[int, ...]) -> tuple[int, int]:
    """SQLite's checksum of a piece of data, continued from the piece before."""
    first, second = start
    for a, b in struct.iter_unpack(f"{order}2I", data):
        first = (first + a + second) & WORD
        second = (second + b + first) & WORD
    return first, second
