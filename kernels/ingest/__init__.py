"""From a frame's channels to the body's input, and from the last output to this frame's history."""
