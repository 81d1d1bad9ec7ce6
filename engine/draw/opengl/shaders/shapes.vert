#version 330 core
// One instance of a shape: its box becomes two triangles, cut to the picture while it is still integers.
// A float32 holds every integer of a picture exactly, but not every corner of a shape far outside.
uniform ivec2 size;
in ivec4 in_box;    // left, top, right, bottom; px of the picture, the origin at the top left
in ivec4 in_paint;  // colour bytes; slot number and kind of shape; where its rows or pixels lie; more of it
flat out ivec4 box;
flat out ivec4 paint;

void main() {
    ivec2 corner = ivec2((gl_VertexID & 1) == 0 ? in_box.x : in_box.z,
                         (gl_VertexID & 2) == 0 ? in_box.y : in_box.w);
    gl_Position = vec4(vec2(clamp(corner, ivec2(0), size)) * 2.0 / vec2(size) - 1.0, 0.0, 1.0);
    box = in_box;
    paint = in_paint;
}
