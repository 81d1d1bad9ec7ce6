"""A world carried from one edition of the rules to another: fields gained, lost and renamed.

A gained field takes its default. A lost one is kept in the attic, by entity, and is back in its place
when an edit brings the field back, so that a slip of the keyboard costs nothing. A renamed one is
declared as for saves, by `migrations` (see `engine.persistence.migrations`), and carried both ways. The
attic is no state: neither hashes nor saves see it. Read next: `engine.script.scripts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any

from reskin.engine.ecs.world import World
from reskin.engine.errors import EngineError, ScriptError
from reskin.engine.persistence.migrations import Columns, Migration
from reskin.engine.simulation.simulation import Simulation

Attic = dict[str, dict[int, dict[str, Any]]]
"""By component and entity: the values of fields that no type has any more."""


def carry(simulation: Simulation, old: Sequence[type], new: Sequence[type], attic: Attic) -> None:
    """Give the simulation a world of the new component types that holds what the old one did.

    Raises ScriptError, and changes nothing, for a gained field without a default, or a migration that
    fails. The new world is another object: whoever kept the old one, or a component, asks again.
    """
    before = simulation.world
    rest: Attic = {
        name: {i: dict(kept) for i, kept in rows.items() if i in before} for name, rows in attic.items()
    }
    found: Attic = {}
    for kind in old:
        target = _successor(kind, new)
        ids, columns = _columns(before, kind)
        if target is not None:
            columns = _migrated(kind, target, ids, columns)
        rows = {
            id: dict(zip(columns, values, strict=True))
            for id, *values in zip(ids, *columns.values(), strict=True)
        }
        (rest if target is None else found).setdefault(
            target.__name__ if target else kind.__name__, {}
        ).update(rows)
    world, state = World(*new), before.state()
    for attempt in (rest, {}):  # what lay in the attic may be of another type than the field has now
        tables, left = _tables(new, found, attempt)
        try:
            world.restore({**state, "components": tables})
            break
        except EngineError as error:
            if not attempt:
                raise ScriptError(f"the world cannot be carried over: {error}") from error
    simulation.world = world
    attic.clear()
    attic.update(left)


def _columns(world: World, kind: type[Any]) -> tuple[list[int], Columns]:
    """Every component of a type as plain lists: its entities and, field by field, their values."""
    rows: list[tuple[int, Any]] = [(id, component) for id, component in world.query(kind)]
    columns = {f.name: [getattr(component, f.name) for _, component in rows] for f in fields(kind)}
    return [id for id, _ in rows], columns


def _successor(kind: type, new: Sequence[type]) -> type | None:
    """The type that a component belongs to now: of its name, or of one that either had formerly."""
    by_name = {other.__name__: other for other in new}
    if kind.__name__ in by_name:
        return by_name[kind.__name__]
    heir = next((other for other in new if kind.__name__ in getattr(other, "formerly", ())), None)
    return heir or next((by_name[name] for name in getattr(kind, "formerly", ()) if name in by_name), None)


def _migrated(old: type, new: type, ids: Sequence[int], columns: Columns) -> Columns:
    """The columns in the terms of the new type, through the migrations that lie between the two."""
    before: Sequence[Migration] = getattr(old, "migrations", ())
    after: Sequence[Migration] = getattr(new, "migrations", ())
    try:
        for migrate in after[len(before) :]:
            columns = migrate(ids, columns)
        return _undone(before[len(after) :], columns, new)
    except Exception as error:  # the game's own code
        raise ScriptError(f"migrating {new.__name__} failed: {type(error).__name__}: {error}") from error


def _undone(steps: Sequence[Migration], columns: Columns, new: type) -> Columns:
    """The columns before these migrations, which only tell where they merely passed a column on."""
    start: Columns = {field.name: [] for field in fields(new)}
    end = start
    for migrate in steps:
        end = migrate([], end)
    origin = {name: first for name, values in end.items() for first, v in start.items() if v is values}
    return {origin.get(name, name): values for name, values in columns.items()}


def _tables(kinds: Sequence[type], found: Attic, rest: Attic) -> tuple[dict[str, Any], Attic]:
    """The rows as tables of columns, with what `rest` has for them; and what has no place in any."""
    tables, left = {}, dict(rest)
    for kind in kinds:
        name, names = kind.__name__, [field.name for field in fields(kind)]
        spare = rest.get(name, {})
        rows = found.get(name, spare)
        if not rows:
            continue
        full = {id: {**spare.get(id, {}), **rows[id]} for id in sorted(rows)}
        columns = {n: column for n in names if (column := _column(kind, n, full)) is not None}
        tables[name] = {"ids": list(full), "fields": columns}
        left[name] = {id: {n: v for n, v in row.items() if n not in names} for id, row in full.items()}
    return tables, left


def _column(kind: type, name: str, rows: Mapping[int, Mapping[str, Any]]) -> list[Any] | None:
    """One field of every row; None where it is left to the world, because no row has it."""
    if not any(name in row for row in rows.values()):
        return None
    field = next(f for f in fields(kind) if f.name == name)
    make = field.default_factory if field.default is MISSING else lambda: field.default
    if make is MISSING:
        return [row[name] for row in rows.values()] if all(name in row for row in rows.values()) else None
    return [row[name] if name in row else make() for row in rows.values()]  # type: ignore[operator]
