"""Watercolour: a picture book in watercolour and ink. Read `painter` first."""
