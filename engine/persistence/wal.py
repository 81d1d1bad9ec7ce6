"""SQLite's write-ahead log, read without SQLite: which commits are in it, and whether some were lost.

After a kill the last commits lie in the log alone. SQLite reads it up to the first frame whose checksum
does not fit, which is right for a commit that a kill cut short, and silent about one that was harmed
afterwards. The difference: behind harm there are more commits. Format: sqlite.org/fileformat2.html,
section 4. Private to `engine.persistence.savefile`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HEADER: Final = struct.Struct(">8I")  # magic, version, page size, sequence, salts, checksums
FRAME: Final = struct.Struct(">6I")  # page, pages of the file after a commit or 0, salts, checksums
MAGICS: Final = {0x377F0682: "<", 0x377F0683: ">"}
"""The log's magic number says in which order its checksums read bytes."""
WORD: Final = 0xFFFFFFFF


@dataclass
class Log:
    """The pages that good commits wrote, and what is wrong with the log, in words, or nothing."""

    pages: dict[int, bytes] = field(default_factory=dict)
    harm: str = ""


def read_log(database: Path) -> Log:
    """The log of a database; an empty one if there is none."""
    path = Path(f"{database}-wal")
    data = path.read_bytes() if path.exists() else b""
    if len(data) <= HEADER.size:
        return Log()
    magic, _, page_size, _, *salts_and_sums = HEADER.unpack_from(data)
    salts, sums = tuple(salts_and_sums[:2]), tuple(salts_and_sums[2:])
    order = MAGICS.get(magic, "")
    if not order or page_size == 0 or _sum(data[: HEADER.size - 8], order, (0, 0)) != sums:
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
            log.harm = "its log was changed, and commits behind that place are lost"
            break
        at += step
    return log


def _sum(data: bytes, order: str, start: tuple[int, ...]) -> tuple[int, int]:
    """SQLite's checksum, which goes on from one piece to the next."""
    first, second = start
    for a, b in struct.iter_unpack(f"{order}2I", data):
        first = (first + a + second) & WORD
        second = (second + b + first) & WORD
    return first, second
