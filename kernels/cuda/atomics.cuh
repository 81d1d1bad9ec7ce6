// What threads of different blocks, or of one block without a barrier, tell each other.
//
// atomic_add, atomic_min, atomic_max: of a u32 in global or shared memory; they return what was there before.
// load_relaxed, store_relaxed: an access that other threads may make at the same time; it orders nothing
// else. store_release(p, i, v) after a barrier: whoever reads v by load_acquire, and threads behind a barrier
// after that, see all that the block wrote before. pause() stands in a loop that waits for another block; the
// shim runs one block after the other, so there such a wait is an error.
#pragma once
#include "cuda/device.cuh"

#ifdef __CUDACC__
template <class P> DEVICE u32 atomic_add(P p, i32 i, u32 value) { return atomicAdd(p.at + i, value); }
template <class P> DEVICE u32 atomic_min(P p, i32 i, u32 value) { return atomicMin(p.at + i, value); }
template <class P> DEVICE u32 atomic_max(P p, i32 i, u32 value) { return atomicMax(p.at + i, value); }
DEVICE u32 load_relaxed(Global<u32> p, i32 i) {
    u32 value;
    asm volatile("ld.relaxed.gpu.global.u32 %0, [%1];" : "=r"(value) : "l"(p.at + i) : "memory");
    return value;
}
DEVICE void store_relaxed(Global<u32> p, i32 i, u32 value) {
    asm volatile("st.relaxed.gpu.global.u32 [%0], %1;" ::"l"(p.at + i), "r"(value) : "memory");
}
DEVICE u32 load_acquire(Global<u32> p, i32 i) {
    u32 value;
    asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(value) : "l"(p.at + i) : "memory");
    return value;
}
DEVICE void store_release(Global<u32> p, i32 i, u32 value) {
    asm volatile("fence.acq_rel.gpu;" ::: "memory");
    store_relaxed(p, i, value);
}
DEVICE void pause() { asm volatile("nanosleep.u32 100;"); }
#else
namespace shim {
// The element, checked; atomic accesses are not noted, as they race with nothing.
template <class P> static u32& atomic_element(P p, i32 i, const char* what) {
    check(p.range, (const u8*)(p.at + i), 4, 4, what);
    if (!p.range->writable) fail("%s argument %d, which is only read", what, p.range->argument);
    const size_t cell = p.range->first + ((const u8*)(p.at + i) - p.range->base);
    if (p.range->argument < 0 && !p.range->cells->writer[cell]) fail("%s uninitialised shared memory", what);
    return *(u32*)(p.at + i);
}
}  // namespace shim
template <class P> DEVICE u32 atomic_add(P p, i32 i, u32 value) {
    u32& element = shim::atomic_element(p, i, "atomic_add");
    const u32 before = element;
    element = before + value;
    return before;
}
template <class P> DEVICE u32 atomic_min(P p, i32 i, u32 value) {
    u32& element = shim::atomic_element(p, i, "atomic_min");
    const u32 before = element;
    element = smaller(before, value);
    return before;
}
template <class P> DEVICE u32 atomic_max(P p, i32 i, u32 value) {
    u32& element = shim::atomic_element(p, i, "atomic_max");
    const u32 before = element;
    element = larger(before, value);
    return before;
}
DEVICE u32 load_relaxed(Global<u32> p, i32 i) { return shim::atomic_element(p, i, "load_relaxed"); }
DEVICE void store_relaxed(Global<u32> p, i32 i, u32 value) {
    shim::atomic_element(p, i, "store_relaxed") = value;
}
DEVICE u32 load_acquire(Global<u32> p, i32 i) { return shim::atomic_element(p, i, "load_acquire"); }
DEVICE void store_release(Global<u32> p, i32 i, u32 value) {
    shim::atomic_element(p, i, "store_release") = value;
}
DEVICE void pause() {
    shim::fail("waits for a block that has not run: a hang, as blocks run one after the other here");
}
#endif
