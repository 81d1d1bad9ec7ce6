// The two layers of the head at the 32 pixels of a warp.
//
// The first layer runs on tensor cores: the 32 input bytes of each pixel go through shared memory, whence
// `ldmatrix` loads them as two matrices of 16 pixels. The hidden units come back the same way, eight at a
// time, so that each lane adds up the units of its own pixel, in the order of `head_cpu`.
#pragma once
#include "cuda/floats.cuh"

CONSTANT i32 EIGHTS = HIDDEN / 8;
CONSTANT i32 WEIGHTS = 2 * EIGHTS * 32;  // words of the first layer's weights

// Where half `half` of a pixel's 32 bytes begins, in floats. Of four pixels and the next four the halves are
// swapped: so eight lanes that read one half each touch all banks.
DEVICE i32 place_of(i32 pixel, i32 half) { return 4 * (2 * pixel + (half ^ (pixel >> 2 & 1))); }

// A hidden unit of the sums of its products. What is no number stays so.
DEVICE float hidden_unit(i32 rest, i32 surface, float worth, float bias) {
    return relu((float)rest + (worth * (float)surface + bias));
}

// out[OUTPUTS]: red, green, blue, and the share of the albedo, of this lane's pixel. first: its features and
// albedo; second: its surface and edges; weights: [2,EIGHTS,32], what each lane needs of eight units, of the
// first half of the inputs and of the second; units: [HIDDEN,8]: see `CudaHeadTables`; bias: [OUTPUTS]; tile:
// TILE floats of this warp.
DEVICE void colour_layers(Shared<u32> weights, Shared<float> units, Global<const float> bias, uint4 first,
                          uint4 second, Shared<float> tile, i32 lane, float* out) {
    store_as<uint4>(tile, place_of(lane, 0), first);
    store_as<uint4>(tile, place_of(lane, 1), second);
    __syncwarp();
    u32 inputs[2][4];
    UNROLL for (i32 i = 0; i < 2; i++) ldmatrix4(inputs[i], tile + place_of(16 * i + (lane & 15), lane >> 4));
    const i32 row = lane >> 2, pair = lane & 3;
    UNROLL for (i32 c = 0; c < OUTPUTS; c++) out[c] = bias[c];
    ROLLED for (i32 j = 0; j < EIGHTS; j++) {  // unrolled, it spills registers
        const i32 even = 8 * (8 * j + 2 * pair), odd = even + 8;
        const float2 even_unit = load_as<float2>(units, even), odd_unit = load_as<float2>(units, odd);
        const u32 features = weights[32 * j + lane], others = weights[32 * (EIGHTS + j) + lane];
        // Surface and edges are counted apart, though `ldmatrix` loads them together: with zeros for the
        // other.
        const u32 edge = pair < 2 ? 0u : others, anchored = pair < 2 ? others : 0u;
        __syncwarp();  // all have read the tile
        UNROLL for (i32 i = 0; i < 2; i++) {
            i32 rest[4] = {0, 0, 0, 0}, surface[4] = {0, 0, 0, 0};
            mma_u8s8(rest, inputs[i], features, edge);
            mma_u8s8(surface, inputs[i], 0u, anchored);
            UNROLL for (i32 below = 0; below < 2; below++) {
                const float2 found = {
                    hidden_unit(rest[2 * below], surface[2 * below], even_unit.x, even_unit.y),
                    hidden_unit(rest[2 * below + 1], surface[2 * below + 1], odd_unit.x, odd_unit.y)};
                const i32 pixel = 16 * i + 8 * below + row;
                store_as<float2>(tile, place_of(pixel, pair >> 1) + 2 * (pair & 1), found);
            }
        }
        __syncwarp();
        UNROLL for (i32 half = 0; half < 2; half++) {
            const float4 four = load_as<float4>(tile, place_of(lane, half));
            const float hidden[4] = {four.x, four.y, four.z, four.w};
            UNROLL for (i32 u = 0; u < 4; u++) {
                const float4 weight = load_as<float4>(units, 8 * (8 * j + 4 * half + u) + 4);
                out[0] = weight.x * hidden[u] + out[0];
                out[1] = weight.y * hidden[u] + out[1];
                out[2] = weight.z * hidden[u] + out[2];
                out[3] = weight.w * hidden[u] + out[3];
            }
        }
    }
    __syncwarp();  // all have read the tile, which the next pixels overwrite
}
