// Steadies a pixel by its history, within a limit. The numbers are those of `rectify_cpu`.
#pragma once
#include "cuda/device.cuh"

// One channel: the past if it is near, else two thirds of the way to it, rounded towards `now`.
DEVICE i32 toward(i32 now, i32 past) {
    const i32 way = past - now;
    i32 size = smaller(way < 0 ? -way : way, LIMIT);
    if (size > HOLD) size = size * 171 >> 8;  // 2/3, exactly up to a hundred
    return way >= 0 ? now + size : now - size;
}

// A packed pixel, steadied by a history of R | G << 8 | B << 16; itself where the history's top byte is 0.
DEVICE u32 rectify(u32 pixel, u32 past, i32 red_shift) {
    if (past >> 24 == 0) return pixel;
    const i32 blue_shift = 16 - red_shift;
    const i32 red = toward(pixel >> red_shift & 255u, past & 255u);
    const i32 green = toward(pixel >> 8 & 255u, past >> 8 & 255u);
    const i32 blue = toward(pixel >> blue_shift & 255u, past >> 16 & 255u);
    return (u32)red << red_shift | (u32)green << 8 | (u32)blue << blue_shift | 0xFF000000u;
}
