"""The picture of a state. Read `drawing` first; `camera` says which part of the town is in view."""
