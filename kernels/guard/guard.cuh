// `guard` on a GPU: things are found (`things.cuh`), listed with their surroundings (`around.cuh`), and
// corrected here. What is computed, and in which order things see each other's corrections, is as in
// `cpu.py`.
//
// Blocks take the checks of all sweeps, thing by thing, in order. A check waits for those before it whose
// pixels it shares, and for no others. Sums of linear light are whole numbers of 2^-35, of which every light
// is a multiple: so they are exact, whatever their order. Of the ten halvings that look for the least
// correction, the results of five at a time are computed at once: a warp for each of the 31 shares that they
// may come to.
#pragma once
#include "guard/colour.cuh"
#include "guard/lists.cuh"
#include "hud_ground/hud.cuh"

CONSTANT i32 WARPS = 16, STAGE = HALVINGS / 2, SHARES = 1 << STAGE;
CONSTANT double LIGHT_UNIT = 1.0 / 34359738368.0;
// Places in `numbers`, after the 18 of `lab`; the last is the bar of the theme.
CONSTANT i32 AIM = 18, FAR = 19, DARKEST = 20, BRIGHTEST = 21, BAR = 22;

struct GuardTables {
    Global<const double> numbers;  // [23]
    Global<const float> light;     // [256]: linear light of a byte of sRGB
    Global<const u8> byte;         // [LIGHTS + 1]: and back
    Global<const double> odds;     // [256]: p / (1 - p) of the light of a byte
    Global<const float> fall;      // [3 HALO + 4]: what a correction counts at a distance
};

// A block's shared memory.
struct Room {
    Shared<double> weights, chosen;     // [WARPS,4], [16]
    Shared<u64> partial, total;         // [WARPS,6], [6]
    Shared<u32> histogram, below, words;  // [3,256], [SHARES], [WARPS + 1]
    Shared<u8> tone;                    // [3,256]
};

DEVICE i32 shift_of(i32 channel,
                    i32 red_shift) { return channel == 1 ? 8 : channel == 0 ? red_shift : 16 - red_shift; }
DEVICE u64 whole_light(float light) { return (u64)(light * 34359738368.0f); }

template <class T> DEVICE T warp_sum(T value) {
    UNROLL for (i32 mask = 16; mask > 0; mask >>= 1) value += shuffle_xor(value, mask);
    return value;
}

// Into room.total: the summed light of a thing's pixels, red, green and blue, and of those within RING.
template <class P>
DEVICE void sum_lights(const GuardTables& t, const Room& room, P picture, Global<const u32> lists, u32 begin,
                       u32 end,
                       i32 red_shift) {
    const i32 lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
    u64 sums[6] = {0, 0, 0, 0, 0, 0};
    for (u32 i = begin + threadIdx.x; i < end; i += 32 * WARPS) {
        const u32 entry = lists[i];
        if (away_of(entry) > 3 * RING) continue;
        const u32 pixel = picture[pixel_of(entry)];
        const bool body = away_of(entry) == 0;
        UNROLL for (i32 c = 0; c < 3; c++) {
            const u64 light = whole_light(t.light[pixel >> shift_of(c, red_shift) & 255u]);
            sums[c] += body ? light : 0;
            sums[3 + c] += body ? 0 : light;
        }
    }
    UNROLL for (i32 c = 0; c < 6; c++) {
        const u64 sum = warp_sum(sums[c]);
        if (lane == 0) room.partial[6 * warp + c] = sum;
    }
    __syncthreads();
    if (threadIdx.x < 6) {
        u64 sum = 0;
        for (i32 w = 0; w < WARPS; w++) sum += room.partial[6 * w + threadIdx.x];
        room.total[threadIdx.x] = sum;
    }
    __syncthreads();
}

DEVICE Triple mean_light(const Room& room, i32 from, i32 count) {
    return {(double)room.total[from] * LIGHT_UNIT / count, (double)room.total[from + 1] * LIGHT_UNIT / count,
            (double)room.total[from + 2] * LIGHT_UNIT / count};
}

DEVICE double odds_of(Global<const double> numbers, double light) {
    const double p = clamped(light, (double)numbers[DARKEST], (double)numbers[BRIGHTEST]);
    return p / (1 - p);
}
DEVICE double length_of(Triple t) { return larger(sqrt(t.x * t.x + t.y * t.y + t.z * t.z), 1e-6); }
DEVICE Triple less(Triple a, Triple b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }

// The direction in which to move a thing's colour; `done` is its contrast over its bar.
DEVICE Triple way_of(Triple body, Triple ring, Triple plain, double done) {
    const Triple now = less(body, ring);
    const double mine = done / length_of(now), its = (1 - done) / length_of(plain);
    const Triple way = {mine * now.x + its * plain.x, mine * now.y + its * plain.y,
                        mine * now.z + its * plain.z};
    const double length = length_of(way);
    return {way.x / length, way.y / length, way.z / length};
}

// One thread decides whether a thing has to be corrected, and how. Into room.chosen: by what the odds of each
// channel are multiplied at most, 0..2; the colour that its surroundings are mixed with, 3..5; their mean,
// 6..8; and the contrast to reach, 9.
DEVICE bool decide(const GuardTables& t, const Room& room, Triple plain, double bar, i32 sweep, i32 size,
                   i32 ringed) {
    const Triple body = mean_light(room, 0, size), ring = mean_light(room, 3, ringed);
    const Triple inside = lab(t.numbers, body), outside = lab(t.numbers, ring);
    const double now = ciede2000(inside, outside);
    if (!(now < bar)) return false;
    Triple way = {inside.x - outside.x + (50 - outside.x) / 5 >= 0 ? 1.0 : -1.0, 0.0, 0.0};
    if (sweep < HUED) way = way_of(inside, outside, plain, now / bar);
    const double far = t.numbers[FAR];
    const Triple moved = {inside.x + far * way.x, inside.y + far * way.y, inside.z + far * way.z};
    const Triple target = from_lab(t.numbers, moved);
    const Triple around = from_lab(t.numbers, {outside.x - far * way.x, outside.y, outside.z});
    room.chosen[0] = odds_of(t.numbers, target.x) / odds_of(t.numbers, body.x);
    room.chosen[1] = odds_of(t.numbers, target.y) / odds_of(t.numbers, body.y);
    room.chosen[2] = odds_of(t.numbers, target.z) / odds_of(t.numbers, body.z);
    room.chosen[3] = around.x;
    room.chosen[4] = around.y;
    room.chosen[5] = around.z;
    room.chosen[6] = ring.x;
    room.chosen[7] = ring.y;
    room.chosen[8] = ring.z;
    room.chosen[9] = t.numbers[AIM] * bar;
    return true;
}

// Into room.histogram: that of the thing. Into room.chosen[10..12]: by how much the mean of its surroundings
// moves.
DEVICE void look_at(const GuardTables& t, const Room& room, Global<u32> picture, Global<const u32> lists,
                    u32 begin,
                    u32 end, double most, i32 ringed, i32 red_shift) {
    const i32 lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
    for (i32 i = threadIdx.x; i < 768; i += 32 * WARPS) room.histogram[i] = 0;
    __syncthreads();
    double total = 0, sums[3] = {0, 0, 0};
    for (u32 i = begin + threadIdx.x; i < end; i += 32 * WARPS) {
        const u32 entry = lists[i];
        const i32 away = away_of(entry);
        if (away > 3 * RING) continue;
        const u32 pixel = picture[pixel_of(entry)];
        const double weight = is_lit(entry) ? most * t.fall[away] : 0;
        total += weight;
        UNROLL for (i32 c = 0; c < 3; c++) {
            const u32 level = pixel >> shift_of(c, red_shift) & 255u;
            if (away == 0) atomic_add(room.histogram, 256 * c + level, 1);
            sums[c] += weight * t.light[level];
        }
    }
    total = warp_sum(total);
    if (lane == 0) room.weights[4 * warp + 3] = total;
    UNROLL for (i32 c = 0; c < 3; c++) {
        const double sum = warp_sum(sums[c]);
        if (lane == 0) room.weights[4 * warp + c] = sum;
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        double found[4] = {0, 0, 0, 0};
        UNROLL for (i32 c = 0; c < 4; c++) {
            for (i32 w = 0; w < WARPS; w++) found[c] += room.weights[4 * w + c];
        }
        UNROLL for (i32 c = 0; c < 3; c++) {
            room.chosen[10 + c] = (found[3] * room.chosen[3 + c] - found[c]) / ringed;
        }
    }
    __syncthreads();
}

// What a level of a channel becomes whose odds are multiplied.
DEVICE u8 toned(const GuardTables& t, i32 level, double gain) {
    const double raised = t.odds[level] * gain;
    return t.byte[(i32)(raised / (1 + raised) * LIGHTS + 0.5)];
}

// Whether a share of the correction is too little. A warp computes it together; lane 0 knows.
DEVICE bool falls_short(const GuardTables& t, const Room& room, double share, i32 size, i32 lane) {
    double led[3];
    UNROLL for (i32 c = 0; c < 3; c++) {
        const double gain = pow((double)room.chosen[c], share);
        u64 sum = 0;
        for (i32 level = lane; level < 256; level += 32) {
            const u32 count = room.histogram[256 * c + level];
            if (count) sum += count * whole_light(t.light[toned(t, level, gain)]);
        }
        led[c] = (double)warp_sum(sum) * LIGHT_UNIT / size;
    }
    if (lane != 0) return false;
    const Triple beside = {room.chosen[6] + share * room.chosen[10], room.chosen[7] + share * room.chosen[11],
                           room.chosen[8] + share * room.chosen[12]};
    return ciede2000(lab(t.numbers, {led[0], led[1], led[2]}), lab(t.numbers, beside)) < room.chosen[9];
}

// The least share that suffices, in SHARES * SHARES parts.
DEVICE i32 least_share(const GuardTables& t, const Room& room, i32 size) {
    const i32 lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
    i32 low = 0, high = SHARES;
    for (i32 stage = 0; stage < 2; stage++) {
        const i32 base = stage == 0 ? 0 : SHARES * low;
        const double part = stage == 0 ? 1.0 / SHARES : 1.0 / (SHARES * SHARES);
        for (i32 step = 1 + warp; step < SHARES; step += WARPS) {
            const bool below = falls_short(t, room, (base + step) * part, size, lane);
            if (lane == 0) room.below[step] = below;
        }
        __syncthreads();
        low = 0;
        high = SHARES;
        for (i32 i = 0; i < STAGE; i++) {
            const i32 middle = (low + high) / 2;
            if (room.below[middle]) low = middle;
            else high = middle;
        }
        high += base;
        __syncthreads();
    }
    return high;
}

// A pixel of the surroundings, `share` of the way to room.chosen[3..5].
DEVICE u32 mixed(const GuardTables& t, const Room& room, u32 pixel, double share, i32 red_shift) {
    u32 made = pixel & 0xFF000000u;
    UNROLL for (i32 c = 0; c < 3; c++) {
        const double light = t.light[pixel >> shift_of(c, red_shift) & 255u];
        const i32 step = (i32)((light + share * (room.chosen[3 + c] - light)) * LIGHTS + 0.5);
        made |= (u32)t.byte[step] << shift_of(c, red_shift);
    }
    return made;
}
DEVICE u32 toned_pixel(const Room& room, u32 pixel, i32 red_shift) {
    u32 made = pixel & 0xFF000000u;
    UNROLL for (i32 c = 0; c < 3; c++) {
        const i32 shift = shift_of(c, red_shift);
        made |= (u32)room.tone[256 * c + (i32)(pixel >> shift & 255u)] << shift;
    }
    return made;
}

// Whether the boxes of two things, with HALO around each, have pixels in common.
DEVICE bool touch(Global<const u32> boxes, i32 a, i32 b) {
    return boxes[4 * a] <= boxes[4 * b + 2] + 2 * HALO && boxes[4 * b] <= boxes[4 * a + 2] + 2 * HALO &&
           boxes[4 * a + 1] <= boxes[4 * b + 3] + 2 * HALO && boxes[4 * b + 1] <= boxes[4 * a + 3] + 2 * HALO;
}

// Waits until the checks before this one that share pixels with it are done. Returns whether anything that it
// depends on has changed since its last check.
DEVICE bool wait_for_others(const Room& room, Global<const u32> boxes, Global<u32> progress,
                            Global<u32> changed,
                            i32 thing, i32 things, u32 sweep, u32 ticket) {
    bool stale = sweep == 0;
    for (i32 other = threadIdx.x; other < things; other += 32 * WARPS) {
        if (!touch(boxes, thing, other)) continue;
        const u32 wanted = other < thing ? sweep + 1 : sweep;
        while (load_acquire(progress, other) < wanted) pause();
        if (sweep > 0 && load_relaxed(changed, other) > ticket - things) stale = true;
    }
    const u32 votes = ballot(stale);
    if ((threadIdx.x & 31) == 0) room.words[threadIdx.x >> 5] = votes;
    __syncthreads();
    u32 any = 0;
    for (i32 w = 0; w < WARPS; w++) any |= room.words[w];
    __syncthreads();
    return any != 0;
}

// picture: graded, without the HUD, corrected in place; shown: what it becomes with the HUD over it, or null;
// detail u8 [H,W] or null: 0 shows the plain pixel. bars double [MOST,4]: what a thing had in the plain
// picture.
KERNEL(512, 1) guard_correct(Global<u32> picture, Global<u32> shown, Global<const u32> plain,
       Global<const u8> detail,
                             Global<const u32> hud, Global<const u32> lists, Global<const u32> begins,
                             Global<const i32> known, Global<const u32> boxes, Global<u32> progress,
                             Global<u32> changed, Global<double> bars, Global<u32> state,
                             Global<const double> numbers, Global<const float> light, Global<const u8> byte,
                             Global<const double> odds, Global<const float> fall, i32 red_shift) {
    const GuardTables t = {numbers, light, byte, odds, fall};
    const Room room = {shared_memory<double>(0, 4 * WARPS), shared_memory<double>(512, 16),
                       shared_memory<u64>(640, 6 * WARPS), shared_memory<u64>(1408, 6),
                       shared_memory<u32>(1456, 768), shared_memory<u32>(4528, SHARES),
                       shared_memory<u32>(4656, WARPS + 1), shared_memory<u8>(4728, 768)};
    const u32 things = load_relaxed(state, THINGS);
    for (;;) {
        if (threadIdx.x == 0) room.words[WARPS] = atomic_add(state, TICKET, 1);
        __syncthreads();
        const u32 ticket = room.words[WARPS];
        if (ticket >= things * SWEEPS) return;
        const i32 sweep = ticket / things, thing = ticket % things;
        const i32 size = known[2 * thing], ringed = known[2 * thing + 1];
        const u32 begin = begins[2 * thing], end = begins[2 * thing + 1];
        const bool stale = wait_for_others(room, boxes, progress, changed, thing, things, sweep, ticket);
        if (stale && ringed > 0) {
            if (sweep == 0) {
                sum_lights(t, room, plain, lists, begin, end, red_shift);
                if (threadIdx.x == 0) {
                    const Triple before = lab(numbers, mean_light(room, 0, size));
                    const Triple behind = lab(numbers, mean_light(room, 3, ringed)), way = less(before,
                    behind);
                    bars[4 * thing] = smaller((double)numbers[BAR], ciede2000(before, behind));
                    bars[4 * thing + 1] = way.x;
                    bars[4 * thing + 2] = way.y;
                    bars[4 * thing + 3] = way.z;
                }
                __syncthreads();
            }
            sum_lights(t, room, picture, lists, begin, end, red_shift);
            if (threadIdx.x == 0) {
                const Triple way = {bars[4 * thing + 1], bars[4 * thing + 2], bars[4 * thing + 3]};
                room.words[0] = decide(t, room, way, bars[4 * thing], sweep, size, ringed) ? 1 : 0;
            }
            __syncthreads();
            if (room.words[0]) {
                const double most = smaller(1.0, (double)size / ringed);
                look_at(t, room, picture, lists, begin, end, most, ringed, red_shift);
                const double share = least_share(t, room, size) * (1.0 / (SHARES * SHARES));
                for (i32 i = threadIdx.x; i < 768; i += 32 * WARPS) {
                    room.tone[i] = toned(t, i & 255, pow((double)room.chosen[i >> 8], share));
                }
                __syncthreads();
                for (u32 i = begin + threadIdx.x; i < end; i += 32 * WARPS) {
                    const u32 entry = lists[i];
                    const i32 p = pixel_of(entry), away = away_of(entry);
                    if (away > 0 && !is_lit(entry)) continue;
                    const u32 pixel = picture[p];
                    const u32 made = away == 0 ? toned_pixel(room, pixel, red_shift)
                                               : mixed(t, room, pixel, share * most * fall[away], red_shift);
                    picture[p] = made;
                    if (shown) {
                        const u32 kept = detail && detail[p] == 0 ? plain[p] | 0xFF000000u : made;
                        shown[p] = hud ? hud_over(kept, hud[p]) : kept;
                    }
                }
                if (threadIdx.x == 0) store_relaxed(changed, thing, ticket + 1);
            }
        }
        __syncthreads();
        if (threadIdx.x == 0) store_release(progress, thing, sweep + 1);
    }
}
