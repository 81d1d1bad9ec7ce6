// `dissolve` on a GPU, and what follows it at a single pixel: the grade, and the HUD. The numbers are those
// of `dissolve_cpu`, `grade_cpu` and `compose_hud`.
#pragma once
#include "grade/grade.cuh"
#include "hud_ground/hud.cuh"
#include "reproject/reproject.cuh"

// The mixture of a new and an old pixel, `share` of 256 of the old one; the fourth byte is that of the new
// one.
DEVICE u32 mixture(u32 now, u32 old, u32 share) {
    u32 made = now & 0xFF000000u;
    UNROLL for (i32 shift = 0; shift < 24; shift += 8) {
        const u32 sum = (now >> shift & 255u) * (256u - share) + (old >> shift & 255u) * share;
        made |= (sum + 128u) >> 8 << shift;
    }
    return made;
}

// picture: of the new theme, steadied; left, left_id: of the theme before, a frame ago; share u32 [W]: how
// much of it shows. carried, carried_id: the same in this frame, for the next one; mixed: what is shown
// before the grade; graded, shown: as of `head`, or null.
KERNEL(256, 4) dissolve(Global<const u32> picture, Global<const u32> surface_id, Global<const u32> motion,
                        Global<const u32> left, Global<const u32> left_id, Global<const u32> share,
                        Global<const u32> plain, Global<const u32> grade_table, Global<const u32> scales,
                        Global<const u8> detail, Global<const i16> overlay, Global<const u32> hud,
                        Global<u32> carried, Global<u32> carried_id, Global<u32> mixed, Global<u32> graded,
                        Global<u32> shown, i32 height, i32 width) {
    const i32 p = blockIdx.x * 256 + threadIdx.x;
    if (p >= height * width) return;
    const u32 id = surface_id[p];
    const u32 old = reproject({left, left_id, motion}, id, p % width, p / width, height, width, 0);
    u32 pixel = mixture(picture[p], old, old >> 24 ? (u32)share[p % width] : 0u);
    carried[p] = old;
    carried_id[p] = old >> 24 ? id : (u32)UNSEEN;
    mixed[p] = pixel;
    if (!graded && !shown) return;
    pixel = grade({plain, grade_table, scales, detail, overlay}, pixel, id & 255u, p);
    if (graded) graded[p] = pixel;
    if (shown) shown[p] = hud ? hud_over(pixel, hud[p]) : pixel;
}
