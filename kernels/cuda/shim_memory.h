// Memory of the strict CPU back end: every access is checked for bounds, alignment, initialisation and races.
// See `shim.h`.
#pragma once
#include "cuda/shim_fibers.h"

namespace shim {
constexpr u64 PENDING = 1ull << 63;  // of a writer: by a cp.async that is not waited for

// Who touched each byte last, as stamps: bit 62, block 16 bits, barriers passed 18, those of the warp 18,
// thread 10. Two readers are kept, which suffices to see a later write that races with any of them.
struct Cells {
    std::vector<u64> writer, reader, other;
    void reset(size_t n) {
        writer.assign(n, 0);
        reader.assign(n, 0);
        other.assign(n, 0);
    }
};
struct Range {  // an array that a kernel was given, or a part of shared memory
    u8* base;
    size_t bytes;
    bool writable;
    i32 argument;  // its number; -1: shared memory
    Cells* cells;  // null of an array that is only read
    size_t first;  // where the range begins in `cells`
};
static std::vector<Range> ranges;  // by the number of the argument
static std::vector<u8> shared_store;
static u8* shared_base;
static u32 shared_size;
static Cells shared_cells;
struct Part { u32 first, bytes; Range* range; };
static std::vector<Part> parts;  // of shared memory, as kernels name them

static u64 stamp() {
    u64 passed = warps[current >> 5].passed;
    if (epoch >> 18 || passed >> 18 || block_number >> 16) fail("more barriers or blocks than can be counted");
    return 1ull << 62 | (u64)block_number << 46 | epoch << 28 | passed << 10 | current;
}
static u32 thread_of(u64 s) { return s & 1023; }
static u32 block_of(u64 s) { return s >> 46 & 0xFFFF; }
static u64 block_and_epoch(u64 s) { return s >> 28 & 0x3FFFFFFFF; }
static u64 warp_of(u64 s) { return (u64)block_of(s) << 5 | thread_of(s) >> 5; }
static bool same_thread(u64 a, u64 b) { return thread_of(a) == thread_of(b) && block_of(a) == block_of(b); }
static bool races(u64 s, u64 now) {  // whether an earlier access by another thread is not ordered before now
    if (!s || same_thread(s, now)) return false;
    if (block_of(s) != block_of(now)) return true;
    if (block_and_epoch(s) != block_and_epoch(now)) return false;
    return warp_of(s) != warp_of(now) || (s >> 10 & 0x3FFFF) == (now >> 10 & 0x3FFFF);
}
static const char* place(const Range* range, size_t byte) {
    static char text[96];
    if (range->argument < 0) snprintf(text, sizeof text, "byte %zu of shared memory", range->first + byte);
    else snprintf(text, sizeof text, "byte %zu of argument %d", byte, range->argument);
    return text;
}
static void check(const Range* range, const u8* at, u32 bytes, u32 align, const char* what) {
    if (!range) fail("%s through a null pointer", what);
    intptr_t byte = at - range->base;
    if (byte < 0 || byte + (intptr_t)bytes > (intptr_t)range->bytes)
        fail("%s outside: %u bytes at %lld of the %zu that begin at %s", what, bytes, (long long)byte, range->bytes,
             place(range, 0));
    if ((uintptr_t)at % align) fail("%s misaligned: %u bytes at %s", what, bytes, place(range, byte));
}
static void keep_reader(u64& a, u64& b, u64 now) {
    auto over = [&](u64 s) {  // whether the entry can no longer race with what this block does next
        return !s || same_thread(s, now) ||
               (block_of(s) == block_of(now) && block_and_epoch(s) != block_and_epoch(now));
    };
    if (over(a)) a = now;
    else if (over(b)) b = now;
    else if (warp_of(a) == warp_of(b)) (a < b ? a : b) = now;
}
static void note_read(const Range* range, const u8* at, u32 bytes, u32 align, const char* what = "reads") {
    check(range, at, bytes, align, what);
    if (!range->cells) return;
    Cells& cells = *range->cells;
    const u64 now = stamp();
    const size_t first = range->first + (at - range->base);
    for (size_t i = first; i < first + bytes; i++) {
        const u64 writer = cells.writer[i];
        if (!writer) {
            if (range->argument < 0) fail("%s %s, which is uninitialised", what, place(range, i - range->first));
        } else if (writer & PENDING) {
            fail("%s %s before thread %u has waited for its cp.async", what, place(range, i - range->first),
                 thread_of(writer));
        } else if (races(writer, now)) {
            fail("race: %s %s, which thread %u of block %u wrote with no barrier between", what,
                 place(range, i - range->first), thread_of(writer), block_of(writer));
        }
        if (cells.reader[i] != now) keep_reader(cells.reader[i], cells.other[i], now);
    }
}
// Notes a write; `pending`: it will be done by a cp.async, `done`: it is now.
static void note_write(const Range* range, const u8* at, u32 bytes, u32 align, u64 pending = 0,
                       const char* what = "writes") {
    check(range, at, bytes, align, what);
    if (!range->writable) fail("%s argument %d, which is only read", what, range->argument);
    Cells& cells = *range->cells;
    const u64 now = stamp();
    const size_t first = range->first + (at - range->base);
    for (size_t i = first; i < first + bytes; i++) {
        const u64 writer = cells.writer[i];
        if (writer & PENDING)
            fail("%s %s before thread %u has waited for its cp.async", what, place(range, i - range->first),
                 thread_of(writer));
        for (u64 before : {writer, cells.reader[i], cells.other[i]})
            if (races(before, now))
                fail("race: %s %s, which thread %u of block %u %s with no barrier between", what,
                     place(range, i - range->first), thread_of(before), block_of(before),
                     before == writer ? "wrote" : "read");
        cells.writer[i] = now | pending;
    }
}
static Range* part(u32 first, u32 bytes) {
    if (first + bytes > shared_size)
        fail("a part of shared memory ends at %u, but the launch has %u bytes", first + bytes, shared_size);
    for (auto& p : parts)
        if (p.first == first && p.bytes == bytes) return p.range;
    parts.push_back({first, bytes, new Range{shared_base + first, bytes, true, -1, &shared_cells, first}});
    return parts.back().range;
}
// Poisons shared memory before a block: its bytes are drawn anew, and none is initialised.
static void poison() {
    for (u32 i = 0; i < shared_size; i++) shared_base[i] = (u8)draw(256);
    shared_cells.reset(shared_size);
}
// Ends the oldest groups of copies of this thread, until `later` are left.
static void finish_copies(size_t later) {
    auto& groups = fibers[current].groups;
    while (groups.size() > later) {
        for (const Copy& copy : groups.front()) {
            memcpy(copy.to, copy.from, copy.bytes);
            const u64 now = stamp();
            for (u32 i = 0; i < copy.bytes; i++) shared_cells.writer[copy.cell + i] = now;
        }
        groups.erase(groups.begin());
    }
}
}  // namespace shim
