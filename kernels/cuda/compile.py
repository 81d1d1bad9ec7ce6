"""Compiles CUDA kernels with NVRTC, for a GPU or for a look at the machine code. Needs no GPU.

The packages nvidia-cuda-nvrtc and cuda-bindings suffice to compile; nvidia-cuda-nvdisasm shows the machine
code. All are imported where they are used, and `missing_compiler` says which are not there.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from reskin.kernels.cuda.launch import Source
from reskin.kernels.cuda.sources import ROOT, cache_folder, gpu_digest, translation_unit

ARCHITECTURES: Final = (80, 86, 89, 90, 100, 120)
"""Compute capabilities that machine code is built for: A100, RTX 30, RTX 40, H100 and H200, B200, RTX 50."""

# 177, 550: some constants and some words of a texel are not used.
OPTIONS: Final = ("--std=c++17", "--fmad=false", "--ptxas-options=-v", "--diag-suppress=177,550")
"""NVRTC's, for every kernel. No multiplication is fused with an addition unless the source says so."""


@dataclass(frozen=True)
class KernelCode:
    """What the machine code of a kernel needs and holds.

    registers a thread; spills: bytes of registers written to and read from local memory; stack: bytes of
    local memory a thread; opcodes: how often each instruction occurs, under the first part of its name.
    """

    registers: int
    spills: int
    stack: int
    opcodes: Counter[str]


class CompileError(Exception):
    """A source does not compile, or a tool is missing."""


def missing_compiler() -> str:
    """Which package is missing to compile kernels, in plain words; "" if none is."""
    try:
        if find_spec("cuda.bindings.nvrtc") is None:
            return "the package cuda-bindings is not installed"
        _nvrtc().nvrtcVersion()
    except ModuleNotFoundError:
        return "the package cuda-bindings is not installed"
    except Exception as error:  # cuda.pathfinder: DynamicLibNotFoundError, a RuntimeError by turns
        return f"NVRTC is not installed (nvidia-cuda-nvrtc): {str(error).splitlines()[0]}"
    return ""


def compiler_version() -> str:
    """NVRTC's version, such as "13.4". Raises CompileError."""
    problem = missing_compiler()
    if problem:
        raise CompileError(problem)
    _, major, minor = _nvrtc().nvrtcVersion()
    return f"{major}.{minor}"


def missing_disassembler() -> str:
    """Why machine code cannot be shown, in plain words; "" if it can."""
    return "" if _nvdisasm() else "nvdisasm is not installed (the package nvidia-cuda-nvdisasm)"


def cubin(source: Source, capability: int, root: Path = ROOT) -> bytes:
    """The machine code of a source for a compute capability such as 90; kept in the user's cache folder.

    Raises CompileError with the compiler's words.
    """
    return _compiled(source, capability, root)[0]


def ptx(source: Source, capability: int, root: Path = ROOT) -> bytes:
    """The source as PTX, which a driver compiles for devices of this compute capability and of later ones.
    Raises CompileError."""
    problem = missing_compiler()
    if problem:
        raise CompileError(problem)
    nvrtc = _nvrtc()
    options = (*OPTIONS, f"--gpu-architecture=compute_{capability}", f"--include-path={root}")
    program = _program(nvrtc, translation_unit(source), source.path, options)
    made = _text(nvrtc.nvrtcGetPTXSize, nvrtc.nvrtcGetPTX, program).rstrip(b"\0")
    nvrtc.nvrtcDestroyProgram(program)
    return made


@cache
def kernel_code(source: Source, capability: int, root: Path = ROOT) -> dict[str, KernelCode]:
    """The figures of each kernel of a source, by name. Raises CompileError."""
    code, log = _compiled(source, capability, root)
    opcodes = _opcodes(code)
    found = {}
    for name, text in re.findall(r"entry function '(\w+)' for.*?\n(.*?)(?=Compiling entry|\Z)", log, re.S):
        numbers = {
            key: sum(map(int, re.findall(rf"(\d+) {phrase}", text)))
            for key, phrase in (
                ("registers", "registers"), ("stores", "bytes spill stores"), ("loads", "bytes spill loads"),
                ("stack", "bytes stack frame"),
            )
        }  # fmt: skip
        spills = numbers["stores"] + numbers["loads"]
        found[name] = KernelCode(numbers["registers"], spills, numbers["stack"], opcodes[name])
    return found


def _compiled(source: Source, capability: int, root: Path) -> tuple[bytes, str]:
    """Machine code and ptxas' log."""
    version = compiler_version()
    nvrtc = _nvrtc()
    options = (*OPTIONS, f"--gpu-architecture=sm_{capability}", f"--include-path={root}")
    text = translation_unit(source)
    key = gpu_digest(source, root, *OPTIONS, str(capability), version)
    path = cache_folder() / f"{Path(source.path).stem}-sm_{capability}-{key}.cubin"
    log = path.with_suffix(".log")
    if not (path.is_file() and log.is_file()):
        code, lines = _compile(nvrtc, text, source.path, options)
        path.parent.mkdir(parents=True, exist_ok=True)
        for where, content in ((log, lines.encode()), (path, code)):
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(content)
            Path(file.name).replace(where)
    return path.read_bytes(), log.read_text(encoding="utf-8")


def _compile(nvrtc: Any, text: str, name: str, options: tuple[str, ...]) -> tuple[bytes, str]:
    program = _program(nvrtc, text, name, options)
    code = _text(nvrtc.nvrtcGetCUBINSize, nvrtc.nvrtcGetCUBIN, program)
    log = _log(nvrtc, program)
    nvrtc.nvrtcDestroyProgram(program)
    return code, log.rstrip("\0")


def _program(nvrtc: Any, text: str, name: str, options: tuple[str, ...]) -> Any:
    """A compiled program."""
    error, program = nvrtc.nvrtcCreateProgram(text.encode(), b"unit.cu", 0, [], [])
    _check(nvrtc, error, name)
    (error,) = nvrtc.nvrtcCompileProgram(program, len(options), [option.encode() for option in options])
    if error != nvrtc.nvrtcResult.NVRTC_SUCCESS:
        raise CompileError(f"NVRTC does not compile {name}:\n{_log(nvrtc, program)[:4000]}")
    return program


def _log(nvrtc: Any, program: Any) -> str:
    return _text(nvrtc.nvrtcGetProgramLogSize, nvrtc.nvrtcGetProgramLog, program).decode(errors="replace")


def _text(size: Any, get: Any, program: Any) -> bytes:
    """What one of NVRTC's pairs of functions gives."""
    _, count = size(program)
    made: bytes = b" " * count
    get(program, made)  # which writes into it
    return made


def _check(nvrtc: Any, error: Any, name: str) -> None:
    if error != nvrtc.nvrtcResult.NVRTC_SUCCESS:
        raise CompileError(f"NVRTC does not take {name}: {error}")


def _nvrtc() -> Any:
    from cuda.bindings import nvrtc

    return nvrtc


def _nvdisasm() -> str | None:
    """The program: from the PATH, or from its package."""
    found = shutil.which("nvdisasm")
    if found:
        return found
    spec = find_spec("nvidia")
    places = spec.submodule_search_locations if spec and spec.submodule_search_locations else ()
    candidates = (path for place in places for path in sorted(Path(place).glob("*/bin/nvdisasm*")))
    return next((str(path) for path in candidates), None)


def _opcodes(code: bytes) -> dict[str, Counter[str]]:
    """Instructions of each kernel in machine code, counted by the first part of their names."""
    program = _nvdisasm()
    if program is None:
        raise CompileError(missing_disassembler())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kernels.cubin"
        path.write_bytes(code)
        done = subprocess.run([program, "-c", str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CompileError(f"nvdisasm fails: {done.stderr[:1000]}")
    counts: dict[str, Counter[str]] = {}
    name = ""
    for line in done.stdout.splitlines():
        section = re.match(r"\s*\.section\s+\.text\.(\w+)", line)
        if section:
            name = section[1]
            counts[name] = Counter()
        instruction = re.match(r"\s*/\*[0-9a-f]{4,}\*/\s+(?:@!?U?P\w+ )?\s*([A-Z][A-Z0-9_]*)", line)
        if instruction and name:
            counts[name][instruction[1]] += 1
    return counts
