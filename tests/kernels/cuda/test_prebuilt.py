"""Where a device's machine code comes from: built ahead, compiled now, or PTX."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reskin.kernels.border.cuda import SOURCE
from reskin.kernels.cuda import compile as compiler
from reskin.kernels.cuda import prebuilt
from reskin.kernels.cuda.compile import CompileError
from reskin.kernels.cuda.prebuilt import build, module_image
from reskin.kernels.cuda.sources import gpu_digest
from tests.kernels.cuda.tools import copy_of_sources

needs_compiler = pytest.mark.skipif(
    bool(compiler.missing_compiler()), reason=compiler.missing_compiler() or "-"
)


@needs_compiler
def test_what_was_built_ahead_needs_no_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = build([SOURCE], tmp_path, (90,))
    assert [path.suffix for path in made] == [".cubin", ".ptx"]
    assert all(path.name.startswith("border-") for path in made)
    monkeypatch.setattr(prebuilt, "missing_compiler", lambda: "NVRTC is not installed")
    assert module_image(SOURCE, 90, tmp_path) == made[0].read_bytes()
    other = module_image(SOURCE, 103, tmp_path)  # the driver compiles it; a text that ends with a zero
    assert b".target sm_80" in other and b".entry border" in other and other.endswith(b"}\n\n\0")
    monkeypatch.setattr(prebuilt, "_name", lambda source, target: f"another-{target}")
    with pytest.raises(CompileError, match=r"no machine code for border/border\.cuh on .* 9\.0: NVRTC"):
        module_image(SOURCE, 90, tmp_path)


@needs_compiler
def test_without_files_the_compiler_is_asked(tmp_path: Path) -> None:
    image = module_image(SOURCE, 90, tmp_path)
    assert image[:4] == b"\x7fELF" and b"border" in image


def test_the_name_of_a_file_follows_the_source_and_not_the_shim(tmp_path: Path) -> None:
    before = gpu_digest(SOURCE, copy_of_sources(tmp_path))
    for path, same in (("cuda/shim.h", True), ("cuda/device.cuh", False), ("border/border.cuh", False)):
        shutil.copy2(tmp_path / path, tmp_path / "kept")
        with (tmp_path / path).open("a") as file:
            file.write("// a line more\n")
        assert (gpu_digest(SOURCE, tmp_path) == before) == same, path
        shutil.copy2(tmp_path / "kept", tmp_path / path)
