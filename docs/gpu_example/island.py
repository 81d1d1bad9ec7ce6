"""A landscape of boxes, drawn by its own shaders in moderngl-window, and restyled by Reskin.

    python docs/gpu_example/island.py --theme bricks    # without a window: --window headless --backend egl

Beside the colour, the fragment shader writes what Reskin wants to know of each pixel, a texture a channel.
"""

import moderngl_window
from moderngl_window import screenshot

from reskin import MATERIALS, GpuFrame, Restyler

CHANNELS = {"color": (4, "f1"), "material": (1, "u1"), "identity": (1, "u2"), "motion": (2, "f2"),
            "anchor": (2, "f4"), "detail": (1, "u1")}  # components and type of each texture
LOOKS = {"water": 0x326ED2, "sand": 0xDCC88C, "grass": 0x5AB446, "stone": 0x82828C, "snow": 0xF0F4FA,
         "dirt": 0x865A3C, "wood": 0x785028, "leaves": 0x287832, "coin": 0xFAD228}  # fmt: skip
SIDE, TILE = 52, 26  # columns of the view, px of half a tile
TABLES = f"""#version 330 core
const uint MATERIAL[9] = uint[]({",".join(f"{MATERIALS.index(name)}u" for name in LOOKS)});
const uint RGB[9] = uint[]({",".join(f"{rgb}u" for rgb in LOOKS.values())});"""
VERTEX = """#version 330 core
uniform vec2 size; uniform float tick, tile; uniform int side;
flat out int kind, face; flat out uint id; flat out vec2 moved;
out vec3 place; out vec2 part; out float below;
float hash(vec2 p) { return fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758.5453); }
float hill(vec2 p) { return sin(p.x * .29) + sin(p.y * .23 + 1.) + sin((p.x + p.y) * .17); }
vec2 camera(float tick) { return vec2(40. + tick / 30., 40. - tick / 60.); }
vec2 project(vec3 p, float tick) {  // from tiles to px, y down
    p.xy -= camera(tick); return floor(vec2(p.x - p.y, (p.x + p.y) * .5 - p.z) * tile + size * .5);
}
void main() {  // four boxes a column: the ground, a trunk, leaves, and a coin that faces the viewer
    int column = gl_InstanceID / 4, layer = gl_InstanceID % 4, corner = gl_VertexID % 6;
    vec2 cell = floor(camera(tick)) + vec2(column % side, column / side) - float(side / 2);
    float height = floor(4.6 + 1.7 * hill(cell)) * .5, luck = hash(cell + .5);
    int ground = height < 1.5 ? 0 : height < 2. ? 1 : height < 3.5 ? 2 : height < 4. ? 3 : 4;
    part = vec2(corner == 1 || corner == 3 || corner == 4, corner == 2 || corner > 3); face = gl_VertexID / 6;
    float wide = float[](.5, .1, .42, .5)[layer], top = max(height, 1.2), low = -2.;
    if (layer > 0) { low = layer > 1 ? top + .5 : top; top = low + (layer > 1 ? .5 + 8. * (luck - .9) : .6); }
    vec3 at = face == 0 ? vec3(part, 1) : face == 1 ? vec3(part.x, 1, 1. - part.y) : vec3(1, 1. - part);
    place = mix(vec3(cell + .5 - wide, low), vec3(cell + .5 + wide, top), at);
    if (layer == 3) place = vec3(cell + .5, height + .6 + .15 * sin(tick * .05 + luck * 999.));
    vec2 view = 2. / size * (project(place, tick) + (part - .5) * tile * .8 * float(layer == 3)) - 1.;
    kind = int[](ground, 6, 7, 8)[layer]; id = uint(layer == 3) * uint(1. + hash(cell) * 6e4);
    moved = project(vec3(cell, 0), tick) - project(vec3(cell, 0), tick - 1.); below = top - place.z;
    float depth = dot(camera(tick) - place.xy, vec2(1)) - place.z - float(layer == 3);
    bool there = layer == 3 ? face == 0 && ground % 3 > 0 && luck < .04 : ground == 2 && luck > .9;
    gl_Position = there || layer == 0 ? vec4(view.x, -view.y, depth * .01, 1) : vec4(9);
}"""
FRAGMENT = TABLES + """
flat in int kind, face; flat in uint id; flat in vec2 moved; in vec3 place; in vec2 part; in float below;
layout(location = 0) out vec4 color; layout(location = 1) out uint material;
layout(location = 2) out uint identity; layout(location = 3) out vec2 motion;
layout(location = 4) out vec2 anchor; layout(location = 5) out uint detail;
void main() {
    if (kind == 8 && distance(part, vec2(.5)) > .5) discard;
    int look = below < .22 || face == 0 ? kind : kind == 2 ? 5 : kind == 4 ? 3 : kind;  // earth below grass
    float light = kind == 8 ? 1. : float[](1.12, .82, .6)[face];
    color = vec4(min(vec3(RGB[look] >> 16, RGB[look] >> 8 & 255u, RGB[look] & 255u) / 255. * light, 1.), 1);
    material = MATERIAL[look]; identity = id; motion = moved; detail = uint(128.5 + 32. * log2(light));
    anchor = kind == 8 ? part : face == 0 ? place.xy : face == 1 ? place.xz * vec2(1, -1) : -place.yz;
}"""


class Island(moderngl_window.WindowConfig):
    title, gl_version, window_size, samples, aspect_ratio = "Island", (3, 3), (960, 540), 0, None

    @classmethod
    def add_arguments(cls, parser):
        parser.add_argument("--theme", default="winter")
        parser.add_argument("--frames", type=int, help="stop after so many")
        parser.add_argument("--png", help="file of the last picture")

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.restyler, self.tick = Restyler(self.argv.theme), 0
        self.program = self.ctx.program(vertex_shader=VERTEX, fragment_shader=FRAGMENT)
        self.program["side"], self.program["tile"] = SIDE, TILE
        self.boxes, self.ctx.gc_mode = self.ctx.vertex_array(self.program, []), "auto"
        self.ctx.enable(self.ctx.DEPTH_TEST)
        self.on_resize(*self.wnd.buffer_size)

    def on_resize(self, width, height):
        textures = [self.ctx.texture((width, height), n, dtype=dtype) for n, dtype in CHANNELS.values()]
        self.target = self.ctx.framebuffer(textures, self.ctx.depth_renderbuffer((width, height)))

    def on_render(self, time, frame_time):
        self.program["size"], self.program["tick"] = self.target.size, self.tick
        self.target.clear()
        self.target.use()
        self.boxes.render(vertices=18, instances=SIDE * SIDE * 4)
        self.restyler.render(GpuFrame.of(self.target, *CHANNELS, tick=self.tick, tile=TILE), self.wnd.fbo)
        self.tick += 1
        if self.tick == self.argv.frames:
            screenshot.create(self.wnd.fbo, name=self.argv.png)
            self.wnd.close()


if __name__ == "__main__":
    Island.run()
