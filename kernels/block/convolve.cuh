// What the kernels of the body share: int8 products on tensor cores, and the rounding to levels.
//
// Pixels are rows of 48 bytes, channels last, so a convolution is a product of matrices: 16 pixels by 32 inputs by
// 8 outputs in one mma. The inputs of a 3x3 convolution are 9 times 48, in halves of 16 bytes; two halves make a
// step of 32, and each lane of ldmatrix gives the address of its own half, wherever that lies. Rows of 48 bytes
// fall on all banks of shared memory in turn, so ldmatrix has no conflicts and no padding.
#pragma once

CONSTANT i32 HALVES_OF_BODY = BODY / 16;
CONSTANT i32 PAIRS_OF_BODY = BODY / 16;        // pairs of columns of 8 outputs
CONSTANT i32 STEP_BYTES = PAIRS_OF_BODY * 512;  // weights of one step, for 48 outputs
static_assert(BODY % 16 == 0 && INGEST % 16 == 0, "halves must be whole");

// Bytes of laid out weights, see `layout.py`.
DEVICE constexpr i32 weight_bytes(i32 inputs, i32 outputs) { return (inputs + 31) / 32 * 32 * outputs; }

// Begins to copy `bytes` (a multiple of 16) by all THREADS of the block.
template <i32 THREADS> DEVICE void copy_to_shared(Shared<u8> to, Global<const u8> from, i32 bytes) {
    for (i32 at = (i32)threadIdx.x * 16; at < bytes; at += THREADS * 16) cp16(to + at, from + at);
}

// sums[t][c] += the products of tile t with column c, by one warp. TILES tiles of 16 pixels; 2 * PAIRS columns of
// 8 outputs; HALVES inputs of 16 bytes. `row(t, half)` is where the 16 bytes lie for pixel lane % 16 of tile t.
// weights: [steps][all_pairs][32 lanes][16 bytes]; the pairs from `pair` on are used.
template <i32 TILES, i32 PAIRS, i32 HALVES, class Row>
DEVICE void multiply(i32 (&sums)[TILES][2 * PAIRS][4], Row row, Shared<u8> weights, i32 all_pairs, i32 pair) {
    const i32 lane = (i32)threadIdx.x % 32;
    // Two steps at a time: with all fourteen, ptxas keeps their addresses and spills.
    UNROLL_2 for (i32 step = 0; step < (HALVES + 1) / 2; step++) {
        // The last step may have one half; its weights are then zero, and any bytes do.
        const i32 first = 2 * step, second = first + 1 < HALVES ? first + 1 : first;
        uint4 b[PAIRS];
        UNROLL for (i32 p = 0; p < PAIRS; p++)
            b[p] = load_as<uint4>(weights, ((step * all_pairs + pair + p) * 32 + lane) * 16);
        UNROLL for (i32 t = 0; t < TILES; t++) {
            u32 a[4];
            ldmatrix4(a, row(t, lane < 16 ? first : second));
            UNROLL for (i32 p = 0; p < PAIRS; p++) {
                mma_u8s8(sums[t][2 * p], a, b[p].x, b[p].y);
                mma_u8s8(sums[t][2 * p + 1], a, b[p].z, b[p].w);
            }
        }
    }
}
template <i32 TILES, i32 COLUMNS> DEVICE void clear(i32 (&sums)[TILES][COLUMNS][4]) {
    UNROLL for (i32 t = 0; t < TILES; t++)
        UNROLL for (i32 c = 0; c < COLUMNS; c++)
            UNROLL for (i32 i = 0; i < 4; i++) sums[t][c][i] = 0;
}

// The level of a sum, as `neural_renderer.quantization` defines it: exact for an exact body, in any order.
DEVICE u32 level(i32 sum, float step, float bias, float rest) {
    return (u32)round_even(clamped(step * (float)sum + bias + rest, 0.0f, 255.0f));
}
// The levels of a tile's two neighbouring outputs of one pixel, as 16 bits.
DEVICE u32 two_levels(i32 sum, i32 next, float2 step, float2 bias, u32 before, float skip) {
    return level(sum, step.x, bias.x, skip * (float)(before & 255)) |
           level(next, step.y, bias.y, skip * (float)(before >> 8)) << 8;
}
