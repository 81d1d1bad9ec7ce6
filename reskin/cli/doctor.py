"""`reskin doctor`: what this machine has, which runtime is chosen and why, and what else can be installed."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Final

import click

from reskin.cli.output import print_json

PACKAGES: Final = {
    "": ("numpy", "numba", "pygame-ce", "openvino", "msgpack", "safetensors"),
    "video": ("av",),
    "learn": ("torch", "scipy", "PIL"),
    "cuda": ("cupy-cuda13x", "cuda-bindings", "nvidia-cuda-nvrtc", "moderngl"),
}
"""The packages of each extra; "" is installed always."""

OPENGL_S: Final = 30
"""How long a driver may take to answer; one that hangs is as good as none."""

ASK_OPENGL: Final = """
from reskin.engine.draw.opengl.context import open_context
from reskin.engine.errors import OpenGLMissing
try:
    info = open_context().info
    print("; ".join(info[name] for name in ("GL_VERSION", "GL_VENDOR", "GL_RENDERER")))
except OpenGLMissing as error:
    print(f"none: {error}")
"""

SLOWER: Final = {"AVX-512": "twice", "AVX2": "twice", "SSE4.1": "four times"}
"""How long a frame takes without VNNI, compared with VNNI. On two cores of a Zen 4, at 640x360: 11 ms with
it, 20 limited to AVX2, 41 limited to SSE4.1."""


@dataclass
class Findings:
    """What was found; --json prints it."""

    machine: dict[str, str] = field(default_factory=dict)
    packages: dict[str, str | None] = field(default_factory=dict)
    devices: list[str] = field(default_factory=list)
    themes: list[str] = field(default_factory=list)
    games: list[str] = field(default_factory=list)
    runtime: str | None = None
    device: str | None = None
    why: str = ""
    advice: list[str] = field(default_factory=list)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(as_json: bool) -> None:
    """Show what this machine has and what is missing.

    Also shows which runtime is chosen and why, and what to install for more.
    """
    found = _examine()
    if as_json:
        print_json(vars(found))
        return
    for name, value in found.machine.items():
        click.echo(f"{name.replace('_', ' '):12s} {value}")
    packages = ", ".join(f"{name} {version or 'missing'}" for name, version in found.packages.items())
    click.echo(f"packages     {packages}")
    click.echo(f"devices      {', '.join(found.devices) or 'none'} (OpenVINO)")
    click.echo(f"games        {', '.join(found.games) or 'none'}")
    click.echo(f"themes       {', '.join(found.themes) or 'none'}")
    chosen = f"{found.runtime} on {found.device}" if found.runtime else "none"
    click.echo(f"runtime      {chosen}: {found.why}")
    for line in found.advice:
        click.echo(f"advice       {line}")


def _examine() -> Findings:
    found = Findings(machine=_machine())
    for names in PACKAGES.values():
        found.packages |= {name: _version(name) for name in names}
    found.devices = _openvino_devices(found)
    found.games = _games(found)
    found.themes = _themes(found)
    _choose(found)
    _advise(found)
    return found


def _machine() -> dict[str, str]:
    from reskin.engine.loop import display_missing

    return {
        "python": f"{platform.python_version()} at {sys.executable}",
        "system": platform.platform(terse=True),
        "cpu": f"{_cpu_text('model name') or platform.processor() or platform.machine()}, {_cores()} cores",
        "instructions": _instructions(),
        "opengl": _opengl(),
        "cuda": _cuda(),
        "display": display_missing() or "yes",
    }


def _instructions() -> str:
    """The instruction set that restyling uses, and what that means for speed."""
    from reskin.kernels.simd import processor

    limit = processor.onednn_limit()
    used = processor.convolution_instructions(processor.processor_features(), limit)
    if used is None:
        return "unknown to LLVM; a frame may take several times as long as with VNNI"
    held = f" (held to it by ONEDNN_MAX_CPU_ISA={limit})" if limit else ""
    said = f"{used.name}{held}"
    if used.vnni:
        said += ", the fastest: it adds four int8 products at once"
    else:
        said += f", without VNNI: a frame takes about {SLOWER[used.name]} as long as with it"
    kernels = processor.dot_method(processor.compiled_features())
    if kernels != processor.dot_method(processor.processor_features()):
        said += f"; the kernels are held to less by NUMBA_CPU_NAME or NUMBA_CPU_FEATURES ({kernels})"
    return f"{said}; the picture is the same with any"


def _cpu_text(key: str) -> str:
    """A line of /proc/cpuinfo; empty where there is none."""
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return ""
    lines = (line.partition(":") for line in path.read_text(errors="replace").splitlines())
    return next((value.strip() for name, _, value in lines if name.strip() == key), "")


def _cores() -> int:
    """Cores that this process may use; in a container they may be fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _opengl() -> str:
    """OpenGL's version, maker and renderer. Asked in a process of its own: a driver may end it."""
    if _version("moderngl") is None:
        return "not asked: moderngl is not installed"
    try:
        answer = subprocess.run(
            [sys.executable, "-c", ASK_OPENGL], capture_output=True, text=True, timeout=OPENGL_S, check=False
        )
    except subprocess.TimeoutExpired:
        return f"none: no answer within {OPENGL_S} s"
    if answer.returncode < 0 or not answer.stdout:
        return f"none: its driver ended the process that asked ({answer.returncode})"
    return answer.stdout.strip()


def _cuda() -> str:
    """The driver's version, its devices, and the packages of the extra."""
    from reskin.neural_renderer.handoff.cuda_gl.runtime import NO_DRIVER, find_driver

    driver = find_driver()
    if driver is None:
        said = NO_DRIVER
    else:
        said = driver.problem or f"driver for CUDA {driver.version}; {'; '.join(driver.devices)}"
    versions = (f"{name} {_version(name) or 'missing'}" for name in PACKAGES["cuda"])
    return f"{said}; {', '.join(versions)}"


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _openvino_devices(found: Findings) -> list[str]:
    from reskin.neural_renderer.runtimes.openvino_setup import openvino_core

    try:
        core = openvino_core()
        return [f"{name} ({core.get_property(name, 'FULL_DEVICE_NAME')})" for name in core.available_devices]
    except Exception as error:  # report it and go on
        found.advice.append(f"OpenVINO does not work: {error}")
        return []


def _games(found: Findings) -> list[str]:
    from reskin.engine.errors import GameError
    from reskin.engine.simulation.games import find_games

    try:
        return list(find_games())
    except GameError as error:
        found.advice.append(str(error))
        return []


def _themes(found: Findings) -> list[str]:
    from reskin.neural_renderer.errors import ThemeError
    from reskin.neural_renderer.theme.pack import available_themes, load_theme

    sound = []
    for name in available_themes():
        try:
            load_theme(name)
            sound.append(name)
        except ThemeError as error:
            found.advice.append(f"theme {name} is refused: {error}")
    return sound


def _choose(found: Findings) -> None:
    """Ask the restyler itself, so that the answer is the same as in play."""
    from reskin.neural_renderer.errors import RestyleError

    if not found.themes:
        found.why = "there is no theme to run; reskin learn painter winter makes one"
        return
    try:
        from reskin.neural_renderer.restyler import Restyler

        restyler = Restyler(found.themes[0])
    except (RestyleError, ImportError) as error:
        found.why = f"no runtime works: {error}"
        return
    found.runtime, found.device, found.why = restyler.runtime, restyler.device, restyler.choice.reason


def _advise(found: Findings) -> None:
    from reskin.engine.compiled import cache_is_kept

    for extra, names in PACKAGES.items():
        missing = [name for name in names if found.packages[name] is None]
        if not missing or (extra == "cuda" and not found.machine["cuda"].startswith("driver")):
            continue
        purpose = {
            "": "to play at all", "video": "to record .mp4 and .gif", "learn": "to make themes",
            "cuda": "to restyle on the GPU",
        }[extra]  # fmt: skip
        target = f"'reskin[{extra}]'" if extra else "reskin"
        found.advice.append(f"pip install {target} {purpose} ({', '.join(missing)})")
    if not cache_is_kept():
        found.advice.append("set NUMBA_CACHE_DIR to a folder that may be written, to start faster")
