"""Compiled functions need no cache: what breaks it costs time and nothing else."""

from __future__ import annotations

import errno
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from numba.core.caching import CacheImpl, IndexDataCacheFile

from reskin.engine.compiled import cache_is_kept

TEXT = """
from reskin.engine.compiled import compiled

@compiled()
def twice(x):
    return 2 * x
"""


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Loads a module with a compiled function anew, as another process would; its cache is in `tmp_path`."""
    monkeypatch.setattr("numba.core.config.CACHE_DIR", "")
    path = tmp_path / "twice_module.py"
    path.write_text(TEXT)

    def load() -> Any:
        spec = importlib.util.spec_from_file_location("twice_module", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.twice

    return load


def cache_files(folder: Path, ending: str) -> list[Path]:
    return list(folder.rglob(f"*.{ending}"))


def test_a_second_process_takes_the_compiled_function_from_the_cache(
    load: Callable[[], Any], tmp_path: Path
) -> None:
    assert load()(3) == 6 and cache_files(tmp_path, "nbi")
    again = load()
    assert again(3) == 6 and sum(again.stats.cache_hits.values()) == 1


def test_no_folder_for_a_cache_is_no_error(
    load: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])
    assert load()(3) == 6 and not cache_files(tmp_path, "nbi") and not cache_is_kept()


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
@pytest.mark.parametrize("damage", [b"", b"\x80", b"not a pickle\n" * 9, None])
def test_a_damaged_cache_is_compiled_and_written_anew(
    load: Callable[[], Any], tmp_path: Path, ending: str, damage: bytes | None
) -> None:
    load()(3)
    (file,) = cache_files(tmp_path, ending)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2] if damage is None else damage)
    assert load()(3) == 6
    again = load()
    assert again(3) == 6 and sum(again.stats.cache_hits.values()) == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO])
def test_a_disk_that_refuses_the_cache_is_no_error(
    load: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    @contextmanager
    def refuse(self: object, path: str) -> Iterator[Any]:
        raise OSError(number, os.strerror(number), path)
        yield

    monkeypatch.setattr(IndexDataCacheFile, "_open_for_write", refuse)
    assert load()(3) == 6


def test_a_folder_in_place_of_a_cache_file_is_no_error(load: Callable[[], Any], tmp_path: Path) -> None:
    load()(3)
    (file,) = cache_files(tmp_path, "nbi")
    file.unlink()
    file.mkdir()
    assert load()(3) == 6


def test_kernels_compile_with_numba_switched_off() -> None:
    code = """
import numpy as np
from reskin.kernels.border.cpu import border_cpu
print(*(part.shape for part in border_cpu(np.zeros((8, 8), np.uint8))))
"""
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert result.returncode == 0, result.stderr
