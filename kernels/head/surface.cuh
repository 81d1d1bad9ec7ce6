// The surface of one pixel: sixteen noises and the learned texture of its material, sampled at its anchor.
//
// The arithmetic is that of `head_cpu`, operation by operation, and so are the bytes that it gives. A texture
// unit of the GPU would interpolate with 8 bits, and other bytes would come out: texels are read from global
// memory.
#pragma once
#include "cuda/device.cuh"

// What surfaces are sampled from. See `HeadTables` in `cpu.py`.
struct SurfaceTables {
    Global<const uint2> texels;    // [M,T,T], eight bytes each
    Global<const uint4> noises;    // [N,N], sixteen bytes each
    Global<const float4> places;   // [M]: noise texels a tile in x and in y, texture texels a tile, warp
    Global<const float2> offsets;  // [M], tiles
    i32 texture_size;              // T, a power of two
    i32 noise_size;                // N, a power of two
};

// The four texels around a place, by their numbers, and what each counts.
struct Corners {
    i32 at[4];
    float weight[4];
    bool whole;  // the place is that of the first texel, exactly: the others count nothing
};

DEVICE Corners locate(float u, float v, i32 size) {
    const float left = floor_of(u), top = floor_of(v), fx = u - left, fy = v - top, both = fx * fy;
    const i32 x = (i32)left & (size - 1), y = ((i32)top & (size - 1)) * size;
    const i32 right = (x + 1) & (size - 1), below = (y + size) & (size * size - 1);
    return {{y + x, y + right, below + x, below + right},
            {1.0f - fx - (fy - both), fx - both, fy - both, both},
            fx == 0.0f && fy == 0.0f};
}

// Byte `number` of a word, the lowest first, as a float.
DEVICE float byte_of(u32 word, i32 number) { return (float)(word >> (8 * number) & 255u); }

// The bytes of a word as four values; `weight` times four values; and `weight` times the bytes of a word
// added.
DEVICE void take_bytes(u32 word, float* out) {
    UNROLL for (i32 i = 0; i < 4; i++) out[i] = byte_of(word, i);
}
DEVICE void scale_four(float weight, float* out) {
    UNROLL for (i32 i = 0; i < 4; i++) out[i] = weight * out[i];
}
DEVICE void add_bytes(float weight, u32 word, float* out) {
    UNROLL for (i32 i = 0; i < 4; i++) out[i] = weight * byte_of(word, i) + out[i];
}

// The noises at a place, 0..255, into out[NOISES].
DEVICE void read_noise(Global<const uint4> noises, const Corners& c, float* out) {
    const uint4 first = noises[c.at[0]];
    take_bytes(first.x, out);
    take_bytes(first.y, out + 4);
    take_bytes(first.z, out + 8);
    take_bytes(first.w, out + 12);
    if (c.whole) return;  // most warps take it: world tiles at their native size, scrolled by whole pixels
    UNROLL for (i32 four = 0; four < NOISES; four += 4) scale_four(c.weight[0], out + four);
    UNROLL for (i32 i = 1; i < 4; i++) {
        const uint4 texel = noises[c.at[i]];
        add_bytes(c.weight[i], texel.x, out);
        add_bytes(c.weight[i], texel.y, out + 4);
        add_bytes(c.weight[i], texel.z, out + 8);
        add_bytes(c.weight[i], texel.w, out + 12);
    }
}

// The texture at a place, 0..255, into out[SURFACE].
DEVICE void read_texture(Global<const uint2> texels, const Corners& c, float* out) {
    const uint2 first = texels[c.at[0]];
    take_bytes(first.x, out);
    take_bytes(first.y, out + 4);
    if (c.whole) return;
    UNROLL for (i32 four = 0; four < SURFACE; four += 4) scale_four(c.weight[0], out + four);
    UNROLL for (i32 i = 1; i < 4; i++) {
        const uint2 texel = texels[c.at[i]];
        add_bytes(c.weight[i], texel.x, out);
        add_bytes(c.weight[i], texel.y, out + 4);
    }
}

// gain * texture + mix . noise + bias of one pixel, in levels, into out[SURFACE].
// gain: [SURFACE]; mix: the rows of its material, [NOISES + 1,SURFACE], the bias last.
DEVICE void sample_surface(const SurfaceTables& t, i32 material, float2 anchor, const float* gain,
                           Shared<float4> mix, float* out) {
    const float4 place = t.places[material];
    const float2 offset = t.offsets[material];
    float noise[NOISES];
    const float u = anchor.x * place.x - (0.5f + offset.x * place.x);
    const float v = anchor.y * place.y - (0.5f + offset.y * place.y);
    read_noise(t.noises, locate(u, v, t.noise_size), noise);

    // The last two noises displace the texture, by up to 127.5 `warp` either way.
    const float scale = place.z, warp = place.w, centre = warp * 127.5f;
    const float back_x = 0.5f + offset.x * scale + centre, back_y = 0.5f + offset.y * scale + centre;
    const float x = anchor.x * scale - back_x + warp * noise[NOISES - 2];
    const float y = anchor.y * scale - back_y + warp * noise[NOISES - 1];
    const i32 texels = t.texture_size * t.texture_size;
    read_texture(t.texels + material * texels, locate(x, y, t.texture_size), out);

    const float4 low_bias = mix[2 * NOISES], high_bias = mix[2 * NOISES + 1];
    const float bias[SURFACE] = {low_bias.x,  low_bias.y,  low_bias.z,  low_bias.w,
                                 high_bias.x, high_bias.y, high_bias.z, high_bias.w};
    UNROLL for (i32 c = 0; c < SURFACE; c++) out[c] = gain[c] * out[c] + bias[c];
    UNROLL for (i32 i = 0; i < NOISES; i++) {
        const float4 low = mix[2 * i], high = mix[2 * i + 1];
        const float weight[SURFACE] = {low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w};
        UNROLL for (i32 c = 0; c < SURFACE; c++) out[c] = noise[i] * weight[c] + out[c];
    }
}
