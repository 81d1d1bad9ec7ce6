"""Grades a styled picture by material: scales its colours, and blends it over the plain one."""
