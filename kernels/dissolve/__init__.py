"""Mixes the picture of the theme before, carried along with the scene, into the picture of the next theme."""
