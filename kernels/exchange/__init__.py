"""Between a program's textures and the channels of a frame: their types, and which row is the first."""
