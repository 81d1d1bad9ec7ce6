"""Grades a styled picture by material: a tint, and how much of it shows over the plain one."""
