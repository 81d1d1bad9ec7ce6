"""How long a new process takes until its first restyled frame, and how much memory it needs.

The kernels were compiled and cached before, as they are from the second start on. The first start after an
install is measured apart, with an empty cache. Neither loads torch.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np

from reskin import Frame, Theme

_CHILD: Final = """
import time
start, compute = time.perf_counter(), time.process_time()
import json, resource, sys
marks = []
mark = lambda: marks.append(time.perf_counter())
import numpy as np
from reskin import Frame, Restyler
mark()
restyler = Restyler(sys.argv[1], "openvino")
mark()
frame = Frame(**np.load(sys.argv[2]))
restyler(frame)
mark()
restyler(frame)
mark()
parts = [(b - a) * 1e3 for a, b in zip([start, *marks], marks)]
names = ("import", "theme", "first frame", "second frame")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1 << 20)
total, cpu = (marks[2] - start) * 1e3, (time.process_time() - compute) * 1e3
print(json.dumps(dict(zip(names, parts), total=total, cpu=cpu, peak_mb=peak, torch="torch" in sys.modules)))
"""


def start_up(frame: Frame, theme: Theme, runs: int) -> dict[str, dict[str, float]]:
    """Medians in ms of the parts of a start, and `peak_mb`: "warm", and "after an install", run once.

    "total" ends with the first restyled frame; "cpu" is the processor time of all threads until after
    the second. Raises RuntimeError with the output of the new process if that fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        pack, still, cache = Path(folder) / theme.name, Path(folder) / "frame.npz", Path(folder) / "cache"
        theme.save(pack)
        channels = {name: value for name, value in vars(frame).items() if isinstance(value, np.ndarray)}
        np.savez(still, **channels)  # type: ignore[arg-type]
        cold = _child(pack, still, NUMBA_CACHE_DIR=str(cache))
        warm = [_child(pack, still, NUMBA_CACHE_DIR=str(cache)) for _ in range(runs)]
    medians = {name: float(np.median([run[name] for run in warm])) for name in cold}
    return {"warm": medians, "after an install": cold}


def _child(pack: Path, still: Path, **environment: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(pack), str(still)],
        cwd=Path(__file__).resolve().parents[1],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"a start of the restyler failed: {done.stderr.strip()[-500:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    assert not found.pop("torch"), "playing must not load torch"
    return {name: round(value, 2) for name, value in found.items()}
