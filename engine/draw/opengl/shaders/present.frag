#version 330 core
// A picture in a window: its bytes are B, G, R, X or, with `rgba`, R, G, B, X.
uniform sampler2D picture;
uniform bool rgba;
uniform bool opaque;  // the fourth byte is not alpha
in vec2 place;
out vec4 out_color;

void main() {
    vec4 found = texture(picture, place);
    out_color = vec4(rgba ? found.rgb : found.bgr, opaque ? 1.0 : found.a);
}
