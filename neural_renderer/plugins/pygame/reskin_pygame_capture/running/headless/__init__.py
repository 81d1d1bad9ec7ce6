"""A run without a window: time, sound, input and the end go by frames, so that every run is the same.

Read `pretended_time` (all together), `virtual_clock`, `virtual_mixer` (how long sounds play), `input_script`
and `scripted_input` (keys and the mouse).
"""
