// `ingest` on a GPU, with the first convolution of the body: the packed patches need not leave shared memory.
//
// A block of threads takes 64 patches beside each other, 256 x 4 pixels. It writes their albedo and surface ids, packs
// them as rows of 144 bytes, and multiplies: a warp makes 16 patches by 48 outputs.
#pragma once
#include "block/convolve.cuh"

CONSTANT i32 I_WIDTH = INGEST_PATCHES * PATCH, I_HALVES = INGEST / 16;
CONSTANT i32 ALBEDO_AT = PATCH * PATCH * EMBED;  // in a packed patch
CONSTANT i32 STEM_BYTES = weight_bytes(INGEST, BODY), STEM_ALL = STEM_BYTES + BODY * 8;
static_assert(INGEST_SHARED == STEM_ALL + INGEST_PATCHES * INGEST, "size");
static_assert(INGEST_PATCHES * 2 == INGEST_THREADS && PATCH == 4 && EMBED == 6, "as the loops are written");

// A packed pixel as R | G << 8 | B << 16; its red lies at bit 16 or 0.
DEVICE u32 rgb_order(u32 pixel, i32 red_shift) {
    return (pixel >> red_shift & 255) | (pixel & 0xFF00) | (pixel >> (16 - red_shift) & 255) << 16;
}

// material u8, identity u16 or null, color u32, all [H,W]; embed u8 [M,8], the EMBED numbers of a material and two
// zeros; shown u32 [M]: 0xFFFFFF where the albedo is shown, else 0; weights as `layout.py` lays out the stem.
// To albedo u32 and surface_id u32 [H,W], activation u8 [h,w,48] and, unless it is null, packed u8 [h,w,144].
// h = H / 4 rounded up; border pixels repeat. Blocks: (w / 64 rounded up, h).
KERNEL(INGEST_THREADS, 8) ingest(Global<const u8> material, Global<const u16> identity, Global<const u32> color,
                                 Global<const u8> embed, Global<const u32> shown, Global<const u8> weights,
                                 Global<u32> albedo, Global<u32> surface_id, Global<u8> activation, Global<u8> packed,
                                 i32 height, i32 width, i32 red_shift) {
    Shared<u8> stem = shared_memory<u8>(0, STEM_ALL), patches = shared_memory<u8>(STEM_ALL, INGEST_PATCHES * INGEST);
    Shared<float> scales = shared_memory<float>(STEM_BYTES, 2 * BODY);
    const i32 thread = threadIdx.x, lane = thread % 32, warp = thread / 32;
    const i32 first = (i32)blockIdx.x * INGEST_PATCHES, row = blockIdx.y, across = (width + PATCH - 1) / PATCH;
    const i32 count = smaller((i32)INGEST_PATCHES, across - first);  // patches that are in the picture
    copy_to_shared<INGEST_THREADS>(stem, weights, STEM_ALL);
    cp_commit();
    for (i32 i = thread; i < PATCH * I_WIDTH; i += INGEST_THREADS) {
        const i32 x = i % I_WIDTH, sub = i / I_WIDTH * PATCH + x % PATCH;
        const i32 px = first * PATCH + x, py = row * PATCH + i / I_WIDTH;
        const i32 at = smaller(py, height - 1) * width + smaller(px, width - 1);
        const u32 kind = material[at], plain = rgb_order(color[at], red_shift) & shown[kind];
        if (px < width && py < height) {
            albedo[at] = plain;
            surface_id[at] = kind | (identity ? (u32)identity[at] << 8 : 0);
        }
        const uint2 numbers = load_as<uint2>(embed, (i32)kind * 8);
        Shared<u8> patch = patches + x / PATCH * INGEST;
        store_as<u16>(patch, sub * EMBED, (u16)numbers.x);
        store_as<u16>(patch, sub * EMBED + 2, (u16)(numbers.x >> 16));
        store_as<u16>(patch, sub * EMBED + 4, (u16)numbers.y);
        UNROLL for (i32 c = 0; c < 3; c++) patch[ALBEDO_AT + sub * 3 + c] = (u8)(plain >> 8 * c);
    }
    cp_wait<0>();
    __syncthreads();
    if (packed)
        for (i32 at = thread * 16; at < count * INGEST; at += INGEST_THREADS * 16)
            store_as<uint4>(packed, (row * across + first) * INGEST + at, load_as<uint4>(patches, at));

    const i32 group = lane / 4, pair = lane % 4 * 2;
    Shared<u8> mine = patches + warp * 16 * INGEST;
    i32 sums[1][2 * PAIRS_OF_BODY][4];
    clear(sums);
    auto source = [&](i32, i32 half) { return mine + (lane % 16 * INGEST + half * 16); };
    multiply<1, PAIRS_OF_BODY, I_HALVES>(sums, source, stem, PAIRS_OF_BODY, 0);
    __syncthreads();  // the levels take the place of the packed patches
    UNROLL for (i32 c = 0; c < 2 * PAIRS_OF_BODY; c++) {
        const i32 channel = c * 8 + pair;
        const float2 step = load_as<float2>(scales, channel), bias = load_as<float2>(scales, BODY + channel);
        UNROLL for (i32 half = 0; half < 2; half++)
            store_as<u16>(mine, (half * 8 + group) * BODY + channel,
                          (u16)two_levels(sums[0][c][2 * half], sums[0][c][2 * half + 1], step, bias, 0, 0.0f));
    }
    __syncwarp();
    for (i32 at = lane * 16; at < smaller(16, count - warp * 16) * BODY; at += 512)
        store_as<uint4>(activation, (row * across + first + warp * 16) * BODY + at, load_as<uint4>(mine, at));
}
