// What the kernels of the guard tell each other: counters of a frame, and lists of the pixels of things.
#pragma once
#include "cuda/atomics.cuh"

// Of `state`: pieces found, entries of the lists in use, the next check, things.
CONSTANT i32 PIECES = 0, USED = 1, TICKET = 2, THINGS = 3;
CONSTANT u32 NONE = 0xFFFFFFFFu;

// A pixel in a list: its number, whether a correction of the surroundings may change it, and its distance in
// thirds of a pixel, 0 for the thing itself.
DEVICE u32 entry_of(i32 p, bool lit, i32 away) { return (u32)p << 6 | (lit ? 32u : 0u) | (u32)away; }
DEVICE i32 pixel_of(u32 entry) { return entry >> 6; }
DEVICE i32 away_of(u32 entry) { return entry & 31; }
DEVICE bool is_lit(u32 entry) { return entry >> 5 & 1; }
