// Lists the pixels of each thing and those around it, one block a thing.
//
// The distance to a thing is that of the 3-4 chamfer, at most 3 * HALO + 2 thirds of a pixel. It is found in
// two steps: how far away along its row the nearest pixel of the thing is, and the least of what the rows up
// to HALO above and below give. A tile of the box at a time is looked at.
#pragma once
#include "guard/lists.cuh"

CONSTANT i32 TILE_WIDTH = 64, TILE_HEIGHT = 32, AROUND_WARPS = 16;
CONSTANT i32 WIDE = TILE_WIDTH + 2 * HALO, HIGH = TILE_HEIGHT + 2 * HALO;
CONSTANT i32 BEYOND = 3 * HALO + 3;

struct Box {
    i32 top, left, bottom, right;  // without the last two
};
// The box of a thing and HALO around it, inside the picture.
DEVICE Box grown_box(Global<const u32> boxes, i32 thing, i32 height, i32 width) {
    return {larger((i32)boxes[4 * thing] - HALO, 0), larger((i32)boxes[4 * thing + 1] - HALO, 0),
            smaller((i32)boxes[4 * thing + 2] + 1 + HALO, height),
            smaller((i32)boxes[4 * thing + 3] + 1 + HALO, width)};
}

// Distance of the pixel at column x, row y of a tile from what is 0 to HALO away along the rows around it.
DEVICE i32 chamfer(Shared<u8> along, i32 x, i32 y) {
    i32 found = BEYOND;
    for (i32 row = -HALO; row <= HALO; row++) {
        const i32 aside = along[(y + HALO + row) * TILE_WIDTH + x], up = row < 0 ? -row : row;
        if (aside <= HALO) found = smaller(found, 3 * larger(aside, up) + smaller(aside, up));
    }
    return found;
}

struct Lists {
    Global<u32> entries, begins;
    Global<i32> known;
    i32 room;
};
// A block's shared memory.
struct Room {
    Shared<u8> body, along;  // [HIGH,WIDE], [HIGH,TILE_WIDTH]
    Shared<u32> words;       // [AROUND_WARPS + 3]: entries of each warp; where they begin; the thing's known
};

// Into room.body and room.along: which pixels of a tile and around it are the thing's, and how far aside they
// are.
DEVICE void look_along(const Room& room, Global<const u32> surface_id, Global<const u32> number, u32 id,
                       i32 thing,
                       i32 top, i32 left, i32 height, i32 width) {
    for (i32 i = threadIdx.x; i < WIDE * HIGH; i += 512) {
        const i32 x = left - HALO + i % WIDE, y = top - HALO + i / WIDE, p = y * width + x;
        const bool inside = x >= 0 && x < width && y >= 0 && y < height;
        room.body[i] = inside && surface_id[p] == id && number[p] == (u32)thing ? 1 : 0;
    }
    __syncthreads();
    for (i32 i = threadIdx.x; i < TILE_WIDTH * HIGH; i += 512) {
        const i32 at = i / TILE_WIDTH * WIDE + i % TILE_WIDTH + HALO;
        i32 aside = HALO + 1;
        ROLLED for (i32 step = HALO; step >= 0; step--) {
            if (room.body[at - step] || room.body[at + step]) aside = step;
        }
        room.along[i] = aside;
    }
    __syncthreads();
}

// Writes an entry for each thread that has one, in the order of the threads, from `end` on; returns the new
// end.
DEVICE u32 append(const Room& room, Global<u32> entries, u32 end, bool listed, u32 entry) {
    const i32 lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
    const u32 votes = ballot(listed);
    if (lane == 0) room.words[warp] = count_bits(votes);
    __syncthreads();
    u32 at = end + count_bits(votes & ((1u << lane) - 1u));
    for (i32 other = 0; other < AROUND_WARPS; other++) {
        const u32 count = room.words[other];
        if (other < warp) at += count;
        end += count;
    }
    if (listed) entries[at] = entry;
    __syncthreads();
    return end;
}

// Lists one thing. A block calls it together.
DEVICE void list_thing(const Lists& lists, const Room& room, Global<const u32> surface_id,
                       Global<const u8> guarded, Global<const u32> number, Global<u32> state, Box box, u32 id,
                       i32 thing, i32 height, i32 width) {
    const u32 area = (box.bottom - box.top) * (box.right - box.left);
    if (threadIdx.x == 0) {
        room.words[AROUND_WARPS] = atomic_add(state, USED, area);
        room.words[AROUND_WARPS + 1] = room.words[AROUND_WARPS + 2] = 0;
    }
    __syncthreads();
    const u32 begin = room.words[AROUND_WARPS];
    const i32 bottom = begin + area <= (u32)lists.room ? box.bottom : box.top;  // without room: no rows
    u32 end = begin;
    for (i32 top = box.top; top < bottom; top += TILE_HEIGHT) {
        for (i32 left = box.left; left < box.right; left += TILE_WIDTH) {
            look_along(room, surface_id, number, id, thing, top, left, height, width);
            for (i32 i = threadIdx.x; i < TILE_WIDTH * TILE_HEIGHT; i += 512) {
                const i32 x = i % TILE_WIDTH, y = i / TILE_WIDTH, p = (top + y) * width + left + x;
                const bool inside = left + x < box.right && top + y < box.bottom;
                const i32 away = inside ? chamfer(room.along, x, y) : BEYOND;
                const u32 seen = inside ? surface_id[p] : id;
                const bool listed = away == 0 || (away < BEYOND && seen != id);
                if (listed && away == 0) atomic_add(room.words, AROUND_WARPS + 1, 1);
                if (listed && away > 0 && away <= 3 * RING) atomic_add(room.words, AROUND_WARPS + 2, 1);
                const bool lit = away > 0 && !guarded[seen & 255u];
                end = append(room, lists.entries, end, listed, entry_of(p, lit, away));
            }
        }
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        lists.begins[2 * thing] = begin;
        lists.begins[2 * thing + 1] = end;
        lists.known[2 * thing] = room.words[AROUND_WARPS + 1];
        lists.known[2 * thing + 1] = room.words[AROUND_WARPS + 2];
    }
    __syncthreads();
}

// lists: room for `room` entries; begins u32 [MOST,2]: where those of each thing begin and end; known i32
// [MOST,2]: how many pixels it has, and how many are around it within RING. A thing for which there is no
// room is left out, as if nothing were around it. The entries of a thing are always in the same order.
KERNEL(512, 2) guard_around(Global<const u32> surface_id, Global<const u8> guarded, Global<const u32> number,
                            Global<const u32> firsts, Global<const u32> boxes, Global<u32> lists,
                            Global<u32> begins, Global<i32> known, Global<u32> state, i32 room, i32 height,
                            i32 width) {
    const Room parts = {shared_memory<u8>(0, WIDE * HIGH), shared_memory<u8>(WIDE * HIGH, TILE_WIDTH * HIGH),
                        shared_memory<u32>(WIDE * HIGH + TILE_WIDTH * HIGH, AROUND_WARPS + 3)};
    const i32 things = load_relaxed(state, THINGS);
    for (i32 thing = blockIdx.x; thing < things; thing += gridDim.x) {
        const Box box = grown_box(boxes, thing, height, width);
        list_thing({lists, begins, known, room}, parts, surface_id, guarded, number, state, box,
                   surface_id[firsts[thing]], thing, height, width);
    }
}
