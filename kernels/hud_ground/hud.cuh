// The HUD over a pixel. The numbers are those of `engine.hud_pixels`.
#pragma once
#include "cuda/device.cuh"

// A premultiplied pixel of the HUD, alpha in the top byte, over a packed pixel. Exactly the HUD's colour
// where its alpha is 255, and the pixel where the HUD's is 0.
DEVICE u32 hud_over(u32 pixel, u32 hud) {
    const u32 through = 255u - (hud >> 24);
    u32 made = 0xFF000000u;
    UNROLL for (i32 shift = 0; shift < 24; shift += 8) {
        const u32 under = ((pixel >> shift & 255u) * through + 127u) / 255u;
        made |= smaller((hud >> shift & 255u) + under, 255u) << shift;
    }
    return made;
}
