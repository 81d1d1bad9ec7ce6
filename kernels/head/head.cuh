// `head` on a GPU, and all that follows it at a single pixel, in one launch: surfaces are sampled, two layers
// colour every pixel, which is then steadied by the history, kept as the next history, graded, and shown
// under the HUD.
//
// A warp paints 32 neighbours of a row, a block 8 rows of them; blocks take tiles of the picture in turn. All
// numbers are those of the CPU kernels: `head_cpu`, `rectify_cpu`, `grade_cpu` and `compose_hud`.
#pragma once
#include "cuda/atomics.cuh"
#include "cuda/floats.cuh"
#include "grade/grade.cuh"
#include "head/layers.cuh"
#include "head/surface.cuh"
#include "hud_ground/hud.cuh"
#include "rectify/rectify.cuh"
#include "reproject/reproject.cuh"

CONSTANT i32 MIX_ROWS = (NOISES + 1) * SURFACE / 4;  // float4 of a material

// What is known of borders. See `HeadInputs` and `HeadTables` in `cpu.py`.
struct Borders {
    Global<const u8> edge_nearness, neighbour;      // [4,H,W]
    Global<const float4> edge_self, edge_other;     // [M,4,REACH,PROFILE]
};

// The sum of the profiles of all borders within reach of pixel number `at`, into out[PROFILE].
DEVICE void add_profiles(const Borders& b, i32 material, i32 at, i32 plane, float* out) {
    UNROLL for (i32 c = 0; c < PROFILE; c++) out[c] = 0.0f;
    UNROLL for (i32 way = 0; way < DIRECTIONS; way++) {
        const i32 near = b.edge_nearness[way * plane + at];
        if (near == 0) continue;
        const i32 line = way * REACH + near - 1, other = b.neighbour[way * plane + at];
        const i32 here = (material * DIRECTIONS * REACH + line) * 2;
        const i32 there = (other * DIRECTIONS * REACH + line) * 2;
        UNROLL for (i32 half = 0; half < 2; half++) {
            const float4 s = b.edge_self[here + half], o = b.edge_other[there + half];
            float* sum = out + 4 * half;
            sum[0] = o.x + (s.x + sum[0]);
            sum[1] = o.y + (s.y + sum[1]);
            sum[2] = o.z + (s.z + sum[2]);
            sum[3] = o.w + (s.w + sum[3]);
        }
    }
}

DEVICE u32 four_levels(const float* x) {
    return to_byte(x[0]) | to_byte(x[1]) << 8 | to_byte(x[2]) << 16 | to_byte(x[3]) << 24;
}

// Rounds surface[SURFACE], and its sum with profiles[PROFILE], the edges, to bytes. Both are overwritten.
// Returns whether they were numbers.
DEVICE bool quantize(float* surface, float* profiles, float scale, uint4& levels) {
    bool finite = true;
    UNROLL for (i32 c = 0; c < SURFACE; c++) {
        profiles[c] = surface[c] + profiles[c];
        finite = finite && profiles[c] * 0.0f == 0.0f;
        surface[c] = scale * surface[c];
    }
    levels = {four_levels(surface), four_levels(surface + 4), four_levels(profiles),
              four_levels(profiles + 4)};
    return finite;
}

// The body's features of a pixel, from [H/4,W/4,4,FEATURES/4,4], and its albedo.
DEVICE uint4 load_features(Global<const u32> features, Global<const u32> albedo, i32 x, i32 y, i32 width) {
    const i32 patches = (width + PATCH - 1) / PATCH, patch = y / PATCH * patches + x / PATCH;
    const i32 at = (patch * PATCH + y % PATCH) * FEATURES + x % PATCH;
    return {features[at], features[at + PATCH], features[at + 2 * PATCH], albedo[y * width + x]};
}

// A packed pixel of the colours; `finite` becomes false if they are no numbers.
DEVICE u32 pack_colour(const float* rgba, u32 albedo, i32 red_shift, bool& finite) {
    const float red = rgba[3] * byte_of(albedo, 0) + rgba[0];
    const float green = rgba[3] * byte_of(albedo, 1) + rgba[1];
    const float blue = rgba[3] * byte_of(albedo, 2) + rgba[2], sum = red + green + blue;
    finite = finite && sum < 1e30f && sum > -1e30f;
    return to_byte(red) << red_shift | to_byte(green) << 8 | to_byte(blue) << (16 - red_shift) |
           0xFF000000u;
}

// The packed pixel at x, y as it was painted, 255 on top. A warp calls it together.
struct Painter {
    Global<const u8> material;    // [H,W]
    Global<const float2> anchor;  // [H,W], tiles
    Global<const u32> features, albedo;
    SurfaceTables surfaces;
    Borders borders;
    Global<const float> numbers;  // gain[SURFACE], bias of the outputs[OUTPUTS], levels of the surface's range
    Shared<float4> mix;
    Shared<u32> weights;
    Shared<float> units, tile;
    i32 height, width, red_shift;
};

DEVICE u32 paint(const Painter& p, i32 material, i32 x, i32 y, i32 lane, bool& finite) {
    const i32 at = y * p.width + x;
    float surface[SURFACE], profiles[PROFILE], gain[SURFACE], rgba[OUTPUTS];
    UNROLL for (i32 c = 0; c < SURFACE; c++) gain[c] = p.numbers[c];
    sample_surface(p.surfaces, material, p.anchor[at], gain, p.mix + material * MIX_ROWS, surface);
    add_profiles(p.borders, material, at, p.height * p.width, profiles);
    uint4 levels;
    finite = quantize(surface, profiles, p.numbers[SURFACE + OUTPUTS], levels);
    const uint4 first = load_features(p.features, p.albedo, x, y, p.width);
    colour_layers(p.weights, p.units, p.numbers + SURFACE, first, levels, p.tile, lane, rgba);
    return pack_colour(rgba, first.w, p.red_shift, finite);
}

// Of the arrays, `hidden`, `units` and `numbers` are the theme's, `keep` u8 [256] is 0 for materials whose
// history is not used, and `bad` u32 [1] gets the number of pixels that were not finite. picture: the next
// history; graded: without the HUD, for the guard, or null; shown: with the HUD, or null.
KERNEL(256, 3) head(
    Global<const u8> material, Global<const float2> anchor, Global<const u32> features,
    Global<const u8> edge_nearness, Global<const u8> neighbour, Global<const u32> albedo,
    Global<const u32> surface_id, Global<const float2> offsets, Global<const uint2> texels,
    Global<const uint4> noises, Global<const float4> places, Global<const float4> mix,
    Global<const float4> edge_self, Global<const float4> edge_other, Global<const u32> hidden,
    Global<const float> units, Global<const float> numbers, Global<const u32> previous,
    Global<const u32> previous_id, Global<const u32> motion, Global<const u8> keep, Global<const u32> plain,
    Global<const u32> grade_table, Global<const u32> scales, Global<const u8> detail, Global<const i16> overlay,
    Global<const u32> hud, Global<u32> picture, Global<u32> graded, Global<u32> shown, Global<u32> bad,
    i32 materials, i32 texture_size, i32 noise_size, i32 height, i32 width, i32 red_shift) {
    const i32 lane = threadIdx.x & 31, warp = threadIdx.x >> 5, mix_size = materials * MIX_ROWS;
    const Shared<float> tiles = shared_memory<float>(0, HEAD_WARPS * TILE);
    const Shared<u32> shared_weights = shared_memory<u32>(4 * HEAD_WARPS * TILE, WEIGHTS);
    const Shared<float> shared_units = shared_memory<float>(4 * (HEAD_WARPS * TILE + WEIGHTS), HIDDEN * 8);
    const u32 mix_at = 4 * (HEAD_WARPS * TILE + WEIGHTS + HIDDEN * 8);
    const Shared<float4> shared_mix = shared_memory<float4>(mix_at, mix_size);
    ROLLED for (i32 i = threadIdx.x; i < mix_size; i += 32 * HEAD_WARPS) cp16(shared_mix + i, mix + i);
    for (i32 i = 4 * threadIdx.x; i < WEIGHTS; i += 128 * HEAD_WARPS) cp16(shared_weights + i, hidden + i);
    for (i32 i = 4 * threadIdx.x; i < HIDDEN * 8; i += 128 * HEAD_WARPS) cp16(shared_units + i, units + i);
    cp_commit();
    const Painter painter = {
        material, anchor, features, albedo,
        {texels, noises, places, offsets, texture_size, noise_size},
        {edge_nearness, neighbour, edge_self, edge_other},
        numbers, shared_mix, shared_weights, shared_units, tiles + warp * TILE, height, width, red_shift};
    const PastFrame past = {previous, previous_id, motion};
    const Grade grading = {plain, grade_table, scales, detail, overlay};
    cp_wait<0>();
    __syncthreads();
    const i32 columns = (width + 31) / 32, rows = (height + HEAD_WARPS - 1) / HEAD_WARPS;
    u32 lost = 0;
    for (i32 number = blockIdx.x; number < columns * rows; number += gridDim.x) {
        const i32 x = number % columns * 32 + lane, y = number / columns * HEAD_WARPS + warp;
        // Lanes beyond the picture compute its last pixels again, and write nothing.
        const i32 inside_x = smaller(x, width - 1), inside_y = smaller(y, height - 1);
        const i32 at = inside_y * width + inside_x, kind = material[at];
        bool finite;
        u32 pixel = paint(painter, kind, inside_x, inside_y, lane, finite);
        if (x >= width || y >= height) continue;
        lost += finite ? 0 : 1;
        if (previous && keep[kind]) {
            const u32 history = reproject(past, surface_id[at], x, y, height, width, red_shift);
            pixel = rectify(pixel, history, red_shift);
        }
        picture[at] = pixel;
        if (graded || shown) {
            pixel = grade(grading, pixel, kind, at);
            if (graded) graded[at] = pixel;
            if (shown) shown[at] = hud ? hud_over(pixel, hud[at]) : pixel;
        }
    }
    if (lost) atomic_add(bad, 0, lost);
}
