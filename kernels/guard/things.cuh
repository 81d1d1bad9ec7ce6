// Finds the things that a player must see: connected pieces, corners included, of guarded pixels with one
// surface id. Each step is a launch over the whole picture, but for `guard_things`, which is one block.
//
// label[p] leads from a guarded pixel to another one of its piece that comes before it in reading order, and
// in the end to the first. Pieces are joined by an atomic minimum (Playne and Hawick 2018, "A New Algorithm
// for Parallel Connected-Component Labelling on GPUs", doi 10.1109/TPDS.2018.2799216).
#pragma once
#include "guard/lists.cuh"

DEVICE u32 first_of_piece(Global<u32> label, u32 p) {
    for (u32 before = load_relaxed(label, p); before != p; before = load_relaxed(label, p)) p = before;
    return p;
}
DEVICE void join(Global<u32> label, u32 a, u32 b) {
    for (;;) {
        a = first_of_piece(label, a);
        b = first_of_piece(label, b);
        if (a == b) return;
        const u32 late = larger(a, b), early = smaller(a, b), before = atomic_min(label, late, early);
        if (before == late) return;
        a = before;  // another thread was faster; what it joined must be joined with `early`
        b = early;
    }
}

// Every guarded pixel is a piece of its own. guarded: [256], by material.
KERNEL(256, 4) guard_seed(Global<const u32> surface_id, Global<const u8> guarded, Global<u32> label,
                          Global<u32> state, i32 pixels) {
    const i32 p = blockIdx.x * 256 + threadIdx.x;
    if (p < 4) state[p] = 0;
    if (p < pixels && guarded[surface_id[p] & 255u]) label[p] = p;
}

// Joins each guarded pixel with those to the left and above.
KERNEL(256, 4) guard_join(Global<const u32> surface_id, Global<const u8> guarded, Global<u32> label,
       i32 height,
                          i32 width) {
    const i32 p = blockIdx.x * 256 + threadIdx.x;
    if (p >= height * width) return;
    const u32 id = surface_id[p];
    if (!guarded[id & 255u]) return;
    const i32 x = p % width;
    const bool left = x > 0 && surface_id[p - 1] == id;
    if (left) join(label, p, p - 1);
    if (p < width) return;
    const bool above = surface_id[p - width] == id;
    if (above) join(label, p, p - width);
    if (above) return;  // the corners above are joined with it by themselves
    if (x > 0 && !left && surface_id[p - width - 1] == id) join(label, p, p - width - 1);
    if (x + 1 < width && surface_id[p - width + 1] == id) join(label, p, p - width + 1);
}

// Lists the first pixel of each piece in `pieces`, in any order.
KERNEL(256, 4) guard_pieces(Global<const u32> surface_id, Global<const u8> guarded, Global<u32> label,
                            Global<u32> pieces, Global<u32> number, Global<u32> state, i32 pixels) {
    const i32 p = blockIdx.x * 256 + threadIdx.x;
    if (p >= pixels || !guarded[surface_id[p] & 255u] || first_of_piece(label, p) != (u32)p) return;
    pieces[atomic_add(state, PIECES, 1)] = p;
    number[p] = NONE;
}

DEVICE u64 order_of(Global<const u32> surface_id, u32 p) { return (u64)surface_id[p] << 32 | p; }

// The largest order among the first `most` of more pieces, found byte by byte from the top. counts: [257].
DEVICE u64 last_order(Global<const u32> surface_id, Global<const u32> pieces, u32 count, u32 most,
                      Shared<u32> counts) {
    u64 found = 0;
    for (i32 shift = 56; shift >= 0; shift -= 8) {
        if (threadIdx.x < 256) counts[threadIdx.x] = 0;
        __syncthreads();
        for (u32 i = threadIdx.x; i < count; i += blockDim.x) {
            const u64 order = order_of(surface_id, pieces[i]);
            if (shift == 56 || order >> (shift + 8) == found) atomic_add(counts, order >> shift & 255, 1);
        }
        __syncthreads();
        if (threadIdx.x == 0) {
            u32 digit = 0, before = 0;
            while (before + counts[digit] < most) before += counts[digit++];
            counts[256] = digit | before << 8;
        }
        __syncthreads();
        const u32 chosen = counts[256];
        found = found << 8 | (chosen & 255u);
        most -= chosen >> 8;
        __syncthreads();
    }
    return found;
}

// The first MOST pieces by surface id and then in reading order are the things: their numbers, at their first
// pixels, and what is known of each: an empty box, no sweep done, no change.
KERNEL(512, 1) guard_things(Global<const u32> surface_id, Global<const u32> pieces, Global<u32> number,
                            Global<u32> firsts, Global<u32> boxes, Global<u32> progress, Global<u32> changed,
                            Global<u32> state) {
    const Shared<u32> chosen = shared_memory<u32>(0, MOST), counts = shared_memory<u32>(4 * MOST, 257);
    const Shared<u32> taken = shared_memory<u32>(4 * MOST + 4 * 257, 1);
    const u32 count = state[PIECES], things = smaller(count, (u32)MOST);
    if (threadIdx.x == 0) taken[0] = 0;
    u64 last = ~0ull;
    if (count > MOST) last = last_order(surface_id, pieces, count, MOST, counts);
    __syncthreads();
    for (u32 i = threadIdx.x; i < count; i += blockDim.x) {
        if (order_of(surface_id, pieces[i]) <= last) chosen[atomic_add(taken, 0, 1)] = pieces[i];
    }
    __syncthreads();
    if (threadIdx.x == 0) state[THINGS] = things;
    for (u32 i = threadIdx.x; i < things; i += blockDim.x) {
        const u32 p = chosen[i];
        const u64 order = order_of(surface_id, p);
        u32 rank = 0;
        for (u32 other = 0; other < things; other++) {
            if (order_of(surface_id, chosen[other]) < order) rank++;
        }
        number[p] = rank;
        firsts[rank] = p;
        boxes[4 * rank] = boxes[4 * rank + 1] = NONE;
        boxes[4 * rank + 2] = boxes[4 * rank + 3] = 0;
        progress[rank] = changed[rank] = 0;
    }
}

// Gives every pixel of a thing its number, and each thing its box: top, left, bottom and right, inclusive.
KERNEL(256, 4) guard_boxes(Global<const u32> surface_id, Global<const u8> guarded, Global<u32> label,
                           Global<u32> number, Global<u32> boxes, i32 height, i32 width) {
    const i32 p = blockIdx.x * 256 + threadIdx.x;
    if (p >= height * width) return;
    const u32 id = surface_id[p];
    if (!guarded[id & 255u]) return;
    const u32 first = first_of_piece(label, p), thing = number[first];
    if (first != (u32)p) number[p] = thing;
    if (thing == NONE) return;
    const i32 x = p % width, y = p / width;
    if (y == 0 || surface_id[p - width] != id) atomic_min(boxes, 4 * thing, y);
    if (x == 0 || surface_id[p - 1] != id) atomic_min(boxes, 4 * thing + 1, x);
    if (y + 1 == height || surface_id[p + width] != id) atomic_max(boxes, 4 * thing + 2, y);
    if (x + 1 == width || surface_id[p + 1] != id) atomic_max(boxes, 4 * thing + 3, x);
}
