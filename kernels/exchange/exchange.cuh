// `exchange` on a GPU: a program's textures to the channels of a frame, and a picture to a texture.
//
// Textures are read through texture objects and written through a surface object, so that they may lie in memory
// as OpenGL wants it; one pass over the pixels, 19 bytes each.
#pragma once
#include "cuda/halves.cuh"

// Where a program's texture has the pixel of row y.
DEVICE i32 row_of(i32 y, i32 height, i32 bottom_up) { return bottom_up ? height - 1 - y : y; }

// Four bytes of a texel as a packed pixel, in their order.
DEVICE u32 packed_texel(uint4 t) { return t.x | t.y << 8 | t.z << 16 | t.w << 24; }

// Textures: color RGBA8, material R8, identity R16, motion RG16F, anchor RG16F or RG32F, hud RGBA8, detail R8, of
// which the channels that are null are not read. A material beyond the vocabulary becomes 0.
KERNEL(256, 4) take_frame(Texture color, Texture material, Texture identity, Texture motion, Texture anchor, Texture hud,
                          Texture detail, Global<u32> to_color, Global<u8> to_material, Global<u16> to_identity,
                          Global<u32> to_motion, Global<float2> to_anchor, Global<u32> to_hud, Global<u8> to_detail,
                          i32 materials, i32 height, i32 width, i32 bottom_up) {
    const i32 x = (i32)blockIdx.x * 32 + (i32)threadIdx.x % 32, y = (i32)blockIdx.y * 8 + (i32)threadIdx.x / 32;
    if (x >= width || y >= height) return;
    const i32 at = y * width + x, row = row_of(y, height, bottom_up);
    to_color[at] = packed_texel(texture_read4(color, x, row));
    const u32 kind = texture_read4(material, x, row).x;
    to_material[at] = kind < (u32)materials ? kind : 0;
    const float4 place = texture_floats(anchor, x, row);
    to_anchor[at] = float2{place.x, place.y};
    if (to_identity) to_identity[at] = texture_read4(identity, x, row).x;
    if (to_motion) {
        const float4 moved = texture_floats(motion, x, row);
        to_motion[at] = float_to_half(moved.x) | float_to_half(moved.y) << 16;
    }
    if (to_hud) to_hud[at] = packed_texel(texture_read4(hud, x, row));
    if (to_detail) to_detail[at] = texture_read4(detail, x, row).x;
}

// A packed picture, red at bit `red_shift`, to a texture RGBA8.
KERNEL(256, 8) give_picture(Global<const u32> picture, Surface to, i32 height, i32 width, i32 red_shift, i32 bottom_up) {
    const i32 x = (i32)blockIdx.x * 32 + (i32)threadIdx.x % 32, y = (i32)blockIdx.y * 8 + (i32)threadIdx.x / 32;
    if (x >= width || y >= height) return;
    const u32 p = picture[y * width + x];
    surface_write(to, x, row_of(y, height, bottom_up),
                  (p >> red_shift & 255) | (p & 0xFF00) | (p >> (16 - red_shift) & 255) << 16 | 0xFF000000u);
}
