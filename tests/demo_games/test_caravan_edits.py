"""The caravan's scripts edited again and again while it runs, every tenth edit broken.

The game never stops, no state is lost, and each error names its file and line. The good edits do not change
the rules, so that the state must be that of a game which nobody edited.
"""

from __future__ import annotations

import shutil
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reskin import RunOptions, run
from reskin.demo_games.caravan import Caravan
from reskin.engine.errors import ScriptError
from tests.engine.script.tiny import tick

SLEEP_S = 0.004
PATIENCE_S = 60
RULES = Path(__file__).parents[2] / "demo_games" / "caravan" / "rules"

GOOD = (
    ("market.py", "WANTED: Final", "UNUSED: Final = 3\nWANTED: Final"),
    (
        "components.py",
        "    delivered: int = 0",
        "    delivered: int = 0\n    praise: int = 5\n    title: str = 'trader'",
    ),
    ("components.py", "    delivered: int = 0", "    delivered: int = 0\n    praise: int = 5"),
    ("quests.py", "def offer(", "def unused(count: int) -> int:\n    return count // 2\n\n\ndef offer("),
    ("goods.yaml", "# What is traded", "# What is bought and sold"),
    ("components.py", "    opened: int = 0", "    opened: int = 0\n    painted: tuple[int, ...] = (1, 2)"),
    ("main.py", "DOZEN: Final = 12", "DOZEN: Final = 6 + 6"),
    ("hud.py", "HINT_TICKS: Final = 480", "HINT_TICKS: Final = 400"),
)
"""File, text, and its replacement. Each edit starts from the original scripts."""

BAD = (
    (
        "market.py",
        "    if stock <= WANTED:",
        "    if stock <= WANTED",
        "market.py:{}: SyntaxError: expected ':'",
    ),
    (
        "walking.py",
        "body.was_y = body.x, body.y",
        "body.was_y = body.x, body.z",
        "walking.py:{} in remember: Attr",
    ),
    (
        "life.py",
        "        walker.wait -= 1",
        "        walker.wait -= 1 // 0",
        "life.py:{} in stroll: ZeroDivisionError",
    ),
    ("quests.py", "    world, tick =", "    import random\n    world, tick =", "quests.py:{}: random draws"),
    (
        "goods.yaml",
        "grain:  {weight: 2, price: 5",
        "grain:  {weight: 2, price: 5.5",
        "goods.yaml:{}: grain.price must",
    ),
    (
        "trader.py",
        "market.market(simulation)",
        "market.bazaar(simulation)",
        "trader.py:{} in trader_commands: AttributeError",
    ),
    (
        "market.py",
        "        if (tick + town.number",
        "        if (tick + town.name",
        "market.py:{} in harvest: TypeError",
    ),
    (
        "components.py",
        "    swing: int = 0",
        "    swing: dict[str, int] = 0",
        "components.py:{}: Player.swing must be int",
    ),
    ("towns.yaml", "Millbrook: {zone", "Millbrook: {zoen", "towns.yaml:{}: Millbrook has zoen"),
    (
        "life.py",
        "    player.swing, player.safe = max(player.swing - 1, 0)",
        "    player.swing, player.safe = getattr(player, 'swung')",
        "life.py:{} in lurk: AttributeError",
    ),
)
"""The same, and the error, with a placeholder for the line."""


class Copy(Caravan):
    """The caravan, with a copy of its scripts."""

    package = "reskin.demo_games.caravan.rules"


@dataclass
class Editor:
    """Called once a frame; edits the folder some frames after the edit before was taken or refused."""

    game: Caravan
    folder: Path
    edits: int
    done: int = 0
    broken: int = 0
    seconds: list[float] = field(default_factory=list)
    _wrote: float | None = None
    _expected: str = ""
    _before: tuple[str, str] = ("", "")
    _rest: int = 0

    def __call__(self, frames: int, total: int | None) -> None:
        if self._wrote is not None and not self._seen():
            assert time.perf_counter() - self._wrote < PATIENCE_S, (
                f"nobody saw {self._expected or 'a good edit'}"
            )
            return
        if self._wrote is not None:
            self.seconds.append(time.perf_counter() - self._wrote)
            self._wrote, self._rest = None, 3
        self._rest -= 1
        if self._rest <= 0 and self.done < self.edits:
            self._edit()

    def _edit(self) -> None:
        self.done += 1
        for path in self.folder.iterdir():
            original = (
                (RULES / path.name).read_text(encoding="utf-8") if path.suffix in (".py", ".yaml") else ""
            )
            if original and path.read_text(encoding="utf-8") != original:
                path.write_text(original, encoding="utf-8")
        bad = self.done % 10 == 0
        file, old, new, *words = BAD[self.broken % len(BAD)] if bad else GOOD[self.done % len(GOOD)]
        self.broken += bad
        text = (RULES / file).read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r}"
        line = text[: text.index(old)].count("\n") + 1
        self._expected = words[0].format(line) if bad else ""
        self._before = self.game.rules_fingerprint, self.game.trouble
        (self.folder / file).write_text(text.replace(old, new, 1) + f"# edit {self.done}\n", encoding="utf-8")
        self._wrote = time.perf_counter()

    def _seen(self) -> bool:
        if self._expected:
            return self._expected in self.game.trouble
        return self.game.rules_fingerprint != self._before[0] and not self.game.trouble


@pytest.mark.parametrize("edits", [20, pytest.param(100, marks=pytest.mark.slow)])
def test_edits_stop_nothing_and_lose_nothing(tmp_path: Path, edits: int) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(RULES, folder, ignore=shutil.ignore_patterns("__pycache__"))
    Copy.rules = folder
    game, twin = Copy(7), Caravan(7)
    editor = Editor(game, folder, edits)
    ticks: list[int] = []

    def progress(frames: int, total: int | None) -> None:
        ticks.append(game.simulation.tick)
        time.sleep(SLEEP_S)  # a running game leaves its core to the editor now and then
        editor(frames, total)

    frames = 0
    while editor.done < edits or editor._wrote is not None:
        frames += 200
        options = RunOptions((320, 180), frames=200, headless=True, bot=True, watch=True, progress=progress)
        report = run(game, None, options)
        assert report.faults == 0
    for path in folder.glob("*.*"):
        path.write_text((RULES / path.name).read_text(encoding="utf-8"), encoding="utf-8")
    assert game.scripts.reload(game.simulation)
    assert game.trouble == ""
    assert ticks == list(range(1, frames + 1)), "a tick was left out, or came twice"
    assert editor.broken == edits // 10
    tick(twin, frames)
    assert game.simulation.state() == twin.simulation.state()
    game.simulation.ledger.check()
    worst, typical = max(editor.seconds), statistics.median(editor.seconds)
    print(f"{edits} edits, {frames} ticks: seen after {typical:.3f} s, at worst {worst:.3f} s")


def test_a_broken_beginning_is_an_error_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(RULES, folder, ignore=shutil.ignore_patterns("__pycache__"))
    text = (folder / "market.py").read_text(encoding="utf-8")
    (folder / "market.py").write_text(
        text.replace("WANTED: Final = 16", "WANTED: Final = 16.5.5"), encoding="utf-8"
    )
    Copy.rules = folder
    with pytest.raises(ScriptError, match=r"rules/market.py:\d+: SyntaxError"):
        Copy(7)
