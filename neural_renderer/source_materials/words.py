"""What the name of a file says of its image: the head noun of the file, else of its folders.

Names are split into words at everything but letters, and where a capital follows a small letter. Words that
say nothing (`tile`, `left`, `idle`) are dropped. The table of words is `lexicon`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from reskin.neural_renderer.source_materials.lexicon import (
    BACKDROPS,
    BLOCKS,
    CHESS,
    GENERIC,
    HOLDS_MANY,
    HUD,
    NOUN_FIRST,
    NOUN_LAST,
    RANKS,
    SCREENS,
    STATES,
    SUITS,
    WITHOUT,
    YIELDS,
)

FOLDERS: Final = 3
"""Folders that are read, from the inside out."""

CREATURES: Final = frozenset(("player", "friend", "enemy", "animal"))

SHORTEST_PART: Final = 4
"""Letters of a known word that may be the end or the beginning of a compound, as `stone` in `sandstone`."""


_ENDINGS: Final = frozenset(("ing", "ings", "ed", "er", "ers"))
"""Of words in other forms, which are no parts of a compound."""


_SIGNS: Final = frozenset(("icon", "icons", "button", "buttons", "btn", "cursor", "logo"))
"""What is a sign, and not what it shows: a map's icon is no map."""


class NameMeaning(NamedTuple):
    """What a name says.

    material: a name of `MATERIALS`, "hud", or "" if the name says nothing. word: the word that said it.
    depth: 0 in the file's own name, 1 in its folder, and so on. holds_many: it is made of many materials.
    """

    material: str
    word: str
    depth: int
    holds_many: bool = False


NOTHING: Final = NameMeaning("", "", 0)


def _table() -> dict[str, tuple[str, bool]]:
    """Each known word: its material, and whether the first noun counts in its language."""
    table: dict[str, tuple[str, bool]] = {}
    for words, first in ((NOUN_LAST, False), (NOUN_FIRST, True)):
        for material, text in words.items():
            for word in text.split():
                table.setdefault(word, (material, first))
    return table


WORDS: Final = _table()


def words_of(text: str) -> list[str]:
    """The words of a name in lower case, without accents: `HéroÉpée2` gives hero, epee."""
    text = text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = re.sub(r"([a-z])([A-Z])", r"\1 \2", plain)
    return [word.lower() for word in re.findall(r"[A-Za-z]+", plain)]


def _meaning(word: str, compounds: bool) -> tuple[str, bool, str] | None:
    """Material of a word, whether the first noun counts, and the word in the table that was found.

    compounds: whether a part of the word may be known. Not of folders, which bear the names of games.
    """
    for whole in (word, word.removesuffix("s"), word.removesuffix("es")):
        if whole in WORDS:
            return (*WORDS[whole], whole)
    if not compounds:
        return None
    word = word.removesuffix("s").removesuffix("image") or word
    for length in range(len(word) - 3, 2, -1):  # of two known words the last one counts
        pair = word[:length], word[length:]
        if all(part in WORDS or part in GENERIC for part in pair):
            says = [part for part in pair if part in WORDS and part not in GENERIC and len(part) > 3]
            if says:
                part = next((part for part in reversed(says) if part not in BACKDROPS | BLOCKS), says[0])
                return (*WORDS[part], part)
    for length in range(len(word) - 1, SHORTEST_PART - 1, -1):
        for part, rest in ((word[-length:], word[:-length]), (word[:length], word[length:])):
            if part in WORDS and part not in GENERIC and _may_stand(rest, part, word[:length] == part):
                return (*WORDS[part], part)
    return None


def _may_stand(rest: str, part: str, after: bool) -> bool:
    """Whether what is left of a compound may be a word or a short mark, so that `brain` is no rain, `landing`
    no land, and `painting` no bread. after: it stands behind the known part."""
    if rest in WORDS or rest in GENERIC or rest in ("my", "the"):
        return True
    if not after:
        return len(rest) > 2
    long = len(rest) > 2 or not set(rest) & set("aeiouy")
    return len(part) > SHORTEST_PART and long and rest not in _ENDINGS


def _meaning_of_part(text: str, compounds: bool) -> tuple[str, str, bool]:
    """Material, word and whether it holds many, of one file or folder name."""
    every = words_of(text)
    if any(word in CHESS for word in every) and any(
        word in ("white", "black", "w", "b", "chess", "piece", "pieces") for word in every
    ):
        return HUD, next(word for word in every if word in CHESS), False
    every = [word for place, word in enumerate(every) if not _is_absent(every, place)]
    suits = [word for word in every if word in SUITS]
    if suits and any(word in RANKS or word in ("of", "card", "cards") for word in every):
        return HUD, suits[0], False
    words = [word for word in every if word not in GENERIC and len(word) > 1]
    many = [place for place, word in enumerate(words) if word in HOLDS_MANY]
    if many:
        # `dungeon_floor` is a floor, and `tree_house` a house. Words that say little change nothing.
        if words[-1] in _SIGNS:
            return HUD, words[-1], False
        head = _meaning(words[-1], compounds) if many[-1] < len(words) - 1 else None
        if head is None or head[1] or head[0] in ("", HUD, "sky"):
            return "", words[many[0]], True
        return head[0], head[2], False
    found = [meaning for word in words if (meaning := _meaning(word, compounds)) is not None]
    telling = [meaning for meaning in found if meaning[2] not in YIELDS]
    telling = telling or [meaning for meaning in found if meaning[2] not in BLOCKS] or found
    if not telling:
        return "", "", False
    for material, _, word in telling:
        if material == HUD:
            return HUD, word, False
    material, _, word = telling[0] if all(first for _, first, _ in telling) else telling[-1]
    doers = [meaning for meaning in telling if meaning[0] in CREATURES]
    if doers and word in STATES and material in ("effect", "light"):
        material, _, word = doers[-1]  # a wizard who casts a spell
    return material, word, False


def _is_absent(words: list[str], place: int) -> bool:
    """Whether the word before says that this is not there."""
    if place == 0 or words[place - 1] not in WITHOUT:
        return False
    meaning = _meaning(words[place], True)
    return meaning is not None and meaning[0] != HUD


def _creature(folders: list[str], depth: int) -> NameMeaning | None:
    """What the nearest of some folders says that says anything, if that is a creature."""
    for outer, part in enumerate(folders[: FOLDERS - depth], depth + 1):
        material, word, _ = _meaning_of_part(part, False)
        if material:
            return NameMeaning(material, word, outer) if material in CREATURES else None
    return None


@lru_cache(maxsize=8192)
def meaning_of_name(name: str) -> NameMeaning:
    """What a path with `/` says, relative to the game's folder: `assets/enemies/bat_1.png` is an enemy."""
    path = PurePosixPath(name.replace("\\", "/"))
    holds_many, holder = False, ""
    folders = list(reversed(path.parts[:-1]))
    for depth, part in enumerate(folders[:FOLDERS], 1):
        for word in words_of(part):
            if word in SCREENS:
                return NameMeaning(HUD, word, depth)
    for depth, part in enumerate([path.stem, *folders][: FOLDERS + 1]):
        material, word, many = _meaning_of_part(part, depth == 0)
        if many:
            holds_many, holder = True, word
        elif material and word in STATES and (owner := _creature(folders[depth:], depth)):
            return owner
        elif material and (depth == 0 or not holds_many):
            return NameMeaning(material, word, depth)
    return NameMeaning("", holder, 0, True) if holds_many else NOTHING
