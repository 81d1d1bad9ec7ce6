"""Migrates a world from one ruleset to another, while the game runs: fields added, removed and renamed.

A new field takes its default. The values of a removed field are kept aside as orphaned fields, by entity,
and come back if a later edit adds the field again, so that a typing error loses nothing. A renamed field
is declared as for saves, by `migrations` (see `engine.persistence.migrations`), and is migrated in both
directions. Orphaned fields are not state: they are in no hash and no save. Read next:
`engine.script.scripts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any, get_type_hints

from reskin.engine.ecs.world import World
from reskin.engine.errors import EngineError, ScriptError
from reskin.engine.persistence.migrations import Columns, Migration
from reskin.engine.simulation.simulation import Simulation

OrphanedFields = dict[str, dict[int, dict[str, Any]]]
"""The values of fields that no component type has any more, by component and entity."""


def migrate_world(
    simulation: Simulation, old: Sequence[type], new: Sequence[type], orphaned: OrphanedFields
) -> None:
    """Give the simulation a world of the new component types with the contents of the old one.

    Adds to `orphaned` what has no field any more, and takes from it what has one again. Raises
    ScriptError, and changes nothing, for a new field without a default, or a migration that fails. The
    new world is another object: components of the old one are no longer valid.
    """
    before = simulation.world
    rest: OrphanedFields = {
        name: {i: dict(kept) for i, kept in rows.items() if i in before} for name, rows in orphaned.items()
    }
    found: OrphanedFields = {}
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
    for attempt in (rest, {}):  # an orphaned value may have another type than the field has now
        tables, left = _tables(new, found, attempt)
        try:
            world.restore({**state, "components": tables})
            break
        except EngineError as error:
            if not attempt:
                raise ScriptError(
                    f"the world cannot be migrated: {error}; a field keeps its type, but for bool and int, "
                    "tuple and list: leave it, and add another"
                ) from error
    simulation.world = world
    orphaned.clear()
    orphaned.update(left)


def _columns(world: World, kind: type[Any]) -> tuple[list[int], Columns]:
    """Every component of a type as plain lists: the entities, and the values of each field."""
    rows: list[tuple[int, Any]] = [(id, component) for id, component in world.query(kind)]
    columns = {f.name: [getattr(component, f.name) for _, component in rows] for f in fields(kind)}
    return [id for id, _ in rows], columns


def _successor(kind: type, new: Sequence[type]) -> type | None:
    """The new type of a component: one with its name, or one related by a former name of either."""
    by_name = {other.__name__: other for other in new}
    if kind.__name__ in by_name:
        return by_name[kind.__name__]
    heir = next((other for other in new if kind.__name__ in getattr(other, "formerly", ())), None)
    return heir or next((by_name[name] for name in getattr(kind, "formerly", ()) if name in by_name), None)


def _migrated(old: type, new: type, ids: Sequence[int], columns: Columns) -> Columns:
    """The columns with the fields of the new type: migrations added since are run, removed ones undone."""
    before: Sequence[Migration] = getattr(old, "migrations", ())
    after: Sequence[Migration] = getattr(new, "migrations", ())
    try:
        for migration in after[len(before) :]:
            columns = migration(ids, columns)
        return _undone(before[len(after) :], columns, new)
    except Exception as error:  # the game's own code may raise anything
        raise ScriptError(f"migrating {new.__name__} failed: {type(error).__name__}: {error}") from error


def _undone(steps: Sequence[Migration], columns: Columns, new: type) -> Columns:
    """The columns before these migrations, as far as those only renamed fields."""
    start: Columns = {field.name: [] for field in fields(new)}
    end = start
    for migration in steps:
        end = migration([], end)
    origin = {name: first for name, values in end.items() for first, v in start.items() if v is values}
    return {origin.get(name, name): values for name, values in columns.items()}


def _tables(
    kinds: Sequence[type], found: OrphanedFields, rest: OrphanedFields
) -> tuple[dict[str, Any], OrphanedFields]:
    """The rows as tables of columns, completed from `rest`; and what fits into none of them."""
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
    """One field of every row; None if no row has it, so that the world fills in the default."""
    if not any(name in row for row in rows.values()):
        return None
    field = next(f for f in fields(kind) if f.name == name)
    make = field.default_factory if field.default is MISSING else lambda: field.default
    if make is MISSING:
        if not all(name in row for row in rows.values()):
            return None
        values = [row[name] for row in rows.values()]
    else:
        values = [row[name] if name in row else make() for row in rows.values()]
    if get_type_hints(kind)[name] is bool:  # an int that was one, as the world stores a bool in an int field
        return [bool(value) if type(value) is int and value in (0, 1) else value for value in values]
    return values
