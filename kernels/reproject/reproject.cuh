// Brings a pixel of the last picture to this frame: moved along the motion, dropped where something hid it.
#pragma once
#include "cuda/halves.cuh"

// Where a history comes from; all are [H,W].
struct PastFrame {
    Global<const u32> picture;     // packed pixels; null: there is no history
    Global<const u32> surface_id;  // of the last picture
    Global<const u32> motion;      // of this frame: two float16 in px, x in the low half; null: nothing moved
};

// A float16 by its bits; what is no number or infinite becomes a motion out of any picture.
DEVICE float motion_of(u32 bits) {
    const float moved = half_to_float(bits);
    return moved != moved ? 1e6f : clamped(moved, -1e6f, 1e6f);
}

// A packed pixel as R | G << 8 | B << 16.
DEVICE u32 rgb_order(u32 pixel, i32 red_shift) {
    return (pixel >> red_shift & 255u) | (pixel & 0xFF00u) | (pixel >> (16 - red_shift) & 255u) << 16;
}

// The history of pixel x, y: R | G << 8 | B << 16 | 255 << 24, or 0 where it was outside the picture or
// hidden.
DEVICE u32 reproject(const PastFrame& past, u32 surface_id, i32 x, i32 y, i32 height, i32 width,
                     i32 red_shift) {
    if (past.motion) {
        const u32 moved = past.motion[y * width + x];
        x += (i32)floor_of(0.5f - motion_of(moved & 0xFFFFu));
        y += (i32)floor_of(0.5f - motion_of(moved >> 16));
    }
    if (x < 0 || x >= width || y < 0 || y >= height) return 0;
    const i32 from = y * width + x;
    if (past.surface_id[from] != surface_id) return 0;
    return rgb_order(past.picture[from], red_shift) | 0xFF000000u;
}
