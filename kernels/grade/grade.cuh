// Grades a styled pixel by its material, in integers: color scale, detail, overlay, share. See `__init__.py`.
#pragma once
#include "cuda/device.cuh"

// What a frame and a theme say of the grade.
struct Grade {
    Global<const u32> plain;    // [H,W], packed; null: the styled colour is shown as it is
    Global<const u32> table;    // [256 M]: the factor of each material and detail, its share from bit 16 on
    Global<const u32> scales;   // [M]: three color scales of 10 bits each; null: nothing is scaled
    Global<const u8> detail;    // [H,W]; null: what 128 says holds everywhere
    Global<const i16> overlay;  // [H,W,6]: three factors and three offsets; null: there is none
};

DEVICE i32 times_256th(i32 level, i32 factor) { return (level * factor + 128) >> 8; }

// One channel of a pixel: its level graded, and mixed with the plain one.
DEVICE i32 grade_channel(i32 level, i32 under, i32 scale, i32 factor, i32 over, i32 offset, i32 share) {
    level = smaller(times_256th(level, scale), 255);
    level = smaller(times_256th(level, factor), 255);
    level = clamped(times_256th(level, over) + offset, 0, 255);
    return under + times_256th(level - under, share);
}

// The graded pixel number `at`, packed, with 255 on top.
DEVICE u32 grade(const Grade& g, u32 pixel, i32 material, i32 at) {
    if (!g.plain) return pixel;
    const u32 plain = g.plain[at], scale = g.scales ? g.scales[material] : 256u | 256u << 10 | 256u << 20;
    const u32 entry = g.table[material * 256 + (g.detail ? g.detail[at] : 128)];
    i32 over[6] = {256, 256, 256, 0, 0, 0};
    if (g.overlay) {
        UNROLL for (i32 i = 0; i < 3; i++) {
            const u32 two = load_as<u32>(g.overlay, 6 * at + 2 * i);
            over[2 * i] = (i16)(two & 0xFFFFu);
            over[2 * i + 1] = (i16)(two >> 16);
        }
    }
    u32 made = 0xFF000000u;
    UNROLL for (i32 c = 0; c < 3; c++) {
        const i32 level = pixel >> 8 * c & 255u, under = plain >> 8 * c & 255u;
        const i32 scaled = scale >> 10 * c & 1023u, factor = entry & 0xFFFFu, share = entry >> 16;
        const i32 found = grade_channel(level, under, scaled, factor, over[c], over[c + 3], share);
        made |= (u32)found << 8 * c;
    }
    return made;
}
