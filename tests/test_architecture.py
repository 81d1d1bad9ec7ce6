"""The house holds: who may import whom, what stays light, and that the README's commands exist."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import click
import pytest

import reskin
from reskin.cli import main
from reskin.neural_renderer.theme.pack import available_themes

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("engine", "neural_renderer", "kernels", "demo_games", "assets", "cli")
"""What `reskin` holds: folders of the repository, but for `cli`, which lies in `reskin` itself."""

FRAMES = ("engine.frame", "engine.gpu_frame", "engine.device_arrays")
SHARED = (*FRAMES, "engine.errors", "engine.atomic_write", "engine.outputs", "engine.watcher")
MUSCLE = ("neural_renderer", "kernels", "assets", *SHARED)
CAPTURE = "neural_renderer/plugins/pygame/reskin_pygame_capture"
"""The package that a game's process imports, under its last name, from a folder where there is no `reskin`.
So it alone imports relatively, and only its own files: `from .draws import Draw`."""
MAY_IMPORT = {
    "engine": ("engine",),
    "kernels": ("kernels", "engine.compiled"),
    "demo_games": ("demo_games", "engine"),
    "neural_renderer": MUSCLE,
    **{
        f"neural_renderer/{folder}": (*MUSCLE, "engine.draw", "engine.simulation", "engine.capture")
        for folder in ("painters", "scenes", "teachers", "train", "measure")
    },
    # Its file `channel` runs in the game's process, and imports the standard library alone.
    "neural_renderer/handoff": ("neural_renderer.handoff", "neural_renderer.errors"),
    "neural_renderer/handoff/cuda_gl": (*SHARED, "neural_renderer.handoff", "neural_renderer.errors"),
    "neural_renderer/plugins": MUSCLE,
    # The renderer's process records, and has a circuit breaker, as the loop of our own games.
    "neural_renderer/plugins/pygame": (*MUSCLE, "engine.capture", "engine.loop.circuit_breaker"),
    CAPTURE: (CAPTURE.replace("/", "."),),
    "cli": ROOMS,
}
"""A folder, and what files in it may import of `reskin`; the longest folder that fits counts."""


def modules() -> list[tuple[Path, str]]:
    """Every file of `reskin`, and its folder, by the names of ROOMS."""
    places = [(ROOT / room if room != "cli" else ROOT / "reskin" / "cli", room) for room in ROOMS]
    return [
        (path, (Path(room) / path.parent.relative_to(place)).as_posix())
        for place, room in places
        for path in sorted(place.rglob("*.py"))
    ]


def capture_depth(path: Path) -> int:
    """How many folders a file lies below the folder that holds the capture; 0 if not in it."""
    below = path.parent.parts[len((ROOT / CAPTURE).parent.parts) :]
    return len(below) if path.is_relative_to(ROOT / CAPTURE) else 0


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports, at any depth, with its line; those of ours without `reskin.`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.removeprefix("reskin.")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and 0 < node.level <= capture_depth(path):
            assert node.module is not None, f"{path}:{node.lineno} imports the package itself; name the file"
            folder = path.parents[node.level - 1].relative_to(ROOT).as_posix()
            yield node.lineno, f"{folder.replace('/', '.')}.{node.module}"
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively; say where from"
            assert node.module is not None
            if node.module == "reskin":
                names = [reskin._HOME.get(alias.name, alias.name) for alias in node.names]
                yield from ((node.lineno, name) for name in names)
            elif node.module.count(".") == 1 and node.module.startswith("reskin."):
                # `from reskin.engine import frame` imports engine.frame
                room = node.module.removeprefix("reskin.")
                yield from ((node.lineno, f"{room}.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, node.module.removeprefix("reskin.")


def allowed(folder: str) -> tuple[str, ...]:
    room = max((room for room in MAY_IMPORT if f"{folder}/".startswith(f"{room}/")), key=len)
    return MAY_IMPORT[room]


def wrong_arrows(path: Path, folder: str) -> list[str]:
    """Imports of ours in a file that its folder may not make."""
    return [
        f"{folder}/{path.name}:{line} imports {name}"
        for line, name in imports(path)
        if name.split(".")[0] in (*ROOMS, "benchmarks", "tests")
        and not any(f"{name}.".startswith(f"{module}.") for module in allowed(folder))
    ]


def test_every_import_follows_the_arrows() -> None:
    paths = modules()
    assert len(paths) > 200
    wrong = [w for path, folder in paths if folder != "assets" for w in wrong_arrows(path, folder)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("folder", "line"),
    [
        ("engine", "import reskin.neural_renderer"),
        ("engine/draw", "def f():\n    from reskin.kernels import BODY"),
        ("kernels/head", "from reskin.engine.frame import Frame"),
        ("demo_games/miner", "from reskin.neural_renderer.restyler import Restyler"),
        ("demo_games/miner", "from reskin import Restyler"),
        ("neural_renderer", "from reskin.engine.ecs.world import World"),
        ("neural_renderer", "from reskin.engine import loop"),
        ("neural_renderer/teachers", "import tests.engine.toy"),
        ("neural_renderer/runtimes", "from reskin.engine.draw import Canvas"),
        ("neural_renderer/handoff", "from reskin.engine.frame import Frame"),
        ("neural_renderer/plugins", "from reskin.engine.draw import Canvas"),
        (CAPTURE, "from reskin.engine.frame import Frame"),
    ],
)
def test_a_wrong_arrow_is_seen(tmp_path: Path, folder: str, line: str) -> None:
    (tmp_path / "file.py").write_text(line)
    assert len(wrong_arrows(tmp_path / "file.py", folder)) == 1


@pytest.mark.parametrize("folder", ["engine", "neural_renderer/plugins", CAPTURE])
def test_a_relative_import_is_refused(tmp_path: Path, folder: str) -> None:
    """Also of a file that calls itself a part of the capture and lies elsewhere."""
    (tmp_path / "file.py").write_text("from .draws import Draw")
    with pytest.raises(AssertionError, match="imports relatively"):
        wrong_arrows(tmp_path / "file.py", folder)


LEARNING = ("scenes", "painters", "measure", "teachers", "train")
"""Folders of `neural_renderer` that are for learning and measuring. Each may import those before it, and no
other folder may import any of them."""


def wrong_learning_imports(path: Path, folder: str) -> list[str]:
    """Imports in a file of `neural_renderer` that break the order of LEARNING."""
    room = folder.partition("/")[2].split("/")[0]
    may = LEARNING[: LEARNING.index(room) + 1] if room in LEARNING else ()
    forbidden = {f"neural_renderer.{name}" for name in LEARNING if name not in may}
    return [
        f"{folder}/{path.name}:{line} imports {name}"
        for line, name in imports(path)
        if ".".join(name.split(".")[:2]) in forbidden
    ]


def test_learning_is_imported_in_order() -> None:
    files = [(path, folder) for path, folder in modules() if folder.split("/")[0] == "neural_renderer"]
    wrong = [w for path, folder in files for w in wrong_learning_imports(path, folder)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("folder", "line"),
    [
        ("neural_renderer/measure", "from reskin.neural_renderer.teachers.lessons import Lesson"),
        ("neural_renderer/teachers", "def f():\n    from reskin.neural_renderer.train.trainer import learn"),
        ("neural_renderer/painters/winter", "from reskin.neural_renderer import measure"),
        ("neural_renderer", "import reskin.neural_renderer.measure"),
    ],
)
def test_a_learning_import_out_of_order_is_seen(tmp_path: Path, folder: str, line: str) -> None:
    (tmp_path / "file.py").write_text(line)
    assert len(wrong_learning_imports(tmp_path / "file.py", folder)) == 1


def rooms() -> set[str]:
    """Every folder with code of its own, down to the second level, as ARCHITECTURE.md names them."""
    found = {folder for _, folder in modules() if folder.count("/") <= 1 and folder.split("/")[0] != "cli"}
    shared = {"kernels/simd", "kernels/cuda"}
    operations = {folder for folder in found if folder.startswith("kernels/")} - shared
    return (found - operations - {"engine"}) | {"engine/frame.py", "reskin", "tests"}


def test_the_architecture_lists_the_rooms() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    listed = re.findall(
        r"^\| `([\w/.]+?)/?`", text[text.index("| room |") : text.index("## The arrows")], re.M
    )
    assert set(listed) == rooms()
    assert len(text.splitlines()) <= 150


def files_listed() -> dict[str, set[str]]:
    """The names in the last column of ARCHITECTURE.md's table, by room."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w/]+)/`[^|]*\|[^|]*\|([^|]*)\|$", text, re.M)
    return {room: set(re.findall(r"`([\w*/]+)`", files)) for room, files in rows}


def test_the_architecture_lists_the_files() -> None:
    for room, names in files_listed().items():
        if room not in {folder for _, folder in modules()} - {"demo_games", "reskin", "assets"}:
            continue
        found = {path.stem for path, folder in modules() if folder == room} - {"__init__"}
        missing = {name for name in found if not any(fnmatch(name, pattern) for pattern in names)}
        assert not missing, f"ARCHITECTURE.md names no {sorted(missing)} in {room}"
        below = {path.stem for path, folder in modules() if f"{folder}/".startswith(f"{room}/")}
        below |= {path.parent.name for path, folder in modules() if folder.startswith(f"{room}/")}
        gone = {name for name in names if not any(fnmatch(file, name.strip("/")) for file in below)}
        assert not gone, f"ARCHITECTURE.md names {sorted(gone)} in {room}, which are not there"


def room_of(name: str) -> str:
    """The room of a module: the folder that holds it, down to the second level."""
    parts = name.split(".")[:2]
    return "/".join(parts) if (ROOT / "/".join(parts)).is_dir() else parts[0]


def runtime_imports(path: Path) -> Iterator[str]:
    """Modules of ours that a file imports when it runs, not for types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in typing:
            module = (node.module or "").removeprefix("reskin.")
            if module != node.module:
                yield from (f"{module}.{alias.name}" for alias in node.names)


def test_rooms_do_not_import_in_a_circle() -> None:
    """Of the engine and of the muscle. What lies at the top of either, such as its errors, is for all."""
    arrows: dict[str, set[str]] = {}
    for path, folder in modules():
        room = "/".join(folder.split("/")[:2])
        if "/" in room and folder.split("/")[0] in ("engine", "neural_renderer"):
            others = {room_of(name) for name in runtime_imports(path)}
            arrows.setdefault(room, set()).update(other for other in others if "/" in other and other != room)

    def below(room: str, seen: tuple[str, ...]) -> None:
        assert room not in seen, " -> ".join((*seen, room))
        for other in arrows.get(room, ()):
            below(other, (*seen, room))

    assert len(arrows) > 12
    for room in arrows:
        below(room, ())


def test_no_folder_is_crowded() -> None:
    counts: dict[str, int] = {}
    for path, folder in modules():
        counts[folder] = counts.get(folder, 0) + (path.name != "__init__.py")
    crowded = {folder: count for folder, count in counts.items() if count > 14}
    assert not crowded


def test_nothing_of_ours_goes_by_another_name() -> None:
    """In the repository `import engine` would find a second copy of every module."""
    files = [path for path, _ in modules()]
    files += [path for room in ("tests", "benchmarks") for path in sorted((ROOT / room).rglob("*.py"))]
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.match(rf"\s*(from|import) ({'|'.join(ROOMS[:5])})\b", line)
    ]
    assert not wrong, "import from reskin: " + ", ".join(wrong)


def test_the_skeleton_and_the_games_know_no_learning_library() -> None:
    learning = ("torch", "openvino", "cupy", "safetensors", "scipy")
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path, folder in modules()
        if folder.split("/")[0] in ("engine", "demo_games")
        for line, name in imports(path)
        if name.split(".")[0] in learning
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_quiet_import_takes_openvino() -> None:
    """A bare `import openvino` sends telemetry; see `neural_renderer.runtimes.openvino_setup`."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path, _ in modules()
        if path.name != "openvino_setup.py"
        for line, name in imports(path)
        if name.split(".")[0] == "openvino" and "openvino_setup" not in path.read_text(encoding="utf-8")
    ]
    assert not wrong, "use reskin.neural_renderer.runtimes.openvino_setup.import_openvino: " + ", ".join(
        wrong
    )


def loaded_after(code: str) -> set[str]:
    """Names of the modules that a new process has loaded after running some code."""
    code += "\nimport sys; print('\\n'.join(n for n, m in sys.modules.items() if m is not None))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_help_is_light() -> None:
    loaded = loaded_after("import reskin.cli")
    heavy = {"numpy", "pygame", "numba", "openvino", "torch", "av", "rich", "yaml", "reskin.engine.loop.loop"}
    assert not heavy & loaded


def test_the_names_of_the_engine_load_nothing() -> None:
    assert not {"numpy", "pygame", "numba"} & loaded_after("import reskin.engine")


@pytest.mark.skipif(not available_themes(), reason="no theme is shipped yet")
def test_playing_loads_no_torch_and_no_telemetry() -> None:
    arguments = "['play', '--headless', '--bot', '--frames', '3', '--json']"
    loaded = loaded_after(f"from reskin.cli import main\nmain({arguments}, standalone_mode=False)")
    assert "reskin.neural_renderer.restyler" in loaded
    # Numba takes SciPy where it finds it, so that is none of ours.
    assert not {"torch", "av", "rich", "openvino_telemetry", "reskin.neural_renderer.train"} & loaded
    assert not {"cuda", "cupy", "moderngl", "glcontext"} & {name.split(".")[0] for name in loaded}


def test_quiet_openvino_has_no_telemetry() -> None:
    loaded = loaded_after(
        "from reskin.neural_renderer.runtimes.openvino_setup import import_openvino\n"
        "assert import_openvino().Core().available_devices"
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


DOCUMENTS = ["README.md", "CONTRIBUTING.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_in_a_document_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    wrong = {" ".join(words): what for words in commands_in(text) if (what := missing_command(words))}
    assert not wrong, f"{document} names commands that do not exist: {wrong}"


def test_a_command_that_does_not_exist_is_seen() -> None:
    text = (
        "```sh\n$ reskin play --them winter  # words\nmake plya\n```\nand `reskin learn poet x`, `make test`"
    )
    assert [missing_command(words) for words in commands_in(text)] == ["--them", "plya", "poet", ""]
