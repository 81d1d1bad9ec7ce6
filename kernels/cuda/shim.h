// The strict CPU back end of `device.cuh`, for tests: every CUDA thread is a fiber of one CPU thread.
//
// A fiber runs until it must wait: a warp's collective parks a lane until all 32 are there, a barrier parks a
// thread until its block is there. Who goes on next is drawn from a seed, in `shim_fibers.h`. What hardware
// lets pass is an error here, in `shim_memory.h`: a byte outside its array or its part of shared memory, a
// misaligned access, shared memory that nobody wrote, data of a cp.async before its wait, two threads at one
// byte with no barrier between, lanes at different collectives, a hang. The first error ends the launch.
// Textures and surfaces are rows of 32-bit texels, and reads outside are errors too.
#pragma once
#include <tuple>
#include <type_traits>
#include <utility>

#include "cuda/shim_memory.h"

#define DEVICE static inline
#define CONSTANT static constexpr
#define KERNEL(threads, blocks_per_sm) static void
#define UNROLL
#define UNROLL_2
#define ROLLED
#define OUTLINED static
#define LINE i32 line = __builtin_LINE()

struct alignas(8) uint2 { u32 x, y; };
struct alignas(16) uint4 { u32 x, y, z, w; };
struct alignas(8) float2 { float x, y; };
struct alignas(16) float4 { float x, y, z, w; };

namespace shim {
template <class T> struct Pointer {
    T* at;
    Range* range;
    struct Element {
        T* at;
        Range* range;
        operator std::remove_const_t<T>() const {
            note_read(range, (const u8*)at, sizeof(T), alignof(T));
            return *at;
        }
        std::remove_const_t<T> operator=(std::remove_const_t<T> value) const {
            note_write(range, (const u8*)at, sizeof(T), alignof(T));
            return *const_cast<std::remove_const_t<T>*>(at) = value;
        }
        std::remove_const_t<T> operator=(const Element& other) const { return *this = (std::remove_const_t<T>)other; }
        std::remove_const_t<T> operator+=(std::remove_const_t<T> value) const { return *this = *this + value; }
    };
    Element operator[](i32 i) const { return {at + i, range}; }
    explicit operator bool() const { return at != nullptr; }
};
}  // namespace shim

template <class T> struct Global : shim::Pointer<T> {
    Global operator+(i32 n) const { return {{this->at + n, this->range}}; }
};
template <class T> struct Shared : shim::Pointer<T> {
    Shared operator+(i32 n) const { return {{this->at + n, this->range}}; }
};
template <class T> DEVICE Shared<T> shared_memory(u32 byte_offset, u32 count) {
    return {{(T*)(shim::shared_base + byte_offset), shim::part(byte_offset, count * sizeof(T))}};
}
template <class V, class P> DEVICE V load_as(P p, i32 i) {
    shim::note_read(p.range, (const u8*)(p.at + i), sizeof(V), sizeof(V));
    V v;
    memcpy(&v, p.at + i, sizeof v);
    return v;
}
template <class V, class P> DEVICE void store_as(P p, i32 i, V v) {
    shim::note_write(p.range, (const u8*)(p.at + i), sizeof(V), sizeof(V));
    memcpy((void*)(p.at + i), &v, sizeof v);
}

namespace shim {
template <class T, class S> static void copy_later(Shared<T> to, Global<const S> from, u32 bytes) {
    note_read(from.range, (const u8*)from.at, bytes, bytes, "cp.async reads");
    note_write(to.range, (const u8*)to.at, bytes, bytes, PENDING, "cp.async writes");
    fibers[current].open.push_back({(u8*)to.at, (const u8*)from.at, bytes, (size_t)((u8*)to.at - shared_base)});
}
}  // namespace shim
template <class T, class S> DEVICE void cp16(Shared<T> to, Global<const S> from) { shim::copy_later(to, from, 16); }
template <class T, class S> DEVICE void cp4(Shared<T> to, Global<const S> from) { shim::copy_later(to, from, 4); }
DEVICE void cp_commit() {
    auto& fiber = shim::fibers[shim::current];
    fiber.groups.push_back(std::move(fiber.open));
    fiber.open.clear();
}
template <int LATER = 0> DEVICE void cp_wait() { shim::finish_copies(LATER); }

DEVICE void __syncthreads(LINE) { shim::barrier(line); }
DEVICE void __syncwarp(LINE) {
    shim::collective("__syncwarp", line, nullptr, nullptr, [](shim::Warp& warp) { warp.passed++; });
}
template <class T> DEVICE void ldmatrix4(u32 (&r)[4], Shared<T> row, LINE) {
    shim::note_read(row.range, (const u8*)row.at, 16, 16, "ldmatrix reads");
    shim::collective("ldmatrix", line, row.at, r, [](shim::Warp& warp) {
        for (u32 lane = 0; lane < 32; lane++)
            for (u32 m = 0; m < 4; m++)
                memcpy((u32*)warp.slots[lane].out + m, (const u32*)warp.slots[m * 8 + lane / 4].in + lane % 4, 4);
    });
}
DEVICE void mma_u8s8(i32 (&sums)[4], const u32 (&a)[4], u32 b0, u32 b1, LINE) {
    const u32 words[6] = {a[0], a[1], a[2], a[3], b0, b1};
    shim::collective("mma", line, words, sums, [](shim::Warp& warp) {
        i16 left[16][32], right[8][32];
        for (u32 lane = 0; lane < 32; lane++) {
            const u32 *w = (const u32*)warp.slots[lane].in, g = lane / 4, t = lane % 4;
            for (u32 i = 0; i < 4; i++)
                for (u32 k = 0; k < 4; k++) left[g + 8 * (i % 2)][4 * t + 16 * (i / 2) + k] = (u8)(w[i] >> 8 * k);
            for (u32 i = 0; i < 2; i++)
                for (u32 k = 0; k < 4; k++) right[g][4 * t + 16 * i + k] = (i8)(w[4 + i] >> 8 * k);
        }
        for (u32 row = 0; row < 16; row++)
            for (u32 column = 0; column < 8; column++) {
                i32 sum = 0;
                for (u32 k = 0; k < 32; k++) sum += left[row][k] * right[column][k];
                u32 lane = row % 8 * 4 + column / 2;
                ((i32*)warp.slots[lane].out)[row / 8 * 2 + column % 2] += sum;
            }
    });
}
namespace shim {
template <class T> static T exchange(T value, u32 from, const char* name, i32 line) {
    struct Sent { T value; u32 from; } sent = {value, from};
    T got;
    if (from > 31) fail("%s, line %d: there is no lane %u", name, line, from);
    collective(name, line, &sent, &got, [](Warp& warp) {
        for (u32 lane = 0; lane < 32; lane++) {
            const Sent& wanted = *(const Sent*)warp.slots[lane].in;
            *(T*)warp.slots[lane].out = ((const Sent*)warp.slots[wanted.from].in)->value;
        }
    });
    return got;
}
}  // namespace shim
template <class T> DEVICE T shuffle(T value, i32 lane, LINE) { return shim::exchange(value, lane, "shuffle", line); }
template <class T> DEVICE T shuffle_xor(T value, i32 mask, LINE) {
    return shim::exchange(value, (shim::current & 31) ^ mask, "shuffle_xor", line);
}
DEVICE u32 ballot(bool yes, LINE) {
    u32 got;
    shim::collective("ballot", line, &yes, &got, [](shim::Warp& warp) {
        u32 bits = 0;
        for (u32 lane = 0; lane < 32; lane++) bits |= (u32) * (const bool*)warp.slots[lane].in << lane;
        for (auto& slot : warp.slots) *(u32*)slot.out = bits;
    });
    return got;
}

DEVICE i32 lowest_bit(u32 x) { return x ? __builtin_ctz(x) : -1; }
DEVICE i32 highest_bit(u32 x) { return x ? 31 - __builtin_clz(x) : -1; }
DEVICE i32 count_bits(u32 x) { return __builtin_popcount(x); }
DEVICE i32 dot4_u8s8(u32 a, u32 b, i32 sum) {
    for (u32 k = 0; k < 32; k += 8) sum += (u8)(a >> k) * (i8)(b >> k);
    return sum;
}
DEVICE i32 round_even(float x) {  // saturates, and makes 0 of NaN, as the GPU does
    if (x != x) return 0;
    if (x >= 2147483648.0f) return 2147483647;
    return x <= -2147483648.0f ? -2147483647 - 1 : (i32)std::nearbyintf(x);
}
DEVICE float fused(float a, float b, float c) { return std::fmaf(a, b, c); }
DEVICE float square_root(float x) { return std::sqrt(x); }
DEVICE float floor_of(float x) { return std::floor(x); }
DEVICE float divide(float a, float b) { return a / b; }

// Rows of texels; element: bytes of a component, those of floats from 16 on.
struct Texture { u8* at; shim::Range* range; i32 width, height, components, element; };
struct Surface { Texture texture; };
DEVICE i32 texel(const Texture& t, i32 x, i32 y) {
    if (!t.range) shim::fail("a texture that is null is used");
    if ((u32)x >= (u32)t.width || (u32)y >= (u32)t.height)
        shim::fail("texel (%d, %d) is outside of %d x %d", x, y, t.width, t.height);
    return (y * t.width + x) * t.components * (t.element & 15);
}
DEVICE uint4 texture_read4(Texture t, i32 x, i32 y) {
    const i32 first = texel(t, x, y);
    u32 found[4] = {0, 0, 0, 0};
    if (t.element > 4) shim::fail("a texture of floats is read as integers");
    for (i32 c = 0; c < t.components; c++) {
        const u8* at = t.at + first + c * t.element;
        shim::note_read(t.range, at, t.element, t.element);
        memcpy(&found[c], at, t.element);
    }
    return {found[0], found[1], found[2], found[3]};
}
DEVICE float4 texture_floats(Texture t, i32 x, i32 y) {
    const i32 first = texel(t, x, y), size = t.element & 15;
    float found[4] = {0, 0, 0, 1};
    if (t.element < 16) shim::fail("a texture of integers is read as floats");
    for (i32 c = 0; c < t.components; c++) {
        const u8* at = t.at + first + c * size;
        shim::note_read(t.range, at, size, size);
        _Float16 half;
        if (size == 2) memcpy(&half, at, 2), found[c] = half;
        else memcpy(&found[c], at, 4);
    }
    return {found[0], found[1], found[2], found[3]};
}
DEVICE void surface_write(Surface surface, i32 x, i32 y, u32 value) {
    const Texture& t = surface.texture;
    u8* at = t.at + texel(t, x, y);
    if (t.components * (t.element & 15) != 4) shim::fail("a surface must have 4 bytes a texel");
    shim::note_write(t.range, at, 4, 4);
    memcpy(at, &value, 4);
}

namespace shim {
struct Argument {  // as `shim.py` lays it out; what a kernel argument is made of
    void* value;   // a number: its bytes; an array: its elements
    u64 bytes;
    i32 kind;  // 0: a number, 1: an array that is read, 2: one that is written, 3: absent
    i32 width, height, components, element;  // of textures
};
static std::vector<Cells> cells_of;
template <class P> struct Make {
    static P from(const Argument& a, u32) { P p; memcpy(&p, a.value, sizeof p); return p; }
};
template <class T> struct Make<Global<T>> {
    static Global<T> from(const Argument& a, u32 i) {
        return {{a.kind == 3 ? nullptr : (T*)a.value, a.kind == 3 ? nullptr : &ranges[i]}};
    }
};
template <> struct Make<Texture> {
    static Texture from(const Argument& a, u32 i) {
        return {(u8*)a.value, a.kind == 3 ? nullptr : &ranges[i], a.width, a.height, a.components, a.element};
    }
};
template <> struct Make<Surface> {
    static Surface from(const Argument& a, u32 i) { return {Make<Texture>::from(a, i)}; }
};
static const Argument* given;
template <class... P, size_t... I>
static void call_with(void (*kernel)(P...), std::index_sequence<I...>) { kernel(Make<P>::from(given[I], I)...); }
template <class... P> static void call(void (*kernel)(P...)) { call_with(kernel, std::index_sequence_for<P...>{}); }
template <class... P> static constexpr u32 count(void (*)(P...)) { return sizeof...(P); }
template <class P> struct Size { static constexpr i32 of = std::is_arithmetic<P>::value ? (i32)sizeof(P) : -1; };
template <class T> struct Size<Global<const T>> { static constexpr i32 of = 0; };
template <> struct Size<Texture> { static constexpr i32 of = -2; };
template <> struct Size<Surface> { static constexpr i32 of = -3; };
template <class... P> static void sizes(void (*)(P...), i32* out) {  // of numbers, or see `shim.parameters`
    u32 i = 0;
    ((out[i++] = Size<P>::of), ...);
}

// Runs all blocks, in an order drawn from the seed; null, or what went wrong.
static const char* launch(void (*kernel)(), const Argument* arguments, u32 n, const u32* grid, const u32* block,
                          u32 shared_bytes, u64 seed) {
    given = arguments;
    call_kernel = kernel;
    random_state = seed;
    message[0] = 0;
    gridDim = {grid[0], grid[1], grid[2]};
    blockDim = {block[0], block[1], block[2]};
    u32 threads = block[0] * block[1] * block[2];
    if (!threads || threads % 32 || threads > 1024) return "a block must have whole warps, and at most 1024 threads";
    ranges.assign(n, Range{});
    cells_of.assign(n, Cells{});
    for (u32 i = 0; i < n; i++) {
        const Argument& a = arguments[i];
        if (a.kind == 2) cells_of[i].reset(a.bytes);
        if (a.kind == 1 || a.kind == 2)
            ranges[i] = {(u8*)a.value, a.bytes, a.kind == 2, (i32)i, a.kind == 2 ? &cells_of[i] : nullptr, 0};
    }
    fibers.resize(threads);
    warps.resize(threads / 32);
    for (auto& fiber : fibers) fiber.stack = (u8*)aligned_alloc(64, STACK);
    shared_store.resize(shared_bytes + 128);
    shared_base = shared_store.data() + (128 - (uintptr_t)shared_store.data() % 128) % 128;
    shared_size = shared_bytes;
    u32 blocks = grid[0] * grid[1] * grid[2];
    std::vector<u32> order(blocks);
    for (u32 i = 0; i < blocks; i++) order[i] = i;
    for (u32 i = blocks; i > 1; i--) std::swap(order[i - 1], order[draw(i)]);
    bool well = true;
    for (u32 i = 0; well && i < blocks; i++) {
        block_number = order[i];
        blockIdx = {order[i] % grid[0], order[i] / grid[0] % grid[1], order[i] / grid[0] / grid[1]};
        poison();
        well = run_block();
    }
    for (auto& fiber : fibers) free(fiber.stack);
    for (auto& p : parts) delete p.range;
    fibers.clear();
    parts.clear();
    return well ? nullptr : message;
}
}  // namespace shim

// What `shim.py` adds for each kernel at the end of the source.
#define SHIM_ENTRY(name)                                                                                        \
    extern "C" unsigned int shim_count_##name() { return shim::count(name); }                                   \
    extern "C" void shim_sizes_##name(int* out) { shim::sizes(name, out); }                                     \
    extern "C" const char* shim_##name(const shim::Argument* arguments, const unsigned int* grid,               \
                                       const unsigned int* block, unsigned int shared_bytes,                    \
                                       unsigned long long seed) {                                               \
        return shim::launch([] { shim::call(name); }, arguments, shim::count(name), grid, block, shared_bytes,  \
                            seed);                                                                              \
    }
