#version 330 core
// A part of the HUD and all that was drawn below it, composed as pygame does, in integers and in order.
// A later part covers an earlier one, and has it in its own list: so no blending is needed, and none rounds.
uniform isampler2D parts;  // three texels a part: box; colour, kind, place of its pixels, 0
uniform isampler2D below;  // the numbers of the parts to compose, in order of drawing
uniform sampler2D pictures;
flat in ivec4 box;
flat in ivec4 paint;  // first of the list; its length; 0; 0
layout(location = 0) out vec4 out_color;

const int REPLACE = 0, PICTURE = 2, PICTURE_REPLACE = 3;

ivec4 bytes_of(int packed_bytes) {
    return ivec4(packed_bytes, packed_bytes >> 8, packed_bytes >> 16, packed_bytes >> 24) & 255;
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    ivec4 color = ivec4(0);
    for (int i = paint.x; i < paint.x + paint.y; i++) {
        int part = texelFetch(below, ivec2(i & 2047, i >> 11), 0).r;
        ivec2 row = ivec2((part & 1023) * 2, part >> 10);
        ivec4 area = texelFetch(parts, row, 0);
        if (any(lessThan(at, area.xy)) || any(greaterThanEqual(at, area.zw))) continue;
        ivec4 look = texelFetch(parts, row + ivec2(1, 0), 0);
        ivec4 source = bytes_of(look.x);
        if (look.y >= PICTURE) {
            ivec2 start = ivec2(look.z & 0xFFFF, (look.z >> 16) & 0xFFFF);
            source = ivec4(texelFetch(pictures, start + at - area.xy, 0) * 255.0 + 0.5);
        }
        if (look.y == REPLACE || look.y == PICTURE_REPLACE) color = source;
        else color = min(source + color - (((color + 1) * source.a) >> 8), 255);  // pygame's rounding
    }
    out_color = vec4(color) / 255.0;
}
