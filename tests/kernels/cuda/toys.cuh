// Small kernels for the tests of the shim. Each `bad_` one does one thing that the shim must refuse.
#pragma once

KERNEL(32, 1) good(Global<const u8> in, Global<u8> out, i32 n, float scale) {
    const i32 lane = threadIdx.x;
    Shared<u8> bytes = shared_memory<u8>(0, 512);
    cp16(bytes + lane * 16, in + lane * 16);
    cp_commit();
    cp_wait<0>();
    __syncwarp();
    if (lane < n) out[lane] = (u8)round_even(scale * bytes[511 - lane]);
}
KERNEL(32, 1) product(Global<const u8> left, Global<const i8> right, Global<i32> out) {  // 16x32 by 8x32
    const i32 lane = threadIdx.x, group = lane / 4, pair = lane % 4 * 2;
    Shared<u8> tile = shared_memory<u8>(0, 512);
    cp16(tile + lane * 16, left + lane * 16);
    cp_commit();
    cp_wait<0>();
    __syncwarp();
    u32 a[4];
    i32 sums[4] = {0, 1, 2, 3};
    ldmatrix4(a, tile + lane % 16 * 32 + lane / 16 * 16);
    mma_u8s8(sums, a, load_as<u32>(right, group * 32 + pair * 2), load_as<u32>(right, group * 32 + pair * 2 + 16));
    UNROLL for (i32 i = 0; i < 4; i++) out[(group + i / 2 * 8) * 8 + pair + i % 2] = sums[i];
}
KERNEL(32, 1) lanes(Global<i32> out) {
    const i32 lane = threadIdx.x;
    out[lane] = shuffle(lane * lane, (lane + 1) % 32);
    out[32 + lane] = shuffle_xor(lane, 5);
    out[64 + lane] = (i32)ballot(lane % 3 == 0);
    out[96 + lane] = dot4_u8s8(0x01FF02FFu, 0x7F80FF01u, lane);
    out[128 + lane] = lowest_bit((u32)lane << 4);
    out[160 + lane] = highest_bit((u32)lane);
    out[192 + lane] = round_even((float)lane * 0.5f);
}
KERNEL(64, 1) texels(Texture from, Surface to, i32 height, i32 width) {
    for (i32 i = threadIdx.x; i < height * width; i += 64)
        surface_write(to, i % width, i / width, texture_read4(from, width - 1 - i % width, i / width).x + 1);
}
KERNEL(64, 1) barriers(Global<i32> out) {
    const i32 thread = threadIdx.x;
    Shared<i32> shared = shared_memory<i32>(0, 64);
    for (i32 round = 0; round < 3; round++) {
        shared[thread] = thread + round;
        __syncthreads();
        const i32 other = shared[63 - thread];
        __syncthreads();
        out[blockIdx.x * 64 + thread] = other;
    }
}
KERNEL(64, 1) bad_race(Global<i32> out) {  // a missing barrier
    Shared<i32> shared = shared_memory<i32>(0, 64);
    shared[threadIdx.x] = 1;
    out[threadIdx.x] = shared[63 - (i32)threadIdx.x];
}
KERNEL(64, 1) bad_late_write(Global<i32> out) {  // a missing barrier between reading and writing
    Shared<i32> shared = shared_memory<i32>(0, 64);
    shared[threadIdx.x] = 1;
    __syncthreads();
    out[threadIdx.x] = shared[63 - (i32)threadIdx.x];
    shared[threadIdx.x] = 2;
}
KERNEL(32, 1) bad_lanes(Global<i32> out) {  // a missing __syncwarp
    Shared<i32> shared = shared_memory<i32>(0, 32);
    shared[threadIdx.x] = 1;
    out[threadIdx.x] = shared[31 - (i32)threadIdx.x];
}
KERNEL(32, 1) bad_wait(Global<const u8> in, Global<u8> out) {  // a missing cp_wait
    Shared<u8> bytes = shared_memory<u8>(0, 512);
    cp16(bytes + (i32)threadIdx.x * 16, in + (i32)threadIdx.x * 16);
    cp_commit();
    __syncwarp();
    out[threadIdx.x] = bytes[threadIdx.x * 16];
    cp_wait<0>();
}
KERNEL(32, 1) bad_group(Global<const u8> in, Global<u8> out) {  // waits for one group too few
    Shared<u8> bytes = shared_memory<u8>(0, 1024);
    const i32 at = (i32)threadIdx.x * 16;
    cp16(bytes + at, in + at);
    cp_commit();
    cp16(bytes + (at + 512), in + at);
    cp_commit();
    cp_wait<1>();
    out[threadIdx.x] = bytes[at] + bytes[at + 512];
    cp_wait<0>();
}
KERNEL(32, 1) bad_end(Global<const u8> in) {  // leaves with an unfinished copy
    Shared<u8> bytes = shared_memory<u8>(0, 512);
    cp16(bytes + (i32)threadIdx.x * 16, in + (i32)threadIdx.x * 16);
    cp_commit();
}
KERNEL(32, 1) bad_empty(Global<i32> out) {  // reads shared memory that nobody wrote
    Shared<i32> shared = shared_memory<i32>(0, 64);
    if (threadIdx.x < 31) shared[threadIdx.x] = 1;
    out[threadIdx.x] = shared[threadIdx.x];
}
KERNEL(32, 1) bad_overrun(Global<const u8> in, Global<u8> out) { out[threadIdx.x] = in[threadIdx.x + 1]; }
KERNEL(32, 1) bad_negative(Global<const u8> in, Global<u8> out) { out[(i32)threadIdx.x - 1] = in[threadIdx.x]; }
KERNEL(32, 1) bad_part(Global<i32> out) {  // over the end of a part of shared memory, into the next
    Shared<i32> one = shared_memory<i32>(0, 32), two = shared_memory<i32>(128, 32);
    one[threadIdx.x] = two[threadIdx.x] = 1;
    __syncwarp();
    out[threadIdx.x] = one[threadIdx.x + 1];
}
KERNEL(32, 1) bad_alignment(Global<const u8> in, Global<u32> out) { out[threadIdx.x] = load_as<u32>(in, threadIdx.x * 4 + 2); }
KERNEL(32, 1) bad_copy(Global<const u8> in) {  // a copy of 16 bytes to a place that is not aligned
    Shared<u8> bytes = shared_memory<u8>(0, 1024);
    cp16(bytes + (i32)threadIdx.x * 24, in + (i32)threadIdx.x * 16);
    cp_commit();
    cp_wait<0>();
}
KERNEL(32, 1) bad_collective(Global<i32> out) {  // half of a warp is at another one
    i32 got = 0;
    if (threadIdx.x < 16) got = shuffle(1, 0);
    else __syncwarp();
    out[threadIdx.x] = got;
}
KERNEL(64, 1) bad_barrier(Global<i32> out) {  // one warp never comes
    if (threadIdx.x < 32) __syncthreads();
    out[threadIdx.x] = 1;
}
KERNEL(64, 1) bad_hang(Global<i32> out) {  // a lane waits for its block, the others for their warp
    if (threadIdx.x == 3) __syncthreads();
    __syncwarp();
    __syncthreads();
    out[threadIdx.x] = 1;
}
KERNEL(32, 1) bad_blocks(Global<i32> out) { out[threadIdx.x] = 1; }  // all blocks write the same
KERNEL(32, 1) bad_read_only(Global<i32> out) { out[threadIdx.x] = 1; }
KERNEL(32, 1) bad_null(Global<const i32> in, Global<i32> out) { out[threadIdx.x] = in[threadIdx.x]; }
KERNEL(32, 1) bad_lane(Global<i32> out) { out[threadIdx.x] = shuffle((i32)threadIdx.x, (i32)threadIdx.x + 1); }
