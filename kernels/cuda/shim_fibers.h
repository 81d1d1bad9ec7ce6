// Fibers of the strict CPU back end: threads, warps and blocks, and who waits for whom. See `shim.h`.
#pragma once
#include <setjmp.h>
#include <ucontext.h>

#include <cmath>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

struct Dim3 { u32 x, y, z; };
static Dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace shim {
constexpr u32 STACK = 1 << 17;
enum Wait { READY, FOR_WARP, FOR_BLOCK, GONE };
struct Copy { u8* to; const u8* from; u32 bytes; size_t cell; };  // an unfinished cp.async
struct Fiber {
    ucontext_t context;
    jmp_buf jump;
    u8* stack;
    bool started;
    Wait wait;
    i32 line;  // where it waits
    Dim3 index;
    std::vector<std::vector<Copy>> groups;  // closed groups of copies, the oldest first
    std::vector<Copy> open;
};
struct Slot { const void* in; void* out; };
struct Warp {
    const char* name;  // of the collective that lanes wait at
    i32 line;
    u32 arrived;  // a bit for each lane
    u64 passed;   // calls of __syncwarp
    Slot slots[32];
};
static std::vector<Fiber> fibers;
static std::vector<Warp> warps;
static std::vector<u32> ready;
static u32 current, block_number, at_barrier, gone;
static i32 barrier_line;
static u64 epoch, random_state;  // epoch: barriers that the block has passed
static jmp_buf scheduler;
static ucontext_t unused;
static char message[4096];
static void (*call_kernel)();

static u32 draw(u32 n) {  // 0..n-1, by splitmix64
    u64 z = random_state += 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return (u32)(((z ^ (z >> 31)) >> 32) * n >> 32);
}
[[noreturn]] static void fail(const char* format, ...) {
    int n = snprintf(message, sizeof message, "block %u, thread %u: ", block_number, current);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message + n, sizeof message - n, format, arguments);
    va_end(arguments);
    _longjmp(scheduler, 2);
}
[[gnu::noinline]] static void park(Wait wait, i32 line) {  // until `wake`
    fibers[current].wait = wait;
    fibers[current].line = line;
    if (!_setjmp(fibers[current].jump)) _longjmp(scheduler, 1);
}
static void wake(u32 thread) {
    fibers[thread].wait = READY;
    ready.push_back(thread);
}

// Parks a lane until its warp is there; the last one calls f(warp) for all, and goes on.
template <class F> static inline void collective(const char* name, i32 line, const void* in, void* out, F f) {
    Warp& warp = warps[current >> 5];
    u32 lane = current & 31;
    if (warp.arrived && (strcmp(warp.name, name) || warp.line != line))
        fail("divergent collective: lane %u is at %s, line %d, while lanes %08x are at %s, line %d", lane, name,
             line, warp.arrived, warp.name, warp.line);
    warp.name = name;
    warp.line = line;
    warp.slots[lane] = {in, out};
    warp.arrived |= 1u << lane;
    if (warp.arrived != ~0u) return park(FOR_WARP, line);
    f(warp);
    warp.arrived = 0;
    for (u32 i = 0; i < 32; i++)
        if (i != lane) wake((current & ~31u) + i);
}
static void barrier(i32 line) {
    if (gone) fail("waits at __syncthreads, line %d, while %u threads have left the kernel", line, gone);
    if (at_barrier && barrier_line != line)
        fail("divergent barrier: line %d, while %u threads are at line %d", line, at_barrier, barrier_line);
    barrier_line = line;
    if (++at_barrier < fibers.size()) return park(FOR_BLOCK, line);
    at_barrier = 0;
    epoch++;
    for (u32 i = 0; i < fibers.size(); i++)
        if (i != current) wake(i);
}

static void start() {
    call_kernel();
    Fiber& fiber = fibers[current];
    if (!fiber.open.empty() || !fiber.groups.empty()) fail("leaves the kernel with a cp.async not waited for");
    if (at_barrier) fail("leaves the kernel while %u threads wait at __syncthreads, line %d", at_barrier, barrier_line);
    fiber.wait = GONE;
    gone++;
    _longjmp(scheduler, 1);
}
static void say_who_waits() {  // nobody can go on
    int n = snprintf(message, sizeof message, "block %u hangs:", block_number);
    for (u32 w = 0; w < warps.size(); w++)
        for (Wait wait : {FOR_WARP, FOR_BLOCK, GONE}) {
            u32 lanes = 0, line = 0;
            for (u32 i = 0; i < 32; i++)
                if (fibers[w * 32 + i].wait == wait) lanes |= 1u << i, line = fibers[w * 32 + i].line;
            const char* what = wait == FOR_WARP ? warps[w].name : wait == FOR_BLOCK ? "__syncthreads" : "the end";
            if (lanes && n < (int)sizeof message - 128)
                n += snprintf(message + n, sizeof message - n, " warp %u, lanes %08x at %s, line %u;", w, lanes, what,
                              line);
        }
}
// Runs the threads of one block; whether all went well.
static bool run_block() {
    ready.clear();
    at_barrier = gone = 0;
    epoch = 0;
    for (auto& warp : warps) warp = Warp{};
    for (u32 i = 0; i < fibers.size(); i++) {
        Fiber& fiber = fibers[i];
        getcontext(&fiber.context);
        fiber.context.uc_stack.ss_sp = fiber.stack;
        fiber.context.uc_stack.ss_size = STACK;
        fiber.context.uc_link = &unused;
        makecontext(&fiber.context, start, 0);
        fiber.started = false;
        fiber.index = {i % blockDim.x, i / blockDim.x % blockDim.y, i / blockDim.x / blockDim.y};
        fiber.groups.clear();
        fiber.open.clear();
        wake(i);
    }
    if (_setjmp(scheduler) == 2) return false;  // every fiber comes back here
    if (ready.empty()) {
        if (gone < fibers.size()) say_who_waits();
        return gone == fibers.size();
    }
    u32 at = draw((u32)ready.size());
    current = ready[at];
    ready[at] = ready.back();
    ready.pop_back();
    threadIdx = fibers[current].index;
    if (fibers[current].started) _longjmp(fibers[current].jump, 1);
    fibers[current].started = true;
    setcontext(&fibers[current].context);
    return false;
}
}  // namespace shim
