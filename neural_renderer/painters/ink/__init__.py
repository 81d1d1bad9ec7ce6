"""Ink: brush and wash on rice paper. Read `painter` first."""
