"""A command log: some consecutive ticks as bytes, with their commands and some hashes of the state.

Journals and replays consist of command logs. The digest of each log covers the digest of the one before, so
that it shows if one is changed, lost or swapped. Read next: `engine.persistence.replay`,
`engine.persistence.save`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

import msgpack

from reskin.engine.ecs.packing import LARGEST
from reskin.engine.errors import CommandError, EngineError
from reskin.engine.persistence.unpacking import unpack_bounded
from reskin.engine.simulation.command import Command
from reskin.engine.simulation.simulation import FORMAT

DIGEST: Final = 16
"""Bytes of a digest and of a state's hash."""


class CommandLogError(ValueError):
    """Bytes are not a command log. Caught by `save` and `replay`, whose errors name the file."""


def encode_commands(commands: Sequence[Command]) -> bytes:
    """One tick's commands. Raises CommandError for an integer argument of more than 64 bits."""
    try:
        packed: bytes = msgpack.packb([[command.name, list(command.args)] for command in commands])
    except OverflowError:
        names = ", ".join(command.name for command in commands)
        raise CommandError(f"an argument of {names} is larger than 64 bits and cannot be stored") from None
    return packed


@dataclass(slots=True)
class CommandLog:
    """Consecutive ticks from `first` on.

    `ticks`: the commands of each, as by `encode_commands`; `marks`: hashes of the state, by tick; `format`:
    the format of the states that were hashed. Hashes of different formats cannot be compared.
    """

    first: int
    ticks: list[bytes] = field(default_factory=list)
    marks: dict[int, str] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def last(self) -> int:
        return self.first + len(self.ticks) - 1

    def commands(self) -> Iterator[tuple[int, list[Command]]]:
        """Each tick with its commands. Raises CommandLogError for bytes that are not commands."""
        for tick, packed in enumerate(self.ticks, self.first):
            try:
                yield tick, [Command(tick, name, tuple(args)) for name, args in unpack_bounded(packed)]
            except (ValueError, TypeError, EngineError) as error:
                raise CommandLogError(f"the commands of tick {tick} cannot be read: {error}") from error

    def encode(self) -> bytes:
        marks = [[tick, bytes.fromhex(hash)] for tick, hash in self.marks.items()]
        packed: bytes = msgpack.packb([self.first, self.ticks, marks, self.format])
        return packed

    @classmethod
    def decode(cls, data: bytes) -> CommandLog:
        """Read what `encode` wrote. Raises CommandLogError."""
        try:
            first, ticks, marks, format = unpack_bounded(data)
            hashes = {tick: hash.hex() for tick, hash in marks}
            packed, numbers = {*map(type, ticks)}, {*map(type, (first, format, *hashes))}
            hashed = {*map(len, hashes.values())} <= {2 * DIGEST}
        except (ValueError, TypeError, AttributeError) as error:
            raise CommandLogError(f"these bytes hold no ticks: {error}") from error
        # Types, not values: bytes(1 << 30) would be a gigabyte of zeros.
        if type(ticks) is not list or not packed <= {bytes} or numbers != {int} or not hashed:
            raise CommandLogError("these bytes hold no ticks: expected numbers and bytes")
        if not 0 <= first <= LARGEST:
            raise CommandLogError(f"these bytes hold no ticks: the first cannot be {first}")
        return cls(first, ticks, hashes, format)


def log_digest(before: bytes, data: bytes) -> bytes:
    """The digest of a piece of data that follows another with the digest `before`."""
    return blake2b(before + data, digest_size=DIGEST).digest()
