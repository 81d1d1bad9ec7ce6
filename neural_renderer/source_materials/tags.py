"""The tag file of a game, `NAME.reskin.yaml`: what each image shows, as the rules found it or a person
wrote it.

Reskin only ever adds lines at the end. An entry has `found:`, what the rules said, beside `material:`;
where a person has changed `material:`, the two differ, and the person's counts. Whatever else stands in the
file is kept byte for byte. A file that cannot be read is left alone, and said so.

    # a game's own settings                     # a person's entries, by file name; * stands for anything
    view: top                                   "enemies/*.png": enemy
    tile: 32                                    lamp.png: {material: light, detail: 0.5}

    # an entry of Reskin
    3f0c…:
      image: images/grass.png
      material: grass
      found: grass
      sure: 0.85
      why: its name says 'grass'
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import textwrap
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

from reskin.engine.atomic_write import sync_to_disk
from reskin.engine.errors import did_you_mean
from reskin.engine.frame import MATERIALS
from reskin.engine.watcher import Stamp, file_stamp
from reskin.neural_renderer.errors import ThemeError
from reskin.neural_renderer.theme.safe_yaml import read_yaml, yaml_repr

LARGEST: Final = 8_000_000
"""Bytes of a tag file that is read."""

SETTINGS: Final = ("view", "tile", "hotkeys", "scale", "view_found")
"""Keys of the whole game: they are no images."""

ANSWERS: Final = (*MATERIALS, "hud", "mixed")
"""What may stand after `material:`."""

VALUES: Final = {
    "view": ("side", "top"), "view_found": ("side", "top"), "scale": ("native", "display", "auto"),
}  # fmt: skip
"""What may stand after settings that are words."""

FIELDS: Final = {
    "material": "one of those above", "found": "what the rules found", "image": "a name", "sure": "0 to 1",
    "why": "words", "paint": "keep", "pixels": "each", "hud": "true or false", "detail": "0 to 4",
    "by": "hand",
}  # fmt: skip
"""What may stand in an entry, and its values."""

HEADER: Final = """\
# What the images of this game show, for Reskin. Reskin adds entries at the end, and changes nothing.
# Change `material:` of an entry as you like. It may be:
#   {answers}.
# `hud` is drawn over the picture, unchanged; `mixed` lets each pixel count for itself. Also, for an image:
# `paint: keep` leaves it as the game drew it, `hud: true` or `false`, `detail:` from 0 to 4 (1 as ever).
# For the whole game, at the beginning of a line: `view: side` or `top`, `tile:` pixels a tile, `scale:`
# `native` or `display`, `hotkeys:`. By file name: `"enemies/*.png": enemy`.
"""


@dataclass(frozen=True)
class Tag:
    """An entry. material: one of ANSWERS, or "" if none is written. by_hand: a person wrote or changed it.

    hud, keeps_paint: None if nothing is written. each_pixel: pixels of another hue get another material.
    detail: a factor on how much of the game's own detail shows, 0..4; None if nothing is written.
    """

    material: str
    by_hand: bool
    hud: bool | None = None
    keeps_paint: bool | None = None
    each_pixel: bool = False
    detail: float | None = None
    sure: float = 1.0
    reason: str = "a person wrote it"


@dataclass
class _Content:
    """A tag file as it was read."""

    settings: dict[str, Any] = field(default_factory=dict)
    by_key: dict[str, Tag] = field(default_factory=dict)
    by_name: dict[str, Tag] = field(default_factory=dict)


def tag_file(game: Path) -> Path:
    """The tag file of a game's script or package: `NAME.reskin.yaml` beside it."""
    return game.with_name(f"{game.stem if game.suffix == '.py' else game.name}.reskin.yaml")


def cached_tag_file(game: Path) -> Path:
    """Where the tags of a game go whose folder cannot be written: into the user's cache folder."""
    whole = game.resolve()
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    number = hashlib.sha256(str(whole).encode()).hexdigest()[:12]
    return Path(home) / "reskin" / "games" / f"{whole.stem}-{number}.reskin.yaml"


class Tags:
    """The tags of one game. In plain words, or "": `problem` says why the file is not read or written,
    `warning` which entry is not understood; that entry is ignored, and kept.

    game: the game's script, or the folder of its package. The file beside it is read and written; where the
    folder cannot be written, new entries go to the user's cache folder, and a file beside the game still
    counts before them. `edition` grows whenever an edit was read.
    """

    def __init__(self, game: Path) -> None:
        self.path = tag_file(game)
        self._paths = [self.path]
        if not _can_write(self.path):
            self.path = cached_tag_file(game)
            self._paths.insert(0, self.path)
        self.problem = ""
        self.warning = ""
        self.edition = 0
        self._raw: dict[Path, dict[str, Any]] = {}
        self._content = _Content()
        self._pending: dict[str, str] = {}
        self._stamps: tuple[Stamp, ...] | None = None
        self._last_look: tuple[Stamp, ...] = ()
        self._read(self._look())

    def setting(self, name: str) -> Any:
        """The value of a setting of the whole game, None if it is not written."""
        return self._content.settings.get(name)

    def number(self, name: str, low: float, high: float) -> float | None:
        """A setting that is a number from low to high; None if it is not written or is none."""
        return _number(self.setting(name), low, high)

    @property
    def view(self) -> str:
        """`side` or `top` if a person wrote it, else "" ."""
        written = self.setting("view")
        return written if written in ("side", "top") else ""

    def of(self, key: str, name: str) -> Tag | None:
        """The tag of a unit by its key and its file's name relative to the game; a person's counts first."""
        found = self._content.by_key.get(key)
        if found is not None and found.by_hand:
            return found
        if name:
            base = name.rsplit("/", 1)[-1]
            for pattern, tag in self._content.by_name.items():
                if fnmatch(name, pattern) or fnmatch(base, pattern):
                    return tag
        return found

    def look(self) -> bool:
        """Take up an edit of the file, once it is complete. Call it now and then: it takes some 10 us."""
        stamps = self._look()
        complete, self._last_look = stamps == self._last_look, stamps
        if stamps == self._stamps or not complete:
            return False
        return self._read(stamps)

    def add(self, key: str, image: str, tag: Tag) -> None:
        """Note what the rules found of a unit. `write` puts it into the file. Entries that exist stay."""
        if key in self._content.by_key or key in self._pending:
            return
        lines = [
            f'"{key}":',
            f"  image: {_quoted(image)}",
            f"  material: {tag.material}",
            f"  found: {tag.material}",
        ]
        lines += ["  paint: keep"] if tag.keeps_paint else []
        lines += ["  pixels: each"] if tag.each_pixel else []
        lines += [f"  sure: {tag.sure:.2f}", f"  why: {_quoted(tag.reason)}"]
        self._pending[key] = "\n".join(lines) + "\n"

    def add_setting(self, name: str, value: str) -> None:
        """Note a setting that was found, such as `view_found`. What exists stays."""
        if name not in self._content.settings and name not in self._pending:
            self._pending[name] = f"{name}: {value}\n"

    def write(self) -> bool:
        """Add what is pending to the end of the file, whole or not at all. False if it could not be.

        Reads the file again first, so an edit of a moment ago is kept. Nothing is written to a file that
        cannot be read, nor where what stands in it would change its meaning.
        """
        if not self._pending:
            return True
        stamps = self._look()
        if stamps != self._stamps and not self._read(stamps):
            return False
        if self.problem:
            return False
        known = self._content.by_key.keys() | self._content.settings.keys()
        pending = {key: text for key, text in self._pending.items() if key not in known}
        if pending and not self._append(pending):
            return False
        self._pending.clear()
        return True

    def _append(self, pending: dict[str, str]) -> bool:
        # Not `atomic_write`: two runs of a game may write at once, and the last look for an edit comes after
        # the new contents are on the disk.
        partial = self.path.with_name(f".{self.path.name}.{os.getpid()}.part.yaml")
        before = file_stamp(self.path)
        try:
            old = (
                self.path.read_bytes()
                if before
                else HEADER.format(answers="\n#   ".join(textwrap.wrap(", ".join(ANSWERS), 100))).encode()
            )
            gap = b"" if not old or old.endswith(b"\n") else b"\n"
            self.path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(old + gap + "".join(pending.values()).encode())
            new = _load(partial)
            if not _adds_only(self._raw.get(self.path, {}) if before else {}, new, set(pending)):
                self.problem = (
                    f"{self.path.name}: new entries cannot be added after its last lines, so none are "
                    "saved; let it end with an entry that begins at the start of a line"
                )
                return False
            sync_to_disk(partial)
            if file_stamp(self.path) != before:
                return False  # somebody saved it meanwhile; the next write will do
            partial.replace(self.path)
            sync_to_disk(self.path.parent)
            self._raw[self.path] = new
            self._stamps = self._last_look = self._look()
            self._understand()
        except (OSError, ThemeError) as error:
            self.problem = f"{self.path.name} cannot be written, so nothing new is remembered: {error}"
            return False
        finally:
            with suppress(OSError):
                partial.unlink()
        return True

    def _look(self) -> tuple[Stamp, ...]:
        return tuple(file_stamp(path) for path in self._paths)

    def _read(self, stamps: tuple[Stamp, ...]) -> bool:
        """Read the files. A damaged one changes nothing but `problem`. Gives whether they could be read."""
        self._stamps = self._last_look = stamps
        try:
            self._raw = {p: _load(p) for p, stamp in zip(self._paths, stamps, strict=True) if stamp}
        except ThemeError as error:
            self.problem = f"{error}. Nothing is written to it until it can be read"
            return False
        self.problem = ""
        self._understand()
        self.edition += 1
        return True

    def _understand(self) -> None:
        """Make the tags of what was read; a file beside the game counts before one in the cache."""
        content, self.warning = _Content(), ""
        for path in self._paths:
            self.warning = _fill(content, self._raw.get(path, {}), path.name) or self.warning
        self._content = content


def _can_write(path: Path) -> bool:
    """Whether a file can be put in place there: both it and its folder may be written."""
    return os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def _load(path: Path) -> dict[str, Any]:
    """The mapping in a file; empty if it has none. Raises ThemeError."""
    found = read_yaml(path, LARGEST)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise ThemeError(f"{path}: expected lines such as `view: top`, found {yaml_repr(found)}")
    return {str(key): value for key, value in found.items()}


def _adds_only(old: dict[str, Any], new: dict[str, Any], keys: set[str]) -> bool:
    """Whether new is old and some keys more."""
    return set(new) == set(old) | keys and all(new[key] == value for key, value in old.items())


def _fill(content: _Content, found: dict[str, Any], file: str) -> str:
    """Add a file's entries to what was read; a later file counts before an earlier one. Gives a warning."""
    warning = ""
    for key, value in found.items():
        if key in SETTINGS:
            content.settings[key] = value
            wrong = _wrong_setting(key, value)
            warning = warning or (wrong and f"{file}: {wrong}")
            continue
        tag, wrong = _tag(value)
        if re.fullmatch(r"\w+", key) and (near := did_you_mean(key, SETTINGS)):
            wrong = f"there is no such setting{near}"
        if wrong:
            warning = warning or f"{file}: {key[:40]}: {wrong}"
        if tag is None:
            continue
        if re.fullmatch(r"[0-9a-f]{32}", key):
            before = content.by_key.get(key)
            if before is None or tag.by_hand or not before.by_hand:
                content.by_key[key] = tag
        else:
            content.by_name[key] = tag
    return warning


def _wrong_setting(name: str, value: Any) -> str:
    """What is wrong with a setting of the whole game, in plain words; empty if nothing is."""
    if name in VALUES and value not in VALUES[name]:
        near = did_you_mean(value, VALUES[name])
        return f"{name} cannot be {yaml_repr(value)}{near}; expected {' or '.join(VALUES[name])}"
    if name == "tile" and _number(value, 1, 4096) is None:
        return f"tile must be a number of pixels from 1 to 4096, found {yaml_repr(value)}"
    if name == "hotkeys" and not isinstance(value, dict):
        return f"hotkeys must be lines such as `theme: F2`, found {yaml_repr(value)}"
    return ""


def _tag(value: Any) -> tuple[Tag | None, str]:
    """An entry's tag, and what is wrong with it in plain words."""
    if isinstance(value, str):
        value = {"material": value}
    if not isinstance(value, dict):
        return None, f"expected a material or lines such as `material: grass`, found {yaml_repr(value)}"
    material = value.get("material", "")
    wrong = ""
    if unused := [field for field in value if field not in FIELDS]:
        near = did_you_mean(unused[0], FIELDS)
        wrong = f"{yaml_repr(unused[0])} means nothing{near}; expected {', '.join(FIELDS)}"
    if material not in ("", *ANSWERS):
        near = did_you_mean(material, ANSWERS)
        wrong = f"there is no material {yaml_repr(material)}{near}; expected one of {', '.join(ANSWERS)}"
        material = value.get("found", "")
        material = material if material in ANSWERS else ""
    changed = "found" not in value or value["found"] != material
    hud = value.get("hud")
    detail = _number(value.get("detail"), 0.0, 4.0)
    for name, right in (
        ("hud", hud is None or isinstance(hud, bool)),
        ("detail", (value.get("detail") is None) == (detail is None)),
        ("paint", value.get("paint", "keep") == "keep"), ("pixels", value.get("pixels", "each") == "each"),
    ):  # fmt: skip
        if not right:
            wrong = f"{name} cannot be {yaml_repr(value[name])}; expected {FIELDS[name]}"
    by_hand = bool(changed or value.get("by") == "hand" or isinstance(hud, bool) or detail is not None)
    reason = value.get("why") if not changed else None
    return (
        Tag(
            material=material,
            by_hand=by_hand,
            hud=hud if isinstance(hud, bool) else None,
            keeps_paint=value["paint"] == "keep" if "paint" in value else None,
            each_pixel=value.get("pixels") == "each" and not changed,
            detail=detail,
            sure=1.0 if changed else _number(value.get("sure"), 0.0, 1.0) or 0.0,
            reason=reason if isinstance(reason, str) else "a person wrote it",
        ),
        wrong,
    )


def _number(value: Any, low: float, high: float) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
        return float(value)
    return None


def _quoted(text: str) -> str:
    """A text as one line of YAML, in double quotes."""
    return json.dumps(text, ensure_ascii=True)
