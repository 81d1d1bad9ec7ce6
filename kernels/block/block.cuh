// The body's residual blocks on a GPU: two 3x3 convolutions a launch, in the last block also the convolution that
// makes the features.
//
// A block of threads keeps the weights of its layers in shared memory and goes from tile to tile of 16 x 12
// pixels. It loads the tile with a halo, computes the first convolution over the tile and the halo of the second
// one, which stays in shared memory, and then the second. The halo makes 31 % more products of the first
// convolution (67 % with dilation 2), and saves writing and reading the activation between, and a launch.
// With these sizes each of four warps has 4 + 3 tiles of 16 pixels (5 + 3), and none is idle.
#pragma once
#include "block/convolve.cuh"

CONSTANT i32 T_WIDTH = BLOCK_TILE_WIDTH, T_HEIGHT = BLOCK_TILE_HEIGHT, B_WARPS = BLOCK_THREADS / 32;
CONSTANT i32 LAYER_BYTES = weight_bytes(9 * BODY, BODY), SCALE_BYTES = BODY * 8;  // a step and a bias for each output
CONSTANT i32 OUTPUTS_OF_LAST = PATCH * PATCH * FEATURES, LAST_PAIRS = OUTPUTS_OF_LAST / 16;
CONSTANT i32 LAST_BYTES = weight_bytes(BODY, OUTPUTS_OF_LAST) + OUTPUTS_OF_LAST * 8;
static_assert(T_WIDTH == 16 && T_HEIGHT % B_WARPS == 0, "a row of a tile is a tile of mma");

// D1, D2: dilations; LAST: whether the features are made.
template <i32 D1, i32 D2, bool LAST> struct Sizes {
    static constexpr i32 HALO = D1 + D2;
    static constexpr i32 IN_WIDTH = T_WIDTH + 2 * HALO, IN_HEIGHT = T_HEIGHT + 2 * HALO;
    static constexpr i32 MID_WIDTH = T_WIDTH + 2 * D2, MID_PIXELS = MID_WIDTH * (T_HEIGHT + 2 * D2);
    static constexpr i32 MID_TILES = ((MID_PIXELS + 15) / 16 + B_WARPS - 1) / B_WARPS;  // of a warp
    static constexpr i32 OUT_TILES = T_HEIGHT / B_WARPS;
    static constexpr i32 WEIGHTS = 2 * LAYER_BYTES + 2 * SCALE_BYTES + (LAST ? LAST_BYTES : 0);
    static constexpr i32 IN_AT = WEIGHTS, MID_AT = IN_AT + IN_WIDTH * IN_HEIGHT * BODY;
    static constexpr i32 STAGE = LAST ? B_WARPS * 16 * OUTPUTS_OF_LAST : 0;  // where features are put together
    static constexpr i32 MID_BYTES = MID_PIXELS * BODY > STAGE ? MID_PIXELS * BODY : STAGE;
    static constexpr i32 SHARED = MID_AT + MID_BYTES;
};

// Where half h of the 27 of a 3x3 convolution lies, seen from the pixel in the middle.
DEVICE i32 tap_offset(i32 half, i32 pitch, i32 dilation) {
    const i32 tap = half / HALVES_OF_BODY;
    return ((tap / 3 - 1) * pitch + tap % 3 - 1) * dilation * BODY + half % HALVES_OF_BODY * 16;
}

// The first convolution: the levels of the tile and of the halo of the second one, into `mid`.
template <class S, i32 D1, i32 D2>
DEVICE void inner(Shared<u8> in, Shared<u8> mid, Shared<u8> weights, Shared<float> scales, i32 top, i32 left, i32 height,
                  i32 width) {
    const i32 lane = (i32)threadIdx.x % 32, warp = (i32)threadIdx.x / 32, group = lane / 4, pair = lane % 4 * 2;
    i32 at[S::MID_TILES];
    UNROLL for (i32 t = 0; t < S::MID_TILES; t++) {
        const i32 pixel = smaller((warp * S::MID_TILES + t) * 16 + lane % 16, S::MID_PIXELS - 1);
        // Outside of the picture an activation repeats that of the pixel at its edge.
        const i32 y = clamped(top - D2 + pixel / S::MID_WIDTH, 0, height - 1) - (top - S::HALO);
        const i32 x = clamped(left - D2 + pixel % S::MID_WIDTH, 0, width - 1) - (left - S::HALO);
        at[t] = (y * S::IN_WIDTH + x) * BODY;
    }
    i32 sums[S::MID_TILES][2 * PAIRS_OF_BODY][4];
    clear(sums);
    auto row = [&](i32 t, i32 half) { return in + (at[t] + tap_offset(half, S::IN_WIDTH, D1)); };
    multiply<S::MID_TILES, PAIRS_OF_BODY, 9 * HALVES_OF_BODY>(sums, row, weights, PAIRS_OF_BODY, 0);
    UNROLL for (i32 c = 0; c < 2 * PAIRS_OF_BODY; c++) {
        const i32 channel = c * 8 + pair;
        const float2 step = load_as<float2>(scales, channel), bias = load_as<float2>(scales, BODY + channel);
        UNROLL for (i32 t = 0; t < S::MID_TILES; t++)
            UNROLL for (i32 half = 0; half < 2; half++) {
                const i32 pixel = (warp * S::MID_TILES + t) * 16 + half * 8 + group;
                const u32 both = two_levels(sums[t][c][2 * half], sums[t][c][2 * half + 1], step, bias, 0, 0.0f);
                if (pixel < S::MID_PIXELS) store_as<u16>(mid, pixel * BODY + channel, (u16)both);
            }
    }
}

// The second convolution, added to the tile itself: the result takes the place of the input.
template <class S, i32 D2>
DEVICE void outer(Shared<u8> in, Shared<u8> mid, Shared<u8> weights, Shared<float> scales, float skip) {
    const i32 lane = (i32)threadIdx.x % 32, warp = (i32)threadIdx.x / 32, group = lane / 4, pair = lane % 4 * 2;
    i32 sums[S::OUT_TILES][2 * PAIRS_OF_BODY][4];
    clear(sums);
    const i32 first = ((warp * S::OUT_TILES + D2) * S::MID_WIDTH + lane % 16 + D2) * BODY;
    auto row = [&](i32 t, i32 half) {
        return mid + (first + t * S::MID_WIDTH * BODY + tap_offset(half, S::MID_WIDTH, D2));
    };
    multiply<S::OUT_TILES, PAIRS_OF_BODY, 9 * HALVES_OF_BODY>(sums, row, weights, PAIRS_OF_BODY, 0);
    UNROLL for (i32 c = 0; c < 2 * PAIRS_OF_BODY; c++) {
        const i32 channel = c * 8 + pair;
        const float2 step = load_as<float2>(scales, channel), bias = load_as<float2>(scales, BODY + channel);
        UNROLL for (i32 t = 0; t < S::OUT_TILES; t++)
            UNROLL for (i32 half = 0; half < 2; half++) {
                const i32 y = warp * S::OUT_TILES + t + S::HALO, x = half * 8 + group + S::HALO;
                const i32 place = (y * S::IN_WIDTH + x) * BODY + channel;
                const u32 before = load_as<u16>(in, place);
                store_as<u16>(in, place, (u16)two_levels(sums[t][c][2 * half], sums[t][c][2 * half + 1], step, bias,
                                                         before, skip));
            }
    }
}

// The last convolution, 1x1: the features of the 16 pixels of each patch, put together in `stage`.
template <class S>
DEVICE void features(Shared<u8> in, Shared<u8> stage, Shared<u8> weights, Shared<float> scales, Global<u8> out, i32 top,
                     i32 left, i32 height, i32 width) {
    const i32 lane = (i32)threadIdx.x % 32, warp = (i32)threadIdx.x / 32, group = lane / 4, pair = lane % 4 * 2;
    Shared<u8> mine = stage + warp * 16 * OUTPUTS_OF_LAST;
    for (i32 t = 0; t < S::OUT_TILES; t++) {
        const i32 y = warp * S::OUT_TILES + t;
        const i32 first = ((y + S::HALO) * S::IN_WIDTH + lane % 16 + S::HALO) * BODY;
        auto row = [&](i32, i32 half) { return in + (first + half * 16); };
        for (i32 p = 0; p < LAST_PAIRS; p += PAIRS_OF_BODY) {
            i32 sums[1][2 * PAIRS_OF_BODY][4];
            clear(sums);
            multiply<1, PAIRS_OF_BODY, HALVES_OF_BODY>(sums, row, weights, LAST_PAIRS, p);
            UNROLL for (i32 c = 0; c < 2 * PAIRS_OF_BODY; c++) {
                const i32 output = p * 16 + c * 8 + pair;
                const float2 step = load_as<float2>(scales, output), bias = load_as<float2>(scales, OUTPUTS_OF_LAST + output);
                UNROLL for (i32 half = 0; half < 2; half++)
                    store_as<u16>(mine, (half * 8 + group) * OUTPUTS_OF_LAST + output,
                                  (u16)two_levels(sums[0][c][2 * half], sums[0][c][2 * half + 1], step, bias, 0, 0.0f));
            }
        }
        __syncwarp();
        if (top + y < height)
            for (i32 at = lane * 16; at < smaller(16, width - left) * OUTPUTS_OF_LAST; at += 512)
                store_as<uint4>(out, ((top + y) * width + left) * OUTPUTS_OF_LAST + at, load_as<uint4>(mine, at));
        __syncwarp();
    }
}

template <i32 D1, i32 D2, bool LAST>
DEVICE void residual(Global<const u8> in, Global<const u8> weights, Global<u8> out, i32 height, i32 width, float skip) {
    using S = Sizes<D1, D2, LAST>;
    Shared<u8> all_weights = shared_memory<u8>(0, S::WEIGHTS), tile = shared_memory<u8>(S::IN_AT, S::MID_AT - S::IN_AT);
    Shared<u8> mid = shared_memory<u8>(S::MID_AT, S::MID_BYTES);
    Shared<u8> of_last = all_weights + 2 * (LAYER_BYTES + SCALE_BYTES);
    Shared<float> scales = shared_memory<float>(2 * LAYER_BYTES, 4 * BODY);
    const i32 across = (width + T_WIDTH - 1) / T_WIDTH, tiles = across * ((height + T_HEIGHT - 1) / T_HEIGHT);
    copy_to_shared<BLOCK_THREADS>(all_weights, weights, S::WEIGHTS);
    for (i32 number = blockIdx.x; number < tiles; number += gridDim.x) {
        const i32 top = number / across * T_HEIGHT, left = number % across * T_WIDTH;
        for (i32 i = threadIdx.x; i < S::IN_WIDTH * S::IN_HEIGHT * HALVES_OF_BODY; i += BLOCK_THREADS) {
            const i32 pixel = i / HALVES_OF_BODY, half = i % HALVES_OF_BODY;
            const i32 y = clamped(top - S::HALO + pixel / S::IN_WIDTH, 0, height - 1);
            const i32 x = clamped(left - S::HALO + pixel % S::IN_WIDTH, 0, width - 1);
            cp16(tile + i * 16, in + ((y * width + x) * BODY + half * 16));
        }
        cp_commit();
        cp_wait<0>();
        __syncthreads();
        inner<S, D1, D2>(tile, mid, all_weights, scales, top, left, height, width);
        __syncthreads();
        outer<S, D2>(tile, mid, all_weights + LAYER_BYTES, scales + 2 * BODY, skip);
        __syncthreads();
        if constexpr (LAST) {
            constexpr i32 AT = 2 * (LAYER_BYTES + SCALE_BYTES) + weight_bytes(BODY, OUTPUTS_OF_LAST);
            features<S>(tile, mid, of_last, shared_memory<float>(AT, 2 * OUTPUTS_OF_LAST), out, top, left, height, width);
        } else {
            for (i32 i = threadIdx.x; i < T_WIDTH * T_HEIGHT * HALVES_OF_BODY; i += BLOCK_THREADS) {
                const i32 pixel = i / HALVES_OF_BODY, half = i % HALVES_OF_BODY, y = pixel / T_WIDTH, x = pixel % T_WIDTH;
                if (top + y < height && left + x < width)
                    store_as<uint4>(out, ((top + y) * width + left + x) * BODY + half * 16,
                                    load_as<uint4>(tile, ((y + S::HALO) * S::IN_WIDTH + x + S::HALO) * BODY + half * 16));
            }
        }
        __syncthreads();
    }
    if ((i32)blockIdx.x >= tiles) {  // nothing to do, but the copies of the weights must end
        cp_commit();
        cp_wait<0>();
    }
}

// Activations in [H,W,48] to activations, u8. weights: as `layout.py` lays out the block. Blocks: any number.
KERNEL(BLOCK_THREADS, FIRST_BLOCKS) block_first(Global<const u8> in, Global<const u8> weights, Global<u8> out, i32 height,
                                                i32 width, float skip) {
    static_assert(Sizes<DILATION_0, DILATION_1, false>::SHARED == FIRST_SHARED, "size");
    residual<DILATION_0, DILATION_1, false>(in, weights, out, height, width, skip);
}
KERNEL(BLOCK_THREADS, MIDDLE_BLOCKS) block_middle(Global<const u8> in, Global<const u8> weights, Global<u8> out,
                                                  i32 height, i32 width, float skip) {
    static_assert(Sizes<DILATION_2, DILATION_3, false>::SHARED == MIDDLE_SHARED, "size");
    residual<DILATION_2, DILATION_3, false>(in, weights, out, height, width, skip);
}
// The last block, to features u8 [H,W,192].
KERNEL(BLOCK_THREADS, LAST_BLOCKS) block_last(Global<const u8> in, Global<const u8> weights, Global<u8> out, i32 height,
                                              i32 width, float skip) {
    static_assert(Sizes<DILATION_4, DILATION_5, true>::SHARED == LAST_SHARED, "size");
    residual<DILATION_4, DILATION_5, true>(in, weights, out, height, width, skip);
}
