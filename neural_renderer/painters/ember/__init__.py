"""Ember: a night among volcanoes. Read `painter` first."""
