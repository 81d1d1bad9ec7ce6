"""Reads YAML that nobody checked: the result is plain data, or a ThemeError.

The safe loader builds no objects. Aliases are refused, because a few lines of them expand to gigabytes. Every
other error of PyYAML, such as that for a date that does not exist, becomes a ThemeError too.
"""

from __future__ import annotations

import reprlib
from pathlib import Path
from typing import Any

from reskin.neural_renderer.errors import ThemeError


def read_yaml(path: Path, largest: int) -> Any:
    """The content of a file of at most `largest` bytes, as dicts, lists, texts, numbers and dates."""
    import yaml

    class Loader(yaml.SafeLoader):
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("it has an alias (*name), which packs may not use; write the value out")
            return super().compose_node(parent, index)

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen = set()
            for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
                if (key.tag, key.value) in seen:
                    raise yaml.YAMLError(
                        f"{key.value[:40]!r} is given twice, the second time in line "
                        f"{key.start_mark.line + 1}; remove one of them"
                    )
                seen.add((key.tag, key.value))
            return super().construct_mapping(node, deep)

    try:
        size = path.stat().st_size
        if size <= largest:
            return yaml.load(path.read_text(encoding="utf-8"), Loader)  # a SafeLoader
    except Exception as error:
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise ThemeError(f"{path}: expected plain YAML, but {reason}") from error
    raise ThemeError(f"{path}: expected at most {largest} bytes, found {size}")


def yaml_repr(value: Any) -> str:
    """A short repr of anything, for a message."""
    try:
        return reprlib.repr(value)
    except ValueError:  # an integer of more than 4,300 digits has none
        return f"a huge {type(value).__name__}"
