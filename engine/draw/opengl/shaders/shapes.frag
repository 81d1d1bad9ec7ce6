#version 330 core
// The colour and the slot number of each pixel of a shape. Which pixels are covered is decided by integers.
uniform isampler2D row_table;
uniform sampler2D pictures;
flat in ivec4 box;
flat in ivec4 paint;
layout(location = 0) out vec4 out_color;  // B, G, R as the frame has them; alpha for blending
layout(location = 1) out vec4 out_slot;   // the slot's three bytes, lowest first; alpha 1: replace, 0: keep

const int ROWS = 1, PICTURE = 2, MIRRORED = 3;

// Whether an odd number of the row's crossings lie at or left of the pixel. They are sorted.
bool inside(ivec2 at) {
    int first = paint.z + at.y * paint.w;
    bool odd = false;
    for (int i = first; i < first + paint.w; i++) {
        if (texelFetch(row_table, ivec2(i & 2047, i >> 11), 0).r > at.x) break;
        odd = !odd;
    }
    return odd;
}

void main() {
    int kind = paint.y >> 24;
    vec3 slot = vec3(paint.y & 255, (paint.y >> 8) & 255, (paint.y >> 16) & 255) / 255.0;
    ivec2 at = ivec2(gl_FragCoord.xy) - box.xy;
    if (kind >= PICTURE) {
        if (kind == MIRRORED) at.x = box.z - box.x - 1 - at.x;
        out_color = texelFetch(pictures, ivec2(paint.z & 0xFFFF, (paint.z >> 16) & 0xFFFF) + at, 0);
        float solid = texelFetch(pictures, ivec2(paint.w & 0xFFFF, (paint.w >> 16) & 0xFFFF) + at, 0).a;
        out_slot = vec4(slot, solid > 0.5 ? 1.0 : 0.0);  // 127 of 255 is less than half, 128 is more
        return;
    }
    if (kind == ROWS && !inside(at)) discard;
    out_color = vec4(paint.x & 255, (paint.x >> 8) & 255, (paint.x >> 16) & 255, 255) / 255.0;
    out_slot = vec4(slot, 1.0);
}
