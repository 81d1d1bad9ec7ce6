// Steps of float arithmetic for which a GPU has an instruction.
#pragma once
#include "cuda/device.cuh"

// A value of 0..255, rounded and cut. What is no number gives 0.
DEVICE u32 to_byte(float x) {
#ifdef __CUDACC__
    u32 byte;
    asm("cvt.rzi.u8.f32 %0, %1;" : "=r"(byte) : "f"(x + 0.5f));  // cuts, as all conversions to integers do
    return byte;
#else
    const float positive = x > 0.0f ? x : 0.0f;
    return (u32)((positive < 255.0f ? positive : 255.0f) + 0.5f);
#endif
}

// max(x, 0). What is no number stays so.
DEVICE float relu(float x) {
#ifdef __CUDACC__
    float y;
    asm("max.NaN.f32 %0, %1, 0f00000000;" : "=f"(y) : "f"(x));
    return y;
#else
    return x < 0.0f ? 0.0f : x;
#endif
}
