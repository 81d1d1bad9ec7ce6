#version 330 core
// One triangle over the viewport. A picture's row 0 is its top, a window's is its bottom.
out vec2 place;

void main() {
    vec2 corner = vec2((gl_VertexID & 1) * 2, gl_VertexID & 2);
    gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
    place = vec2(corner.x, 1.0 - corner.y);
}
