"""Snapshots: the whole state of a simulation as canonical bytes with a checksum.

The format is a header (magic, version, length, checksum) and msgpack with sorted keys. Equal states give
equal bytes. Only the result of `Simulation.state()` is stored; indexes are rebuilt. Bytes that were cut,
changed, or written by a newer version are refused, and the error says which.
Read next: `engine.persistence.migrations`, which updates old components; `engine.persistence.save`, which
stores snapshots.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

import msgpack

from reskin.engine.ecs.packing import LARGEST
from reskin.engine.errors import SnapshotError, SnapshotNewer, one_line
from reskin.engine.persistence.migrations import migrated, migration_versions
from reskin.engine.persistence.unpacking import unpack_bounded
from reskin.engine.simulation.differences import outgrown
from reskin.engine.simulation.simulation import FORMAT, Simulation

MAGIC: Final = b"\x89RSNAP\r\n"
"""Begins with a byte that is not text and ends with a line end, as PNG does, so that a transfer as text
is noticed."""
VERSION: Final = 1
"""Increased when the format changes; bytes of every version can be read."""
HEADER: Final = struct.Struct("<8sHI16s")  # magic, version, length of the body, checksum of the rest


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The contents of a snapshot: the state as it was stored, and the version of each component in it."""

    state: Mapping[str, Any]
    components: Mapping[str, int]

    @property
    def tick(self) -> int:
        return int(self.state["tick"])


def pack_snapshot(
    source: Simulation | Mapping[str, Any], components: Mapping[str, int] | None = None
) -> bytes:
    """A simulation, or a `state()` with the versions of its components, as canonical bytes.

    >>> simulation = Simulation(seed=1)
    >>> unpack_snapshot(pack_snapshot(simulation)).state == simulation.state()
    True

    Raises SnapshotError for data that msgpack cannot store, such as an integer of more than 64 bits.
    """
    if isinstance(source, Simulation):
        return pack_snapshot(source.state(), migration_versions(source.world.kinds))
    body = {"components": dict(components or {}), "state": source}
    try:
        packed: bytes = msgpack.packb(_in_order(body))
    except OverflowError:
        raise SnapshotError(f"an integer outgrew 64 bits: {outgrown(source)}") from None
    except (TypeError, ValueError) as error:
        raise SnapshotError(f"a state must be plain data, got {error}") from error
    return HEADER.pack(MAGIC, VERSION, len(packed), _checksum(VERSION, packed)) + packed


def unpack_snapshot(data: bytes) -> Snapshot:
    """Read what `pack_snapshot` wrote. Raises SnapshotError, or SnapshotNewer."""
    if len(data) < HEADER.size:
        raise SnapshotError(f"a snapshot has at least {HEADER.size} bytes, got {len(data)}; it was cut short")
    magic, version, length, checksum = HEADER.unpack_from(data)
    if magic != MAGIC:
        raise SnapshotError(f"a snapshot begins with {MAGIC!r}, got {magic!r}; this is another kind of file")
    if not 1 <= version <= VERSION:
        raise SnapshotNewer(f"a snapshot of version 1 to {VERSION} can be read, got {version}; update Reskin")
    body = data[HEADER.size :]
    if len(body) != length:
        raise SnapshotError(
            f"the snapshot should have {length} bytes, got {len(body)}; bytes were lost or added"
        )
    if _checksum(version, body) != checksum:
        raise SnapshotError("the snapshot's checksum does not match its bytes; they were changed")
    try:
        plain = unpack_bounded(body)
        state, components = plain["state"], plain["components"]
    except (ValueError, TypeError, LookupError) as error:  # the checksum is right, the content is not
        raise SnapshotError(f"the snapshot does not hold a state: {type(error).__name__}: {error}") from error
    versions = components.values() if type(components) is dict else [None]
    tick = state.get("tick") if type(state) is dict else None
    whole = all(type(value) is int and 0 <= value <= LARGEST for value in (tick, *versions))
    if not whole:
        raise SnapshotError("the snapshot does not hold a state: its tick or a version is no number")
    return Snapshot(state, components)


def load_snapshot(simulation: Simulation, data: bytes | Snapshot) -> bool:
    """Restore a simulation from a snapshot; old components are migrated.

    Returns whether the state is exactly the stored one, so that its stored hash is still valid; it is not if
    components were migrated or the format is older. Raises SnapshotError, StateError, WorldError or
    LedgerError, and changes nothing, if the snapshot cannot be restored.
    """
    snapshot = data if isinstance(data, Snapshot) else unpack_snapshot(data)
    try:
        state = migrated(snapshot.state, snapshot.components, simulation.world.kinds)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, SnapshotError):
            raise
        raise SnapshotError(f"the state is damaged: {type(error).__name__}: {one_line(error)}") from error
    simulation.restore(state)
    return state is snapshot.state and state.get("format") == FORMAT


def _checksum(version: int, body: bytes) -> bytes:
    return blake2b(body, digest_size=16, salt=version.to_bytes(2, "little")).digest()


def _in_order(value: Any) -> Any:
    """The same plain data with the keys of every mapping in ascending order."""
    if isinstance(value, Mapping):
        return {key: _in_order(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple) and not _FLAT.issuperset(map(type, value)):
        return [_in_order(inner) for inner in value]
    return value


_FLAT: Final = frozenset({int, bool, str, bytes, type(None)})
