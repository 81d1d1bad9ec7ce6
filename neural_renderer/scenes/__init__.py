"""Random scenes to learn from, and frames of games. Read `scenes` and `frame_sources`."""
