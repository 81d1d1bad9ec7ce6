// `hud_ground` on a GPU, and the HUD over the result. The numbers are those of `hud_ground_cpu`.
//
// Three launches: sums over each block of BLOCK x BLOCK pixels, a warp each; a weight and a colour of each
// block, from the sums around it; and each pixel, from the four blocks whose centres are nearest.
#pragma once
#include "hud_ground/hud.cuh"

CONSTANT i32 SUMS = 5;        // three colours, alpha, and what the pixels lack
CONSTANT i32 TILE = 16;       // blocks of a side that `hud_look` computes together
CONSTANT i32 WIDE = TILE + 4, SMOOTH = TILE + 2;

DEVICE i32 positive(i32 x) { return x < 0 ? -x : x; }
DEVICE i32 distance(i32 first, i32 second, i32 third) {
    return (positive(first) + 2 * positive(second) + positive(third)) >> 2;
}
DEVICE i32 level_at(u32 pixel, i32 shift) { return pixel >> shift & 255u; }

// How far a HUD's pixel is from the ground that shows through it.
DEVICE i32 distance_under(u32 hud, u32 ground, i32 through) {
    return distance(level_at(hud, 0) - ((through * level_at(ground, 0) + 128) >> 8),
                    level_at(hud, 8) - ((through * level_at(ground, 8) + 128) >> 8),
                    level_at(hud, 16) - ((through * level_at(ground, 16) + 128) >> 8));
}

// The picture without the HUD: where `detail` is 0, the paint.
DEVICE u32 ground_at(Global<const u32> picture, Global<const u32> plain, Global<const u8> detail, i32 p) {
    return detail && detail[p] == 0 ? plain[p] | 0xFF000000u : picture[p];
}

DEVICE i32 warp_sum(i32 value) {
    UNROLL for (i32 mask = 16; mask > 0; mask >>= 1) value += shuffle_xor(value, mask);
    return value;
}

// sums: [h,w,SUMS], h and w in blocks. A warp adds up a block.
KERNEL(256, 4) hud_sums(Global<const u32> picture, Global<const u32> plain, Global<const u8> detail,
                        Global<const u32> hud, Global<i32> sums, i32 height, i32 width) {
    const i32 lane = threadIdx.x & 31, columns = (width + BLOCK - 1) / BLOCK;
    const i32 number = blockIdx.x * 8 + (threadIdx.x >> 5), rows = (height + BLOCK - 1) / BLOCK;
    if (number >= rows * columns) return;
    i32 found[SUMS] = {0, 0, 0, 0, 0};
    u32 drawn = 0;
    for (i32 i = lane; i < BLOCK * BLOCK; i += 32) {
        const i32 x = number % columns * BLOCK + i % BLOCK, y = number / columns * BLOCK + i / BLOCK;
        const i32 p = y * width + x;
        const u32 pixel = x < width && y < height ? (u32)hud[p] : 0u;
        drawn |= pixel;
        if (pixel) {
            const i32 alpha = pixel >> 24, through = alpha + (alpha >> 7);
            const i32 far_plain = distance_under(pixel, plain[p], through);
            const i32 far = distance_under(pixel, ground_at(picture, plain, detail, p), through);
            UNROLL for (i32 c = 0; c < 3; c++) found[c] += level_at(pixel, 8 * c);
            found[3] += alpha;
            found[4] += larger(smaller(far_plain, BAR) - smaller(far, BAR), 0);
        }
    }
    if (ballot(drawn != 0)) {  // most of a HUD is empty
        UNROLL for (i32 c = 0; c < SUMS; c++) found[c] = warp_sum(found[c]);
    }
    UNROLL for (i32 c = 0; c < SUMS; c++) {
        if (lane == c) sums[SUMS * number + c] = found[c];
    }
}

// Nine numbers times 1 2 1 in x and y. at: the first of them; pitch: numbers of a row.
DEVICE i32 smoothed(Shared<i32> values, i32 at, i32 pitch) {
    i32 sum = 0;
    UNROLL for (i32 y = 0; y < 3; y++) {
        const i32 row = at + y * pitch;
        sum += (y == 1 ? 2 : 1) * (values[row] + 2 * values[row + 1] + values[row + 2]);
    }
    return sum;
}

// looks: [h,w,4]: a weight of 0..256 and the colour of the HUD at each block.
KERNEL(256, 2) hud_look(Global<const i32> sums, Global<i32> looks, i32 rows, i32 columns) {
    const Shared<i32> near = shared_memory<i32>(0, WIDE * WIDE);
    const Shared<i32> smooth = shared_memory<i32>(4 * WIDE * WIDE, SMOOTH * SMOOTH);
    const i32 x = threadIdx.x % TILE, y = threadIdx.x / TILE;
    const i32 left = blockIdx.x * TILE, top = blockIdx.y * TILE, column = left + x, row = top + y;
    i32 once[SUMS], twice[SUMS];
    UNROLL for (i32 c = 0; c < SUMS; c++) {
        for (i32 i = threadIdx.x; i < WIDE * WIDE; i += 256) {
            const i32 from_x = left - 2 + i % WIDE, from_y = top - 2 + i / WIDE;
            const bool inside = from_x >= 0 && from_x < columns && from_y >= 0 && from_y < rows;
            near[i] = inside ? (i32)sums[(from_y * columns + from_x) * SUMS + c] : 0;
        }
        __syncthreads();
        for (i32 i = threadIdx.x; i < SMOOTH * SMOOTH; i += 256) {
            const i32 from_x = left - 1 + i % SMOOTH, from_y = top - 1 + i / SMOOTH;
            const bool inside = from_x >= 0 && from_x < columns && from_y >= 0 && from_y < rows;
            smooth[i] = inside ? smoothed(near, i / SMOOTH * WIDE + i % SMOOTH, WIDE) : 0;
        }
        __syncthreads();
        once[c] = smooth[(y + 1) * SMOOTH + x + 1];
        twice[c] = smoothed(smooth, y * SMOOTH + x, SMOOTH);
    }
    if (column >= columns || row >= rows) return;
    const i32 at = 4 * (row * columns + column);
    const u64 lacking = 1024 * (u64)(once[4] * 255 / larger(once[3], 1)) / BAR;
    looks[at] = (i32)smaller(lacking, (u64)256) * smaller(once[3], FULL) / FULL;
    UNROLL for (i32 c = 0; c < 3; c++) looks[at + 1 + c] = smaller(twice[c] * 255 / larger(twice[3], 1), 255);
}

// Where a pixel lies between the centres of blocks along an axis.
struct Between {
    i32 before, after, rest;  // `rest` of 2 * BLOCK parts count for the second
};
DEVICE Between between(i32 pixel, i32 blocks) {
    const i32 at = 2 * pixel + 1 + BLOCK, first = at / (2 * BLOCK) - 1;  // at >= 0: rounded down
    return {larger(first, 0), smaller(first + 1, blocks - 1), at % (2 * BLOCK)};
}

// shown: the picture with the ground around the HUD mixed with the plain one, and the HUD over it.
KERNEL(256, 4) hud_mix(Global<const u32> picture, Global<const u32> plain, Global<const u8> detail,
                       Global<const u32> hud, Global<const i32> looks, Global<u32> shown, i32 height,
                       i32 width) {
    const i32 p = blockIdx.x * 256 + threadIdx.x;
    if (p >= height * width) return;
    const i32 columns = (width + BLOCK - 1) / BLOCK, rows = (height + BLOCK - 1) / BLOCK;
    const Between across = between(p % width, columns), down = between(p / width, rows);
    const i32 above = down.before * columns, below = down.after * columns;
    const i32 places[4] = {4 * (above + across.before), 4 * (below + across.before), 4 * (above + across.after),
                           4 * (below + across.after)};
    const i32 far_down = 2 * BLOCK - down.rest, far_across = 2 * BLOCK - across.rest;
    const i32 part[4] = {far_down * far_across, down.rest * far_across, far_down * across.rest,
                         down.rest * across.rest};
    i32 look[4] = {0, 0, 0, 0};
    UNROLL for (i32 i = 0; i < 4; i++) {
        const uint4 block = load_as<uint4>(looks, places[i]);
        look[0] += (i32)block.x * part[i];
        look[1] += (i32)block.y * part[i];
        look[2] += (i32)block.z * part[i];
        look[3] += (i32)block.w * part[i];
    }
    u32 made = ground_at(picture, plain, detail, p);
    const i32 share = look[0] / (4 * BLOCK * BLOCK);
    if (share > 0) {
        const u32 styled = made, under = plain[p];
        i32 text[3];
        UNROLL for (i32 c = 0; c < 3; c++) text[c] = look[1 + c] / (4 * BLOCK * BLOCK);
        const i32 far = distance(text[0] - level_at(styled, 0), text[1] - level_at(styled, 8),
                                 text[2] - level_at(styled, 16));
        const i32 far_plain = distance(text[0] - level_at(under, 0), text[1] - level_at(under, 8),
                                       text[2] - level_at(under, 16));
        const i32 needed = larger(smaller(far_plain, BAR) - far, 0);
        const i32 wanted = smaller(needed * (65536 / larger(far_plain - far, SLOPE)) >> 8, 256);
        const i32 mix = (wanted * share + 128) >> 8;
        made = styled & 0xFF000000u;
        UNROLL for (i32 c = 0; c < 3; c++) {
            const i32 level = level_at(styled, 8 * c), way = level_at(under, 8 * c) - level;
            made |= (u32)(level + ((way * mix + 128) >> 8)) << 8 * c;
        }
    }
    shown[p] = hud_over(made, hud[p]);
}
