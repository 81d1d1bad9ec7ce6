"""Where a network runs. A runtime computes a picture from a frame's G-buffer and the last picture.

`openvino` (the default: int8 on a CPU, no torch) gives the same picture on every x86 processor. `cuda` (an
NVIDIA GPU, no torch) gives the same picture, too. `torch` (the reference, any device) gives the same body to
the bit, and the same picture up to two levels of 255.
`choose_runtime` picks one and says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from reskin.engine.frame import Frame
from reskin.neural_renderer.errors import RuntimeMissing
from reskin.neural_renderer.features import GBuffer
from reskin.neural_renderer.handoff.cuda_gl.runtime import EXTRA, cuda_missing
from reskin.neural_renderer.history import History
from reskin.neural_renderer.stages import Stages
from reskin.neural_renderer.theme.pack import Theme


class Runtime(Protocol):
    """One way to run a network. `name` and `device` say which; `stages` holds the times of the last frame."""

    name: str
    device: str
    stages: Stages

    def prepare(self, theme: Theme, size: tuple[int, int]) -> None:
        """Compile what a theme needs for frames of (width, height), so that the first `restyle` is fast."""
        ...

    def restyle(self, theme: Theme, frame: Frame, features: GBuffer, history: History | None) -> History:
        """Compute one frame. Raises NonFinite if the network gave NaN or infinity."""
        ...


@dataclass(frozen=True)
class Choice:
    """A runtime's name, the device it is for, and why it was chosen."""

    name: str
    device: str
    reason: str


def choose_runtime(device: str = "auto") -> Choice:
    """Resolve "auto", "cpu", "openvino", "cuda" ("cuda:1": the second GPU), "torch" or a device of torch's
    ("torch:cuda", "mps").

    Raises RuntimeMissing if what was asked for is not installed or not there.
    """
    if device in ("auto", "cpu", "openvino"):
        if _installed("openvino"):
            return Choice("openvino", "cpu", "int8 on the CPU, the fastest that this machine has")
        if device == "openvino":
            raise RuntimeMissing("the openvino runtime needs the package openvino: pip install openvino")
        if _installed("torch"):
            return Choice("torch", "cpu", "openvino is not installed; torch is the slow reference")
        raise RuntimeMissing("no runtime found: pip install openvino (fast, 60 MB) or torch (the reference)")
    if device.split(":")[0] == "cuda":
        missing = cuda_missing()
        if missing:
            raise RuntimeMissing(f"there is no device {device!r}: {missing}; use 'auto' or 'cpu'")
        return Choice("cuda", device, "CUDA kernels, one graph a frame")
    if not _installed("torch"):
        raise RuntimeMissing(f"device {device!r} needs torch: pip install 'reskin[learn]'")
    if device == "torch":
        return Choice("torch", "cpu", "asked for")
    return _of_torch(device.removeprefix("torch:"))


def _of_torch(device: str) -> Choice:
    """The reference on one of torch's devices."""
    if device.split(":")[0] == "cuda":
        # Asked before torch is imported, which takes seconds and would say less.
        missing = cuda_missing(("torch",))
        if missing:
            raise RuntimeMissing(f"torch has no device {device!r}: {missing}; use 'auto' or 'cpu'")
    import torch

    if device.split(":")[0] == "cuda" and torch.version.cuda is None:
        raise RuntimeMissing(
            f"there is no device {device!r}: torch {torch.__version__} is a build without CUDA; "
            f"{EXTRA} from an index that has the other one; or use 'auto' or 'cpu'"
        )
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise RuntimeMissing(
            f"torch has no device {device!r} here ({str(error).splitlines()[0]}); use 'auto' or 'cpu'"
        ) from error
    return Choice("torch", device, "asked for")


def create_runtime(choice: Choice) -> Runtime:
    """Make the runtime of a choice; imports its library."""
    if choice.name == "openvino":
        from reskin.neural_renderer.runtimes.cpu import OpenVinoRuntime

        return OpenVinoRuntime()
    if choice.name == "cuda":
        from reskin.neural_renderer.runtimes.cuda import CudaRuntime

        number = choice.device.partition(":")[2] or "0"
        if not number.isdecimal():
            raise RuntimeMissing(f"a CUDA device is 'cuda' or 'cuda:' and its number, got {choice.device!r}")
        return CudaRuntime(int(number))
    from reskin.neural_renderer.runtimes.reference import TorchRuntime

    return TorchRuntime(choice.device)


def _installed(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(name) is not None
