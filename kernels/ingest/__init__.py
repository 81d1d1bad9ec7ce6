"""From a frame's channels to the body's input."""
