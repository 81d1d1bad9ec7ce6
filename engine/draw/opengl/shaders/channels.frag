#version 330 core
#extension GL_ARB_gpu_shader5 : enable
#ifndef GL_ARB_gpu_shader5
#define precise
#endif
// All channels of a pixel from its slot: the same arithmetic as `_derive` in engine/draw/slots.py.
uniform sampler2D slot_numbers;
uniform sampler2D slot_table;  // four texels a slot, 256 slots a row
layout(location = 0) out uint material;
layout(location = 1) out uint identity;
layout(location = 2) out vec2 motion;
layout(location = 3) out vec2 anchor;
layout(location = 4) out float depth;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    ivec3 bytes = ivec3(texelFetch(slot_numbers, at, 0).rgb * 255.0 + 0.5);
    int slot = bytes.r | bytes.g << 8 | bytes.b << 16;
    ivec2 row = ivec2((slot & 255) * 4, slot >> 8);
    vec4 common_values = texelFetch(slot_table, row, 0);  // material + 256 * identity, motion, depth
    vec4 surface = texelFetch(slot_table, row + ivec2(1, 0), 0);
    vec4 limits = texelFetch(slot_table, row + ivec2(2, 0), 0);
    uint both = uint(common_values.x);
    material = both & 255u;
    identity = both >> 8;
    motion = common_values.yz;
    depth = common_values.w;
    vec2 place = vec2(at) + surface.xy;
    // The scale's first 11 bits, then the rest. The first product is exact within 4096 px, so that the sum is
    // rounded once, and equals what the software canvas computes in float64.
    vec2 rest = texelFetch(slot_table, row + ivec2(3, 0), 0).xy;
    // Without `precise` a compiler may factor the two out; the last bit of an anchor then differs.
    precise vec2 scaled = place * surface.zw + place * rest;
    anchor = clamp(scaled, limits.xz, limits.yw);
}
