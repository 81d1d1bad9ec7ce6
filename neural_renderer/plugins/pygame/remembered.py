"""Theme and strength of each game, remembered from one run to the next in the user's configuration folder."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

from reskin.engine.atomic_write import atomic_write

FILE: Final = "games.json"
MOST_GAMES: Final = 500
"""Games that are remembered; the one that was played longest ago is forgotten first."""


def configuration_folder() -> Path:
    """Where this user's configuration of Reskin lies."""
    if sys.platform == "win32":
        home = os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming"
    elif sys.platform == "darwin":
        home = Path.home() / "Library" / "Application Support"
    else:
        home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "reskin"


def recall(game: str) -> dict[str, Any]:
    """What is remembered of a game: `theme` and `strength`, each only if it is. A damaged file is ignored."""
    known = _read().get(game)
    if not isinstance(known, dict):
        return {}
    found: dict[str, Any] = {}
    if isinstance(known.get("theme"), str):
        found["theme"] = known["theme"]
    strength = known.get("strength")
    if isinstance(strength, int | float) and 0 <= strength <= 1:
        found["strength"] = float(strength)
    return found


def remember(game: str, theme: str, strength: float) -> None:
    """Remember the choices of a game. Raises OSError."""
    games = _read()
    games.pop(game, None)
    games[game] = {"theme": theme, "strength": strength}
    kept = dict(list(games.items())[-MOST_GAMES:])
    with atomic_write(configuration_folder() / FILE) as partial:
        partial.write_text(json.dumps(kept, indent=1, ensure_ascii=False), encoding="utf-8")


def _read() -> dict[str, Any]:
    try:
        games = json.loads((configuration_folder() / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return games if isinstance(games, dict) else {}
