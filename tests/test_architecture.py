"""The house holds: who may import whom, what stays light, and that the README's commands exist."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from neural_renderer.cli import main
from neural_renderer.theme import available

ROOT = Path(__file__).resolve().parents[1]
OURS = ("engine", "neural_renderer", "kernels", "demo_games", "assets", "benchmarks", "tests")

MAY_IMPORT = {
    "engine": ("engine",),
    "kernels": ("kernels",),
    "demo_games": ("demo_games", "engine"),
    "neural_renderer": ("neural_renderer", "kernels", "assets", "engine.frame", "engine.errors"),
    "neural_renderer/learn": (
        "neural_renderer",
        "kernels",
        "assets",
        "engine.frame",
        "engine.errors",
        "engine.draw",
        "engine.game",
        "engine.pictures",
    ),
    "neural_renderer/cli": ("neural_renderer", "kernels", "assets", "engine"),
}
"""A folder, and the modules of ours that files in it may import; the longest folder that fits counts."""


def modules() -> list[Path]:
    return [path for room in OURS[:4] for path in sorted((ROOT / room).rglob("*.py"))]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, at any depth, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively; say where from"
            if node.module in OURS:  # `from engine import frame` imports engine.frame
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
            elif node.module:
                yield node.lineno, node.module


def allowed(folder: str) -> tuple[str, ...]:
    room = max((room for room in MAY_IMPORT if f"{folder}/".startswith(f"{room}/")), key=len)
    return MAY_IMPORT[room]


def wrong_arrows(path: Path, folder: str) -> list[str]:
    """Imports of ours in a file that its folder may not make."""
    return [
        f"{folder}/{path.name}:{line} imports {name}"
        for line, name in imports(path)
        if name.split(".")[0] in OURS
        and not any(f"{name}.".startswith(f"{module}.") for module in allowed(folder))
    ]


def test_every_import_follows_the_arrows() -> None:
    paths = modules()
    assert len(paths) > 40
    wrong = [w for path in paths for w in wrong_arrows(path, path.parent.relative_to(ROOT).as_posix())]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("folder", "line"),
    [
        ("engine", "import neural_renderer"),
        ("engine/draw", "def f():\n    from kernels import BODY"),
        ("kernels/head", "from engine.frame import Frame"),
        ("demo_games/miner", "from neural_renderer.restyler import Restyler"),
        ("neural_renderer", "from engine.world import World"),
        ("neural_renderer", "from engine import loop"),
        ("neural_renderer/learn", "import tests.engine.toy"),
    ],
)
def test_a_wrong_arrow_is_seen(tmp_path: Path, folder: str, line: str) -> None:
    (tmp_path / "file.py").write_text(line)
    assert len(wrong_arrows(tmp_path / "file.py", folder)) == 1


def test_the_skeleton_and_the_games_know_no_learning_library() -> None:
    learning = ("torch", "openvino", "cupy", "safetensors", "scipy")
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in modules()
        if path.relative_to(ROOT).parts[0] in ("engine", "demo_games")
        for line, name in imports(path)
        if name.split(".")[0] in learning
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_quiet_import_takes_openvino() -> None:
    """A bare `import openvino` sends telemetry; see `neural_renderer.quiet`."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules()
        if path.name != "quiet.py"
        for line, name in imports(path)
        if name.split(".")[0] == "openvino" and "quiet" not in path.read_text(encoding="utf-8")
    ]
    assert not wrong, "use neural_renderer.quiet.import_openvino: " + ", ".join(wrong)


def loaded_after(code: str) -> set[str]:
    """Names of the modules that a new process has loaded after running some code."""
    code += "\nimport sys; print('\\n'.join(n for n, m in sys.modules.items() if m is not None))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_help_is_light() -> None:
    loaded = loaded_after("import neural_renderer.cli")
    heavy = {"numpy", "pygame", "numba", "openvino", "torch", "av", "rich", "yaml", "engine.loop"}
    assert not heavy & loaded


def test_the_names_of_the_engine_load_nothing() -> None:
    assert not {"numpy", "pygame", "numba"} & loaded_after("import engine")


@pytest.mark.skipif(not available(), reason="no theme is shipped yet")
def test_playing_loads_no_torch_and_no_telemetry() -> None:
    arguments = "['play', '--headless', '--bot', '--frames', '3', '--json']"
    loaded = loaded_after(f"from neural_renderer.cli import main\nmain({arguments}, standalone_mode=False)")
    assert "neural_renderer.restyler" in loaded
    # Numba takes SciPy where it finds it, so that is none of ours.
    assert not {"torch", "av", "rich", "openvino_telemetry", "neural_renderer.learn"} & loaded


def test_quiet_openvino_has_no_telemetry() -> None:
    loaded = loaded_after(
        "from neural_renderer.quiet import import_openvino\nassert import_openvino().Core().available_devices"
    )
    assert "openvino" in loaded
    assert not {name for name in loaded if name.startswith("openvino_telemetry")}


# Commands in documents


def commands_in(text: str) -> list[list[str]]:
    """Every `reskin ...` and `make ...` in code blocks and code spans of a Markdown text."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += re.findall(r"`((?:reskin|make) [^`\n]*)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    found = [re.sub(r"^\s*\$\s+", "", line).strip() for line in lines]
    return [shlex.split(line, comments=True) for line in found if re.match(r"(reskin|make) [a-z-]", line)]


def missing_command(words: list[str]) -> str:
    """What of a command line does not exist; empty if all does."""
    if words[0] == "make":
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
        return next((w for w in words[1:] if re.fullmatch(r"[a-z-]+", w) and w not in targets), "")
    command: click.Command = main
    rest = words[1:]
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        if name not in command.commands:
            return name
        command = command.commands[name]
    known = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    options = (word.split("=")[0] for word in rest if word.startswith("-"))
    return next((option for option in options if option not in known | {"--help", "-h", "--version"}), "")


@pytest.mark.parametrize(
    "document", ["README.md", "CONTRIBUTING.md", "docs/scripting.md", "docs/keyframes.md"]
)
def test_every_command_in_a_document_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    wrong = {" ".join(words): what for words in commands_in(text) if (what := missing_command(words))}
    assert not wrong, f"{document} names commands that do not exist: {wrong}"


def test_a_command_that_does_not_exist_is_seen() -> None:
    text = (
        "```sh\n$ reskin play --them winter  # words\nmake plya\n```\nand `reskin learn poet x`, `make test`"
    )
    assert [missing_command(words) for words in commands_in(text)] == ["--them", "plya", "poet", ""]
