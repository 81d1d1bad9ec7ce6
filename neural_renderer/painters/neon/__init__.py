"""Neon: an arcade at night. Read `painter` first."""
