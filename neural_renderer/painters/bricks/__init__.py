"""Toy bricks: a world of plastic bricks. Read `painter` first."""
