// A float16 as a float, and back.
#pragma once
#include "cuda/device.cuh"

// bits: in the lower 16 of the word.
DEVICE float half_to_float(u32 bits) {
#ifdef __CUDACC__
    float x;
    asm("cvt.f32.f16 %0, %1;" : "=f"(x) : "h"((u16)bits));
    return x;
#else
    const i32 exponent = bits >> 10 & 31, rest = bits & 1023;
    if (exponent == 31) return rest ? NAN : bits & 0x8000 ? -INFINITY : INFINITY;
    const float size = std::ldexp((float)(exponent ? 1024 + rest : rest), larger(exponent, 1) - 25);
    return bits & 0x8000 ? -size : size;
#endif
}

// The bits of the nearest float16.
DEVICE u32 float_to_half(float x) {
#ifdef __CUDACC__
    u16 bits;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(x));
#else
    const _Float16 half = (_Float16)x;
    u16 bits;
    memcpy(&bits, &half, 2);
#endif
    return bits;
}
