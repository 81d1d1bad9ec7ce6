"""CUDA kernels from one source with two back ends: a GPU, and a strict CPU one for tests.

An op's `.cuh` lies beside its `reference.py`. It is written with the names of `device.cuh`, which are inline
PTX on a GPU. For tests g++ compiles the same source with `shim.h`, where each thread is a fiber and whatever
hardware lets pass (a race, a byte outside, shared memory that nobody wrote, data before its wait, lanes
apart) is an error. Read in this order: `launch` (what a kernel and its launch are), `device.cuh`, `sources`
(one text for both compilers), `shim` (runs a launch on the CPU), `compile` (NVRTC, and what the machine code
holds), `occupancy`, `table` (the committed figures of all kernels).

To add a kernel: write `kernels/OP/OP.cuh`, and `kernels/OP/cuda.py` with its `Source`, its `Kernel`s and a
function that makes a `Launch`; name the kernels in `table.KERNELS`; run
`python -m reskin.kernels.cuda.table`; and test it with `shim.run` against the reference.
"""
