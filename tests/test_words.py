"""One word a meaning: identifiers that were renamed do not come back.

The left words are old names, the right ones what they are called now. A word is looked for among the
identifiers of some folders only: `trail` is a fine name for the path of a mule. Fields and keys of files keep
their old names in strings, which are not looked at.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[1]

RENAMED: Final[dict[str, dict[str, str]]] = {
    "engine reskin": {
        "goods": "types",
        "books": "state",
        "trail": "audit_log",
        "reel": "command_log",
        "attic": "orphaned_fields",
        "carry": "migrate_world",
        "suspects": "hidden_changes",
        "elsewhere": "in_subprocess",
        "Guard": "CircuitBreaker",
        "patience": "threshold",
        "Keeper": "TickListener",
        "keepers": "listeners",
        "Stage": "WindowedLoop",
        "remedies": "rules",
        "Reel": "CommandLog",
        "Trail": "AuditLog",
        "Books": "LedgerState",
    },
    "kernels neural_renderer/runtimes neural_renderer/theme neural_renderer/train": {
        "tint": "albedo or color_scale",
        "flow": "scroll",
        "drift": "scroll_offset",
        "across": "neighbour",
        "highs": "activation_ranges",
        "own": "edge_self",
        "meet": "edge profile",
        "lanes": "vectors",
        "LANES": "WIDTH",
        "dense": "contiguous",
        "words": "packed",
        "by_rows": "parallel_rows",
        "TINT": "SHOWS_ALBEDO",
    },
    "neural_renderer reskin": {
        "Artist": "Teacher",
        "Spot": "Crop or Pixels",
        "PROTOTYPE": "PROTOTYPE_COLORS or SCENE_COLORS",
        "handmade": "residual_texture",
        "standins": "fallback_materials",
        "takes": "frames",
        "steadiness": "temporal_report",
        "fidelity": "image_metrics",
        "parcel": "archive",
        "quiet": "openvino_setup",
        "editing": "watcher",
        "plain_yaml": "safe_yaml",
        "surface_key": "surface_id",
        "Features": "GBuffer",
        "TINTED": "ALBEDO_MATERIALS",
        "further": "extra_loss",
        "subject": "cache_key",
        "TeacherLesson": "CallableLesson",
    },
    "benchmarks": {"contenders": "cases", "Contender": "Case", "Rounds": "Interleaved"},
}

ALLOWED: Final = {
    ("kernels/head/cpu.py", "own"): "the weights of a unit's own",
}
"""Uses with another meaning."""


def files(folders: str) -> Iterator[Path]:
    for folder in folders.split():
        yield from sorted((ROOT / folder).rglob("*.py"))


def identifiers(text: str) -> set[str]:
    return {t.string for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.NAME}


@pytest.mark.parametrize("folders", RENAMED)
def test_no_old_name_is_an_identifier(folders: str) -> None:
    found = []
    for path in files(folders):
        place = path.relative_to(ROOT).as_posix()
        names = identifiers(path.read_text(encoding="utf-8")) | {path.stem}
        found += [
            f"{place}: {old} is called {new} now"
            for old, new in RENAMED[folders].items()
            if old in names and (place, old) not in ALLOWED
        ]
    assert not found, "\n".join(found)


def test_an_old_name_is_seen() -> None:
    assert {"reel", "keep"} <= identifiers("def keep(self, reel=None):\n    'a trail'\n")
    assert "trail" not in identifiers("def keep(self, reel=None):\n    'a trail'\n")


PROSE: Final = (
    "attic", "reel", "books", "suspects", "handmade", "standins", "edition", "lanes", "by_rows",
)  # fmt: skip
"""Private words that documents once used."""


def test_no_private_word_is_in_a_document() -> None:
    """But for the changelog, which says what had these names."""
    documents = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"]
    documents += sorted((ROOT / "docs").glob("*.md"))
    assert len(documents) >= 6
    wrong = [
        f"{path.name}:{number}: {word}"
        for path in documents
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for word in PROSE
        if re.search(rf"\b{word}\b", line)
    ]
    assert not wrong, "\n".join(wrong)
