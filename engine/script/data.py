"""Data of the rules: items, recipes, prefabs and loot tables, in YAML files beside the scripts.

YAML is read into checked, frozen values; errors name the file and the line. Floats, unknown and missing
fields, and keys given twice are refused. Read a file once, at the top of a script:

    @dataclass(frozen=True, slots=True)
    class Good:
        weight: int
        price: int

    GOODS = read_table("goods.yaml", Good)      # GOODS["salt"].price
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import MISSING, Field, dataclass, fields
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

import yaml
from yaml.constructor import SafeConstructor

from reskin.engine.ecs.world import World
from reskin.engine.errors import ScriptError
from reskin.engine.script.sources import Sources, source_text
from reskin.engine.simulation.rng import Stream

T = TypeVar("T")

MAP_TAG: Final = "tag:yaml.org,2002:map"
TEXT_TAG: Final = "tag:yaml.org,2002:str"
LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, if PyYAML was built with it: it takes less than half the time."""
DEEPEST: Final = 200
"""Levels of a file; each needs a bracket, or at least one more letter in a line."""
Place = tuple[Sources, str]


def read_table(file: str, kind: type[T]) -> Mapping[str, T]:
    """Read a YAML file of rows by name, each as an instance of a dataclass. Raises ScriptError.

    Fields may be int, bool, str, a tuple of one of those (a YAML list), or a `Mapping[str, int]`.
    """
    sources, text = source_text(file)
    place = sources, file
    return MappingProxyType(
        {name: _made(place, name, kind, node) for name, node in _entries(place, _root(place, text))}
    )


@dataclass(frozen=True, slots=True)
class Prefab:
    """The components of a kind of entity, with their values."""

    name: str
    components: tuple[tuple[type, Mapping[str, Any]], ...]

    def spawn(self, world: World, *others: object) -> int:
        """Spawn an entity with these components and `others`, which replace those of the same type."""
        given = {type(component): component for component in others}
        own = [kind(**values) for kind, values in self.components if kind not in given]
        return world.spawn(*own, *others)


def read_prefabs(file: str, *kinds: type) -> Mapping[str, Prefab]:
    """Read a YAML file of entities by name, component by component. Missing fields take their defaults."""
    sources, text = source_text(file)
    place, by_name = (sources, file), {kind.__name__: kind for kind in kinds}
    prefabs = {}
    for name, node in _entries(place, _root(place, text)):
        components = []
        for component, fields_node in _entries(place, node):
            if component not in by_name:
                expected = ", ".join(by_name)
                words = f"{name} has the component {component}, expected one of {expected}"
                raise _wrong(place, fields_node, words)
            values = _values(place, f"{name}.{component}", by_name[component], fields_node, partial=True)
            components.append((by_name[component], MappingProxyType(values)))
        prefabs[name] = Prefab(name, tuple(components))
    return MappingProxyType(prefabs)


@dataclass(frozen=True, slots=True)
class Drop:
    """A row of a loot table: `least` to `most` of an item, `weight` times as likely as weight 1."""

    item: str
    weight: int = 1
    least: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Loot:
    """A loot table: draws `rolls` times among its drops."""

    rolls: int
    drops: tuple[Drop, ...]

    def roll(self, stream: Stream) -> dict[str, int]:
        """What is found: count by item. Draws from the stream twice a roll."""
        found: dict[str, int] = {}
        for _ in range(self.rolls):
            at = stream.below(sum(drop.weight for drop in self.drops))
            for drop in self.drops:
                at -= drop.weight
                if at < 0:
                    break
            found[drop.item] = found.get(drop.item, 0) + stream.between(drop.least, drop.most)
        return {item: count for item, count in found.items() if count}


def read_loot(file: str) -> Mapping[str, Loot]:
    """Read a YAML file of loot tables: `name: {rolls: 2, drops: [{item: coin, least: 3, most: 9}]}`."""
    sources, text = source_text(file)
    place, tables = (sources, file), {}
    for name, node in _entries(place, _root(place, text)):
        parts = dict(_entries(place, node))
        if parts.keys() != {"rolls", "drops"} or not isinstance(parts["drops"], yaml.SequenceNode):
            raise _wrong(place, node, f"{name} must be {{rolls: N, drops: [...]}}, got {', '.join(parts)}")
        drops = tuple(
            _made(place, f"{name}.drops[{i}]", Drop, row) for i, row in enumerate(parts["drops"].value)
        )
        for drop, row in zip(drops, parts["drops"].value, strict=True):
            if drop.weight < 1 or not 0 <= drop.least <= drop.most:
                raise _wrong(place, row, f"{name} needs weight >= 1 and 0 <= least <= most, got {drop}")
        if not drops:
            raise _wrong(place, node, f"{name} has no drops")
        tables[name] = Loot(_value(place, f"{name}.rolls", int, parts["rolls"]), drops)
    return MappingProxyType(tables)


def prepare_data(sources: Sources) -> None:
    """Parse the YAML files of these sources now, on any thread, so that loading the scripts takes less time.

    What is wrong with a file is found again, and reported, when a script reads it.
    """
    for file, text in sources.texts.items():
        if file.endswith(".yaml"):
            with suppress(ScriptError):
                sources.parsed[file] = _parse((sources, file), text)


def _root(place: Place, text: str) -> yaml.Node:
    sources, file = place
    return sources.parsed.pop(file, None) or _parse(place, text)


def _parse(place: Place, text: str) -> yaml.Node:
    try:
        if text.count("[") + text.count("{") + max(map(len, text.splitlines()), default=0) > DEEPEST:
            _refuse_depth(place, text)
        node = yaml.compose(text, LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        line = min(line, len(text.splitlines()))  # libyaml finds the end missing on the line after it
        raise _error(place, line, f"is not YAML: {error.problem or error.context}") from error
    except (yaml.YAMLError, RecursionError, MemoryError, ValueError) as error:
        raise _error(place, 1, f"is not YAML: {error}") from error
    if node is None:
        raise _error(place, 1, "is empty; expected rows by name")
    return node


def _refuse_depth(place: Place, text: str) -> None:
    """Raise ScriptError for nesting beyond `DEEPEST`. Composing such a file would crash in libyaml."""
    depth = 0
    for event in yaml.parse(text, LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                mark: Any = event.start_mark  # PyYAML's types allow none
                raise _error(place, mark.line + 1, f"is nested deeper than {DEEPEST} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _entries(place: Place, node: yaml.Node) -> list[tuple[str, yaml.Node]]:
    """Keys and values of a YAML map. Each key must be a string and be given once."""
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(place, node, f"expected `name: value` pairs, got {_shown(node)}")
    seen: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag != TEXT_TAG:
            raise _wrong(place, key, f"expected a name, got {_shown(key)}; put quotes around it")
        if key.value in seen:
            raise _wrong(place, key, f"{key.value} is given twice")
        seen[key.value] = value
    return list(seen.items())


def _made(place: Place, name: str, kind: type[T], node: yaml.Node) -> T:
    values = _values(place, name, kind, node)
    try:
        return kind(**values)
    except Exception as error:  # the script's own __post_init__ may raise anything
        raise _wrong(place, node, f"{name}: {type(error).__name__}: {error}") from error


def _values(place: Place, name: str, kind: type, node: yaml.Node, partial: bool = False) -> dict[str, Any]:
    """The fields of a row, checked against the dataclass. Raises ScriptError."""
    hints, known = _declared(kind)
    values = {}
    for key, value in _entries(place, node):
        if key not in known:
            raise _wrong(place, value, f"{name} has {key}, expected one of {', '.join(known)}")
        values[key] = _value(place, f"{name}.{key}", hints[key], value)
    missing = [f.name for f in known.values() if f.default is MISSING and f.default_factory is MISSING]
    if not partial and (lacks := [field for field in missing if field not in values]):
        raise _wrong(place, node, f"{name} lacks {', '.join(lacks)}")
    return values


@lru_cache(maxsize=16)  # a table has thousands of rows of one kind
def _declared(kind: type) -> tuple[dict[str, Any], dict[str, Field[Any]]]:
    """The types and the fields of a dataclass, by name."""
    return get_type_hints(kind), {field.name: field for field in fields(kind)}


def _value(place: Place, name: str, hint: Any, node: yaml.Node) -> Any:
    """One value, checked against its declared type. Raises ScriptError."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (tuple, list) and isinstance(node, yaml.SequenceNode):
        items = [_value(place, f"{name}[{i}]", parts[0], item) for i, item in enumerate(node.value)]
        return tuple(items) if origin is tuple else items
    if origin is not None and issubclass(origin, Mapping) and isinstance(node, yaml.MappingNode):
        pairs = {key: _value(place, f"{name}.{key}", parts[1], item) for key, item in _entries(place, node)}
        return MappingProxyType(pairs)
    plain = _plain(node)
    if type(plain) is hint and hint in (int, bool, str):
        return plain
    expected = getattr(hint, "__name__", str(hint))
    advice = "; count in whole small units" if type(plain) is float else ""
    raise _wrong(place, node, f"{name} must be {expected}, got {_shown(node)}{advice}")


def _plain(node: yaml.Node) -> Any:
    if not isinstance(node, yaml.ScalarNode):
        return None
    if node.tag == TEXT_TAG:
        return node.value
    try:
        return SafeConstructor().construct_object(node)
    except (yaml.YAMLError, ValueError, OverflowError):  # a date that does not exist, a tag that is not known
        return None


def _shown(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return f"{type(_plain(node)).__name__} {node.value!r}"
    return "a map" if node.tag == MAP_TAG else "a list"


def _wrong(place: Place, node: yaml.Node, words: str) -> ScriptError:
    return _error(place, node.start_mark.line + 1 if node.start_mark else 1, words)


def _error(place: Place, line: int, words: str) -> ScriptError:
    sources, file = place
    return ScriptError(f"{sources.place(file, line)}: {words}", file, line)
