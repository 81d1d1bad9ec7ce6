"""The code in documents runs as written.

A block whose first line is `# folder/file` is written there; every other block of Python is run, one after
the other, in one namespace and in a folder of its own.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]


def blocks(text: str) -> list[tuple[str, int, str]]:
    """Language, line and code of each block of a Markdown text."""
    found = re.finditer(r"^```(\w+)\n(.*?)^```", text, re.M | re.S)
    return [(m[1], text.count("\n", 0, m.start()) + 1, m[2]) for m in found]


def run(document: Path) -> int:
    """Run the blocks of a document in the current folder; how many there were."""
    namespace: dict[str, Any] = {"__name__": "document"}
    count = 0
    for language, line, code in blocks(document.read_text(encoding="utf-8")):
        named = re.match(r"# ([\w./]+\.(?:py|yaml))\n", code)
        if named:
            path = Path(named[1])
            path.parent.mkdir(exist_ok=True)
            path.write_text(code, encoding="utf-8")
        elif language == "python":
            exec(compile("\n" * line + code, str(document), "exec"), namespace)
        else:
            continue
        count += 1
    return count


def test_scripting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = {*sys.modules}
    try:
        assert run(ROOT / "docs" / "scripting.md") >= 10
    finally:
        for name in {*sys.modules} - before:
            if name.split(".")[0] == "stall":
                del sys.modules[name]


def test_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The game of the document is taken for what it says, once its two lines are beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    shutil.copytree(ROOT / "docs" / "run_example", "run_example", ignore=shutil.ignore_patterns("*.yaml"))
    assert run(ROOT / "docs" / "run.md") == 1
    Path("keys").write_text("10-180 hold RIGHT\n40-60 hold SPACE\n88 press SPACE\n150-156 hold SPACE\n")
    words = [sys.executable, "-m", "reskin", "inspect", "--json", "--frames", "180", "--keys", "keys"]
    words.append("run_example/game.py")
    done = subprocess.run(words, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["view"] == "side" and found["frames"] == 180 and not found["problem"]
    units = {Path(unit["name"]).name: unit for unit in found["units"]}
    assert units["wall.png"]["material"] == "brick" and units["wall.png"]["why"] == "a person wrote it"
    assert units["b2.png"]["material"] == "wood" and units["b2.png"]["why"] != "a person wrote it"
    assert units["hero1.png"]["material"] == "player" and units["water.png"]["material"] == "water"


def test_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(ROOT / "docs" / "gpu.md") == 1


def test_a_wrong_block_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    document = tmp_path / "wrong.md"
    document.write_text("# Title\n\n```python\nx = 3\n```\n\n```python\nassert x == 4\n```\n")
    with pytest.raises(AssertionError) as caught:
        run(document)
    assert caught.traceback[-1].lineno == 7
