// `border` on a GPU: how near the next border is in four directions, and which material lies beyond it.
//
// A block makes a tile of 64 x 32 pixels. It loads the surface ids of the tile and of a cross around it, and turns
// them into bits: one where a pixel differs from the one before it, in its row or its column. The nearest border
// is then the nearest bit that is set, found by counting zeros instead of by searching 24 pixels four times.
#pragma once

CONSTANT i32 B_WIDTH = BORDER_TILE_WIDTH, B_HEIGHT = BORDER_TILE_HEIGHT;
CONSTANT i32 B_MARGIN = 32;                        // columns beside the tile: a whole word of bits
CONSTANT i32 B_ROWS = B_HEIGHT + 2 * REACH;  // rows of the cross
CONSTANT i32 B_PITCH = B_WIDTH + 2 * B_MARGIN;
CONSTANT i32 B_ROW_WORDS = B_PITCH / 32, B_COLUMN_WORDS = (B_ROWS + 31) / 32;
static_assert(B_WIDTH % 32 == 0 && B_MARGIN >= REACH + 1, "the halo is too small");
static_assert(BORDER_SHARED == 4 * (B_ROWS * B_PITCH + B_HEIGHT * B_ROW_WORDS + B_WIDTH * B_COLUMN_WORDS), "size");

// Steps to the nearest border before a pixel, 0 if none is within REACH. A bit says that a border lies before its
// pixel, so the bit of the pixel itself is one step away.
DEVICE i32 steps_back(Shared<u32> words, i32 at) {
    const i32 word = at / 32, shift = at % 32;
    u32 bits = words[word] << (31 - shift);  // the highest bit is that of the pixel
    if (word > 0 && shift < 31) bits |= words[word - 1] >> (shift + 1);
    const i32 highest = highest_bit(bits);
    return highest >= 32 - REACH ? 32 - highest : 0;
}
// Steps to the nearest border after a pixel, 0 if none is within REACH.
DEVICE i32 steps_on(Shared<u32> words, i32 count, i32 at) {
    const i32 word = (at + 1) / 32, shift = (at + 1) % 32;
    u32 bits = word < count ? words[word] >> shift : 0;
    if (word + 1 < count && shift > 0) bits |= words[word + 1] << (32 - shift);
    const i32 lowest = lowest_bit(bits);
    return lowest >= 0 && lowest < REACH ? lowest + 1 : 0;
}

// surface_id [H,W] to edge_nearness and neighbour, u8 [4,H,W]. Blocks: the tiles of the picture, (x, y).
KERNEL(BORDER_THREADS, 2) border(Global<const u32> surface_id, Global<u8> edge_nearness, Global<u8> neighbour,
                                 i32 height, i32 width) {
    Shared<u32> ids = shared_memory<u32>(0, B_ROWS * B_PITCH);
    Shared<u32> row_bits = shared_memory<u32>(4 * B_ROWS * B_PITCH, B_HEIGHT * B_ROW_WORDS);
    Shared<u32> column_bits =
        shared_memory<u32>(4 * (B_ROWS * B_PITCH + B_HEIGHT * B_ROW_WORDS), B_WIDTH * B_COLUMN_WORDS);
    const i32 thread = threadIdx.x, lane = thread % 32, warp = thread / 32;
    const i32 left = (i32)blockIdx.x * B_WIDTH - B_MARGIN, top = (i32)blockIdx.y * B_HEIGHT - REACH;

    // The cross; pixels outside of the picture are those at its edge, where no border is.
    for (i32 i = thread; i < B_ROWS * B_PITCH; i += BORDER_THREADS) {
        i32 y = i / B_PITCH, x = i % B_PITCH;
        bool in_rows = y >= REACH && y < REACH + B_HEIGHT, in_columns = x >= B_MARGIN && x < B_MARGIN + B_WIDTH;
        if (in_rows || in_columns)
            ids[i] = surface_id[clamped(top + y, 0, height - 1) * width + clamped(left + x, 0, width - 1)];
    }
    __syncthreads();
    for (i32 i = warp; i < B_HEIGHT * B_ROW_WORDS; i += BORDER_THREADS / 32) {
        i32 x = i % B_ROW_WORDS * 32 + lane, at = (i / B_ROW_WORDS + REACH) * B_PITCH + x;
        u32 bits = ballot(x > 0 && ids[at] != ids[at - 1]);
        if (lane == 0) row_bits[i] = bits;
    }
    for (i32 i = thread; i < B_WIDTH * B_COLUMN_WORDS; i += BORDER_THREADS) {
        i32 x = i % B_WIDTH + B_MARGIN, first = i / B_WIDTH * 32;
        u32 bits = 0;
        for (i32 y = larger(first, 1); y < smaller(first + 32, B_ROWS); y++)
            bits |= (u32)(ids[y * B_PITCH + x] != ids[(y - 1) * B_PITCH + x]) << (y - first);
        column_bits[i % B_WIDTH * B_COLUMN_WORDS + i / B_WIDTH] = bits;
    }
    __syncthreads();
    for (i32 i = thread; i < B_WIDTH * B_HEIGHT; i += BORDER_THREADS) {
        i32 x = i % B_WIDTH + B_MARGIN, y = i / B_WIDTH + REACH;
        if (left + x >= width || top + y >= height) continue;
        Shared<u32> row = row_bits + (y - REACH) * B_ROW_WORDS, column = column_bits + (x - B_MARGIN) * B_COLUMN_WORDS;
        const i32 steps[4] = {steps_back(row, x), steps_on(row, B_ROW_WORDS, x),
                              steps_back(column, y), steps_on(column, B_COLUMN_WORDS, y)};
        const i32 moves[4] = {-1, 1, -B_PITCH, B_PITCH};
        i32 out = (top + y) * width + left + x;
        UNROLL for (i32 way = 0; way < 4; way++) {
            i32 n = steps[way];
            edge_nearness[way * height * width + out] = n ? REACH + 1 - n : 0;
            neighbour[way * height * width + out] = n ? ids[y * B_PITCH + x + n * moves[way]] & 255 : 0;
        }
    }
}
