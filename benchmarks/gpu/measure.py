"""Measures the muscle on a GPU at five sizes, beside torch and beside the floor. Prints one line of JSON.

Ours is the whole graph of a frame on the device, from its channels to the picture with guard and HUD, by the
GPU's own clock, frame by frame, all sizes and rivals in turn; and the same without what follows the network.
torch runs the network alone on tensors that are there already: ingest, history and what follows are left
out in its favour.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from benchmarks.gpu.roofline import SIZES, find_gpu, fixed_and_slope, floor_ms, frame_work

SECONDS: Final = 70.0
WARM_UP, ROUNDS = 20, 300
NETWORK: Final = "our network alone"
RIVALS_UP_TO: Final = 1440
"""Rows above which torch is not run: at 4K its activations take more time than there is."""

Case = Callable[[], float]
"""One frame; how many milliseconds it took."""


def main() -> int:
    from benchmarks.gpu.frames import themes
    from reskin.neural_renderer.runtimes.cuda_device import CudaDevice, load_driver

    driver = load_driver()
    device, theme, notes = CudaDevice(driver), themes()[0], list[str]()
    ours: dict[str, Case] = {}
    for name, size in SIZES.items():
        ours[name] = our_case(driver, device, theme, *size)
        ours[f"{NETWORK} {name}"] = our_case(driver, device, theme, *size, composed=False)
    copied = our_copy(driver, device)
    rivals = torch_cases(theme, notes)
    samples = in_turn({**ours, **rivals}, SECONDS)
    name = device_name(driver)
    print(json.dumps(summary(name, samples, copied, notes), allow_nan=False))
    sys.stdout.flush()
    device.close()
    return 0


def in_turn(cases: Mapping[str, Case], seconds: float, rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Warm every case up, then one frame of each in turn. Stops after so many seconds, in any case."""
    samples: dict[str, list[float]] = {name: [] for name in cases}
    for case in cases.values():
        for _ in range(WARM_UP):
            case()
    started = time.perf_counter()
    for _ in range(rounds):
        for name, case in cases.items():
            samples[name].append(case())
        if time.perf_counter() - started > seconds:
            break
    return samples


def our_case(
    driver: Any, device: Any, theme: Any, width: int, height: int, composed: bool = True
) -> Case:
    """The graph of a frame, whose channels are on the device. composed: with grade, guard and HUD."""
    from benchmarks.gpu.frames import Events, fill, game_frame, nothing_kept
    from reskin.neural_renderer.runtimes.cuda_compose import Composition
    from reskin.neural_renderer.runtimes.cuda_network import CudaFrames, CudaTables

    tables, frames = CudaTables.of(theme.tensors, device), CudaFrames(device, height, width)
    frame, composition = game_frame(width, height), None
    if composed:
        composition = Composition.of(theme, 1.0, theme.legibility, frame.layout, False, True, device)
    fill(device, frames, frame, composed)
    events, (offsets, keep) = Events(driver, device), nothing_kept()
    return lambda: events.ms(lambda: frames.begin(tables, 16, offsets, keep, composition))


def our_copy(driver: Any, device: Any) -> float:
    """Bytes a second that a copy within the device's memory moves, read and written counted both."""
    from benchmarks.gpu.frames import Events

    size = 1 << 30
    first, second = (device.buffer((size,), np.uint8) for _ in range(2))
    events = Events(driver, device)
    copy = lambda: driver.cuMemcpyDtoDAsync(second.pointer, first.pointer, size, device.stream)  # noqa: E731
    ms = min(events.ms(copy) for _ in range(12))
    for buffer in (first, second):
        device.free(buffer)
    return 2 * size / (ms / 1e3)


def torch_cases(theme: Any, notes: list[str]) -> dict[str, Case]:
    """The network in torch: eager, compiled, and as a graph of torch's. What fails is noted."""
    try:
        import torch
    except ImportError:
        notes.append("torch is not installed: no rivals.")
        return {}
    if not torch.cuda.is_available():
        notes.append("This torch has no CUDA: no rivals.")
        return {}
    from reskin.neural_renderer.network import Network

    network = Network.of(theme.tensors, "cuda")
    cases: dict[str, Case] = {}
    for name, (width, height) in SIZES.items():
        if height > RIVALS_UP_TO:
            continue
        inputs = torch_inputs(torch, width, height)
        for rival, prepare in (("torch eager", eager), ("torch.compile", compiled), ("torch graph", graphed)):
            if rival == "torch.compile" and name != "1080p":
                continue  # it takes half a minute for each size
            try:
                cases[f"{rival} {name}"] = torch_case(torch, prepare(torch, network, inputs))
            except Exception as error:  # whatever torch's compiler raises is no fault of ours
                notes.append(f"{rival} at {name}: {type(error).__name__}: {str(error).splitlines()[0][:120]}")
    return cases


def torch_inputs(torch: Any, width: int, height: int, device: str = "cuda") -> tuple[Any, ...]:
    """What `Network` takes, as random tensors of the right kinds: [1,...] of height and width."""
    from reskin.kernels import NOISES
    from reskin.kernels.border import DIRECTIONS

    make = torch.Generator(device).manual_seed(1)
    height, width = -(-height // 4) * 4, -(-width // 4) * 4
    given = {"device": device, "generator": make}
    material = torch.randint(0, 32, (1, height, width), **given)
    nearness = torch.randint(0, 9, (1, DIRECTIONS, height, width), **given)
    neighbour = torch.randint(0, 32, (1, DIRECTIONS, height, width), **given)
    albedo = torch.rand((1, 3, height, width), **given)
    anchor = torch.rand((1, height, width, 2), **given) * 8
    sampled = torch.rand((1, height, width, NOISES), **given)
    return material, albedo, anchor, sampled, nearness, neighbour


def eager(torch: Any, network: Any, inputs: tuple[Any, ...]) -> Callable[[], None]:
    return lambda: network(*inputs)


def compiled(torch: Any, network: Any, inputs: tuple[Any, ...]) -> Callable[[], None]:
    fast = torch.compile(network, mode="max-autotune-no-cudagraphs")
    fast(*inputs)
    return lambda: fast(*inputs)


def graphed(torch: Any, network: Any, inputs: tuple[Any, ...]) -> Callable[[], None]:
    with torch.inference_mode():
        side = torch.cuda.Stream()
        with torch.cuda.stream(side):
            network(*inputs)
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            network(*inputs)
    replay: Callable[[], None] = graph.replay
    return replay


def torch_case(torch: Any, begin: Callable[[], None]) -> Case:
    first, last = (torch.cuda.Event(enable_timing=True) for _ in range(2))

    def ms() -> float:
        with torch.inference_mode():
            first.record()
            begin()
            last.record()
            last.synchronize()
        return float(first.elapsed_time(last))

    ms()
    return ms


def device_name(driver: Any) -> str:
    _, name = driver.cuDeviceGetName(256, 0)
    text = name.decode() if isinstance(name, bytes) else str(name)
    return text.strip("\0").strip()


def summary(
    device: str, samples: Mapping[str, list[float]], copied: float, notes: list[str]
) -> dict[str, Any]:
    """The figures of all sizes, with the floor where the device is known."""
    gpu, sizes = find_gpu(device), dict[str, Any]()
    for name, (width, height) in SIZES.items():
        if not samples.get(name):
            continue
        ms = np.array(samples[name])
        found: dict[str, Any] = {
            "p50": float(np.percentile(ms, 50)), "p99": float(np.percentile(ms, 99)), "count": len(ms),
        }  # fmt: skip
        if gpu is not None:
            found["floor_ms"] = floor_ms(width, height, gpu)
        found["others"] = {
            key.removesuffix(f" {name}"): float(np.median(times))
            for key, times in samples.items()
            if key.endswith(f" {name}") and times
        }
        sizes[name] = found
    at = [(SIZES[name][0] * SIZES[name][1] / 1e6, found["p50"]) for name, found in sizes.items()]
    fixed, slope = fixed_and_slope(at) if len(at) > 1 else (0.0, 0.0)
    works = frame_work(*SIZES["1080p"])
    kernels = [
        {"kernel": w.kernel, "bytes": w.bytes, "operations": w.operations, "floor_ms": w.floor_ms(gpu)}
        for w in works
        if gpu is not None
    ]
    return {
        "device": device, "sizes": sizes, "fixed_ms": fixed, "slope_ms": slope, "kernels": kernels,
        "copy_bytes_s": copied, "notes": notes,
    }  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
