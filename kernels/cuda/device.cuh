// What the CUDA kernels are written with. One source has two back ends:
//   NVRTC compiles it for a GPU; the functions below are then inline PTX or intrinsics.
//   g++ compiles it for the CPU; `shim.h` then gives the same names as strict C++, for tests.
//
// A kernel:     KERNEL(threads, blocks_per_sm) name(Global<const u8> in, Global<u8> out, i32 width) { ... }
// Its memory:   Global<T> is a pointer argument, Shared<T> a part of shared memory:
//               Shared<u8> tile = shared_memory<u8>(byte_offset, count);
//               p[i] reads, p[i] = v writes, p + n moves; load_as<u32>(p, i) reads one u32 that begins at
//               element i, store_as(p, i, value) writes one. Both must be aligned. A Global<const T> must not
//               be written by the same launch: it is read through the read-only cache.
// Copies:       cp16(shared, global) begins to copy 16 aligned bytes, cp4 copies 4; cp_commit() closes a
//               group; cp_wait<N>() waits for all but the N last groups of this thread. Other threads see the
//               data after the next barrier.
// A warp:       all 32 lanes call these together, at the same line: __syncwarp, shuffle, shuffle_xor,
//               ballot, ldmatrix4, mma_u8s8.
// A block:      __syncthreads. No thread may leave a kernel while others still wait.
// Textures:     Texture (texture_read4, texture_floats: by whole coordinates inside the picture) and Surface
//               (surface_write, 32 bits a texel).
//
// Compile both with fused multiply-adds off (`compile.py`, `shim.py` do), so that float arithmetic is the same.
#pragma once

using u8 = unsigned char;
using i8 = signed char;
using u16 = unsigned short;
using i16 = short;
using u32 = unsigned int;
using i32 = int;
using u64 = unsigned long long;

#ifndef __CUDACC__
#include "cuda/shim.h"
#else

#define DEVICE static __device__ __forceinline__
#define CONSTANT static __device__ constexpr
#define KERNEL(threads, blocks_per_sm) extern "C" __global__ void __launch_bounds__(threads, blocks_per_sm)
#define UNROLL _Pragma("unroll")
#define UNROLL_2 _Pragma("unroll 2")
#define ROLLED _Pragma("unroll 1")
#define OUTLINED static __device__ __noinline__

extern __shared__ __align__(128) u8 shared_bytes[];

template <class T> struct Global {
    T* at;
    __device__ __forceinline__ T& operator[](i32 i) const { return at[i]; }
    __device__ __forceinline__ Global operator+(i32 n) const { return {at + n}; }
    __device__ __forceinline__ explicit operator bool() const { return at != nullptr; }
};
template <class T> struct Global<const T> {
    const T* at;
    __device__ __forceinline__ T operator[](i32 i) const { return __ldg(at + i); }
    __device__ __forceinline__ Global operator+(i32 n) const { return {at + n}; }
    __device__ __forceinline__ explicit operator bool() const { return at != nullptr; }
};
template <class T> struct Shared {
    T* at;
    __device__ __forceinline__ T& operator[](i32 i) const { return at[i]; }
    __device__ __forceinline__ Shared operator+(i32 n) const { return {at + n}; }
};
template <class T> DEVICE Shared<T> shared_memory(u32 byte_offset, u32 /*count*/) {
    return {reinterpret_cast<T*>(shared_bytes + byte_offset)};
}
template <class V, class T> DEVICE V load_as(Global<const T> p, i32 i) {
    return __ldg(reinterpret_cast<const V*>(p.at + i));
}
template <class V, class T> DEVICE V load_as(Global<T> p, i32 i) { return *reinterpret_cast<V*>(p.at + i); }
template <class V, class T> DEVICE V load_as(Shared<T> p, i32 i) { return *reinterpret_cast<V*>(p.at + i); }
template <class V, class T> DEVICE void store_as(Global<T> p, i32 i, V v) { *reinterpret_cast<V*>(p.at + i) = v; }
template <class V, class T> DEVICE void store_as(Shared<T> p, i32 i, V v) { *reinterpret_cast<V*>(p.at + i) = v; }

template <class T> DEVICE u32 shared_address(Shared<T> p) { return (u32)__cvta_generic_to_shared(p.at); }

// Copies that run beside the computation (sm_80 on).
template <class T, class S> DEVICE void cp16(Shared<T> to, Global<const S> from) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(shared_address(to)), "l"(from.at) : "memory");
}
template <class T, class S> DEVICE void cp4(Shared<T> to, Global<const S> from) {
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4;" ::"r"(shared_address(to)), "l"(from.at) : "memory");
}
DEVICE void cp_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
template <int LATER = 0> DEVICE void cp_wait() { asm volatile("cp.async.wait_group %0;" ::"n"(LATER) : "memory"); }

// Four 8x8 matrices of 16 bits: lane l gives row l % 8 (16 aligned bytes) of matrix l / 8. In register m of
// lane l: the word l % 4 of row l / 4 of matrix m.
template <class T> DEVICE void ldmatrix4(u32 (&r)[4], Shared<T> row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(shared_address(row))
                 : "memory");
}
// sums += a b: a is 16x32 of u8, b 32x8 of i8, sums 16x8 of i32. Lane l, with g = l / 4 and t = l % 4, holds
// a[g + 8 (i % 2)][4t + 16 (i / 2) ..] in a[i], b[4t + 16 i ..][g] in b_i, and sums[g + 8 (i / 2)][2t + i % 2].
DEVICE void mma_u8s8(i32 (&sums)[4], const u32 (&a)[4], u32 b0, u32 b1) {
    asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.u8.s8.s32 {%0,%1,%2,%3},{%4,%5,%6,%7},{%8,%9},{%0,%1,%2,%3};"
                 : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}
template <class T> DEVICE T shuffle(T value, i32 lane) { return __shfl_sync(~0u, value, lane); }
template <class T> DEVICE T shuffle_xor(T value, i32 mask) { return __shfl_xor_sync(~0u, value, mask); }
DEVICE u32 ballot(bool yes) { return __ballot_sync(~0u, yes); }

// Integers and floats.
DEVICE i32 lowest_bit(u32 x) { return __ffs(x) - 1; }        // -1 of 0
DEVICE i32 highest_bit(u32 x) { return 31 - __clz(x); }      // -1 of 0
DEVICE i32 count_bits(u32 x) { return __popc(x); }
DEVICE i32 dot4_u8s8(u32 a, u32 b, i32 sum) {                // sum + the products of four u8 with four i8
    i32 d;
    asm("dp4a.u32.s32 %0, %1, %2, %3;" : "=r"(d) : "r"(a), "r"(b), "r"(sum));
    return d;
}
DEVICE i32 round_even(float x) { return __float2int_rn(x); }  // to the nearest, ties to even
DEVICE float fused(float a, float b, float c) { return __fmaf_rn(a, b, c); }
DEVICE float square_root(float x) { return __fsqrt_rn(x); }
DEVICE float floor_of(float x) { return floorf(x); }
DEVICE float divide(float a, float b) { return __fdiv_rn(a, b); }

struct Texture { u64 handle; };  // a cudaTextureObject_t, point sampled, its integers not normalised
struct Surface { u64 handle; };  // a cudaSurfaceObject_t of 4 bytes a texel
DEVICE uint4 texture_read4(Texture texture, i32 x, i32 y) {  // of integers; components that it lacks are 0
    uint4 t;
    asm("tex.2d.v4.u32.s32 {%0,%1,%2,%3}, [%4, {%5,%6}];"
        : "=r"(t.x), "=r"(t.y), "=r"(t.z), "=r"(t.w) : "l"(texture.handle), "r"(x), "r"(y));
    return t;
}
DEVICE float4 texture_floats(Texture texture, i32 x, i32 y) {  // of float16 or float32
    float4 t;
    asm("tex.2d.v4.f32.s32 {%0,%1,%2,%3}, [%4, {%5,%6}];"
        : "=f"(t.x), "=f"(t.y), "=f"(t.z), "=f"(t.w) : "l"(texture.handle), "r"(x), "r"(y));
    return t;
}
DEVICE void surface_write(Surface surface, i32 x, i32 y, u32 texel) {
    asm volatile("sust.b.2d.b32.trap [%0, {%1,%2}], {%3};" ::"l"(surface.handle), "r"(x * 4), "r"(y), "r"(texel)
                 : "memory");
}
#endif

template <class T> DEVICE T smaller(T a, T b) { return a < b ? a : b; }
template <class T> DEVICE T larger(T a, T b) { return a > b ? a : b; }
template <class T> DEVICE T clamped(T x, T least, T most) { return smaller(larger(x, least), most); }
