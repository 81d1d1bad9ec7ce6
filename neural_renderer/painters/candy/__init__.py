"""Candy: a world of sweets. Read `painter` first."""
