"""Machine code of the CUDA kernels: built ahead for all architectures, or compiled at first use.

    python -m reskin.kernels.cuda.prebuilt          builds it into the package's own folder
    python -m reskin.kernels.cuda.prebuilt FOLDER   into another one

With the files in place a machine needs no compiler: a cubin for each of `ARCHITECTURES`, and PTX, which the
driver itself compiles for any other device from compute capability 8.0 on. A file's name holds a digest of
its source, so that files of another version are not taken.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from reskin.kernels.cuda.compile import (
    ARCHITECTURES,
    OPTIONS,
    CompileError,
    cubin,
    missing_compiler,
    ptx,
)
from reskin.kernels.cuda.launch import Source
from reskin.kernels.cuda.sources import ROOT, gpu_digest

FOLDER: Final = Path(__file__).with_name("built")
"""Where files that come with the package lie."""


def module_image(source: Source, capability: int, folder: Path = FOLDER) -> bytes:
    """What the driver loads for a source on a device of a compute capability such as 90.

    In this order: a cubin that was built ahead, one that NVRTC compiles now (and keeps in the user's cache),
    PTX that was built ahead. Raises CompileError if there is none of them.
    """
    ahead, portable = _name(source, f"sm_{capability}"), _name(source, "compute_80")
    if (folder / ahead).is_file():
        return (folder / ahead).read_bytes()
    missing = missing_compiler()
    if not missing:
        return cubin(source, capability)
    if (folder / portable).is_file():
        return (folder / portable).read_bytes() + b"\0"
    raise CompileError(
        f"no machine code for {source.path} on compute capability {capability / 10:.1f}: {missing}, and "
        f"there is no {ahead}; pip install 'reskin[cuda]', or build it on another machine "
        "(python -m reskin.kernels.cuda.prebuilt)"
    )


def build(sources: Sequence[Source], folder: Path, capabilities: Sequence[int] = ARCHITECTURES) -> list[Path]:
    """Write the files of some sources into a folder, and return them. Raises CompileError."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for source in sources:
        images = {f"sm_{capability}": cubin(source, capability) for capability in capabilities}
        images["compute_80"] = ptx(source, 80)
        for target, image in images.items():
            path = folder / _name(source, target)
            path.write_bytes(image)
            made.append(path)
    return made


def _name(source: Source, target: str) -> str:
    key = gpu_digest(source, ROOT, *OPTIONS)[:12]
    kind = "ptx" if target.startswith("compute") else "cubin"
    return f"{Path(source.path).stem}-{target}-{key}.{kind}"


def main(arguments: Sequence[str]) -> int:
    """Build every kernel of the table; the exit status."""
    from reskin.kernels.cuda.table import KERNELS

    folder = Path(arguments[0]) if arguments else FOLDER
    try:
        made = build(list(dict.fromkeys(kernel.source for kernel in KERNELS)), folder)
    except CompileError as error:
        print(f"cannot build the kernels: {error}", file=sys.stderr)
        return 1
    size = sum(path.stat().st_size for path in made)
    print(f"{len(made)} files, {size / 1e6:.1f} MB, in {folder}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
