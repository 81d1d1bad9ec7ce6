"""Migrations of components: what a game declares so that its old saves still load.

The version of a component is one more than the number of its migrations. Each migration turns the plain
columns of one version into those of the next. Migrations are never removed:

    @dataclass(slots=True)
    class Body:
        x: int
        speed: int
        mass: int
        formerly: ClassVar = ("Mover",)                                   # its former names
        migrations: ClassVar = (renamed("vx", "speed"), filled("mass", 1))  # so this is version 3

Read next: `engine.persistence.snapshot`, which stores the versions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from reskin.engine.ecs.packing import is_packed, unpack_column
from reskin.engine.errors import SnapshotError

Columns = dict[str, list[Any]]
Migration = Callable[[Sequence[int], Columns], Columns]
"""Takes the ids of the entities and a column for each field; returns the columns of the next version."""


def renamed(old: str, new: str) -> Migration:
    """Migration: a field has another name now."""
    return lambda ids, columns: {new if name == old else name: values for name, values in columns.items()}


def dropped(field: str) -> Migration:
    """Migration: a field was removed."""
    return lambda ids, columns: {name: values for name, values in columns.items() if name != field}


def filled(field: str, value: int | str) -> Migration:
    """Migration: a field is new; `value` is its value in every component that existed before."""
    return lambda ids, columns: {**columns, field: [value] * len(ids)}


def migration_version(kind: type) -> int:
    """The version of a component type: one more than the number of its migrations."""
    return 1 + len(_migrations(kind))


def migration_versions(kinds: Iterable[type]) -> dict[str, int]:
    """The version of each component type by name."""
    return {kind.__name__: migration_version(kind) for kind in kinds}


def migrated(state: Mapping[str, Any], stored: Mapping[str, int], kinds: Iterable[type]) -> Mapping[str, Any]:
    """A state with every component in its current version; the same object if nothing had to be migrated.

    Raises SnapshotError for a component of a later version than its type, and for a migration that fails.
    """
    today: dict[str, type] = {}
    for kind in kinds:
        today.update(dict.fromkeys((kind.__name__, *getattr(kind, "formerly", ())), kind))
    components = state["world"]["components"]
    changed = {
        name: (today[name].__name__, _table(name, table, stored.get(name, 1), today[name]))
        for name, table in components.items()
        if name in today
        and (today[name].__name__ != name or stored.get(name, 1) != migration_version(today[name]))
    }
    if not changed:
        return state
    tables: dict[str, Any] = dict(changed.get(name, (name, table)) for name, table in components.items())
    return {**state, "world": {**state["world"], "components": tables}}


def _table(name: str, table: Mapping[str, Any], stored: int, kind: type) -> dict[str, Any]:
    if not 1 <= stored <= migration_version(kind):
        raise SnapshotError(
            f"{name} was stored in version {stored}, this game can read up to version "
            f"{migration_version(kind)}; load it with the newer game that wrote it"
        )
    ids = _plain(table["ids"], f"{name}'s ids")
    columns = {field: _plain(values, f"{name}.{field}") for field, values in table["fields"].items()}
    for step, migrate in enumerate(_migrations(kind)[stored - 1 :], stored):
        try:
            columns = migrate(ids, columns)
        except Exception as error:  # the game's own code may raise anything
            raise SnapshotError(
                f"migrating {name} from version {step} to {step + 1} failed: {type(error).__name__}: {error}"
            ) from error
    return {"ids": ids, "fields": columns}


def _plain(column: Any, name: str) -> list[Any]:
    return unpack_column(column, name).tolist() if is_packed(column) else list(column)


def _migrations(kind: type) -> Sequence[Migration]:
    return getattr(kind, "migrations", ())
