"""Gets a machine ready for `make gpu`, with the standard library alone.

    python3 benchmarks/gpu/prepare.py --venv .venv-gpu --wheels wheels

Makes an environment that sees what the machine has, links this checkout into it, and installs only what is
missing: from a folder of wheels if there is one, else from the index. If something cannot be had, it says
what, and how to carry it, and ends with status 2.
"""

from __future__ import annotations

import argparse
import ctypes
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

NEEDED: Mapping[str, str] = {
    "numpy": "numpy", "numba": "numba", "pygame": "pygame-ce", "yaml": "PyYAML", "msgpack": "msgpack",
    "safetensors": "safetensors", "click": "click", "rich": "rich", "pytest": "pytest",
    "hypothesis": "hypothesis", "moderngl": "moderngl", "cuda.bindings": "cuda-bindings",
    "cuda.bindings.nvrtc": "nvidia-cuda-nvrtc",
}  # fmt: skip
"""What every step needs: a module, and the distribution that has it."""

USEFUL: Mapping[str, str] = {"torch": "torch", "openvino": "openvino", "cupy": "cupy-cuda13x"}
"""What some steps compare with, and leave out where it is missing; these are large to carry."""

FIND = """
import importlib, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
        if name == "cuda.bindings.nvrtc":
            importlib.import_module(name).nvrtcVersion()
    except Exception as error:
        print("missing", name)
"""


def driver_problem() -> str:
    """Why there is no CUDA device to test on; empty if there is one."""
    try:
        library = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return "no NVIDIA driver is installed (libcuda.so.1 is not found)"
    count = ctypes.c_int(0)
    code = library.cuInit(0) or library.cuDeviceGetCount(ctypes.byref(count))
    if code:
        return f"the NVIDIA driver cannot be started (error {code})"
    return "" if count.value else "the NVIDIA driver finds no device"


def missing(python: Path, modules: Sequence[str]) -> list[str]:
    """The modules that cannot be imported there."""
    done = subprocess.run(
        [str(python), "-c", FIND, *modules], capture_output=True, text=True, timeout=120, check=True
    )
    said = done.stdout.splitlines()  # some libraries greet whoever imports them
    return [name for name in modules if f"missing {name}" in said]


def make_environment(folder: Path) -> Path:
    """An environment that sees the machine's packages, and imports this checkout. Returns its Python."""
    if not (folder / "bin" / "python").exists():
        venv.EnvBuilder(system_site_packages=True, with_pip=False, symlinks=True).create(folder)
    python = folder / "bin" / "python"
    words = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    done = subprocess.run([str(python), "-c", words], capture_output=True, text=True, check=True)
    link_checkout(Path(done.stdout.strip()))
    return python


def link_checkout(packages: Path) -> None:
    """What an editable install would leave, without a build: the folder's path, and the games' names."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    games = text.split('[project.entry-points."reskin.games"]')[1].split("[")[0].strip().replace('"', "")
    info = packages / "reskin-0.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: reskin\nVersion: 0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[reskin.games]\n{games}\n", encoding="utf-8")
    # The packages of the Python that made the environment, if that is an environment itself.
    places = [str(ROOT), *(path for path in sys.path if path.endswith("-packages"))]
    (packages / "reskin_checkout.pth").write_text("\n".join(places) + "\n", encoding="utf-8")


def install(python: Path, names: Sequence[str], wheels: Path) -> str:
    """Install distributions; pip's words if that fails."""
    words = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), "install"]
    words.append("--quiet")
    if wheels.is_dir():
        words += ["--no-index", "--find-links", str(wheels)]
    else:
        words += ["-c", str(ROOT / "constraints.txt"), "-c", str(ROOT / "constraints-cuda.txt")]
    done = subprocess.run([*words, *names], capture_output=True, text=True, timeout=240, check=False)
    return "" if done.returncode == 0 else (done.stderr.strip() or f"pip gave {done.returncode}")


def advice(names: Sequence[str], wheels: Path) -> str:
    """How to bring what is missing to a machine without a network."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return (
        f"missing: {', '.join(names)}. Where there is a network, run\n"
        f"  pip download --only-binary=:all: --python-version {version} -d {wheels.name} "
        f"-c constraints.txt -c constraints-cuda.txt {' '.join(names)}\n"
        f"and bring the folder along: make gpu WHEELS={wheels.name}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0, or 2 if this machine cannot run `make gpu`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv-gpu")
    parser.add_argument("--wheels", type=Path, default=ROOT / "wheels")
    options = parser.parse_args(arguments)
    problem = driver_problem()
    if tuple(sys.version_info) < (3, 11):
        problem = f"Python 3.11 or later is needed, this is {sys.version.split()[0]}"
    if problem:
        print(f"make gpu cannot run: {problem}.", file=sys.stderr)
        return 2
    python = make_environment(options.venv)
    names = [NEEDED[name] for name in missing(python, list(NEEDED))]
    said = install(python, names, options.wheels) if names else ""
    left = [NEEDED[name] for name in missing(python, list(NEEDED))] if names else []
    if left:
        print(f"{said}\n{advice(left, options.wheels)}", file=sys.stderr)
        return 2
    without = [USEFUL[name] for name in missing(python, list(USEFUL))]
    if without:
        print(f"Without {', '.join(without)}: what is compared with them is left out.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
