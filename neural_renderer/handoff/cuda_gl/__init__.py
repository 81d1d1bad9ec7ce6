"""Frames and pictures between an OpenGL program and the renderer, in one process.

`frames` takes what a program has (textures, a framebuffer, arrays of a GPU) and puts the picture where it
wants it. `host_copies` does so through the host's memory, without CUDA. `link` maps OpenGL's textures for
CUDA, without a copy; `runtime` is what it calls of CUDA, and `egl_devices` finds the GPU that both are on.
"""
